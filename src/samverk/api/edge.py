"""What stands around both interfaces, as plain ASGI: every response names its request, every refusal has the clients' shape."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samverk.core.errors import SamverkError
from samverk.core.ids import new_id
from samverk.http.errors import as_json, describe

_CHALLENGE = 'Bearer realm="samverk"'


class Edge:
    """Adds `X-Request-Id`, and turns errors into responses as long as none has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        name, begun = f"req_{new_id().hex}", False

        async def named(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = name
                if message["status"] == 401:
                    headers["WWW-Authenticate"] = _CHALLENGE
            await send(message)

        try:
            _check_path(scope["path"])
            await self.app(scope, receive, named)
        except (SamverkError, HTTPException) as error:
            if begun:
                raise
            await as_json(describe(error))(scope, receive, named)


def _check_path(path: str) -> None:
    """Nothing has a name with NUL in it, and not every database can be asked for one."""
    if "\x00" in path:
        raise HTTPException(404)
