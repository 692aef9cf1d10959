"""Handing records over to exporters, behind the calls: read from the ledger itself, from where each exporter has come to.

A slow or dead receiver therefore slows no call and loses no record; after an outage it goes on where it was. Of all processes
one at a time serves an exporter. No more than a page of records is in memory.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select

from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.core.vault import Unlockable
from samverk.ledger.connections import one
from samverk.ledger.content import Contents
from samverk.ledger.ports import Exporter, ExportFailed, Record
from samverk.ledger.presence import leases_of
from samverk.ledger.service import Ledger
from samverk.ledger.tables import LedgerCursor, LedgerEntry

Organisations = Callable[[], Awaitable[Sequence[UUID]]]

EVERY_SECONDS = 5.0
_PAGE = 200  # events read at once
_LONGEST_SECONDS = 300.0

log = structlog.get_logger()


@dataclass(slots=True)
class State:
    """How an exporter fares in this process: records sent and refused, failures in a row, what went wrong last, and when."""

    exporter: str
    sent: int = 0
    refused: int = 0
    failures: int = 0
    error: str = ""
    sent_at: datetime | None = None
    failed_at: datetime | None = None

    def fail(self, why: str) -> None:
        """Note a failure."""
        self.failures, self.error, self.failed_at = self.failures + 1, why, now()


def patience(failures: int) -> float:
    """How many seconds to wait after so many failures in a row: doubled each time, with jitter, at most five minutes."""
    return min(_LONGEST_SECONDS, EVERY_SECONDS * 2.0 ** min(failures, 10)) * random.uniform(0.5, 1.0)


class Exporting:
    """The exporters of one platform. `contents` is given where content is told too."""

    def __init__(
        self, books: Database, ledger: Ledger, exporters: Sequence[Exporter], contents: Contents | None
    ) -> None:
        self._books = books
        self._writer, self._metrics = ledger.writer, ledger.metrics
        self._exporters = exporters
        self._contents = contents
        self._leases = leases_of(books.url)
        self._states = {exporter.name: State(exporter.name) for exporter in exporters}

    def state(self) -> list[State]:
        """How each exporter fares."""
        return list(self._states.values())

    @asynccontextmanager
    async def running(self, organisations: Organisations) -> AsyncIterator[None]:
        """Hand over what there is, again and again, until the end of the block."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._go_on(exporter, organisations)) for exporter in self._exporters]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()

    async def _go_on(self, exporter: Exporter, organisations: Organisations) -> None:
        state = self._states[exporter.name]
        while True:
            try:
                await self.once(exporter, await organisations())
            except SamverkError as error:
                log.warning("export_failed", exporter=exporter.name, why=error.en, failures=state.failures + 1)
                state.fail(error.en)
            except Exception as error:
                log.exception("export_failed", exporter=exporter.name)
                state.fail(type(error).__name__)
            else:
                state.failures, state.error = 0, ""
            self._metrics.set("samverk_export_failures", state.failures, exporter=exporter.name)
            await asyncio.sleep(patience(state.failures))

    async def once(self, exporter: Exporter, organisations: Sequence[UUID]) -> None:
        """Hand over all that is new, unless another process does. Raises ExportFailed."""
        lease = await asyncio.to_thread(self._leases.take, f"ledger-export-{exporter.name}")
        if lease is None:
            return
        try:
            for org_id in organisations:
                while await self._page(exporter, org_id):
                    pass
        finally:
            await asyncio.to_thread(lease.release)

    async def _page(self, exporter: Exporter, org_id: UUID) -> bool:
        """Hand over the next events of an organisation; whether there were any. The cursor moves once they have arrived."""
        cursor = select(LedgerCursor.seq).where(LedgerCursor.readable(org_id), LedgerCursor.exporter == exporter.name)
        async with self._books.read(Scope(org_id)) as session:
            after = await session.scalar(cursor) or 0
            newer = select(LedgerEntry).where(LedgerEntry.readable(org_id), LedgerEntry.seq > after)
            events = list(await session.scalars(newer.order_by(LedgerEntry.seq).limit(_PAGE)))
        if not events:
            return False
        if records := await self._records(org_id, events):
            await self._send(exporter, records)
        await self._writer.do(one(org_id, "come to", exporter=exporter.name, seq=events[-1].seq))
        return True

    async def _records(self, org_id: UUID, events: Sequence[LedgerEntry]) -> list[Record]:
        """The calls that ended among these events."""
        closings = [event for event in events if event.event == "closed"]
        calls = [event.call_id for event in closings]
        of_calls = select(LedgerEntry).where(LedgerEntry.readable(org_id), LedgerEntry.call_id.in_(calls))
        async with self._books.read(Scope(org_id)) as session:
            found = await session.scalars(of_calls.where(LedgerEntry.event == "opened"))
            openings = {event.call_id: event for event in found}
        return [await self._record(openings[event.call_id], event) for event in closings if event.call_id in openings]

    async def _record(self, opened: LedgerEntry, closed: LedgerEntry) -> Record:
        content = None
        if self._contents is not None and closed.body.get("content"):
            with suppress(Unlockable):  # the record goes without what nobody can open any more
                content = await self._contents.read(closed.org_id, closed.call_id)
        return Record(closed.org_id, closed.call_id, opened.at, closed.at, opened.body, closed.body, content)

    async def _send(self, exporter: Exporter, records: Sequence[Record]) -> None:
        """Send records; where the receiver refuses them for good, one by one, and those that it refuses are left behind."""
        state = self._states[exporter.name]
        try:
            await exporter.send(records)
        except ExportFailed as error:
            if not error.lasting:
                raise
            if len(records) == 1:
                state.refused += 1
                self._metrics.count("samverk_export_refused_total", exporter=exporter.name)
                log.warning("record_refused", exporter=exporter.name, call=str(records[0].call_id), why=error.en)
                return
            for record in records:
                await self._send(exporter, [record])
        else:
            state.sent, state.sent_at = state.sent + len(records), now()
            self._metrics.count("samverk_exported_total", len(records), exporter=exporter.name)
