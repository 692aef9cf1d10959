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
    CANCELLED = "cancelled"


DIED = "died"  # why a job failed whose process died with it again and again


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

    async def failures(self, keys: Iterable[str]) -> dict[str, str]:
        """Why those of the jobs that failed did: the code of the error, the name of its type where it has none, or `DIED`."""
        ...

    async def cancel(self, keys: Iterable[str]) -> None:
        """Let the jobs with these keys not be done; a handler at work is cancelled where it waits, in whatever process.

        Nothing happens to jobs that are done, failed or unknown.
        """
        ...

    async def retry(self, keys: Iterable[str]) -> None:
        """Put those of the jobs that failed or were cancelled back into the queue, as they were asked for. Raises JobsFailed."""
        ...


def why(error: BaseException) -> str:
    """What is kept of a handler's error: never what it says, which may tell of what the job was about."""
    return error.code if isinstance(error, SamverkError) else type(error).__name__
