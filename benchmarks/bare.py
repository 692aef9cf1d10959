"""The least that can stand between a client and a model: raw ASGI, one aiohttp session, uvicorn on uvloop. It forwards, no more.

python -m benchmarks.bare http://127.0.0.1:9000    # prints its port
"""

import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import uvicorn
import uvloop


class Bare:
    """The handler."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._session: aiohttp.ClientSession

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """The shared session."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as self._session:
            yield

    async def __call__(self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        """One request."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {"content-type": "application/json"}
        async with self._session.post(self._upstream + scope["path"], data=body, headers=headers) as response:
            kind = response.headers["content-type"]
            start = {"type": "http.response.start", "status": response.status}
            if kind == "application/json":
                whole = await response.read()
                told = [(b"content-type", kind.encode()), (b"content-length", str(len(whole)).encode())]
                await send({**start, "headers": told})
                await send({"type": "http.response.body", "body": whole})
                return
            await send({**start, "headers": [(b"content-type", kind.encode())]})
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _serve(upstream: str) -> None:
    bare = Bare(upstream)
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        print(listener.getsockname()[1])
        sys.stdout.flush()
        config = uvicorn.Config(bare, lifespan="off", log_level="warning", access_log=False, server_header=False)
        async with bare.open():
            await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
