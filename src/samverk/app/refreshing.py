"""Looking for new editions of the catalogues that organisations follow."""

from datetime import datetime, timedelta

import structlog

from samverk.core.errors import SamverkError
from samverk.core.ids import now
from samverk.identity.principal import system
from samverk.identity.service import Identity
from samverk.library.service import Library
from samverk.library.subscriptions import Subscription

EVERY_SECONDS = 6 * 60 * 60

log = structlog.get_logger()


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
