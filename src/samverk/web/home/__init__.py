"""The area of the start page: what one uses most, what is new, what waits; for citizens, whom they can ask; and searching."""

from starlette.routing import BaseRoute

from samverk.web.areas import sent, shown
from samverk.web.home import choose, search, start


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        *shown("/", start.show, start.ask),
        *shown("/sok", search.show),
        *sent("/introduktion/klar", start.introduced),
    ]


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return [*shown("/", choose.show)]
