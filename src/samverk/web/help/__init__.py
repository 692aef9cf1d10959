"""The area of help: a guide, accessibility, an introduction."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return []


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return []
