"""What people see of the collections: how each stands, whom it is shared with, its documents by the page, one with its versions.

Reads and decides nothing but who may see. Passages and search are elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.blobs import Blobs
from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import access, listings, store
from samverk.knowledge.tables import Document, DocumentVersion
from samverk.knowledge.views import (
    CollectionInfo,
    CollectionState,
    CollectionView,
    DeletedCollection,
    DocumentInfo,
    DocumentView,
    Filter,
    Page,
    Reader,
    Reason,
    VersionInfo,
)

COLLECTIONS_A_PAGE = 60
DOCUMENTS_A_PAGE = 50
TEXT_SHOWN = 12_000  # characters of a document's text, before its passages are to be read instead
_MOST_FOLLOWED = 200  # documents whose state one asks for at once


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents of a collection are asked for: a filter, words of title or path, since when, and the page (from 1)."""

    shown: Filter = "all"
    q: str = ""
    since: datetime | None = None
    page: int = 1


class Catalogue:
    """Collections and documents as lists."""

    def __init__(self, db: Database, blobs: Blobs) -> None:
        self._db = db
        self._blobs = blobs

    async def collections(self, principal: Principal, q: str = "", page: int = 1) -> Page[CollectionView]:
        """The collections that the principal may read whose names hold the words, own ones first, by name, with their state."""
        words = q.casefold().split()
        infos = await access.readable(self._db, principal)
        found = [info for info in infos if listings.holds(info.name, words)]
        part = _part(page, COLLECTIONS_A_PAGE)
        async with self._db.read(Scope(principal.org_id)) as session:
            views = await _views(session, found[part])
        return Page(tuple(views), len(found), page, COLLECTIONS_A_PAGE)

    async def collection(self, principal: Principal, name: str) -> CollectionView:
        """A collection ("slug" or "org/slug") with its state. Raises NotFound."""
        info = await access.one(self._db, principal, name)
        async with self._db.read(Scope(principal.org_id)) as session:
            return (await _views(session, [info]))[0]

    async def readers(self, info: CollectionInfo) -> tuple[Reader, ...]:
        """The organisations that a collection of ours is shared with, by name; first all, if it is shared with all."""
        if not info.own:
            return ()
        async with self._db.read(Scope(info.org_id)) as session:
            ids = await listings.readers(session, info.org_id, info.id)
            names = await store.org_names(session, [org for org in ids if org])
        return tuple(sorted((Reader(org, names[org] if org else "") for org in ids), key=lambda r: r.name.casefold()))

    async def deleted(self, principal: Principal) -> tuple[DeletedCollection, ...]:
        """The deleted collections that the principal could bring back, the latest first."""
        if not principal.may(access.WRITE):
            return ()
        async with self._db.read(Scope(principal.org_id)) as session:
            rows = await listings.deleted_collections(session, principal.org_id)
        return tuple(
            DeletedCollection(row.id, row.name, row.deleted_at)
            for row in rows
            if row.deleted_at and access.may_read(principal, Level(row.level), row.groups)
        )

    async def documents(self, principal: Principal, name: str, wanted: Wanted) -> Page[DocumentInfo]:
        """A page of a collection's documents. Deleted ones are shown to those who could bring them back. Raises NotFound."""
        info = await access.one(self._db, principal, name)
        if wanted.shown == "deleted" and not _may_change(principal, info):
            raise NotFound("document")
        part, where = _part(wanted.page, DOCUMENTS_A_PAGE), (info.org_id, info.id)
        async with self._db.read(Scope(principal.org_id)) as session:
            if words := wanted.q.casefold().split():
                ids = await listings.matching(session, *where, wanted.shown, wanted.since, words)
                number, pairs = len(ids), await listings.documents_by_id(session, *where, ids[part])
            else:
                number = await listings.number_of_documents(session, *where, wanted.shown, wanted.since)
                pairs = await listings.documents(session, *where, wanted.shown, wanted.since, part)
        return Page(tuple(document_info(*pair) for pair in pairs), number, wanted.page, DOCUMENTS_A_PAGE)

    async def progress(self, principal: Principal, name: str, ids: Sequence[UUID]) -> list[DocumentInfo]:
        """How these documents of a collection stand, by path; others are absent. Raises NotFound."""
        info = await access.one(self._db, principal, name)
        async with self._db.read(Scope(principal.org_id)) as session:
            pairs = await listings.documents_by_id(session, info.org_id, info.id, ids[:_MOST_FOLLOWED])
        return [document_info(*pair) for pair in pairs]

    async def document(self, principal: Principal, document_id: UUID) -> DocumentView:
        """A document with its versions and the beginning of its text.

        Raises NotFound, also for a deleted one where the principal could not bring it back; StorageFailed.
        """
        async with self._db.read(Scope(principal.org_id)) as session:
            document = await store.document(session, document_id)
        info = await access.by_id(self._db, principal, document.collection_id) if document else None
        if document is None or info is None or (document.deleted_at and not _may_change(principal, info)):
            raise NotFound("document")
        async with self._db.read(Scope(principal.org_id)) as session:
            versions = await listings.versions(session, document)
            current = next((version for version in versions if version.id == document.version_id), None)
            first = await listings.first_passage(session, current) if current else None
        text = (await self._blobs.get(document.org_id, current.text_hash)).decode() if current else ""
        return DocumentView(
            document=document_info(document, current),
            collection=info,
            versions=tuple(_version(version, version is current) for version in versions),
            text=text[:TEXT_SHOWN],
            is_cut=len(text) > TEXT_SHOWN,
            first_passage=first,
        )


def _may_change(principal: Principal, info: CollectionInfo) -> bool:
    return info.own and principal.may(access.WRITE)


def _part(page: int, size: int) -> slice:
    return slice((page - 1) * size, page * size)


async def _views(session: AsyncSession, infos: Sequence[CollectionInfo]) -> list[CollectionView]:
    ids, orgs = [info.id for info in infos], list({info.org_id for info in infos})
    states = await listings.states(session, ids, orgs)
    made = await listings.made_at(session, ids)
    names = await store.org_names(session, orgs)
    return [
        CollectionView(info, names[info.org_id], states.get(info.id) or CollectionState(0, 0, 0, 0, made[info.id]))
        for info in infos
    ]


def _version(row: DocumentVersion, is_current: bool) -> VersionInfo:
    return VersionInfo(
        id=row.id,
        ordinal=row.ordinal,
        title=row.title,
        created_at=row.created_at,
        size=row.size,
        pages=row.pages,
        passages=row.passages,
        notes=tuple(row.notes),
        is_current=is_current,
    )


def document_info(document: Document, version: DocumentVersion | None) -> DocumentInfo:
    """A document with its current version, as its steward sees it."""
    return DocumentInfo(
        id=document.id,
        path=document.path,
        title=document.title,
        status=document.status,  # type: ignore[arg-type]
        reason=Reason(**document.reason) if document.reason else None,
        pages=version.pages if version else 0,
        passages=version.passages if version else 0,
        ms=document.ms,
        version=version.ordinal if version else None,
        version_id=document.version_id,
        notes=tuple(version.notes) if version else (),
        updated_at=document.updated_at,
        size=version.size if version else None,
        added_by=document.added_by,
        deleted_at=document.deleted_at,
        dated=(version.modified_at or version.created_at) if version else None,
    )
