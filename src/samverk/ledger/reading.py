"""Reading the record: in pages, so that a chain of any length takes no more memory than a page. Changes nothing."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import String, func, select, text, type_coerce

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.ledger.accounts import Account
from samverk.ledger.chain import GENESIS
from samverk.ledger.tables import (
    LedgerAccount,
    LedgerEntry,
    LedgerHead,
    LedgerHolds,
    LedgerProcess,
    LedgerUsage,
)
from samverk.ledger.usage import NUMBERS, Kind, Used
from samverk.ledger.verify import Chain, Checked, Link

By = Literal["name", "day"]
PAGE = 1_000
_LINK = (
    LedgerEntry.seq,
    LedgerEntry.call_id,
    LedgerEntry.event,
    LedgerEntry.at,
    type_coerce(LedgerEntry.body, String),
    LedgerEntry.previous,
    LedgerEntry.digest,
)


class Reader:
    """Reads one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def entries(self, org_id: UUID, call_id: UUID | None = None) -> list[LedgerEntry]:
        """An organisation's events in order, of one call or of all."""
        query = select(LedgerEntry).where(LedgerEntry.readable(org_id)).order_by(LedgerEntry.seq)
        if call_id is not None:
            query = query.where(LedgerEntry.call_id == call_id)
        async with self._db.read(Scope(org_id)) as session:
            return list(await session.scalars(query))

    async def walk(
        self, org_id: UUID, *, after: int = 0, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[LedgerEntry]:
        """An organisation's events in order: those after a number, from a time on, until before another."""
        if since is not None:
            after = max(after, await self._last_before(org_id, since))
        query = select(LedgerEntry)
        async for row in self._paged(org_id, query, after):
            entry: LedgerEntry = row[0]
            if until is not None and entry.at >= until:
                return
            yield entry

    async def _paged(self, org_id: UUID, query: Any, after: int) -> AsyncIterator[Any]:
        """The rows of a query over events, page by page; no page is open while its rows are used."""
        while True:
            page = query.where(LedgerEntry.readable(org_id), LedgerEntry.seq > after)
            async with self._db.read(Scope(org_id)) as session:
                rows = (await session.execute(page.order_by(LedgerEntry.seq).limit(PAGE))).all()
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            after = rows[-1][0] if isinstance(rows[-1][0], int) else rows[-1][0].seq

    async def _last_before(self, org_id: UUID, moment: datetime) -> int:
        """The number of the last event before a time. Events are in the order of time, so it is found by halving."""
        low, (high, _) = 0, await self.head(org_id)
        while low < high:
            middle = (low + high + 1) // 2
            at = select(LedgerEntry.at).where(LedgerEntry.readable(org_id), LedgerEntry.seq == middle)
            async with self._db.read(Scope(org_id)) as session:
                found = await session.scalar(at)
            low, high = (middle, high) if found is not None and found < moment else (low, middle - 1)
        return low

    async def head(self, org_id: UUID) -> tuple[int, str]:
        """The end of a chain: the number and the digest of its last event."""
        query = select(LedgerHead).where(LedgerHead.readable(org_id))
        async with self._db.read(Scope(org_id)) as session:
            head = await session.scalar(query)
        return (head.seq, head.digest) if head else (0, GENESIS)

    async def check(self, org_id: UUID) -> Checked:
        """Follow a chain from its beginning to its end."""
        chain = Chain(await self.head(org_id))
        async for row in self._paged(org_id, select(*_LINK), 0):
            if broken := chain.follow(Link(*row)):
                return Checked(chain.seq, broken)
        latest, _ = await self.head(org_id)
        return Checked(chain.seq, chain.end(latest))

    async def accounts(self, org_id: UUID, names: Iterable[str]) -> dict[str, Account]:
        """What the accounts have come to; one that was never used is empty."""
        wanted = list(names)
        query = select(LedgerAccount).where(LedgerAccount.readable(org_id), LedgerAccount.account.in_(wanted))
        async with self._db.read(Scope(org_id)) as session:
            found = {row.account: Account(row.used, row.held) for row in await session.scalars(query)}
        return {name: found.get(name) or Account() for name in wanted}

    async def usage(self, org_id: UUID, kind: Kind, days: tuple[date, date], by: By, name: str | None) -> list[Used]:
        """The sums of a time, both days included, by name or by day, of one name or of all of a kind."""
        row = LedgerUsage
        column = row.name if by == "name" else row.day
        sums = (func.sum(getattr(row, number)) for number in ("calls", "denied", "failed", *NUMBERS))
        first, last = (day.isoformat() for day in days)
        query = select(column, row.currency, *sums).where(row.readable(org_id), row.kind == kind)
        query = query.where(row.day >= first, row.day <= last).group_by(column, row.currency)
        if name is not None:
            query = query.where(row.name == name)
        async with self._db.read(Scope(org_id)) as session:
            found = await session.execute(query.order_by(column, row.currency))
            return [Used(of, currency, *map(int, numbers)) for of, currency, *numbers in found]

    async def processes(self) -> list[str]:
        """The processes that open calls, or did."""
        async with self._db.read(Scope.platform()) as session:
            return list(await session.scalars(select(LedgerProcess.id)))

    async def held_by(self, process: str) -> list[LedgerHolds]:
        """The calls of all organisations that a process has open."""
        async with self._db.read(Scope.platform()) as session:
            if not self._db.is_sqlite:
                await session.execute(text("select set_config('app.lookup', :value, true)"), {"value": process})
            return list(await session.scalars(select(LedgerHolds).where(LedgerHolds.holder == process)))
