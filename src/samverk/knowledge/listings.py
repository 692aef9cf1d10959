"""Queries behind the lists that people see: how collections stand, and the documents of one, a page at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from samverk.core.ids import now
from samverk.knowledge.tables import Collection, Document, DocumentVersion, Grant, PassageRow
from samverk.knowledge.views import CollectionState, Filter

Pair = tuple[Document, DocumentVersion | None]

OLD = timedelta(days=365)  # a document that has not been changed for so long is worth a look
CURRENT = and_(DocumentVersion.org_id == Document.org_id, DocumentVersion.id == Document.version_id)

_SHOWN: dict[Filter, tuple[ColumnElement[bool], ...]] = {
    "all": (Document.deleted_at.is_(None),),
    "failed": (Document.deleted_at.is_(None), Document.status == "not_read"),
    "reading": (Document.deleted_at.is_(None), Document.status == "reading"),
    "deleted": (Document.deleted_at.is_not(None),),
}  # and "old", which asks of the version


def own_date(version: type[DocumentVersion] = DocumentVersion) -> ColumnElement[datetime]:
    """When a version was changed: what its source says, else when it came here."""
    return func.coalesce(version.modified_at, version.created_at)


def is_old(version: type[DocumentVersion] = DocumentVersion) -> ColumnElement[bool]:
    """Whether a version has not been changed for a year."""
    return own_date(version) < now() - OLD


async def states(session: AsyncSession, ids: Sequence[UUID], orgs: Sequence[UUID]) -> dict[UUID, CollectionState]:
    """How these collections of these organisations stand, in one query; one without documents is absent."""
    living = Document.deleted_at.is_(None)
    query = (
        select(
            Document.collection_id,
            count(living),
            count(living & (Document.status == "reading")),
            count(living & (Document.status == "not_read")),
            count(Document.deleted_at.is_not(None)),
            func.max(Document.updated_at),
        )
        .where(Document.org_id.in_(orgs), Document.collection_id.in_(ids))
        .group_by(Document.collection_id)
    )
    return {row[0]: CollectionState(*row[1:]) for row in await session.execute(query)}


def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows the condition holds for."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def made_at(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When these collections were made."""
    rows = await session.execute(select(Collection.id, Collection.created_at).where(Collection.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


async def deleted_collections(session: AsyncSession, org: UUID) -> list[Collection]:
    """The organisation's deleted collections, the latest first; none that is somebody's alone."""
    query = select(Collection).where(
        Collection.org_id == org, Collection.deleted_at.is_not(None), Collection.owner.is_(None)
    )
    return list(await session.scalars(query.order_by(Collection.deleted_at.desc())))


async def readers(session: AsyncSession, owner: UUID, collection: UUID) -> list[UUID | None]:
    """The organisations that a collection is shared with; None stands for all."""
    query = select(Grant.to_org).where(
        Grant.owner_org == owner, Grant.collection_id == collection, Grant.revoked_at.is_(None)
    )
    return list(await session.scalars(query))


def _with_versions(org: UUID, collection: UUID) -> Select[Document, DocumentVersion]:
    return (
        select(Document, DocumentVersion)
        .outerjoin(DocumentVersion, CURRENT)
        .where(Document.org_id == org, Document.collection_id == collection)
    )


async def documents(
    session: AsyncSession, org: UUID, collection: UUID, shown: Filter, since: datetime | None, part: slice
) -> list[Pair]:
    """A part of the documents of a collection, each with its current version: by path, the latest first for `since`, the
    oldest first among the old."""
    query = _with_versions(org, collection).where(*_shown(org, collection, shown, since))
    order = [own_date()] if shown == "old" else [Document.updated_at.desc()] if since else []
    rows = await session.execute(query.order_by(*order, Document.path).offset(part.start).limit(part.stop - part.start))
    return [(row[0], row[1]) for row in rows]


async def documents_by_id(session: AsyncSession, org: UUID, collection: UUID, ids: Sequence[UUID]) -> list[Pair]:
    """These documents of a collection, deleted or not, by path."""
    query = _with_versions(org, collection).where(Document.id.in_(ids)).order_by(Document.path)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def number_of_documents(
    session: AsyncSession, org: UUID, collection: UUID, shown: Filter, since: datetime | None
) -> int:
    """How many there are of them."""
    query = select(func.count()).select_from(Document).where(*_shown(org, collection, shown, since))
    return await session.scalar(query) or 0


async def matching(
    session: AsyncSession, org: UUID, collection: UUID, shown: Filter, since: datetime | None, words: Sequence[str]
) -> list[UUID]:
    """The documents whose title or path holds all the words, by path. Compared here: SQLite knows no Å and å."""
    query = select(Document.id, Document.path, Document.title).where(*_shown(org, collection, shown, since))
    rows = await session.execute(query.order_by(Document.path))
    return [row.id for row in rows if holds(f"{row.path}\n{row.title}", words)]


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether a text holds all of the words, which are casefolded. Pure."""
    folded = text.casefold()
    return all(word in folded for word in words)


def _shown(org: UUID, collection: UUID, shown: Filter, since: datetime | None) -> list[ColumnElement[bool]]:
    """What holds for the documents of a collection that are shown."""
    held = [Document.org_id == org, Document.collection_id == collection]
    if since:
        held.append(Document.updated_at >= since)
    if shown != "old":
        return [*held, *_SHOWN[shown]]
    version = aliased(DocumentVersion)
    old = select(version.id).where(version.org_id == org, version.collection_id == collection, is_old(version))
    return [*held, *_SHOWN["all"], Document.version_id.in_(old)]


async def versions(session: AsyncSession, document: Document) -> list[DocumentVersion]:
    """The versions of a document, the newest first."""
    query = select(DocumentVersion).where(
        DocumentVersion.org_id == document.org_id, DocumentVersion.document_id == document.id
    )
    return list(await session.scalars(query.order_by(DocumentVersion.ordinal.desc())))


async def first_passage(session: AsyncSession, version: DocumentVersion) -> UUID | None:
    """Where a version begins."""
    query = select(PassageRow.id).where(PassageRow.org_id == version.org_id, PassageRow.version_id == version.id)
    found: UUID | None = await session.scalar(query.order_by(PassageRow.ordinal).limit(1))
    return found
