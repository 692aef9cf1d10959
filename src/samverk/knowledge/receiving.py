"""A file that was added becomes a document: under which path it is known, and what that changes. Reads no file's content."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from uuid import UUID

from samverk.core.blobs import SourceUnreadable
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.knowledge import store
from samverk.knowledge.tables import Collection, Document

LONGEST_PATH = 500
# Control characters, and those that turn the direction of writing: "taxor\u202efdp.exe" reads as "taxorexe.pdf".
_CONTROL = dict.fromkeys((*range(32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that is stored: the path that it is known by, the digest of its content, the name of who added it, and when
    its source says that it was changed."""

    path: str
    digest: str
    added_by: str
    modified_at: datetime | None = None


def size_of(path: Path) -> int:
    """The bytes of a file. Raises SourceUnreadable."""
    try:
        return path.stat().st_size
    except OSError as error:
        raise SourceUnreadable(why=error.strerror or "?") from error


def changed_at(path: Path) -> datetime | None:
    """When a file was changed, as its folder says; None where that is no moment that there is."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def clean_path(name: str) -> str:
    """The path of a document: no control characters, no turned writing, no way up or out. Raises Invalid. Pure."""
    parts = [part for part in name.translate(_CONTROL).replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    path = "/".join(parts)
    if not path or len(path) > LONGEST_PATH:
        raise Invalid(
            sv=f"Dokumentets namn, med mappar, måste vara 1 till {LONGEST_PATH} tecken.",
            en=f"The document's name, with its folders, must be 1 to {LONGEST_PATH} characters.",
        )
    return path


async def enter(db: Database, collection: Collection, arrival: Arrival) -> tuple[Document, bool]:
    """Write down that the document with this path now has this content, and whether that is new."""
    try:
        return await _enter(db, collection, arrival)
    except Conflict:  # the same file came twice at once: now it is known
        return await _enter(db, collection, arrival)


async def _enter(db: Database, collection: Collection, arrival: Arrival) -> tuple[Document, bool]:
    async with db.write(Scope(collection.org_id)) as session:
        document = await store.document_at(session, collection, arrival.path)
        if document is None:
            document = _new_document(collection, arrival)
            session.add(document)
            return document, True
        same = document.content_hash == arrival.digest and document.deleted_at is None
        if same and document.status in {"read", "reading"}:
            return document, document.status == "reading"
        known = await store.version_of_content(session, document, arrival.digest)
        old = document.version_id if document.deleted_at is None else None
        document.content_hash, document.deleted_at, document.updated_at = arrival.digest, None, now()
        document.reading_id, document.added_by = new_id(), arrival.added_by
        document.modified_at = arrival.modified_at
        if known is None:
            document.status, document.reason = "reading", None
            if old is None and document.version_id:  # brought back by the new file; until it is read the old one stands
                await store.add_changes(session, document, added=document.version_id)
            return document, True
        document.status, document.reason, document.title = "read", None, known.title
        if old != known.id:
            document.version_id = known.id
            await store.add_changes(session, document, removed=old, added=known.id)
    return document, True


def _new_document(collection: Collection, arrival: Arrival) -> Document:
    return Document(
        org_id=collection.org_id,
        collection_id=collection.id,
        id=new_id(),
        path=arrival.path,
        title=PurePosixPath(arrival.path).name,
        status="reading",
        content_hash=arrival.digest,
        modified_at=arrival.modified_at,
        reading_id=new_id(),
        added_by=arrival.added_by,
    )


@dataclass(frozen=True, slots=True)
class Received:
    """A document that was added. `changed` is False when exactly this content was read before."""

    id: UUID
    changed: bool
