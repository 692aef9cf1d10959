"""The pseudonym tables of scopes, sealed in the database: read, changed by several processes at once, and forgotten.

A change is optimistic: whoever finds that the table has another version than the one it read begins again from that one, so
that a token is neither lost nor given twice. Nothing of a table stays in memory.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.masking.pseudonyms import Pseudonyms, Style
from samverk.masking.tables import PseudonymTable

MOST_TRIES = 100  # somebody comes through in each round, so this many would have to be at it at once
TOUCHED_EVERY = timedelta(hours=1)  # how exact it is kept when a table was last used

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A table as it was read."""

    version: int
    table: Pseudonyms
    used_at: datetime


class Tables:
    """The pseudonym tables of the organisations."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    async def read(self, org_id: UUID, scope: str) -> Pseudonyms | None:
        """The table of a scope; None where nothing has been masked in it. Raises Unlockable."""
        kept = await self._kept(org_id, scope)
        return kept.table if kept else None

    async def change(
        self, org_id: UUID, scope: str, style: Style, work: Callable[[Pseudonyms], T]
    ) -> tuple[Pseudonyms, T]:
        """Let `work` use and fill the table of a scope, a new one of this style where there is none.

        `work` is pure but for the table, and may be called again with a newer one. Returns the table as it was stored, and what
        `work` returned. Raises Unlockable, Conflict where too many are at it at once.
        """
        for _ in range(MOST_TRIES):
            kept = await self._kept(org_id, scope)
            table = kept.table if kept else Pseudonyms(style=style)
            before = _plain(table)
            result = work(table)
            if kept is not None and _plain(table) == before:
                await self._touch(org_id, scope, kept)
                return table, result
            if await self._stored(org_id, scope, kept, table):
                return table, result
        raise Conflict(
            sv="För många maskerar på samma ställe samtidigt. Försök igen om en stund.",
            en="Too many mask in the same place at once. Please try again in a while.",
        )

    async def forget(self, org_id: UUID, scopes: Collection[str]) -> int:
        """Erase the tables of scopes. Returns how many there were."""
        async with self._db.write(Scope(org_id)) as session:
            return await _rows(session, delete(PseudonymTable).where(PseudonymTable.scope.in_(scopes)))

    async def sweep(self, org_id: UUID, before: datetime) -> int:
        """Erase the tables that nobody has used since a moment. Returns how many."""
        async with self._db.write(Scope(org_id)) as session:
            unused = delete(PseudonymTable).where(PseudonymTable.used_at < before)
            return await _rows(session, unused)

    async def _kept(self, org_id: UUID, scope: str) -> _Kept | None:
        async with self._db.read(Scope(org_id)) as session:
            row = await session.get(PseudonymTable, (org_id, scope))
        if row is None:
            return None
        plain = self._vault.unlock(row.sealed, _context(org_id, scope))
        return _Kept(row.version, Pseudonyms.from_json(orjson.loads(plain)), row.used_at)

    async def _stored(self, org_id: UUID, scope: str, kept: _Kept | None, table: Pseudonyms) -> bool:
        """Whether nobody has stored another version meanwhile."""
        sealed = self._vault.lock(_plain(table), _context(org_id, scope))
        try:
            async with self._db.write(Scope(org_id)) as session:
                if kept is None:
                    session.add(PseudonymTable(org_id=org_id, scope=scope, version=1, sealed=sealed))
                    return True
                values = {"version": kept.version + 1, "sealed": sealed, "used_at": now()}
                same = PseudonymTable.scope == scope, PseudonymTable.version == kept.version
                return await _rows(session, update(PseudonymTable).where(*same).values(**values)) == 1
        except Conflict:  # somebody else was first to mask in this scope
            return False

    async def _touch(self, org_id: UUID, scope: str, kept: _Kept) -> None:
        if now() - kept.used_at < TOUCHED_EVERY:
            return
        async with self._db.write(Scope(org_id)) as session:
            await session.execute(update(PseudonymTable).where(PseudonymTable.scope == scope).values(used_at=now()))


def _plain(table: Pseudonyms) -> str:
    return orjson.dumps(table.as_json()).decode()


async def _rows(session: AsyncSession, statement: Any) -> int:
    """How many rows a statement changed."""
    result = cast("CursorResult[Any]", await session.execute(statement))
    return result.rowcount


def _context(org_id: UUID, scope: str) -> str:
    return f"pseudonyms:{org_id}:{scope}"
