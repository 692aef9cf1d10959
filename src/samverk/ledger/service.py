"""The append-only record of calls: two events a call, chained by digest for each organisation, durable by group commit.

Nothing is ever updated; what a call holds of its accounts is set aside in the transaction that records it, and settled in
the one that closes it. A call without its second event was left open by a process that died, until `recover` closes it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from samverk.core.canonical import canonical
from samverk.core.database import Database
from samverk.core.fresh import Fresh
from samverk.ledger.accounts import Account, BudgetSpent, Hold
from samverk.ledger.batches import Entry
from samverk.ledger.connections import one
from samverk.ledger.metrics import Metrics
from samverk.ledger.presence import Presence
from samverk.ledger.reading import By, Reader
from samverk.ledger.tables import LedgerEntry, LedgerHolds
from samverk.ledger.usage import Kind, Used
from samverk.ledger.verify import Checked
from samverk.ledger.writer import LedgerStopped, Writer

__all__ = ["Account", "BudgetSpent", "Hold", "Ledger", "LedgerStopped"]

_NOTHING: Mapping[str, int] = {}

log = structlog.get_logger()


class Ledger:
    """The record of one platform."""

    def __init__(self, db: Database, synchronous: str = "NORMAL") -> None:
        self._db = db
        self._reader = Reader(db)
        self._presence = Presence(db.url)
        self.metrics = Metrics()
        self.writer = Writer(db.url, synchronous, self._presence, self.metrics)
        self._processes = Fresh(self._read_processes)
        self._late: deque[Entry] = deque()  # closings that could not be written when they came

    async def opened(self, org_id: UUID, call_id: UUID, body: dict[str, Any], holds: Sequence[Hold] = ()) -> None:
        """Record that a call begins, and set aside what it holds, in one transaction. Returns once that is durable.

        Raises BudgetSpent when a hold does not fit: then the refusal is recorded, both events, and nothing is held. Raises
        LedgerStopped when nothing can be recorded.
        """
        try:
            await self.writer.add(Entry(org_id, call_id, "opened", body, canonical(body), holds))
        except LedgerStopped:  # it may stand there all the same, where the connection was lost on the way back
            self._late.append(_entry(org_id, call_id, {"outcome": "failed", "failure": LedgerStopped.code}))
            raise

    async def closed(
        self, org_id: UUID, call_id: UUID, body: dict[str, Any], spent: Mapping[str, int] = _NOTHING
    ) -> None:
        """Record how a call ended; what it held is given back and what it came to, by account, is used. Durable on return.

        Raises LedgerStopped when it cannot be recorded now; it is then recorded at the next `recover`.
        """
        await self._close(_entry(org_id, call_id, body, spent))

    async def _close(self, entry: Entry) -> None:
        try:
            await self.writer.add(entry)
        except LedgerStopped:
            self._late.append(entry)
            raise

    async def recover(self) -> int:
        """Close what could not be closed before, and what dead processes left open; the number of the latter.

        A call that was left open is settled at what it held: nobody knows any more what it came to.
        """
        await self._catch_up()
        await self.writer.do(self._presence.declare)
        return sum([await self._bury(process) for process in self._others(await self._reader.processes())])

    def _others(self, processes: Sequence[str]) -> list[str]:
        return [process for process in processes if process != self._presence.id]

    async def _catch_up(self) -> None:
        """Write the closings that are late, until one fails; that one comes last the next time."""
        while self._late:
            entry = self._late.popleft()
            try:
                await self._close(entry)
            except LedgerStopped:
                log.warning("closings_late", calls=len(self._late))
                return

    async def _bury(self, process: str) -> int:
        """Close what a process left open, if it is dead."""
        lease = await asyncio.to_thread(self._presence.of_dead, process)
        if lease is None:
            return 0
        try:
            calls = await self._reader.held_by(process)
            await asyncio.gather(*(self._close(_left_open(call)) for call in calls))
            await self.writer.do(partial(Presence.forget, process))
        finally:
            await asyncio.to_thread(lease.release, forget=True)
        if calls:
            log.warning("calls_left_open", calls=len(calls))
        return len(calls)

    async def accounts(self, org_id: UUID, names: Iterable[str]) -> dict[str, Account]:
        """What the accounts have come to; one that was never used is empty."""
        return await self._reader.accounts(org_id, names)

    async def forget_accounts(self, org_id: UUID, first: str, until: str) -> None:
        """Forget the accounts whose names are from one until before another and that hold nothing. Raises LedgerStopped."""
        await self.writer.do(one(org_id, "forget accounts", first=first, until=until))

    async def is_shared(self) -> bool:
        """Whether other processes open calls in this ledger too, as far as was known two seconds ago.

        One that has died counts until `recover` has seen to what it left.
        """
        return bool(self._others(await self._processes.of(None)))

    async def _read_processes(self, _: None) -> list[str]:
        return await self._reader.processes()

    async def entries(self, org_id: UUID, call_id: UUID | None = None) -> list[LedgerEntry]:
        """An organisation's events in order, of one call or of all."""
        return await self._reader.entries(org_id, call_id)

    def walk(
        self, org_id: UUID, *, after: int = 0, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[LedgerEntry]:
        """An organisation's events in order, page by page: after a number, from a time on, until before another."""
        return self._reader.walk(org_id, after=after, since=since, until=until)

    async def usage(
        self, org_id: UUID, kind: Kind, since: date, until: date, *, by: By = "name", name: str | None = None
    ) -> list[Used]:
        """What was used from one day through another: sums for each name of a kind, or for each day; of one name or of all.

        The kinds are `all` (its one name is empty), `model`, `assistant`, `key` and `group`. Days are Swedish days.
        """
        return await self._reader.usage(org_id, kind, (since, until), by, name)

    async def check(self, org_id: UUID) -> Checked:
        """Follow an organisation's chain from beginning to end: how many events are whole, and the first that is not."""
        return await self._reader.check(org_id)

    async def verify(self, org_id: UUID) -> int | None:
        """The number of the first event of the chain that was changed or is missing; None when the chain is whole."""
        broken = (await self.check(org_id)).broken
        return broken.seq if broken else None

    def close(self) -> None:
        """Write what waits and end the writer."""
        self.writer.close()


def _entry(org_id: UUID, call_id: UUID, body: dict[str, Any], spent: Mapping[str, int] = _NOTHING) -> Entry:
    return Entry(org_id, call_id, "closed", body, canonical(body), spent=dict(spent))


def _left_open(call: LedgerHolds) -> Entry:
    return _entry(call.org_id, call.call_id, {"outcome": "left_open"}, call.body["holds"])
