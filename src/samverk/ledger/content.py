"""What was asked and answered, kept apart from the record, for as many days as the organisation has chosen; none, unless it has.

It is sealed for its organisation and call. The record holds a digest alone, over the content and a random salt that is sealed
with it: erasing the content leaves the chain whole, and the digest then tells nothing, not even to somebody who guesses.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from samverk.core.canonical import canonical, digest
from samverk.core.database import Database
from samverk.core.fresh import Fresh
from samverk.core.ids import now
from samverk.core.journal import Actor, note
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.ledger.connections import one
from samverk.ledger.tables import LedgerChoice, LedgerContent
from samverk.ledger.writer import Writer

LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Content:
    """What was asked and answered in a call, when it was kept, and the digest that its record holds."""

    question: str
    answer: str
    at: datetime
    digest: str


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
        """Keep content for this many days from now on; 0: keep none. What is older is erased at the next sweep.

        Raises ValueError for a number that is not between 0 and LONGEST_DAYS.
        """
        if not 0 <= days <= LONGEST_DAYS:
            raise ValueError(f"between 0 and {LONGEST_DAYS} days")
        async with self._db.write(Scope(org_id)) as session:
            if days:
                note(session, org_id, by, "content.kept", days=days)
            else:
                note(session, org_id, by, "content.ended")
        await self._do(org_id, "choose", days=days)
        self._days.changed(org_id)

    async def keep(self, org_id: UUID, call_id: UUID, question: str, answer: str) -> str | None:
        """Keep the content of a call; the digest that belongs in its record, None where the organisation keeps none."""
        if not await self.days(org_id):
            return None
        body = canonical({"question": question, "answer": answer, "salt": secrets.token_hex(16)})
        sealed = self._vault.lock(body.decode(), _context(org_id, call_id))
        await self._do(org_id, "keep", call=call_id, at=now(), sealed=sealed)
        return digest(body)

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

    async def erase(self, org_id: UUID, call_id: UUID) -> None:
        """Erase the content of a call, for good."""
        await self._do(org_id, "erase", call=call_id)
        await self._books.forget()

    async def sweep(self, org_id: UUID, moment: datetime) -> None:
        """Erase what is older than the organisation keeps content."""
        await self._do(org_id, "sweep", at=moment - timedelta(days=await self.days(org_id)))

    async def _do(self, org_id: UUID, statement: str, **values: Any) -> None:
        await self._writer.do(one(org_id, statement, **values))


def _context(org_id: UUID, call_id: UUID) -> str:
    return f"ledger:{org_id}:{call_id}"
