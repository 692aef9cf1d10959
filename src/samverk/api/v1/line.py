"""A response under `/v1` on its way out, and whether there still is somebody at the other end. Knows no interface."""

import asyncio
from typing import Any

from starlette.types import Receive, Send

from samverk.api.v1.told import Headers
from samverk.http.events import HEARTBEAT

HEARTBEAT_SECONDS = 15.0  # after which a stream that says nothing is kept open
_MOMENT_SECONDS = 0.2  # after which a client that leaves stops its call


class Watch:
    """Cancels some work when the client leaves. It begins to look after a moment: what is soon done needs no watch."""

    __slots__ = ("_looking", "_receive", "_timer", "_worker", "left")

    def __init__(self, receive: Receive, worker: asyncio.Task[Any]) -> None:
        self.left = False
        self._receive, self._worker = receive, worker
        self._looking: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_MOMENT_SECONDS, self._begin)

    def _begin(self) -> None:
        self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._worker.cancel()

    def end(self) -> None:
        """Look no more."""
        self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()


class Line:
    """A response on its way out. It begins with the first thing that is said, be it that we are still here."""

    def __init__(self, send: Send, kind: bytes, headers: Headers, opening: bytes = b"") -> None:
        self._send, self._kind, self._headers, self._opening = send, kind, headers, opening
        self.begun = False
        self._busy = False
        self._said = 0.0
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.Task[None] | None = None

    async def write(self, body: bytes, *, more: bool = True) -> None:
        """Say something."""
        self._busy, self._said = True, self._loop.time()
        if not self.begun:
            self.begun = True
            head = [(b"content-type", self._kind), *self._headers()]
            await self._send({"type": "http.response.start", "status": 200, "headers": head})
            body = self._opening + body
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
        self._busy = False

    async def end(self, body: bytes) -> None:
        """Say the last thing."""
        self.close()
        await self.write(body, more=False)

    def keep_alive(self) -> None:
        """Let the client, and whatever stands between, know now and then that somebody is here, until `close`."""
        self._said = self._loop.time()
        self._timer = self._loop.call_later(HEARTBEAT_SECONDS, self._look)

    def _look(self) -> None:
        silent = self._loop.time() - self._said
        if silent >= HEARTBEAT_SECONDS and not self._busy:  # a client that does not read gets nothing more to read
            self._beat = self._loop.create_task(self._pulse())
            silent = 0.0
        self._timer = self._loop.call_later(max(HEARTBEAT_SECONDS - silent, 0.05), self._look)

    async def _pulse(self) -> None:
        if self._timer is not None and not self._busy:
            await self.write(HEARTBEAT)

    def close(self) -> None:
        """Say no more by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
