"""Two lines that every area's `routes` needs."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


def shown(path: str, show: Handler, send: Handler | None = None) -> list[Route]:
    """A page, and what happens when its form is sent."""
    return [Route(path, show), *sent(path, send)] if send else [Route(path, show)]


def sent(path: str, send: Handler) -> list[Route]:
    """A form without a page of its own."""
    return [Route(path, send, methods=["POST"])]
