"""The area of assistants: the gallery, the builder, versions, and the prompt library."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return []
