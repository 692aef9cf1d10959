"""What the ledger needs while the platform runs: dead processes' calls closed, content erased in time, records handed over."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from uuid import UUID

from samverk.app.again import repeating
from samverk.core.database import Database
from samverk.core.egress import Egress
from samverk.core.ids import now
from samverk.core.settings import Settings
from samverk.gateway import shared
from samverk.identity.service import Identity
from samverk.ledger import exporters
from samverk.ledger.content import Contents
from samverk.ledger.exporting import Exporting
from samverk.ledger.service import Ledger

EVERY_SECONDS = 60.0
_SWEEP_EVERY = 60  # rounds


@asynccontextmanager
async def bookkeeping(
    books: Database, ledger: Ledger, contents: Contents, identity: Identity, exporting: Exporting
) -> AsyncIterator[None]:
    """Keep the books during the block: at its beginning and every minute."""

    async def organisations() -> Sequence[UUID]:
        return [org.id for org in await identity.orgs()]

    numbers = count()

    async def keep() -> None:
        number = next(numbers)
        await ledger.recover()
        if number % _SWEEP_EVERY == 0:
            for org_id in await organisations():
                await contents.sweep(org_id, now())
                await ledger.forget_accounts(org_id, *shared.forgotten(now()))
            await books.forget()

    async with exporting.running(organisations), repeating("bookkeeping", keep, EVERY_SECONDS):
        yield


def exporting_of(settings: Settings, books: Database, ledger: Ledger, contents: Contents, egress: Egress) -> Exporting:
    """The exporters that the settings name; they are told the content of calls where the settings say so."""
    made = exporters.load(settings, lambda: egress.session("export"))
    return Exporting(books, ledger, made, contents if settings.export_content else None)
