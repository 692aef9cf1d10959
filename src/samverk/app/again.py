"""Doing something again and again while the platform runs. Knows nothing of what it is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog

from samverk.core.leases import Leases

log = structlog.get_logger()


@asynccontextmanager
async def repeating(name: str, work: Callable[[], Awaitable[object]], every: float) -> AsyncIterator[None]:
    """Do the work at the beginning of the block and then `every` so many seconds until its end.

    What goes wrong is logged as `<name>_failed`: what is due now is due the next time too.
    """
    task = asyncio.create_task(_on(name, work, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _on(name: str, work: Callable[[], Awaitable[object]], every: float) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception(f"{name}_failed")
        await asyncio.sleep(every)


def alone(leases: Leases, name: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The work, done unless another process does it right now."""

    async def done() -> None:
        lease = leases.take(name)
        if lease is None:
            return
        try:
            await work()
        finally:
            lease.release()

    return done
