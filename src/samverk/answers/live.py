"""A run while it lives: events are added by its worker and followed by any number of readers in this process."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from samverk.answers.model import LAST_KINDS, EventKind, RunEvent
from samverk.core.ids import now


class LiveRun:
    """The events of one run so far. `saved` counts those that are stored."""

    def __init__(self, run_id: UUID) -> None:
        self.id = run_id
        self.events: list[RunEvent] = []
        self.saved = 0
        self.task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    def emit(self, kind: EventKind, body: dict[str, Any]) -> None:
        """Add an event and wake those who follow."""
        self.events.append(RunEvent(len(self.events) + 1, kind, body, now()))
        self._changed.set()
        self._changed = asyncio.Event()

    @property
    def ended(self) -> bool:
        """Whether the last event has come."""
        return bool(self.events) and self.events[-1].kind in LAST_KINDS

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
