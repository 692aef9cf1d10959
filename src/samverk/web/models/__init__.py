"""The area of models: the cards of the library, read-only."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return []
