"""The area of one's conversations: finding, naming, keeping and deleting them."""

from starlette.routing import BaseRoute

from samverk.web.areas import shown
from samverk.web.conversations import history


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return citizens()


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return [*shown("/samtal", history.show)]
