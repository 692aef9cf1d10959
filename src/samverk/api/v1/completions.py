"""`POST /v1/chat/completions`: an assistant or an adopted model answers, streamed or whole.

The answer belongs to the connection: when the client hangs up, the run is stopped and its record closed.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from samverk import __version__
from samverk.api.keys import caller
from samverk.api.v1 import assistants, direct
from samverk.api.v1.asked import Asked, read
from samverk.api.v1.told import End, Head, Piece, failed
from samverk.core.errors import SamverkError
from samverk.core.ids import new_id
from samverk.http.errors import describe, error_body
from samverk.http.events import HEARTBEAT, HEARTBEAT_SECONDS, Paced
from samverk.http.forms import body_within
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal

Answer = Callable[[Rooms, Principal, Asked], AsyncGenerator[Piece | End, None]]


async def complete(scope: Scope, receive: Receive, send: Send) -> None:
    """One request. Raises what is wrong with it as long as no response has begun."""
    request = Request(scope, receive)
    principal = await caller(request, "chat")
    rooms = rooms_of(request)
    asked = read(await body_within(request, rooms.settings.request_kilobytes * 1024))
    answer: Answer = direct.call if asked.assistant is None else assistants.ask
    head = Head(f"chatcmpl-{new_id().hex}", int(time.time()), asked.model, f"samverk-{__version__}")
    respond = _stream if asked.stream else _whole
    await _while_listening(receive, respond(answer(rooms, principal, asked), head, asked, send))


async def _whole(told: AsyncGenerator[Piece | End, None], head: Head, asked: Asked, send: Send) -> None:
    pieces: list[Piece] = []
    async with aclosing(told):
        async for item in told:
            if isinstance(item, End):
                body = head.completion(pieces, item)
                await _begin(send, b"application/json", [(b"content-length", str(len(body)).encode())])
                await send({"type": "http.response.body", "body": body})
                return
            pieces.append(item)


async def _stream(told: AsyncGenerator[Piece | End, None], head: Head, asked: Asked, send: Send) -> None:
    """The response begins with the first piece, so that what fails before it still has its own status.

    A model that thinks for long gets it begun by a heartbeat, before anything between us and the client loses patience.
    """
    paced: Paced[Piece | End] = Paced(told)
    begun = False
    try:
        while True:
            item = await paced.read(HEARTBEAT_SECONDS)
            chunk = b"" if begun else head.chunk({"role": "assistant", "content": "", "refusal": None})
            if not begun:
                await _begin(send, b"text/event-stream; charset=utf-8", _UNBUFFERED)
                begun = True
            if isinstance(item, End):
                await _body(send, chunk + head.closing(item, include_usage=asked.include_usage), more=False)
                return
            await _body(send, chunk + (HEARTBEAT if item is None else head.chunk(_delta(item))))
    except SamverkError as error:
        if not begun:
            raise
        await _body(send, failed(error_body(describe(error))), more=False)
    finally:
        await paced.aclose()


def _delta(piece: Piece) -> dict[str, object]:
    return {"content": piece.text, **piece.extra} if piece.text or not piece.extra else dict(piece.extra)


_UNBUFFERED = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


async def _begin(send: Send, kind: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind), *headers]})


async def _body(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _while_listening(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do the work as long as the client is there; when it hangs up the work is cancelled."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        if not working.done():
            working.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)
    if not working.cancelled():
        working.result()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
