"""The fake beside the durable jobs: tasks in this process, forgotten with it. For tests and short-lived commands."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

import structlog

from samverk.core.jobs import Handler, JobState, Payload

_log = structlog.get_logger(__name__)


class MemoryJobs:
    """Jobs as asyncio tasks, at most `workers` at once. Those asked for before `start` wait for it."""

    def __init__(self, workers: int = 8) -> None:
        self._handlers: dict[str, Handler] = {}
        self._states: dict[str, JobState] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(workers)
        self._started = asyncio.Event()

    def register(self, name: str, handler: Handler) -> None:
        """See `Jobs`."""
        self._handlers[name] = handler

    async def start(self) -> None:
        """See `Jobs`."""
        self._started.set()

    async def stop(self) -> None:
        """See `Jobs`."""
        self._started.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def enqueue(self, name: str, payload: Payload, *, key: str, org: UUID) -> None:
        """See `Jobs`."""
        if name not in self._handlers:
            raise ValueError(f"nobody does jobs named {name!r}")
        if key not in self._states:
            self._states[key] = JobState.WAITING
            task = asyncio.create_task(self._run(self._handlers[name], payload, key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def status(self, keys: Iterable[str]) -> dict[str, JobState]:
        """See `Jobs`."""
        return {key: self._states[key] for key in keys if key in self._states}

    async def _run(self, handler: Handler, payload: Payload, key: str) -> None:
        await self._started.wait()
        async with self._room:
            self._states[key] = JobState.RUNNING
            try:
                await handler(payload)
            except Exception:  # noqa: BLE001 - recorded: one job's failure is not the queue's
                self._states[key] = JobState.FAILED
                _log.exception("job failed", key=key)
            else:
                self._states[key] = JobState.DONE
