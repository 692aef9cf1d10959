"""What a start page asks of the assistants: which are new to somebody, and which drafts of theirs wait. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from samverk.assistants import store
from samverk.assistants.access import BUILD
from samverk.assistants.model import Assistant, AssistantBody, is_for
from samverk.assistants.tables import AssistantDraft, AssistantRow, AssistantVersionRow
from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity.principal import Principal


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that is not in force."""

    slug: str
    name: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """An assistant that somebody may use, as a list shows it: its body is as it is stored. `at`: when it was put in force."""

    id: UUID
    slug: str
    version: int
    version_id: UUID
    at: datetime
    owner: str | None
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.body["name"])

    @property
    def description(self) -> str:
        """What it says of itself."""
        return str(self.body.get("description", ""))

    @property
    def language(self) -> str:
        """The language that it answers in."""
        return str(self.body.get("language", "sv"))

    def assistant(self) -> Assistant:
        """The assistant itself. Checking a body takes time: for those that are shown."""
        body = AssistantBody.model_validate(self.body)
        return Assistant(self.id, self.slug, self.version, self.version_id, body, self.owner)


async def usable(db: Database, principal: Principal) -> list[Known]:
    """The assistants that this principal may use, by name: as `Assistants.list` says, in a tenth of its time."""
    version = AssistantVersionRow
    columns = (AssistantRow.id, AssistantRow.slug, version.ordinal, version.id, version.created_at, AssistantRow.owner)
    query = store.current().with_only_columns(*columns, version.body)
    async with db.read(Scope(principal.org_id)) as session:
        every = [Known(*row) for row in await session.execute(query)]
    found = [
        one
        for one in every
        if is_for(principal, one.owner, one.body.get("audience", "staff"), one.body.get("groups", ()))
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def published(known: Sequence[Known], since: datetime, limit: int = 5) -> list[Known]:
    """Those of the organisation whose version in force is younger than `since`, the latest first. Pure."""
    young = (one for one in known if one.owner is None and one.at > since)
    return sorted(young, key=lambda one: one.at, reverse=True)[:limit]


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
