"""A request under `/v1` and its answer: one way to read a body, one to tell, one to stream. Knows no endpoint."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samverk.api.edge import Edge, Refused
from samverk.api.keys import holder
from samverk.api.refusals import NotJson, TooSlow, WrongField, WrongType, refused
from samverk.api.v1.fields import Fields
from samverk.api.v1.line import Line, Watch
from samverk.api.v1.told import Header, Headers, Teller, Told
from samverk.core.errors import SamverkError, TooLarge
from samverk.core.levels import Level
from samverk.gateway.calls import Stream
from samverk.http.rooms import Rooms
from samverk.http.uploads import ReceivedForm, received_form
from samverk.identity.principal import Principal
from samverk.library.ports import Delta

PATIENCE_SECONDS = 30.0  # for the next piece of a body
JSON = b"application/json"
_FORM = b"multipart/form-data"
EVENTS = b"text/event-stream; charset=utf-8"
LEVEL_HEADER = "x-samverk-level"

_UNBUFFERED = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


class Arrived:
    """A request whose key was found good."""

    __slots__ = ("_receive", "_send", "headers", "principal", "rooms", "scope")

    def __init__(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        self.scope, self._receive, self._send, self.headers = scope, receive, send, headers
        self.rooms: Rooms = scope["app"].state.rooms
        self.principal: Principal

    async def json(self) -> Fields:
        """The JSON object in the body. Raises WrongType, TooLarge, TooSlow, NotJson."""
        self._check_type(JSON)
        try:
            values = orjson.loads(await self._body(self.rooms.settings.call_megabytes << 20))
        except orjson.JSONDecodeError as error:
            raise NotJson from error
        if not isinstance(values, dict):
            raise NotJson
        return Fields(values)

    def _check_type(self, wanted: bytes) -> None:
        """A body that says nothing of its type is taken for what is wanted."""
        kind = self.headers.get(b"content-type", wanted).partition(b";")[0].strip().lower()
        if kind != wanted:
            raise WrongType(wanted=wanted.decode(), sent=kind.decode("latin-1")[:100])

    async def _body(self, most: int) -> bytes:
        announced = self.headers.get(b"content-length", b"0")
        body, more = bytearray(), True
        if announced.isdigit() and int(announced) > most:
            raise TooLarge(limit=f"{most >> 20} MB")
        while more:
            message = await self._next()
            body += message.get("body", b"")
            if len(body) > most:
                raise TooLarge(limit=f"{most >> 20} MB")
            more = message.get("more_body", False)
        return bytes(body)

    async def _next(self) -> Message:
        """The next piece of the body. Raises TooSlow, and ClientDisconnect when there is nobody left."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlow from error
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return message

    def form(self, file: str) -> AbstractAsyncContextManager[ReceivedForm]:
        """The multipart form in the body, the one file of that name on disk. Raises WrongType, TooSlow, as `received_form`."""
        self._check_type(_FORM)
        settings = self.rooms.settings
        request = Request(self.scope, self._next)
        return received_form(request, settings.upload_megabytes << 20, settings.home / "uploads", 1, file)

    def level(self, said: Fields) -> Level | None:
        """What the information is worth: the higher of field and header; None where neither says. Raises WrongField."""
        marks = [_level(said.path("level"), said.get("level")), _level("X-Samverk-Level", self._marked())]
        return max((mark for mark in marks if mark is not None), default=None)

    def _marked(self) -> str | None:
        value = self.headers.get(LEVEL_HEADER.encode())
        return None if value is None else value.decode("latin-1").strip()

    async def tell(self, body: bytes, kind: bytes = JSON, headers: Iterable[Header] = ()) -> None:
        """Answer with all of it."""
        line = Line(self._send, kind, lambda: [*headers, (b"content-length", b"%d" % len(body))])
        await line.end(body)

    async def whole(self, told: Told, teller: Teller) -> None:
        """Answer once everything is said."""
        pieces: list[Delta] = []
        async with aclosing(told.items) as items:
            async for item in items:
                if isinstance(item, Delta):
                    pieces.append(item)
                else:
                    await self.tell(teller.whole(pieces, item), JSON, told.headers())

    async def stream(self, told: Told, teller: Teller) -> None:
        """Answer while it is said. It begins with the first piece, so that what fails before it still has its own status."""
        line = Line(self._send, EVENTS, lambda: [*_UNBUFFERED, *told.headers()], teller.begin())
        line.keep_alive()
        try:
            async with aclosing(told.items) as items:
                async for item in items:
                    if isinstance(item, Delta):
                        await line.write(teller.piece(item))
                    else:
                        await line.end(teller.end(item))
        except SamverkError as error:
            if not line.begun:
                raise
            await line.end(teller.failed(error))
        finally:
            line.close()

    async def sound(self, chunks: Stream[bytes], kind: bytes, headers: Headers) -> None:
        """Answer with bytes as they come. What fails under way breaks the connection off, so that nobody takes it for whole."""
        line = Line(self._send, kind, headers)
        async with aclosing(chunks):
            async for chunk in chunks:
                await line.write(chunk)
        await line.end(b"")

    async def while_listening(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work as long as the client is there; when it hangs up the work is cancelled."""
        worker = asyncio.current_task()
        assert worker is not None
        watch = Watch(self._receive, worker)
        try:
            await work
        except asyncio.CancelledError:
            if not watch.left or worker.uncancel():  # somebody else stops it too
                raise
        finally:
            watch.end()


def _level(where: str, value: object) -> Level | None:
    if value is None:
        return None
    known = ", ".join(level.slug for level in Level)
    try:
        return Level.parse(str(value))
    except ValueError as error:
        raise WrongField(where, f"det ska vara en av {known}", f"it must be one of {known}") from error


Work = Callable[[Arrived], Awaitable[None]]


def endpoint(work: Work, permission: str = "chat", refused: Refused = refused) -> ASGIApp:
    """An endpoint that does this for whoever holds a key with the permission, and tells errors so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        arrived = Arrived(scope, receive, send, headers)
        bearer, key = (headers.get(name, b"").decode("latin-1") for name in (b"authorization", b"x-api-key"))
        arrived.principal = await holder(arrived.rooms, bearer, permission, key)
        await work(arrived)

    return Edge(app, refused)
