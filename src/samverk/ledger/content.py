"""What was asked and answered, kept apart from the record, for as many days as the organisation has chosen; none, unless it has.

Of which calls it is kept, the door decides. It is sealed for its organisation and call. The record holds a digest alone, over
the content and a random salt that is sealed with it: erasing the content leaves the chain whole, and the digest then tells
nothing, not even to somebody who guesses.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, select

from samverk.core.canonical import canonical, digest
from samverk.core.database import Database
from samverk.core.errors import Invalid
from samverk.core.fresh import Fresh
from samverk.core.ids import now
from samverk.core.journal import Actor, note
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.ledger.connections import one
from samverk.ledger.tables import LedgerChoice, LedgerContent, LedgerEntry
from samverk.ledger.writer import Writer

LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Content:
    """What was asked and answered in a call, when it was kept, and the digest that its record holds."""

    question: str
    answer: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """That the content of a call is kept, since when, and what its record says of how it began."""

    call_id: UUID
    at: datetime
    opened: Mapping[str, Any]


class Contents:
    """The content of calls, in the ledger's database; `db` is the main one, where choices are noted."""

    def __init__(self, books: Database, writer: Writer, db: Database, vault: Vault) -> None:
        self._books = books
        self._writer = writer
        self._db = db
        self._vault = vault
        self._days = Fresh(self._read_days)

    async def days(self, org_id: UUID) -> int:
        """How many days the organisation keeps content; 0: it keeps none. What another process chose is known within 2 s."""
        return await self._days.of(org_id)

    async def _read_days(self, org_id: UUID) -> int:
        query = select(LedgerChoice.content_days).where(LedgerChoice.readable(org_id))
        async with self._books.read(Scope(org_id)) as session:
            return await session.scalar(query) or 0

    async def choose(self, by: Actor, org_id: UUID, days: int) -> None:
        """Keep content for this many days from now on; 0: keep none. What is older is erased. Raises Invalid for other days."""
        if not 0 <= days <= LONGEST_DAYS:
            raise Invalid(
                sv=f"Skriv ett antal dagar mellan 1 och {LONGEST_DAYS}.",
                en=f"Write a number of days between 1 and {LONGEST_DAYS}.",
                param="days",
            )
        async with self._db.write(Scope(org_id)) as session:
            if days:
                note(session, org_id, by, "content.kept", days=days)
            else:
                note(session, org_id, by, "content.ended")
        await self._do(org_id, "choose", days=days)
        self._days.changed(org_id)
        await self.sweep(org_id, now())

    async def keep(
        self, org_id: UUID, call_id: UUID, question: str, answer: str, run_id: UUID | None = None
    ) -> str | None:
        """Keep the content of a call, made for a run or for none; the digest that belongs in its record.

        None where the organisation keeps none.
        """
        if not await self.days(org_id):
            return None
        body = canonical({"question": question, "answer": answer, "salt": secrets.token_hex(16)})
        sealed = self._vault.lock(body.decode(), _context(org_id, call_id))
        await self._do(org_id, "keep", call=call_id, at=now(), sealed=sealed, run=run_id)
        return digest(body)

    async def list(self, org_id: UUID, number: int, skip: int = 0) -> Sequence[Kept]:
        """The calls whose content is kept, the latest first: at most so many, after so many."""
        latest = _kept(org_id).order_by(LedgerContent.at.desc(), LedgerContent.call_id)
        async with self._books.read(Scope(org_id)) as session:
            return [Kept(*row) for row in await session.execute(latest.offset(skip).limit(number))]

    async def kept(self, org_id: UUID, call_id: UUID) -> Kept | None:
        """That the content of a call is kept; None where it is not."""
        async with self._books.read(Scope(org_id)) as session:
            row = (await session.execute(_kept(org_id).where(LedgerContent.call_id == call_id))).first()
        return Kept(*row) if row else None

    async def read(self, org_id: UUID, call_id: UUID) -> Content | None:
        """The content of a call, None where it was not kept or is erased. Raises Unlockable when its key is gone."""
        query = select(LedgerContent).where(LedgerContent.readable(org_id), LedgerContent.call_id == call_id)
        async with self._books.read(Scope(org_id)) as session:
            row = await session.scalar(query)
        if row is None:
            return None
        body = self._vault.unlock(row.sealed, _context(org_id, call_id))
        found = orjson.loads(body)
        return Content(found["question"], found["answer"], row.at, digest(body))

    async def erase(self, org_id: UUID, runs: Iterable[UUID]) -> None:
        """Erase for good what was said in these runs."""
        wanted = list(runs)
        query = select(LedgerContent.call_id).where(LedgerContent.readable(org_id), LedgerContent.run_id.in_(wanted))
        async with self._books.read(Scope(org_id)) as session:
            if await session.scalar(query.limit(1)) is None:
                return
        await self._do(org_id, "erase", rows=[run.hex for run in wanted])
        await self._books.forget()

    async def sweep(self, org_id: UUID, moment: datetime) -> None:
        """Erase what is older than the organisation keeps content."""
        await self._do(org_id, "sweep", at=moment - timedelta(days=await self.days(org_id)))

    async def _do(self, org_id: UUID, statement: str, **values: Any) -> None:
        await self._writer.do(one(org_id, statement, **values))


def _kept(org_id: UUID) -> Select[*tuple[Any, ...]]:
    """The query for what is kept, with how the records of its calls begin."""
    same = (LedgerEntry.org_id == LedgerContent.org_id) & (LedgerEntry.call_id == LedgerContent.call_id)
    query = select(LedgerContent.call_id, LedgerContent.at, LedgerEntry.body)
    return query.join(LedgerEntry, same & (LedgerEntry.event == "opened")).where(LedgerContent.readable(org_id))


def _context(org_id: UUID, call_id: UUID) -> str:
    return f"ledger:{org_id}:{call_id}"
