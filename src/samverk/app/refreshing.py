"""Looking for new editions of the catalogues that organisations follow, again and again: one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import structlog

from samverk.core.errors import SamverkError
from samverk.core.ids import now
from samverk.core.leases import Leases
from samverk.identity.principal import system
from samverk.identity.service import Identity
from samverk.library.service import Library
from samverk.library.subscriptions import Subscription

EVERY_SECONDS = 6 * 60 * 60
_LOOK_SECONDS = 15 * 60  # how often what is due is looked for

log = structlog.get_logger()


@asynccontextmanager
async def refreshing(identity: Identity, library: Library, leases: Leases) -> AsyncIterator[None]:
    """Look at the beginning of the block and every quarter of an hour until its end, for what is six hours old."""
    task = asyncio.create_task(_refresh_on(identity, library, leases))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _refresh_on(identity: Identity, library: Library, leases: Leases) -> None:
    while True:
        lease = leases.take("catalogues")
        if lease is not None:
            try:
                await refresh(identity, library)
            except Exception:
                log.exception("refresh_failed")  # what is due now is due in a quarter of an hour too
            finally:
                lease.release()
        await asyncio.sleep(_LOOK_SECONDS)


def _due(catalogue: Subscription, moment: datetime) -> bool:
    """Whether nobody has looked for so long: other processes look too."""
    return catalogue.asked_at is None or moment - catalogue.asked_at >= timedelta(seconds=EVERY_SECONDS)


async def refresh(identity: Identity, library: Library) -> None:
    """Take the newest edition of every catalogue that has an address and is due. What is refused is noted where it belongs."""
    for org in await identity.orgs():
        for catalogue in await library.catalogues.list(org.id):
            if catalogue.address and _due(catalogue, now()):
                try:
                    await library.catalogues.update(system(org.id), catalogue.name)
                except SamverkError as error:
                    log.warning("catalogue_not_taken", catalogue=catalogue.name, why=error.code)
