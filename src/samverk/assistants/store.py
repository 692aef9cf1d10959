"""Queries of the room, each within the scope of the session that it is given."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.assistants.model import Assistant, AssistantBody
from samverk.assistants.tables import AssistantDraft, AssistantRow, AssistantShare, AssistantVersionRow
from samverk.core.canonical import digest
from samverk.core.ids import new_id
from samverk.core.journal import Actor
from samverk.identity.tables import Organisation


@dataclass(frozen=True, slots=True)
class Parts:
    """An assistant with its version in force and its draft, as far as there are any."""

    row: AssistantRow
    version: AssistantVersionRow | None
    draft: AssistantDraft | None


def current(*, retired: bool = False) -> Select[AssistantRow, AssistantVersionRow]:
    """Living assistants, or retired ones too, with their version in force."""
    query = select(AssistantRow, AssistantVersionRow).join(AssistantVersionRow, _in_force())
    return query if retired else query.where(AssistantRow.retired_at.is_(None))


def _in_force() -> ColumnElement[bool]:
    return AssistantVersionRow.id == AssistantRow.version_id


def assistant(row: AssistantRow, version: AssistantVersionRow) -> Assistant:
    """An assistant in a version."""
    return Assistant(
        row.id, row.slug, version.ordinal, version.id, AssistantBody.model_validate(version.body), row.owner
    )


async def bodies(session: AsyncSession) -> list[dict[str, Any]]:
    """What every assistant says, retired or not: in force, and in its draft."""
    in_force = select(AssistantVersionRow.body).join(AssistantRow, _in_force())
    return [*await session.scalars(in_force), *await session.scalars(select(AssistantDraft.body))]


async def by_slug(session: AsyncSession, slug: str, *, lock: bool = False) -> AssistantRow | None:
    """The assistant with this slug, retired or not; locked until the unit of work ends."""
    query = select(AssistantRow).where(AssistantRow.slug == slug)
    found: AssistantRow | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def parts(session: AsyncSession, slug: str, *, lock: bool = False) -> Parts | None:
    """The assistant with this slug and what there is of it."""
    row = await by_slug(session, slug, lock=lock)
    if row is None:
        return None
    return Parts(
        row,
        await session.get(AssistantVersionRow, (row.org_id, row.version_id)),
        await session.get(AssistantDraft, (row.org_id, row.id)),
    )


async def versions(session: AsyncSession, assistant_id: UUID) -> list[AssistantVersionRow]:
    """The versions of an assistant, the newest first."""
    query = select(AssistantVersionRow).where(AssistantVersionRow.assistant_id == assistant_id)
    return list(await session.scalars(query.order_by(AssistantVersionRow.ordinal.desc())))


async def version(session: AsyncSession, assistant_id: UUID, ordinal: int) -> AssistantVersionRow | None:
    """One version of an assistant."""
    query = select(AssistantVersionRow).where(
        AssistantVersionRow.assistant_id == assistant_id, AssistantVersionRow.ordinal == ordinal
    )
    found: AssistantVersionRow | None = await session.scalar(query)
    return found


async def add_version(
    session: AsyncSession, row: AssistantRow, body: AssistantBody, by: Actor, note: str = ""
) -> AssistantVersionRow:
    """A new version, which is in force from now on."""
    newest = await session.scalar(
        select(func.max(AssistantVersionRow.ordinal)).where(AssistantVersionRow.assistant_id == row.id)
    )
    made = AssistantVersionRow(
        org_id=row.org_id,
        id=new_id(),
        assistant_id=row.id,
        ordinal=(newest or 0) + 1,
        body=body.body(),
        digest=digest(body.body()),
        created_by=by.owner,
        created_by_name=by.name,
        note=note,
    )
    session.add(made)
    row.version_id = made.id
    return made


async def slugs_like(session: AsyncSession, beginning: str) -> set[str]:
    """The slugs that begin so, of retired assistants too."""
    query = select(AssistantRow.slug).where(AssistantRow.slug.startswith(beginning, autoescape=True))
    return set(await session.scalars(query))


async def all_parts(session: AsyncSession) -> list[Any]:
    """Every assistant as a row (id, slug, owner, retired_at, ordinal, body, draft, updated_at, maker): bodies as plain values."""
    first = select(AssistantVersionRow.assistant_id, AssistantVersionRow.created_by).where(
        AssistantVersionRow.ordinal == 1
    )
    made = first.subquery()
    query = (
        select(
            AssistantRow.id,
            AssistantRow.slug,
            AssistantRow.owner,
            AssistantRow.retired_at,
            AssistantVersionRow.ordinal,
            AssistantVersionRow.body,
            AssistantDraft.body.label("draft"),
            func.coalesce(AssistantDraft.updated_at, AssistantVersionRow.created_at, AssistantRow.created_at).label(
                "updated_at"
            ),
            func.coalesce(made.c.created_by, AssistantRow.owner).label("maker"),
        )
        .outerjoin(AssistantVersionRow, _in_force())
        .outerjoin(AssistantDraft, AssistantDraft.assistant_id == AssistantRow.id)
        .outerjoin(made, made.c.assistant_id == AssistantRow.id)
    )
    return list(await session.execute(query))


# what organisations show each other


async def living_share(session: AsyncSession, assistant_id: UUID) -> AssistantShare | None:
    """How an assistant of the scope's organisation is shared, if it is. The caller has found the assistant within its scope."""
    query = select(AssistantShare).where(
        AssistantShare.assistant_id == assistant_id, AssistantShare.revoked_at.is_(None)
    )
    found: AssistantShare | None = await session.scalar(query)
    return found


async def shared_with(session: AsyncSession, org: UUID) -> list[tuple[AssistantShare, str]]:
    """What other organisations share with this one, each with the name of its organisation."""
    query = (
        select(AssistantShare, Organisation.name)
        .join(Organisation, Organisation.id == AssistantShare.owner_org)
        .where(AssistantShare.readable(org))
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def shared(session: AsyncSession, org: UUID, share_id: UUID) -> tuple[AssistantShare, str] | None:
    """One of those."""
    query = (
        select(AssistantShare, Organisation.name)
        .join(Organisation, Organisation.id == AssistantShare.owner_org)
        .where(AssistantShare.readable(org), AssistantShare.id == share_id)
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None
