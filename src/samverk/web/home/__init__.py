"""The area of the start page: what one uses most, what is new, what waits; for citizens, whom they can ask."""

from starlette.routing import BaseRoute

from samverk.web.areas import shown
from samverk.web.chat import asking


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [*shown("/", asking.choose)]


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return [*shown("/", asking.choose)]
