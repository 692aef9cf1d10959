"""Queries of the room, each within the scope of the session that it is given.

The scope narrows every statement anyway. Where the organisation is known it is named as well: it stands first in the keys,
and a database that is not told it would read the whole table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.ids import new_id
from samverk.identity.tables import Organisation
from samverk.knowledge.passages import Extract
from samverk.knowledge.tables import Collection, Document, DocumentVersion, IndexChange, PassageRow

_AT_ONCE = 500  # values in one IN list


def _current_version() -> ColumnElement[bool]:
    return and_(DocumentVersion.org_id == Document.org_id, DocumentVersion.id == Document.version_id)


def _version_of_passage() -> ColumnElement[bool]:
    return and_(DocumentVersion.org_id == PassageRow.org_id, DocumentVersion.id == PassageRow.version_id)


def _document_of_version() -> ColumnElement[bool]:
    return and_(Document.org_id == DocumentVersion.org_id, Document.id == DocumentVersion.document_id)


def parts(values: Iterable[UUID]) -> list[list[UUID]]:
    """The values in lists short enough for one statement each."""
    every = list(values)
    return [every[i : i + _AT_ONCE] for i in range(0, len(every), _AT_ONCE)]


# collections


async def own_collection(session: AsyncSession, org: UUID, slug: str) -> Collection | None:
    """The organisation's own collection with this slug; none that is somebody's alone."""
    query = select(Collection).where(Collection.org_id == org, Collection.slug == slug, Collection.deleted_at.is_(None))
    found: Collection | None = await session.scalar(query.where(Collection.owner.is_(None)))
    return found


async def collection(session: AsyncSession, collection_id: UUID) -> Collection | None:
    """A collection that the scope may read; somebody's alone too."""
    query = select(Collection).where(Collection.id == collection_id, Collection.deleted_at.is_(None))
    found: Collection | None = await session.scalar(query)
    return found


async def readable_collections(session: AsyncSession) -> list[Collection]:
    """Every collection that the scope may read, its own and those shared with it; none that is somebody's alone."""
    query = select(Collection).where(Collection.deleted_at.is_(None), Collection.owner.is_(None))
    return list(await session.scalars(query))


async def named_collections(session: AsyncSession, owner: str, slugs: Iterable[str]) -> list[Collection]:
    """Those with these slugs that the scope may read, of all organisations; also those that are `owner`'s alone."""
    query = select(Collection).where(
        Collection.slug.in_(set(slugs)),
        Collection.deleted_at.is_(None),
        or_(Collection.owner.is_(None), Collection.owner == owner),
    )
    return list(await session.scalars(query))


async def org_slugs(session: AsyncSession, orgs: Iterable[UUID]) -> dict[UUID, str]:
    """The slugs of organisations by id."""
    wanted = set(orgs)
    rows = await session.execute(select(Organisation.id, Organisation.slug).where(Organisation.id.in_(wanted)))
    return {row.id: row.slug for row in rows}


async def org_names(session: AsyncSession, orgs: Iterable[UUID]) -> dict[UUID, str]:
    """The names of organisations by id."""
    wanted = set(orgs)
    rows = await session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted)))
    return {row.id: row.name for row in rows}


async def slugs(session: AsyncSession, org: UUID) -> set[str]:
    """Every slug that stands in the organisation's way: also of private collections and deleted ones."""
    return set(await session.scalars(select(Collection.slug).where(Collection.org_id == org)))


async def all_orgs(session: AsyncSession) -> list[UUID]:
    """The ids of all organisations."""
    return list(await session.scalars(select(Organisation.id)))


# documents


async def document(session: AsyncSession, document_id: UUID) -> Document | None:
    """A document that the scope may read, deleted or not."""
    found: Document | None = await session.scalar(select(Document).where(Document.id == document_id))
    return found


async def document_at(session: AsyncSession, of: Collection, path: str) -> Document | None:
    """The document with this path in a collection, deleted or not."""
    query = select(Document).where(Document.org_id == of.org_id, Document.collection_id == of.id, Document.path == path)
    found: Document | None = await session.scalar(query)
    return found


async def documents_with_versions(
    session: AsyncSession, org: UUID, *, collection: UUID | None = None, ids: Sequence[UUID] | None = None
) -> list[tuple[Document, DocumentVersion | None]]:
    """Documents that are not deleted, each with its current version, by path."""
    query = (
        select(Document, DocumentVersion)
        .outerjoin(DocumentVersion, _current_version())
        .where(Document.org_id == org, Document.deleted_at.is_(None))
        .order_by(Document.path)
    )
    if collection is not None:
        query = query.where(Document.collection_id == collection)
    if ids is not None:
        query = query.where(Document.id.in_(ids))
    return [(row[0], row[1]) for row in await session.execute(query)]


async def still_reading(session: AsyncSession, org: UUID) -> list[tuple[UUID, UUID]]:
    """The organisation's documents whose reading is not finished: (id, id of the reading)."""
    query = select(Document.id, Document.reading_id).where(
        Document.org_id == org, Document.status == "reading", Document.deleted_at.is_(None)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def reading_ids(session: AsyncSession, org: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the organisation's documents whose reading is not finished."""
    query = select(Document.id).where(Document.org_id == org, Document.id.in_(ids), Document.status == "reading")
    return set(await session.scalars(query))


# versions


async def version(session: AsyncSession, version_id: UUID) -> DocumentVersion | None:
    """A version that the scope may read."""
    found: DocumentVersion | None = await session.scalar(
        select(DocumentVersion).where(DocumentVersion.id == version_id)
    )
    return found


async def version_of_content(session: AsyncSession, of: Document, content_hash: str) -> DocumentVersion | None:
    """The newest version of a document that was made from this content."""
    query = select(DocumentVersion).where(
        DocumentVersion.org_id == of.org_id,
        DocumentVersion.document_id == of.id,
        DocumentVersion.content_hash == content_hash,
    )
    found: DocumentVersion | None = await session.scalar(query.order_by(DocumentVersion.ordinal.desc()).limit(1))
    return found


async def add_version(session: AsyncSession, of: Document, extract: Extract, facts: dict[str, Any]) -> DocumentVersion:
    """Store a new version of a document with its passages. `facts`: text_hash, size, media_type."""
    last = 0
    if of.version_id is not None:
        mine = (DocumentVersion.org_id == of.org_id, DocumentVersion.document_id == of.id)
        last = await session.scalar(select(func.max(DocumentVersion.ordinal)).where(*mine)) or 0
    made = DocumentVersion(
        org_id=of.org_id,
        collection_id=of.collection_id,
        id=new_id(),
        document_id=of.id,
        ordinal=last + 1,
        title=extract.title,
        content_hash=of.content_hash,
        modified_at=of.modified_at,
        extractor=extract.extractor,
        labels=list(extract.labels),
        pages=extract.pages,
        passages=len(extract.passages),
        notes=list(extract.notes),
        walls=list(extract.walls),
        **facts,
    )
    session.add(made)
    await session.flush()
    if rows := [_passage_row(made, passage) for passage in extract.passages]:
        await session.execute(insert(PassageRow), rows)
    return made


def _passage_row(made: DocumentVersion, passage: Any) -> dict[str, Any]:
    place = passage.locator
    return {
        "org_id": made.org_id,
        "collection_id": made.collection_id,
        "id": new_id(),
        "version_id": made.id,
        "ordinal": passage.ordinal,
        "text": passage.text,
        "heading": list(place.heading),
        "page": place.page,
        "label": place.label or None,
        "start": place.start,
        "end": place.end,
        "pages": [list(pair) for pair in passage.pages],
    }


# passages


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage with what it belongs to."""

    passage: PassageRow
    version: DocumentVersion
    document: Document

    @property
    def is_current(self) -> bool:
        """Whether its version is the document's newest one, and the document still there."""
        return self.document.version_id == self.version.id and self.document.deleted_at is None


async def placed(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Placed]:
    """Those of the passages that the scope may read, by id."""
    query = (
        select(PassageRow, DocumentVersion, Document)
        .join(DocumentVersion, _version_of_passage())
        .join(Document, _document_of_version())
    )
    found: dict[UUID, Placed] = {}
    for some in parts(ids):
        for passage, version_, document_ in await session.execute(query.where(PassageRow.id.in_(some))):
            found[passage.id] = Placed(passage, version_, document_)
    return found


async def placed_of(session: AsyncSession, org: UUID, versions: Sequence[UUID]) -> list[Placed]:
    """Every passage of these versions, in the order of the versions and of reading."""
    query = (
        select(PassageRow, DocumentVersion, Document)
        .join(DocumentVersion, _version_of_passage())
        .join(Document, _document_of_version())
        .where(PassageRow.org_id == org, PassageRow.version_id.in_(versions))
        .order_by(PassageRow.ordinal)
    )
    rows = [Placed(*row) for row in await session.execute(query)]
    return sorted(rows, key=lambda row: versions.index(row.version.id))


async def neighbours(session: AsyncSession, of: PassageRow) -> tuple[UUID | None, UUID | None]:
    """The passages before and after one in its version."""
    query = select(PassageRow.ordinal, PassageRow.id).where(
        PassageRow.org_id == of.org_id,
        PassageRow.version_id == of.version_id,
        PassageRow.ordinal.in_([of.ordinal - 1, of.ordinal + 1]),
    )
    ids = {row.ordinal: row.id for row in await session.execute(query)}
    return ids.get(of.ordinal - 1), ids.get(of.ordinal + 1)


async def layout(
    session: AsyncSession, of: PassageRow
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[int, int], ...]]:
    """A version as its passages tell of it, in reading order: its heading paths, each once, and where its pages turn: pairs
    (character of the cleaned text, index of the page that begins there)."""
    query = select(PassageRow.heading, PassageRow.start, PassageRow.page, PassageRow.pages).where(
        PassageRow.org_id == of.org_id, PassageRow.version_id == of.version_id
    )
    rows = list(await session.execute(query.order_by(PassageRow.ordinal)))
    places = [(row.start + at, page) for row in rows for at, page in row.pages or [(0, row.page)] if page is not None]
    turns = tuple(here for before, here in zip([(0, -1), *places], places, strict=False) if here[1] > before[1])
    return tuple(dict.fromkeys(tuple(row.heading) for row in rows)), turns


async def counterpart(session: AsyncSession, of: Placed) -> tuple[UUID, DocumentVersion] | None:
    """What stands in the newest version where a passage of an older one stood: under the same heading, nearest by number."""
    newest = await version(session, of.document.version_id) if of.document.version_id else None
    if newest is None:
        return None
    query = select(PassageRow.id, PassageRow.heading, PassageRow.ordinal).where(
        PassageRow.org_id == newest.org_id, PassageRow.version_id == newest.id
    )
    rows = list(await session.execute(query.order_by(PassageRow.ordinal)))
    old = of.passage
    best = min(rows, key=lambda row: (row.heading != old.heading, abs(row.ordinal - old.ordinal)), default=None)
    return (best.id, newest) if best else None


async def passages_of(session: AsyncSession, org: UUID, versions: Sequence[UUID]) -> list[Row[Any]]:
    """(id, version_id, title, heading, text, path, media_type, modified_at, created_at) of every passage of these versions."""
    of_version = (DocumentVersion.media_type, DocumentVersion.modified_at, DocumentVersion.created_at)
    of_passage = (PassageRow.id, PassageRow.version_id, PassageRow.heading, PassageRow.text)
    query = (
        select(*of_passage, DocumentVersion.title, Document.path, *of_version)
        .join(DocumentVersion, _version_of_passage())
        .join(Document, _document_of_version())
        .where(PassageRow.org_id == org, PassageRow.version_id.in_(versions))
        .order_by(PassageRow.version_id, PassageRow.ordinal)
    )
    return list(await session.execute(query))


# the sequence that the index follows


async def add_changes(
    session: AsyncSession, of: Document, *, removed: UUID | None = None, added: UUID | None = None
) -> None:
    """Say to the index that a version of the document is gone, and that another is there."""
    changes = [
        (of, version_id, gone) for version_id, gone in ((removed, True), (added, False)) if version_id is not None
    ]
    await _add_numbered(session, of.org_id, changes)


async def add_changes_of(session: AsyncSession, org: UUID, documents: Iterable[Document], *, removed: bool) -> None:
    """Say to the index that the current versions of these documents are gone, or there."""
    await _add_numbered(session, org, [(each, each.version_id, removed) for each in documents if each.version_id])


async def _add_numbered(session: AsyncSession, org: UUID, changes: Sequence[tuple[Document, UUID, bool]]) -> None:
    """Write changes down: (document, version, whether it is gone).

    Takes numbers that nobody sees out of order: on PostgreSQL the organisation's sequence is locked until the commit, on
    SQLite the write unit is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": org.int & 0x7FFFFFFFFFFFFFFF})
    last = await session.scalar(select(func.max(IndexChange.seq)).where(IndexChange.org_id == org)) or 0
    session.add_all(
        IndexChange(org_id=org, collection_id=of.collection_id, seq=seq, version_id=version_id, removed=gone)
        for seq, (of, version_id, gone) in enumerate(changes, last + 1)
    )


async def last_changes(session: AsyncSession, collections: Iterable[UUID]) -> dict[UUID, int]:
    """The number of the latest change of each collection: 0 where nothing ever changed; one that is unknown is absent."""
    of_collection = (IndexChange.org_id == Collection.org_id, IndexChange.collection_id == Collection.id)
    last = select(func.max(IndexChange.seq)).where(*of_collection).scalar_subquery()  # the end of an index, for each
    rows = await session.execute(select(Collection.id, last).where(Collection.id.in_(set(collections))))
    return {row[0]: row[1] or 0 for row in rows}


async def changes_after(
    session: AsyncSession, org: UUID, collection: UUID, seq: int, limit: int
) -> list[tuple[int, UUID, bool, int, bool]]:
    """Changes after `seq` in order: (seq, version, removed, passages of the version, whether the version is current now)."""
    query = (
        select(
            IndexChange.seq,
            IndexChange.version_id,
            IndexChange.removed,
            DocumentVersion.passages,
            (Document.version_id == IndexChange.version_id) & Document.deleted_at.is_(None),
        )
        .join(
            DocumentVersion,
            and_(DocumentVersion.org_id == IndexChange.org_id, DocumentVersion.id == IndexChange.version_id),
        )
        .join(Document, _document_of_version())
        .where(IndexChange.org_id == org, IndexChange.collection_id == collection, IndexChange.seq > seq)
        .order_by(IndexChange.seq)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3], bool(row[4])) for row in await session.execute(query)]
