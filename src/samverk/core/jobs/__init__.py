"""Jobs: work that goes on after the caller has left, and is finished even if the process dies in the middle.

The port. `memory` is the fake, `durable` the real thing. Knows nothing of what the jobs do: handlers are registered by
name and get a payload of plain JSON. A handler may run more than once for one job (after a crash), so it must be idempotent;
how far the work has come is read from the tables that it writes.
"""

from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from samverk.core.errors import SamverkError

Payload = dict[str, Any]
Handler = Callable[[Payload], Awaitable[None]]


class JobState(StrEnum):
    """How far a job has come. `FAILED`: its handler raised, or the process died with it again and again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobsFailed(SamverkError):
    """A job could not be asked for: the disk is full, or the jobs' database cannot be reached."""

    code = "jobs_failed"
    status = 503
    sv = "Arbetet gick inte att lägga i kö: {why}. Det som sparats finns kvar; försök igen om en stund."
    en = "The work could not be queued: {why}. What was stored is still there; please try again in a while."


class Jobs(Protocol):
    """A queue of jobs. Handlers run in the event loop that called `start`, several at once."""

    def register(self, name: str, handler: Handler) -> None:
        """Say who does the jobs with this name. Before `start`."""
        ...

    async def start(self) -> None:
        """Begin to work: first on what was left unfinished, by this process's predecessors too."""
        ...

    async def stop(self) -> None:
        """Stop working. What is unfinished stays and is taken up at the next start, here or elsewhere."""
        ...

    async def enqueue(self, name: str, payload: Payload, *, key: str, org: UUID) -> None:
        """Ask for a job. With a key that was used before nothing happens. `org` is whom it is done for.

        Raises JobsFailed, and ValueError for a name that nobody has registered.
        """
        ...

    async def status(self, keys: Iterable[str]) -> dict[str, JobState]:
        """The states of the jobs with these keys; unknown keys are absent."""
        ...
