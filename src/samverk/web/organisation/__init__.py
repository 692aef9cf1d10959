"""The area of the organisation itself: members, groups, keys, look, the log of changes."""

from starlette.routing import BaseRoute


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return []
