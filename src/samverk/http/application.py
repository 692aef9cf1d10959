"""One application of routes: the order of the walls around them, the same in service and in tests."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from samverk.http.errors import Failsafe, Page, handlers
from samverk.http.headers import SecurityHeaders
from samverk.http.rooms import Rooms

Operation = tuple[str, str]
"""A method and a path without parameters."""


def application(
    rooms: Rooms, routes: Sequence[BaseRoute], page: Page, direct: Mapping[Operation, ASGIApp] | None = None
) -> Starlette:
    """An application that serves `routes` with the rooms in its state; `page` draws the page of an error.

    `direct` are the endpoints of some of the routes that tell their errors themselves: they stand within the same walls, but
    their operations are looked up.
    """
    walls = [Middleware(SecurityHeaders), Middleware(Failsafe, page=page)]
    app = _Application(routes=list(routes), middleware=walls, exception_handlers=handlers(page))
    app.direct = {
        operation: SecurityHeaders(Failsafe(endpoint, page)) for operation, endpoint in (direct or {}).items()
    }
    app.state.rooms = rooms
    return app


class _Application(Starlette):
    """Looks the busiest endpoints up: the router would try route after route, behind two layers that they have no use for."""

    direct: Mapping[Operation, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self.direct.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await endpoint(scope, receive, send)
