"""One application of routes: the order of the walls around them, the same in service and in tests."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from samverk.http.errors import Failsafe, Page, handlers
from samverk.http.headers import SecurityHeaders
from samverk.http.rooms import Rooms


def application(rooms: Rooms, routes: Sequence[BaseRoute], page: Page) -> Starlette:
    """An application that serves `routes` with the rooms in its state; `page` draws the page of an error."""
    walls = [Middleware(SecurityHeaders), Middleware(Failsafe, page=page)]
    app = Starlette(routes=list(routes), middleware=walls, exception_handlers=handlers(page))
    app.state.rooms = rooms
    return app
