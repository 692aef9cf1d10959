"""The room's service: collections and who they are shared with, documents and their reading, search, passages, originals."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.blobs import Blobs
from samverk.core.database import Database, DatabaseFailed
from samverk.core.errors import NotFound, SamverkError, TooLarge
from samverk.core.ids import new_id, now
from samverk.core.jobs import Jobs, JobState
from samverk.core.journal import note
from samverk.core.leases import Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import access, erasure, readings, store
from samverk.knowledge.catalogue import Catalogue, document_info
from samverk.knowledge.collections import CollectionFields, Collections, own
from samverk.knowledge.narrowing import EVERYTHING, Only
from samverk.knowledge.nearness import Embedder, Nearness
from samverk.knowledge.page_images import PageImage, PageImages, PageOf
from samverk.knowledge.passages import Extract
from samverk.knowledge.ports import SearchIndex, Shelf
from samverk.knowledge.readings import ExtractFile, Reader, Reading
from samverk.knowledge.receiving import Arrival, Received, clean_path, enter, size_of
from samverk.knowledge.recognition import Recognition
from samverk.knowledge.rectangles import Rectangle
from samverk.knowledge.search import Searcher
from samverk.knowledge.shelves import Shelves
from samverk.knowledge.tables import Collection, Document, DocumentVersion
from samverk.knowledge.trial import Trial
from samverk.knowledge.use import Uses
from samverk.knowledge.vectors import Vectors
from samverk.knowledge.views import CollectionInfo, DocumentInfo, Found, Newer, Original, PassageView

_log = structlog.get_logger(__name__)


class Knowledge:
    """Everything that an organisation knows from its documents.

    Files are received and read by jobs; `start` before the first and `close` at the end. `extract` reads one file, in a
    thread; `workers` of them at once. Without a `gateway` no vectors are made of passages.
    """

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        index: SearchIndex,
        jobs: Jobs,
        leases: Leases,
        *,
        extract: ExtractFile | None = None,
        recognition: Recognition | None = None,
        workers: int = 2,
        largest_bytes: int = 100 << 20,
        gateway: Embedder | None = None,
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._index = index
        self._jobs = jobs
        self._largest = largest_bytes
        self._shelves = Shelves(db, index, leases)
        self._collections = Collections(db)
        self.catalogue = Catalogue(db, blobs)
        nearness = Nearness(db, gateway)
        self._searcher = Searcher(db, index, self._shelves, nearness)
        self.vectors = Vectors(db, jobs, nearness)
        self.trial = Trial(db, self._searcher, self.vectors)
        self._reader = Reader(
            db,
            blobs,
            self._shelves,
            jobs,
            extract or _extract,
            recognition=recognition or Recognition(),
            workers=workers,
        )
        self.uses = Uses(db)
        self._images = PageImages(db, blobs)

    async def start(self) -> None:
        """Begin to read."""
        await self._jobs.start()

    async def close(self) -> None:
        """Stop; what is unfinished is taken up at the next start."""
        await self._jobs.stop()
        await self._shelves.close()
        await self._searcher.close()
        await self.uses.write()

    # collections

    async def create_collection(
        self,
        org_id: UUID,
        slug: str,
        name: str,
        level: Level = Level.INTERNAL,
        groups: Iterable[str] = (),
        *,
        description: str = "",
        by: Principal | None = None,
    ) -> CollectionInfo:
        """A new collection; without a slug one is made from its name. Raises Invalid, Conflict if the slug is taken."""
        fields = CollectionFields(name, description, level, tuple(groups))
        return await self._collections.create(org_id, slug, fields, by)

    async def ensure_collection(self, org_id: UUID, slug: str) -> None:
        """Make the collection, named as its slug, unless it exists. Raises Invalid for a slug that cannot stand in an address."""
        await self._collections.ensure(org_id, slug)

    async def change_collection(
        self, org_id: UUID, slug: str, fields: CollectionFields, *, by: Principal | None = None
    ) -> CollectionInfo:
        """Change what is said of a collection; who may read it changes at once. Raises NotAllowed, NotFound, Invalid."""
        return await self._collections.change(org_id, slug, fields, by)

    async def delete_collection(self, org_id: UUID, slug: str, *, by: Principal | None = None) -> UUID:
        """Take a collection away with all that it holds: nothing finds it. Returns its id, for `restore_collection`."""
        collection_id = await self._collections.delete(org_id, slug, by)
        await self._shelves.forget(Shelf(org_id, collection_id))
        return collection_id

    async def restore_collection(
        self, org_id: UUID, collection_id: UUID, *, by: Principal | None = None
    ) -> CollectionInfo:
        """Bring a deleted collection back, under its slug or one like it. Raises NotFound."""
        info = await self._collections.restore(org_id, collection_id, by)
        self._shelves.mark(Shelf(org_id, collection_id))
        return info

    async def collections(self, principal: Principal) -> list[CollectionInfo]:
        """The collections that the principal may read, own ones first, by name."""
        return await access.readable(self._db, principal)

    async def collection(self, principal: Principal, name: str) -> CollectionInfo:
        """The collection with this name ("slug" or "org/slug"). Raises NotFound."""
        return await access.one(self._db, principal, name)

    async def share(self, org_id: UUID, slug: str, to_org: UUID | None, *, by: Principal | None = None) -> None:
        """Let another organisation (None: all) read a collection, until it is taken back. Raises NotAllowed, NotFound."""
        await self._collections.share(org_id, slug, to_org, by)

    async def unshare(self, org_id: UUID, slug: str, to_org: UUID | None, *, by: Principal | None = None) -> None:
        """Take back that another organisation (None: all) may read a collection. Raises NotAllowed, NotFound."""
        await self._collections.unshare(org_id, slug, to_org, by)

    async def erase(self, org_id: UUID, collection_id: UUID) -> None:
        """Erase the files of a conversation for good: documents, passages, index, originals. Done twice is no error; a
        collection that is nobody's alone is left as it is."""
        await erasure.erase(self._db, self._blobs, self._shelves, Shelf(org_id, collection_id))

    # documents

    async def add(
        self, org_id: UUID, collection_slug: str, path_name: str, content: Path, *, by: Principal | None = None
    ) -> UUID:
        """Store a file and ask for its reading; the document's id. See `receive`."""
        return (await self.receive(org_id, collection_slug, path_name, content, by=by)).id

    async def receive(
        self,
        org_id: UUID,
        collection_slug: str,
        path_name: str,
        content: Path,
        *,
        by: Principal | None = None,
        modified: datetime | None = None,
    ) -> Received:
        """Store a file as the document with this path, new or changed, and ask for its reading. `by` is who added it, and
        `modified` when its source says that it was changed.

        Raises NotAllowed, NotFound for the collection, Invalid for the path, TooLarge, SourceUnreadable, StorageFailed.
        """
        who = access.changer(org_id, by)
        async with self._db.read(Scope(org_id)) as session:
            collection = await own(session, who, collection_slug)
        return await self.receive_into(collection, path_name, content, by=by, modified=modified)

    async def receive_into(
        self,
        collection: Collection,
        path_name: str,
        content: Path,
        *,
        by: Principal | None = None,
        modified: datetime | None = None,
    ) -> Received:
        """The same for a collection that its caller holds already. Raises as `receive` does."""
        path, org_id = clean_path(path_name), collection.org_id
        if size_of(content) > self._largest:
            raise TooLarge(limit=f"{self._largest >> 20} MB")
        digest = await self._blobs.put(org_id, content)
        arrival = Arrival(path, digest, by.name if by else "", modified)
        document, changed = await enter(self._db, collection, arrival)
        if document.status == "reading":
            await self._reader.ask(Reading.due(document))
        elif changed:
            self._shelves.mark(Shelf(org_id, collection.id))
        return Received(document.id, changed)

    async def progress(self, org_id: UUID, ids: Sequence[UUID]) -> list[DocumentInfo]:
        """How these documents of the organisation stand now, by path; unknown and deleted ones are absent."""
        infos: list[DocumentInfo] = []
        async with self._db.read(Scope(org_id)) as session:
            for some in store.parts(ids):
                infos += [
                    document_info(*pair) for pair in await store.documents_with_versions(session, org_id, ids=some)
                ]
        return sorted(infos, key=lambda info: info.path)

    async def unfinished(self, org_id: UUID, ids: Iterable[UUID]) -> set[UUID]:
        """Those of these documents whose reading is not finished."""
        async with self._db.read(Scope(org_id)) as session:
            found = [await store.reading_ids(session, org_id, some) for some in store.parts(ids)]
        return set().union(*found)

    async def documents(self, principal: Principal, collection_slug: str) -> list[DocumentInfo]:
        """The documents of a collection that the principal may read, by path. Raises NotFound."""
        collection = await access.one(self._db, principal, collection_slug)
        async with self._db.read(Scope(principal.org_id)) as session:
            pairs = await store.documents_with_versions(session, collection.org_id, collection=collection.id)
        return [document_info(*pair) for pair in pairs]

    async def collection_of(self, principal: Principal, document_id: UUID) -> CollectionInfo:
        """The collection of a document of ours, deleted or not. Raises NotFound unless the principal may read it."""
        async with self._db.read(Scope(principal.org_id)) as session:
            document = await store.document(session, document_id)
        if document is None or document.org_id != principal.org_id:
            raise NotFound("document")
        return await self._readable_by_id(principal, document.collection_id, "document")

    async def delete(self, org_id: UUID, document_id: UUID, *, by: Principal | None = None) -> None:
        """Take a document out of its collection; `restore` brings it back. Raises NotAllowed, NotFound."""
        who = access.changer(org_id, by)
        async with self._db.write(Scope(org_id)) as session:
            document, collection = await _changed(session, who, document_id)
            if document.deleted_at is not None:
                raise NotFound("document")
            document.deleted_at = document.updated_at = now()
            if document.version_id:
                await store.add_changes(session, document, removed=document.version_id)
            note(session, org_id, who, "document.deleted", name=document.path, collection=collection.name)
        self._shelves.mark(Shelf(org_id, document.collection_id))

    async def restore(self, org_id: UUID, document_id: UUID, *, by: Principal | None = None) -> None:
        """Bring a deleted document back as it was. Raises NotAllowed, NotFound."""
        who = access.changer(org_id, by)
        async with self._db.write(Scope(org_id)) as session:
            document, collection = await _changed(session, who, document_id)
            if document.deleted_at is None:
                return
            document.deleted_at, document.updated_at = None, now()
            if document.version_id:
                await store.add_changes(session, document, added=document.version_id)
            if document.status == "reading":  # its job found it deleted and left it
                document.reading_id = new_id()
            note(session, org_id, who, "document.restored", name=document.path, collection=collection.name)
        if document.status == "reading":
            await self._reader.ask(Reading.due(document))
        self._shelves.mark(Shelf(org_id, document.collection_id))

    async def read_again(self, org_id: UUID, document_id: UUID, *, by: Principal | None = None) -> None:
        """Read a document's file anew, as when text recognition was installed since. Raises NotAllowed, NotFound, JobsFailed.

        What was read before stands until then.
        """
        who = access.changer(org_id, by)
        async with self._db.write(Scope(org_id)) as session:
            document, collection = await _changed(session, who, document_id)
            if document.deleted_at is not None:
                raise NotFound("document")
            if document.status != "reading":
                document.status, document.reason, document.reading_id = "reading", None, new_id()
                document.updated_at = now()
                note(session, org_id, who, "document.read_again", name=document.path, collection=collection.name)
        await self._reader.ask(Reading.due(document))

    # search and reading

    async def search(
        self,
        principal: Principal,
        collections: Sequence[str],
        query: str,
        limit: int,
        *,
        only: Only = EVERYTHING,
    ) -> Found:
        """The best passages of these collections ("slug" or "org/slug"), best first, at most `limit`, narrowed by `only`.

        A collection that the principal may not read is left out, with the reason; with none left nothing is found.
        """
        infos, left_out = await access.resolve(self._db, principal, collections)
        found = await self._searcher.search(principal, infos, query, limit, only)
        self.uses.noted(principal.org_id, infos, (hit.collection for hit in found.hits))
        return Found(found.hits, (*left_out, *found.left_out))

    async def passage(self, principal: Principal, passage_id: UUID) -> PassageView:
        """A passage in its document, of the current version or an older one. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = (await store.placed(session, [passage_id])).get(passage_id)
            if row is None or row.document.deleted_at is not None:
                raise _gone("passage")
            previous, following = await store.neighbours(session, row.passage)
            outline, turns = await store.layout(session, row.passage)
            newer = None if row.is_current else await store.counterpart(session, row)
        passage, version, document = row.passage, row.version, row.document
        collection = await self._readable_by_id(principal, passage.collection_id, "passage")
        whole = (await self._blobs.get(passage.org_id, version.text_hash)).decode()
        return PassageView(
            id=passage.id,
            collection=collection.ref,
            org=passage.org_id,
            level=collection.level,
            document_id=document.id,
            version_id=version.id,
            title=version.title,
            path=document.path,
            version=version.ordinal,
            date=version.created_at,
            current=row.is_current,
            newer=Newer(newer[0], newer[1].ordinal, newer[1].created_at) if newer else None,
            heading=tuple(passage.heading),
            outline=outline,
            turns=turns,
            page=passage.page,
            label=passage.label,
            pages=tuple((offset, page) for offset, page in passage.pages),
            labels=tuple(version.labels),
            text=passage.text,
            whole=whole,
            start=passage.start,
            end=passage.end,
            previous=previous,
            next=following,
        )

    async def original(self, principal: Principal, document_id: UUID, version_id: UUID) -> Original:
        """The file that a version was made from, as it was added. Raises NotFound, StorageFailed."""
        document, version = await self._version(principal, version_id)
        if document.id != document_id:
            raise _gone("document")
        path = await self._blobs.path(document.org_id, version.content_hash)
        return Original(path, version.media_type, PurePosixPath(document.path).name)

    async def page_image(self, principal: Principal, version_id: UUID, page: int, width: int) -> PageImage:
        """A page (index) of the file that a version was made from, drawn about `width` pixels wide.

        Raises NotFound, also where the file's format shows no pages, and StorageFailed.
        """
        document, version = await self._version(principal, version_id)
        if not 0 <= page < version.pages:
            raise NotFound("page")
        return await self._images.image(PageOf(version.org_id, version.content_hash, document.path, page), width)

    async def rectangles(
        self, principal: Principal, passage_id: UUID, start: int = 0, end: int | None = None
    ) -> tuple[Rectangle, ...]:
        """Where a passage, or its characters from `start` to `end`, stands on its pages, a rectangle a line at most.

        Empty where the file's format shows no pages. Raises NotFound, StorageFailed.
        """
        async with self._db.read(Scope(principal.org_id)) as session:
            row = (await store.placed(session, [passage_id])).get(passage_id)
        if row is None or row.document.deleted_at is not None:
            raise _gone("passage")
        await self._readable_by_id(principal, row.passage.collection_id, "passage")
        return await self._images.rectangles(row, start, len(row.passage.text) if end is None else end)

    async def _version(self, principal: Principal, version_id: UUID) -> tuple[Document, DocumentVersion]:
        """A version that the principal may read, with its document. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            version = await store.version(session, version_id)
            document = await store.document(session, version.document_id) if version else None
        if document is None or version is None or document.deleted_at:
            raise _gone("document")
        await self._readable_by_id(principal, document.collection_id, "document")
        return document, version

    # unfinished readings

    async def look(self) -> None:
        """Take up, in every organisation, the readings that nobody works on."""
        async with self._db.read(Scope.platform()) as session:
            orgs = await store.all_orgs(session)
        for org in orgs:
            try:
                await self.resume(org)
            except SamverkError as error:
                _log.warning("readings_not_looked_after", why=error.code)

    async def resume(self, org_id: UUID) -> None:
        """Take up the readings of an organisation that nobody works on, and give up those that failed for good."""
        async with self._db.read(Scope(org_id)) as session:
            unread = [Reading(org_id, *ids) for ids in await store.still_reading(session, org_id)]
        keys = [reading.id.hex for reading in unread]
        states = await self._jobs.status(keys)
        why = await self._jobs.failures(key for key, state in states.items() if state is JobState.FAILED)
        for reading, key in zip(unread, keys, strict=True):
            state = states.get(key)
            if state is None:
                await self._reader.ask(reading)
            elif why.get(key) == DatabaseFailed.code:  # not even that could be recorded
                await self._jobs.retry([key])
            elif state is JobState.FAILED:
                await self._reader.give_up(reading, readings.INTERRUPTED)

    async def follow(self, org_id: UUID, collection_id: UUID) -> None:
        """Bring the search index of a collection up to date now."""
        await self._shelves.follow(Shelf(org_id, collection_id))

    async def _readable_by_id(self, principal: Principal, collection_id: UUID, what: str) -> CollectionInfo:
        info = await access.by_id(self._db, principal, collection_id)
        if info is None:
            raise _gone(what)
        return info


def _extract(path: Path, recognised: Mapping[int, Any] | None = None) -> Extract:
    from samverk.knowledge import sandbox  # loaded when the first file is read

    return sandbox.survey(path, recognised)


async def _changed(session: AsyncSession, who: Principal, document_id: UUID) -> tuple[Document, Collection]:
    """A document of the organisation's that the principal may change, with its collection. Raises NotFound.

    The files of a conversation are not: they are their owner's, and `attached` changes them.
    """
    document = await store.document(session, document_id)
    collection = await store.collection(session, document.collection_id) if document else None
    if document is None or collection is None or collection.owner is not None:
        raise NotFound("document")
    if document.org_id != who.org_id or not access.is_open_to(who, collection):
        raise NotFound("document")
    return document, collection


def _gone(what: str) -> NotFound:
    """NotFound for something that once could be read: a citation outlives its source's being shared."""
    error = NotFound(what)
    error.sv = "Källan finns inte kvar, eller så delas den inte längre med dig."
    error.en = "The source is no longer there, or is no longer shared with you."
    return error
