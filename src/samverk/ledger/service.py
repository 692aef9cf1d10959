"""The append-only record of calls: two events a call, chained by digest for each organisation, durable by group commit.

Nothing is ever updated; what a call holds of its accounts is set aside in the transaction that records it, and settled in
the one that closes it. A call without its second event was left open by a process that died.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from samverk.core.canonical import canonical
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.ledger.accounts import Account, BudgetSpent, Hold
from samverk.ledger.batches import Entry
from samverk.ledger.chain import GENESIS, link_of
from samverk.ledger.tables import LedgerAccount, LedgerEntry, LedgerHead
from samverk.ledger.writer import LedgerStopped, Writer

__all__ = ["Account", "BudgetSpent", "Hold", "Ledger", "LedgerStopped"]

_NOTHING: Mapping[str, int] = {}


class Ledger:
    """The record of one platform."""

    def __init__(self, db: Database, synchronous: str = "NORMAL") -> None:
        self._db = db
        self._writer = Writer(db.url, synchronous, str(new_id()))

    async def opened(self, org_id: UUID, call_id: UUID, body: dict[str, Any], holds: Sequence[Hold] = ()) -> None:
        """Record that a call begins, and set aside what it holds, in one transaction. Returns once that is durable.

        Raises BudgetSpent when a hold does not fit: then the refusal is recorded, both events, and nothing is held. Raises
        LedgerStopped when nothing can be recorded.
        """
        await self._writer.add(Entry(org_id, call_id, "opened", body, canonical(body), holds))

    async def closed(
        self, org_id: UUID, call_id: UUID, body: dict[str, Any], spent: Mapping[str, int] = _NOTHING
    ) -> None:
        """Record how a call ended; what it held is given back and what it came to, by account, is used. Durable on return."""
        await self._writer.add(Entry(org_id, call_id, "closed", body, canonical(body), spent=dict(spent)))

    async def accounts(self, org_id: UUID, names: Iterable[str]) -> dict[str, Account]:
        """What the accounts have come to; one that was never used is empty."""
        wanted = list(names)
        query = select(LedgerAccount).where(LedgerAccount.readable(org_id), LedgerAccount.account.in_(wanted))
        async with self._db.read(Scope(org_id)) as session:
            found = {row.account: Account(row.used, row.held) for row in await session.scalars(query)}
        return {name: found.get(name) or Account() for name in wanted}

    async def entries(self, org_id: UUID, call_id: UUID | None = None) -> list[LedgerEntry]:
        """An organisation's events in order, of one call or of all."""
        query = select(LedgerEntry).where(LedgerEntry.readable(org_id)).order_by(LedgerEntry.seq)
        if call_id is not None:
            query = query.where(LedgerEntry.call_id == call_id)
        async with self._db.read(Scope(org_id)) as session:
            return list(await session.scalars(query))

    async def verify(self, org_id: UUID) -> int | None:
        """The first event of the chain that was changed or is missing; None when the chain is whole."""
        previous, expected = GENESIS, 0
        for entry in await self.entries(org_id):
            expected += 1
            digest = link_of(previous, entry.call_id, entry.event, entry.at, entry.body)
            if entry.seq != expected or entry.previous != previous or entry.digest != digest:
                return expected
            previous = entry.digest
        async with self._db.read(Scope(org_id)) as session:
            head = await session.get(LedgerHead, org_id)
        return None if (head.seq if head else 0) == expected else expected + 1

    def close(self) -> None:
        """Write what waits and end the writer."""
        self._writer.close()
