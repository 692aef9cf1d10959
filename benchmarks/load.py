"""Asks a server over a raw protocol, so that asking costs little beside answering. Knows OpenAI's answers by their ends alone."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import orjson

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """A server that is asked: its name in the results, its port, and the key that it wants."""

    name: str
    port: int
    key: str = ""

    def request(self, model: str, text: str, *, stream: bool = False) -> bytes:
        """A call as it goes over the wire."""
        asked = {"model": model, "messages": [{"role": "user", "content": text}]}
        body = orjson.dumps({**asked, "stream": True, "stream_options": {"include_usage": True}} if stream else asked)
        head = (
            "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer {self.key}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Refused(RuntimeError):
    """The server did not answer as it should."""


class Caller(asyncio.Protocol):
    """A connection that asks one thing after another."""

    def __init__(self) -> None:
        self._lost = False
        self._answer: asyncio.Future[bytes] | None = None

    @classmethod
    async def to(cls, port: int) -> "Caller":
        """A connection to a port of this machine."""
        _, caller = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return caller

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    async def ask(self, request: bytes) -> bytes:
        """The whole answer. Raises Refused."""
        if self._lost:
            raise Refused("the connection was lost")
        self._answer = asyncio.get_running_loop().create_future()
        self._parts: list[bytes] = []
        self._left: int | None = None  # None: it comes in chunks
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        if not self._parts:
            end = data.find(b"\r\n\r\n")
            length = _LENGTH.search(data, 0, end)
            self._left = int(length[1]) + end + 4 if length else None
        self._parts.append(data)
        if self._left is not None:
            self._left -= len(data)
        if self._left == 0 or (self._left is None and data.endswith(b"0\r\n\r\n")):
            self._tell(b"".join(self._parts))

    def _tell(self, answer: bytes) -> None:
        if self._answer is None or self._answer.done():
            return
        if answer.startswith(b"HTTP/1.1 200"):
            self._answer.set_result(answer)
        else:
            self._answer.set_exception(Refused(answer[:1000].decode(errors="replace")))

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Refused("the connection was lost"))

    def close(self) -> None:
        """End the connection."""
        self._transport.close()


async def load(target: Target, requests: Sequence[bytes], callers: int) -> list[float]:
    """Ask everything, so many at a time. Returns the seconds that each took. Raises Refused."""
    waiting = list(reversed(requests))
    took: list[float] = []

    async def work() -> None:
        caller = await Caller.to(target.port)
        while waiting:
            request, begun = waiting.pop(), time.perf_counter()
            await caller.ask(request)
            took.append(time.perf_counter() - begun)
        caller.close()

    await asyncio.gather(*(work() for _ in range(callers)))
    return took
