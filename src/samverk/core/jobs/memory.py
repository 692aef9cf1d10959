"""The fake beside the durable jobs: tasks in this process, forgotten with it. For tests and short-lived commands."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import structlog

from samverk.core.jobs import Handler, JobState, Payload, why

_log = structlog.get_logger(__name__)


class MemoryJobs:
    """Jobs as asyncio tasks, at most `workers` at once, three quarters of them for one organisation.

    Those asked for before `start` wait for it.
    """

    def __init__(self, workers: int = 8) -> None:
        self._handlers: dict[str, Handler] = {}
        self._asked: dict[str, tuple[str, Payload, UUID]] = {}
        self._states: dict[str, JobState] = {}
        self._failures: dict[str, str] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(workers)
        self._room_of = defaultdict[UUID, asyncio.Semaphore](lambda: asyncio.Semaphore(max(1, workers * 3 // 4)))
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
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def enqueue(self, name: str, payload: Payload, *, key: str, org: UUID) -> None:
        """See `Jobs`."""
        if name not in self._handlers:
            raise ValueError(f"nobody does jobs named {name!r}")
        if key not in self._states:
            self._asked[key] = (name, payload, org)
            self._begin(key)

    async def status(self, keys: Iterable[str]) -> dict[str, JobState]:
        """See `Jobs`."""
        return {key: self._states[key] for key in keys if key in self._states}

    async def failures(self, keys: Iterable[str]) -> dict[str, str]:
        """See `Jobs`."""
        return {key: self._failures[key] for key in keys if self._states.get(key) is JobState.FAILED}

    async def cancel(self, keys: Iterable[str]) -> None:
        """See `Jobs`."""
        for key in keys:
            if self._states.get(key) in {JobState.WAITING, JobState.RUNNING}:
                self._states[key] = JobState.CANCELLED
                self._tasks[key].cancel()

    async def retry(self, keys: Iterable[str]) -> None:
        """See `Jobs`."""
        for key in keys:
            if self._states.get(key) in {JobState.FAILED, JobState.CANCELLED}:
                self._begin(key)

    def _begin(self, key: str) -> None:
        self._states[key] = JobState.WAITING
        task = asyncio.create_task(self._run(key))
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._tasks.pop(key) if self._tasks.get(key) is done else None)

    async def _run(self, key: str) -> None:
        name, payload, org = self._asked[key]
        await self._started.wait()
        async with self._room_of[org], self._room:
            self._states[key] = JobState.RUNNING
            try:
                await self._handlers[name](payload)
            except Exception as error:  # noqa: BLE001 - recorded: one job's failure is not the queue's
                self._states[key], self._failures[key] = JobState.FAILED, why(error)
                _log.exception("job failed", key=key)
            else:
                self._states[key] = JobState.DONE
