"""What a start page asks of the assistants: which are new to somebody, and which drafts of theirs wait. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from samverk.assistants import store
from samverk.assistants.access import BUILD
from samverk.assistants.model import is_for
from samverk.assistants.tables import AssistantDraft, AssistantRow, AssistantVersionRow
from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity.principal import Principal

_MOST_READ = 100  # versions looked through for those that are for the reader


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that is not in force."""

    slug: str
    name: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """A version that was put in force. `version` 1: the assistant is new."""

    slug: str
    name: str
    version: int
    at: datetime


async def drafts(db: Database, principal: Principal, limit: int = 5) -> list[Waiting]:
    """The drafts that the principal worked on last and that are not in force, the latest first."""
    if not principal.may(BUILD):
        return []
    query = (
        select(AssistantRow.slug, AssistantDraft.body, AssistantDraft.updated_at)
        .join(
            AssistantDraft,
            (AssistantDraft.org_id == AssistantRow.org_id) & (AssistantDraft.assistant_id == AssistantRow.id),
        )
        .where(AssistantRow.retired_at.is_(None), AssistantDraft.updated_by == principal.owner)
        .order_by(AssistantDraft.updated_at.desc())
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        return [Waiting(slug, body["name"], at) for slug, body, at in await session.execute(query)]


async def published(db: Database, principal: Principal, since: datetime, limit: int = 5) -> list[News]:
    """The assistants that the principal may use and whose version in force is younger than `since`, the latest first."""
    query = store.current().where(AssistantVersionRow.created_at > since, AssistantRow.owner.is_(None))
    async with db.read(Scope(principal.org_id)) as session:
        rows = await session.execute(query.order_by(AssistantVersionRow.created_at.desc()).limit(_MOST_READ))
        found = [
            News(row.slug, version.body["name"], version.ordinal, version.created_at)
            for row, version in rows
            if is_for(principal, row.owner, version.body.get("audience", "staff"), version.body.get("groups", ()))
        ]
    return found[:limit]
