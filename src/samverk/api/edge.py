"""What stands around both interfaces, as plain ASGI: every response names its request, every refusal has the clients' shape."""

import re
import time
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samverk.api.refusals import refused
from samverk.core.errors import SamverkError
from samverk.core.ids import new_id
from samverk.http.errors import Failure

_CHALLENGE = (b"www-authenticate", b'Bearer realm="samverk"')
_CLIENTS_NAME = b"x-client-request-id"
_SANE_NAME = re.compile(rb"[!-~]{1,512}")  # what OpenAI lets a client call its request


Refused = Callable[[Exception], tuple[Failure, dict[str, Any]]]
"""How an interface tells an error: what may be said of it, and the body."""


class Edge:
    """Names each response and says how long it took, and turns errors into responses as long as none has begun."""

    def __init__(self, app: ASGIApp, refused: Refused = refused) -> None:
        self.app, self.refused = app, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. A client that leaves before it has said all it wanted gets no response."""
        began, begun = time.perf_counter(), False

        async def named(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", ()), *_names(scope, message["status"], began)]
            await send(message)

        try:
            _check_path(scope["path"])
            await self.app(scope, receive, named)
        except (SamverkError, HTTPException) as error:
            if begun:
                raise
            failure, body = self.refused(error)
            await JSONResponse(body, failure.status, dict(failure.headers))(scope, receive, named)
        except ClientDisconnect:
            return


def _names(scope: Scope, status: int, began: float) -> list[tuple[bytes, bytes]]:
    """The headers that every response has."""
    name = b"req_%s" % new_id().hex.encode()
    names = [
        (b"x-request-id", name),
        (b"request-id", name),  # where Anthropic's clients look for it
        (b"openai-processing-ms", b"%d" % ((time.perf_counter() - began) * 1000)),
    ]
    called = next((value for name, value in scope["headers"] if name == _CLIENTS_NAME), b"")
    if _SANE_NAME.fullmatch(called):
        names.append((_CLIENTS_NAME, called))
    if status == 401:
        names.append(_CHALLENGE)
    return names


def _check_path(path: str) -> None:
    """Nothing has a name with NUL in it, and not every database can be asked for one."""
    if "\x00" in path:
        raise HTTPException(404)
