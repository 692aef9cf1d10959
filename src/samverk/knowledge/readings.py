"""The job that reads a document: the original is parsed behind walls, then version, passages and changes are stored at once.

It may run twice for the same document (a process died in between): the second time finds the work done and leaves it.
Where pages are pictures the job recognises a few of them and queues itself anew, until all are done: others get their turn.
A file that cannot be read is recorded with the reason; the version that was read before stays current.
"""

import asyncio
import mimetypes
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

import structlog

from samverk.core.blobs import Blobs
from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.ids import new_id, now
from samverk.core.jobs import Jobs, Payload
from samverk.core.scope import Scope
from samverk.knowledge import erasure, store
from samverk.knowledge.notes import note
from samverk.knowledge.passages import Extract
from samverk.knowledge.ports import Shelf
from samverk.knowledge.recognition import Kept, Recogniser, Recognition, progress
from samverk.knowledge.shelves import Shelves
from samverk.knowledge.tables import Document, DocumentVersion
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.views import Reason

JOB = "knowledge.read"
ExtractFile = Callable[..., Extract]  # a path, and the pages that were recognised, if any were

INTERRUPTED = Reason(
    "interrupted",
    "Läsningen avbröts gång på gång. Lägg in filen igen; hjälper inte det, spara den i ett annat format.",
    "The reading was interrupted again and again. Add the file again; if that does not help, save it in another format.",
)
_INTERNAL = Reason(
    "internal",
    "Något gick fel hos oss när filen lästes. Felet är loggat.",
    "Something went wrong on our side when the file was read. The error is logged.",
)
_MEDIA_TYPES = mimetypes.MimeTypes()  # Python's own table: the same on every machine

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one document."""

    org: UUID
    document: UUID
    id: UUID

    def payload(self) -> Payload:
        """As a job carries it."""
        return {"org": str(self.org), "document": str(self.document), "reading": str(self.id)}

    @classmethod
    def of(cls, payload: Payload) -> "Reading":
        """The reading that a job is about."""
        return cls(UUID(payload["org"]), UUID(payload["document"]), UUID(payload["reading"]))

    @classmethod
    def due(cls, document: Document) -> "Reading":
        """The reading that a document waits for."""
        return cls(document.org_id, document.id, document.reading_id)

    def is_due(self, document: Document | None) -> bool:
        """Whether it still is to be done: not when it is done, or the document is gone or was added anew meanwhile."""
        if document is None or document.deleted_at is not None:
            return False
        return document.status == "reading" and document.reading_id == self.id


class Reader:
    """Does the readings, at most `workers` at once."""

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        shelves: Shelves,
        jobs: Jobs,
        extract: ExtractFile,
        *,
        recognition: Recognition,
        workers: int,
    ) -> None:
        self._db = db
        self._blobs = blobs
        self._shelves = shelves
        self._jobs = jobs
        self._extract = extract
        self._recogniser = Recogniser(db, recognition)
        self._room = asyncio.Semaphore(workers)
        jobs.register(JOB, self.read)

    async def ask(self, reading: Reading) -> None:
        """Ask for a reading. Raises JobsFailed."""
        await self._jobs.enqueue(JOB, reading.payload(), key=reading.id.hex, org=reading.org)

    async def read(self, payload: Payload) -> None:
        """The job's handler."""
        reading = Reading.of(payload)
        async with self._room:
            async with self._db.read(Scope(reading.org)) as session:
                document = await store.document(session, reading.document)
            if document is not None and reading.is_due(document):
                await self._read(reading, document)
        if document is not None:
            self._shelves.mark(Shelf(document.org_id, document.collection_id))

    async def give_up(self, reading: Reading, reason: Reason, ms: int | None = None) -> None:
        """Record that the document was not read."""
        async with self._db.write(Scope(reading.org)) as session:
            document = await store.document(session, reading.document)
            if document is not None and reading.is_due(document):
                document.status, document.reason, document.ms = "not_read", reason.as_json(), ms
                document.updated_at = now()

    async def _read(self, reading: Reading, document: Document) -> None:
        started = time.perf_counter()
        try:
            original = await self._blobs.path(reading.org, document.content_hash)
            with _named(original, document.path) as path:
                extract = await self._extracted(reading, document, path)
            if extract is None:
                return
            text_hash = await self._blobs.put(reading.org, extract.text.encode())
            facts = {
                "text_hash": text_hash,
                "size": original.stat().st_size,
                "media_type": _MEDIA_TYPES.guess_type(document.path)[0] or "application/octet-stream",
            }
            if not await self._store(reading, extract, facts, _milliseconds_since(started)):
                await erasure.forget_blobs(self._db, self._blobs, reading.org, [text_hash])
        except SamverkError as error:
            await self.give_up(reading, Reason.of(error), _milliseconds_since(started))
        except Exception:  # noqa: BLE001 - recorded with the document
            _log.exception("a document could not be read", document=str(reading.document))
            await self.give_up(reading, _INTERNAL, _milliseconds_since(started))

    async def _extracted(self, reading: Reading, document: Document, path: Path) -> Extract | None:
        """The document as far as it can be read; None where pages of it are still to be recognised. Raises `Unreadable`."""
        extract = await asyncio.to_thread(self._extract, path)
        wanted = self._recogniser.wanted(extract.unread)
        if not wanted:
            return _with_text(extract, Unreadable("no_text"))
        file = reading.org, document.content_hash
        begun = document.reason is not None
        if not begun:
            await self._recogniser.forget_faults(*file)
        kept = await self._recogniser.kept(*file)
        if lacking := kept.lacks(wanted):
            read = await self._recogniser.read_on(*file, path, lacking) if begun else 0
            await self._go_on(reading, progress(len(wanted) - len(lacking) + read, len(wanted)))
            return None
        if kept.pages:
            extract = await asyncio.to_thread(self._extract, path, kept.pages)
        return _with_text(_noted(extract, kept), kept.fault())

    async def _go_on(self, reading: Reading, reason: Reason) -> None:
        """Say how far the document has come, and queue its reading anew, behind others that wait."""
        async with self._db.write(Scope(reading.org)) as session:
            document = await store.document(session, reading.document)
            if document is None or not reading.is_due(document):
                return
            document.reason, document.reading_id = reason.as_json(), new_id()
        await self.ask(Reading.due(document))

    async def _store(self, reading: Reading, extract: Extract, facts: dict[str, Any], ms: int) -> bool:
        """The one short write unit in which the new version, its passages and the index's changes appear, if it is still due.

        What was read anew and says what it said makes no new version.
        """
        async with self._db.write(Scope(reading.org)) as session:
            document = await store.document(session, reading.document)
            if document is None or not reading.is_due(document):
                return False
            current = await store.version(session, document.version_id) if document.version_id else None
            if current is None or not _says_the_same(current, document, extract, facts):
                version = await store.add_version(session, document, extract, facts)
                await store.add_changes(session, document, removed=document.version_id, added=version.id)
                document.version_id, document.title = version.id, version.title
            document.status, document.reason, document.ms = "read", None, ms
            document.updated_at = now()
            return True


def _says_the_same(current: DocumentVersion, document: Document, extract: Extract, facts: dict[str, Any]) -> bool:
    was = (current.content_hash, current.text_hash, current.extractor, current.title, current.passages)
    now_is = (document.content_hash, facts["text_hash"], extract.extractor, extract.title, len(extract.passages))
    return was == now_is and current.labels == list(extract.labels) and current.notes == list(extract.notes)


@contextmanager
def _named(original: Path, path: str) -> Iterator[Path]:
    """The original under the name that it came with: its suffix says what it claims to be."""
    name = PurePosixPath(path).name
    suffix = PurePosixPath(name).suffix[:20]
    with tempfile.TemporaryDirectory(prefix="samverk-") as folder:
        link = Path(folder) / f"{name.removesuffix(suffix)[:50]}{suffix}"
        link.symlink_to(original.resolve())
        yield link


def _with_text(extract: Extract, otherwise: Unreadable) -> Extract:
    """The document, where it has text. Raises the reason why it has none."""
    if extract.unread and not extract.passages:
        raise otherwise
    return extract


def _noted(extract: Extract, kept: Kept) -> Extract:
    """The document with notes of what was recognised and what was not, and by whom."""
    labels = ", ".join(extract.labels[page] or f"({page + 1})" for page in sorted(kept.pages)[:40])
    more = "…" if len(kept.pages) > 40 else ""
    recognised = (note("pages_recognised", labels + more),) if kept.pages else ()
    missing = {fault for fault in kept.faults.values() if fault.startswith("recognition_missing")}
    extractor = f"{extract.extractor}, {kept.reader}" if kept.reader else extract.extractor
    return replace(extract, extractor=extractor, notes=(*extract.notes, *recognised, *sorted(missing)))


def _milliseconds_since(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
