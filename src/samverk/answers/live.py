"""A run while it lives: its work adds events, a driver saves them, any number of readers in this process follow."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from samverk.answers.model import LAST_KINDS, EventKind, RunEvent
from samverk.core.ids import now


class LiveRun:
    """The events of one run so far. `work` makes the answer and may be stopped; `driver` stores what comes and never is.

    `stored` counts the events that are stored.
    """

    def __init__(self, run_id: UUID) -> None:
        self.id = run_id
        self.events: list[RunEvent] = []
        self.stored = 0
        self.work: asyncio.Task[Any] | None = None
        self.driver: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    def emit(self, kind: EventKind, body: dict[str, Any]) -> None:
        """Add an event and wake those who follow."""
        self.events.append(RunEvent(len(self.events) + 1, kind, body, now()))
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def text(self) -> str:
        """What has been said so far."""
        return said(self.events)

    async def stop(self) -> None:
        """Stop the work, and wait until the end is stored. Stopping a run that has ended changes nothing."""
        if self.work is not None and self.driver is not None:
            self.work.cancel()
            await asyncio.wait([self.driver])

    @property
    def ended(self) -> bool:
        """Whether the last event has come."""
        return bool(self.events) and self.events[-1].kind in LAST_KINDS

    async def begun(self, seconds: float) -> None:
        """Wait until something has been said or the run has ended, but not longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async for event in self.follow():
                    if event.kind == "text":
                        return

    async def follow(self, after: int = 0) -> AsyncGenerator[RunEvent, None]:
        """The events with a higher number than `after`, then each new one until the run ends."""
        while True:
            changed = self._changed
            while after < len(self.events):
                after += 1
                yield self.events[after - 1]
            if self.ended:
                return
            await changed.wait()


def said(events: Iterable[RunEvent]) -> str:
    """The text that events tell of."""
    return "".join(event.body["text"] for event in events if event.kind == "text")
