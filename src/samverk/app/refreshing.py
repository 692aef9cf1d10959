"""Looking for new editions of the catalogues that organisations follow, again and again: one process at a time."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import structlog

from samverk.app.again import alone, repeating
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


def refreshing(identity: Identity, library: Library, leases: Leases) -> AbstractAsyncContextManager[None]:
    """Look at the beginning of the block and every quarter of an hour until its end, for what is six hours old."""
    return repeating("refresh", alone(leases, "catalogues", lambda: refresh(identity, library)), _LOOK_SECONDS)


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
