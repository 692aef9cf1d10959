"""What the ledger needs while the platform runs: dead processes' calls closed, content erased in time, records handed over."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from samverk.core.database import Database
from samverk.core.egress import Egress
from samverk.core.ids import now
from samverk.core.settings import Settings
from samverk.identity.service import Identity
from samverk.ledger import exporters
from samverk.ledger.content import Contents
from samverk.ledger.exporting import Exporting
from samverk.ledger.service import Ledger

EVERY_SECONDS = 60.0
_SWEEP_EVERY = 60  # rounds

log = structlog.get_logger()


@asynccontextmanager
async def bookkeeping(
    books: Database, ledger: Ledger, contents: Contents, identity: Identity, exporting: Exporting
) -> AsyncIterator[None]:
    """Keep the books during the block: at its beginning and every minute."""

    async def organisations() -> Sequence[UUID]:
        return [org.id for org in await identity.orgs()]

    async def rounds() -> None:
        number = 0
        while True:
            try:
                await ledger.recover()
                if number % _SWEEP_EVERY == 0:
                    for org_id in await organisations():
                        await contents.sweep(org_id, now())
                    await books.forget()
            except Exception:
                log.exception("bookkeeping_failed")  # what is due now is due in a minute too
            number += 1
            await asyncio.sleep(EVERY_SECONDS)

    async with exporting.running(organisations):
        task = asyncio.create_task(rounds())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def exporting_of(settings: Settings, books: Database, ledger: Ledger, contents: Contents, egress: Egress) -> Exporting:
    """The exporters that the settings name; they are told the content of calls where the settings say so."""
    made = exporters.load(settings, lambda: egress.session("export"))
    return Exporting(books, ledger, made, contents if settings.export_content else None)
