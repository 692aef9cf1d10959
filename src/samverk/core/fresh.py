"""What is read again and again, in memory and at most some seconds old. Knows nothing of what it is, nor where it is read.

Whoever comes while it is being read waits for that one reading: many that ask at once are no load. What is changed in this
process counts at once (`changed`), in others when what they know is too old.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

SECONDS = 2.0
"""How old what counts at every call may be: a change counts in every process within this time."""

MOST = 10_000


class Fresh(Generic[K, V]):
    """What `read` gives for a key, at most SECONDS old. What it raises is raised, and nothing kept."""

    def __init__(self, read: Callable[[K], Awaitable[V]], most: int = MOST) -> None:
        self._read = read
        self._most = most
        self._known: dict[K, tuple[float, V]] = {}
        self._reading: dict[K, asyncio.Lock] = {}
        self._changes = 0

    async def of(self, key: K) -> V:
        """The value of a key."""
        known = self._known.get(key)
        return known[1] if known is not None and _is_fresh(known[0]) else await self._anew(key)

    async def _anew(self, key: K) -> V:
        lock = self._reading.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                known = self._known.get(key)
                if known is not None and _is_fresh(known[0]):
                    return known[1]  # somebody has read it meanwhile
                began, changes = time.monotonic(), self._changes
                value = await self._read(key)
                if self._changes == changes:  # otherwise it may be older than what was changed meanwhile
                    self._keep(key, began, value)
                return value
        finally:
            if not lock.locked():
                self._reading.pop(key, None)

    def _keep(self, key: K, began: float, value: V) -> None:
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (began, value)

    def last(self, key: K) -> V | None:
        """What was read last, however old; None where nothing was."""
        known = self._known.get(key)
        return known[1] if known else None

    def changed(self, key: K) -> None:
        """Read it anew at the next question; a reading that is under way is not kept."""
        self._changes += 1
        self._known.pop(key, None)


def _is_fresh(read_at: float) -> bool:
    return time.monotonic() - read_at < SECONDS
