"""The append-only record of calls: two events a call, chained by digest for each organisation, durable by group commit.

One writer a process gathers what waits, writes it in one transaction and begins the next as soon as it is done; a caller
waits for its own event alone. Nothing is ever updated; a call without its second event was left open by a process that died.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Uuid, bindparam, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.ledger.tables import LedgerEntry, LedgerHead

Event = Literal["opened", "closed"]
GENESIS = "0" * 64
_MOST_AT_ONCE = 500
_FIRST_HEAD = text(
    "insert into ledger_heads (org_id, seq, digest) values (:org_id, 0, :digest) on conflict do nothing"
).bindparams(bindparam("org_id", type_=Uuid()))


class LedgerStopped(SamverkError):
    """The record cannot be written, so no model may be called."""

    code = "ledger_stopped"
    status = 503
    sv = "Anropet kan inte bokföras just nu, och utan bokföring görs inga anrop. Försök igen om en stund."
    en = "The call cannot be recorded right now, and no call is made without a record. Try again in a while."


@dataclass(slots=True)
class _Waiting:
    org_id: UUID
    call_id: UUID
    event: Event
    body: dict[str, Any]
    written: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Ledger:
    """The record of one platform."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def opened(self, org_id: UUID, call_id: UUID, body: dict[str, Any]) -> None:
        """Record that a call begins. Returns once the record is durable. Raises LedgerStopped when it cannot be."""
        await self._append(_Waiting(org_id, call_id, "opened", body))

    async def closed(self, org_id: UUID, call_id: UUID, body: dict[str, Any]) -> None:
        """Record how a call ended. Returns once the record is durable."""
        await self._append(_Waiting(org_id, call_id, "closed", body))

    async def _append(self, entry: _Waiting) -> None:
        self._waiting.append(entry)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await entry.written

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            try:
                await self._write_batch(batch)
            except Exception as error:  # noqa: BLE001 - every caller of the batch is told
                for entry in batch:
                    _fail(entry, error)
            else:
                for entry in batch:
                    if not entry.written.done():
                        entry.written.set_result(None)

    async def _write_batch(self, batch: Sequence[_Waiting]) -> None:
        async with self._db.write(Scope.platform()) as session:
            for org_id in sorted({entry.org_id for entry in batch}):
                if not self._db.is_sqlite:
                    await session.execute(text("select set_config('app.org', :org, true)"), {"org": str(org_id)})
                await _extend(session, org_id, [entry for entry in batch if entry.org_id == org_id])

    async def entries(self, org_id: UUID, call_id: UUID | None = None) -> list[LedgerEntry]:
        """An organisation's events in order, of one call or of all."""
        query = select(LedgerEntry).where(LedgerEntry.org_id == org_id).order_by(LedgerEntry.seq)
        if call_id is not None:
            query = query.where(LedgerEntry.call_id == call_id)
        async with self._db.read(Scope(org_id)) as session:
            return list(await session.scalars(query))

    async def verify(self, org_id: UUID) -> int | None:
        """The first event of the chain that was changed or is missing; None when the chain is whole."""
        previous, expected = GENESIS, 0
        for entry in await self.entries(org_id):
            expected += 1
            content = _content(entry.call_id, entry.event, entry.at, entry.body)
            if entry.seq != expected or entry.previous != previous or entry.digest != _link(previous, content):
                return expected
            previous = entry.digest
        async with self._db.read(Scope(org_id)) as session:
            head = await session.get(LedgerHead, org_id)
        return None if (head.seq if head else 0) == expected else expected + 1


async def _extend(session: AsyncSession, org_id: UUID, batch: Sequence[_Waiting]) -> None:
    """Add a batch to the end of one chain, whose head stays locked until the transaction ends."""
    await session.execute(_FIRST_HEAD, {"org_id": org_id, "digest": GENESIS})
    head = (await session.scalars(select(LedgerHead).where(LedgerHead.org_id == org_id).with_for_update())).one()
    rows = []
    for entry in batch:
        at = now()
        link = _link(head.digest, _content(entry.call_id, entry.event, at, entry.body))
        rows.append(
            {
                "org_id": org_id,
                "seq": head.seq + 1,
                "call_id": entry.call_id,
                "event": entry.event,
                "at": at,
                "body": entry.body,
                "previous": head.digest,
                "digest": link,
            }
        )
        head.seq, head.digest = head.seq + 1, link
    await session.execute(insert(LedgerEntry), rows)
    await session.flush()  # the head, while the scope is still this organisation's


def _content(call_id: UUID, event: str, at: datetime, body: dict[str, Any]) -> dict[str, Any]:
    return {"call": str(call_id), "event": event, "at": at.isoformat(), "body": body}


def _link(previous: str, content: dict[str, Any]) -> str:
    return digest({"previous": previous, "content": content})


def _fail(entry: _Waiting, error: Exception) -> None:
    if not entry.written.done():
        stopped = LedgerStopped()
        stopped.__cause__ = error
        entry.written.set_exception(stopped)
