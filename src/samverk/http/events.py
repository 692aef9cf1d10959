"""Server-sent events: how they are written, how a reader resumes, and how a stream stays alive. Knows no event by name."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Generic, TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import StreamingResponse

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"

T = TypeVar("T")


def event(name: str, data: Mapping[str, Any], number: int | None = None) -> bytes:
    """One event as it goes over the wire. `number` is what a reader sends back to resume after it."""
    head = f"event: {name}\n" if number is None else f"id: {number}\nevent: {name}\n"
    return head.encode() + b"data: " + orjson.dumps(data) + b"\n\n"


def last_seen(request: Request) -> int:
    """The number of the last event that the reader has, from `Last-Event-ID`; 0 for a new reader or a broken header."""
    text = request.headers.get("last-event-id", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def stream(chunks: AsyncIterator[bytes]) -> StreamingResponse:
    """A response that no proxy buffers and no cache keeps."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(chunks, media_type="text/event-stream", headers=headers)


class Paced(Generic[T]):
    """An iterator that is read with a patience: whoever reads can do something else when nothing comes in time."""

    def __init__(self, source: AsyncIterator[T]) -> None:
        self._source = source
        self._pending: asyncio.Task[T] | None = None

    async def read(self, seconds: float | None = None) -> T | None:
        """The next item, or None when nothing came within `seconds`. Raises StopAsyncIteration at the end."""
        if self._pending is None:
            self._pending = asyncio.ensure_future(_next(self._source))
        done, _ = await asyncio.wait({self._pending}, timeout=None if seconds is None else max(0.0, seconds))
        if not done:
            return None
        task, self._pending = self._pending, None
        try:
            return task.result()
        except _EndError:
            raise StopAsyncIteration from None

    async def aclose(self) -> None:
        """Stop reading, and close the source."""
        if self._pending is not None:
            self._pending.cancel()
            await asyncio.gather(self._pending, return_exceptions=True)
            self._pending = None
        if hasattr(self._source, "aclose"):
            await self._source.aclose()


async def with_heartbeats(
    chunks: AsyncIterator[bytes], seconds: float = HEARTBEAT_SECONDS, beat: bytes = HEARTBEAT
) -> AsyncIterator[bytes]:
    """The same chunks, with `beat`, a comment, wherever nothing else came for `seconds`."""
    paced = Paced(chunks)
    try:
        while True:
            try:
                chunk = await paced.read(seconds)
            except StopAsyncIteration:
                return
            yield beat if chunk is None else chunk
    finally:
        await paced.aclose()


class _EndError(Exception):
    """The end of an iterator, in a form that a task can carry."""


async def _next(source: AsyncIterator[T]) -> T:
    try:
        return await anext(source)
    except StopAsyncIteration:
        raise _EndError from None
