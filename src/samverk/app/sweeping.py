"""Erasing what is due, again and again while the platform runs: one process at a time, whichever comes first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from samverk.answers.conversations import Conversations
from samverk.core.ids import now
from samverk.core.leases import Leases

EVERY_SECONDS = 15 * 60

log = structlog.get_logger()


@asynccontextmanager
async def sweeping(conversations: Conversations, leases: Leases) -> AsyncIterator[None]:
    """Sweep at the beginning of the block and every quarter of an hour until its end."""
    task = asyncio.create_task(_sweep_on(conversations, leases))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep_on(conversations: Conversations, leases: Leases) -> None:
    while True:
        lease = leases.take("sweep")
        if lease is not None:
            try:
                await conversations.sweep(now())
            except Exception:
                log.exception("sweep_failed")  # what is due now is due in a quarter of an hour too
            finally:
                lease.release()
        await asyncio.sleep(EVERY_SECONDS)
