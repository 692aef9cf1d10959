"""Queries about vectors of passages, each within the scope of the session that it is given."""

import re
from collections.abc import Collection as SomeOf
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.knowledge import store
from samverk.knowledge.tables import Document, DocumentVersion, PassageRow
from samverk.knowledge.vector_tables import PassageVector, VectorSet

_BATCHES_AT_ONCE = 50
_PATHS_AT_ONCE = 500
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def sets_of(session: AsyncSession) -> list[VectorSet]:
    """The organisation's sets, the oldest first."""
    query = select(VectorSet).order_by(VectorSet.created_at, VectorSet.id)
    return list(await session.scalars(query))


async def serving(session: AsyncSession) -> VectorSet | None:
    """The set that serves the organisation's searches."""
    query = select(VectorSet).where(VectorSet.serving)
    found: VectorSet | None = await session.scalar(query.limit(1))
    return found


async def locked(session: AsyncSession, org: UUID, set_id: UUID) -> VectorSet | None:
    """A set that nobody else changes meanwhile."""
    return await session.get(VectorSet, (org, set_id), with_for_update=True)


async def lacking(session: AsyncSession, made: VectorSet, collections: Iterable[UUID], limit: int) -> list[Row[Any]]:
    """Current passages without a vector, one collection after the other: (id, collection_id, heading, text, title, path,
    media_type, modified_at, created_at)."""
    of_version = (DocumentVersion.media_type, DocumentVersion.modified_at, DocumentVersion.created_at)
    of_passage = (PassageRow.id, PassageRow.collection_id, PassageRow.heading, PassageRow.text)
    query = (
        _current(*of_passage, DocumentVersion.title, Document.path, *of_version)
        .outerjoin(PassageVector, _vector_of_passage(made))
        .where(PassageRow.collection_id.in_(list(collections)), PassageVector.passage_id.is_(None))
        .order_by(PassageRow.collection_id, PassageRow.version_id, PassageRow.ordinal)
    )
    return list(await session.execute(query.limit(limit)))


async def count(session: AsyncSession, made: VectorSet) -> int:
    """How many vectors there are."""
    return await session.scalar(select(func.count()).select_from(PassageVector).where(_of(made))) or 0


async def passages(session: AsyncSession, collections: Iterable[UUID]) -> int:
    """How many current passages these collections hold."""
    query = (
        select(func.sum(DocumentVersion.passages)).select_from(DocumentVersion).join(Document, _document_of_version())
    )
    ids = list(collections)
    return await session.scalar(query.where(_is_current(), Document.collection_id.in_(ids))) or 0


async def known(session: AsyncSession, made: VectorSet, digests: SomeOf[bytes]) -> dict[bytes, bytes]:
    """The vectors of those of the texts that have been sent before, by their digests."""
    query = select(PassageVector.digest, PassageVector.vector).where(_of(made), PassageVector.digest.in_(digests))
    return {row.digest: row.vector for row in await session.execute(query)}


async def added_after(
    session: AsyncSession, made: VectorSet, collection: UUID, batch: int
) -> tuple[list[Row[Any]], int]:
    """The next vectors of a collection after a batch, (passage_id, vector, type, dated), and the batch that they go up to."""
    last = min(batch + _BATCHES_AT_ONCE, made.batch)
    query = select(PassageVector.passage_id, PassageVector.vector, PassageVector.type, PassageVector.dated).where(
        _of(made), PassageVector.collection_id == collection, PassageVector.batch > batch, PassageVector.batch <= last
    )
    return list(await session.execute(query)), last


async def vectors(session: AsyncSession, made: VectorSet, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    """(passage_id, collection_id, vector) of those of the passages that are current and have one, by passage."""
    query = _current(PassageVector.passage_id, PassageVector.collection_id, PassageVector.vector).join(
        PassageVector, _vector_of_passage(made)
    )
    found: dict[UUID, Row[Any]] = {}
    for some in store.parts(ids):
        found |= {row.passage_id: row for row in await session.execute(query.where(PassageRow.id.in_(some)))}
    return found


async def paths(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The paths of the documents that these passages stand in, by passage."""
    query = _current(PassageRow.id, Document.path)
    found: dict[UUID, str] = {}
    for some in store.parts(ids):
        found |= {row.id: row.path for row in await session.execute(query.where(PassageRow.id.in_(some)))}
    return found


async def answering(session: AsyncSession, collections: Iterable[UUID], names: SomeOf[str]) -> set[str]:
    """Those of the names that are current passages' ids or documents' paths in these collections."""
    query = _current(PassageRow.id, Document.path).where(PassageRow.collection_id.in_(list(collections)))
    ids = [UUID(name) for name in names if _ID.fullmatch(name)]
    found: set[str] = set()
    for some in store.parts(ids):
        found |= {str(row.id) for row in await session.execute(query.where(PassageRow.id.in_(some)))}
    at = list(set(names) - found)
    for some_paths in (at[i : i + _PATHS_AT_ONCE] for i in range(0, len(at), _PATHS_AT_ONCE)):
        found |= {row.path for row in await session.execute(query.where(Document.path.in_(some_paths)).distinct())}
    return found


async def outdated(session: AsyncSession, made: VectorSet, collections: Iterable[UUID]) -> list[UUID]:
    """Passages with vectors that are no longer current, or that the organisation can no longer search."""
    still = _current(PassageRow.id).where(PassageRow.collection_id.in_(list(collections)))
    query = select(PassageVector.passage_id).where(_of(made), PassageVector.passage_id.not_in(still))
    return list(await session.scalars(query))


async def forget_vectors(session: AsyncSession, made: VectorSet, ids: Iterable[UUID]) -> None:
    """Delete the vectors of these passages."""
    for some in store.parts(ids):
        await session.execute(delete(PassageVector).where(_of(made), PassageVector.passage_id.in_(some)))


async def forget(session: AsyncSession, made: VectorSet) -> None:
    """Delete a set with its vectors."""
    await session.execute(delete(PassageVector).where(_of(made)))
    await session.execute(delete(VectorSet).where(VectorSet.id == made.id))


def _of(made: VectorSet) -> ColumnElement[bool]:
    return PassageVector.set_id == made.id


def _vector_of_passage(made: VectorSet) -> ColumnElement[bool]:
    return and_(_of(made), PassageVector.passage_id == PassageRow.id)


def _document_of_version() -> ColumnElement[bool]:
    return and_(Document.org_id == DocumentVersion.org_id, Document.id == DocumentVersion.document_id)


def _is_current() -> ColumnElement[bool]:
    return and_(Document.version_id == DocumentVersion.id, Document.deleted_at.is_(None))


def _current(*columns: Any) -> Select[Any]:
    """A query about passages of current versions of documents that are there."""
    of_passage = and_(DocumentVersion.org_id == PassageRow.org_id, DocumentVersion.id == PassageRow.version_id)
    return (
        select(*columns)
        .select_from(PassageRow)
        .join(DocumentVersion, of_passage)
        .join(Document, and_(_document_of_version(), _is_current()))
    )
