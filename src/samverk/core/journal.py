"""What people changed, when: one row a change, written in the unit of work that makes it. Knows no change by name.

`action` is a stable code (`member.invited`), `facts` what fills its sentence; the pages have the words. Content and secrets
never stand here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Index, Uuid, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Database, Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned, Scope


class Actor(Protocol):
    """Who changes something; a principal is one."""

    @property
    def owner(self) -> str:
        """The stable name: `member:…`, `key:…`, `system:…`."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...


class ChangeRow(OrgOwned, Base):
    """One change. Append-only by custom: nothing here changes or deletes a row."""

    __tablename__ = "changes"
    __table_args__ = (Index("changes_by_action", "org_id", "action"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    actor: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it is read. Ids sort by time."""

    id: UUID
    at: datetime
    actor: str
    actor_name: str
    action: str
    facts: dict[str, Any]


def note(session: AsyncSession, org_id: UUID, actor: Actor, action: str, **facts: Any) -> None:
    """Write down a change; it stands if the unit of work does. `facts` are texts and numbers, never content or secrets."""
    session.add(
        ChangeRow(org_id=org_id, id=new_id(), actor=actor.owner, actor_name=actor.name, action=action, facts=facts)
    )


class Journal:
    """The changes of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(
        self,
        org_id: UUID,
        *,
        before: UUID | None = None,
        actions: Sequence[str] = (),
        thing: str = "",
        actor: str = "",
        limit: int = 100,
    ) -> list[Change]:
        """The latest changes, newest first: those before a change's id, of the actions that are named, of a thing, by an actor.

        A thing is what stands before the point of an action: `member` of `member.invited`.
        """
        query = select(ChangeRow).order_by(ChangeRow.id.desc()).limit(limit)
        if before is not None:
            query = query.where(ChangeRow.id < before)
        if actions:
            query = query.where(ChangeRow.action.in_(actions))
        if thing:
            query = query.where(ChangeRow.action.startswith(f"{thing}.", autoescape=True))
        if actor:
            query = query.where(ChangeRow.actor == actor)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.scalars(query)
            return [Change(row.id, row.at, row.actor, row.actor_name, row.action, row.facts) for row in rows]

    async def actors(self, org_id: UUID, among: int = 2_000) -> dict[str, str]:
        """Who made the latest changes, by their stable name, and what they were last called."""
        latest = select(ChangeRow.actor, ChangeRow.actor_name).order_by(ChangeRow.id.desc()).limit(among)
        async with self._db.read(Scope(org_id)) as session:
            found: dict[str, str] = {}
            for actor, name in await session.execute(latest):
                found.setdefault(actor, name)
        return found
