"""Files attached to one conversation: a collection that is its owner's alone, read by the same readers behind the same walls.

Since it is a collection, its passages are found, cited and opened like any others. Knows no conversation: whoever has one
keeps the collection's id, and erases it with `Knowledge.erase`.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id, now
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import store
from samverk.knowledge.search import found_passage
from samverk.knowledge.service import Knowledge
from samverk.knowledge.tables import Collection, Document
from samverk.knowledge.views import DocumentInfo, FoundPassage, LeftOut, Reason

MOST_FILES = 20  # attached to one conversation
PATIENCE_SECONDS = 30.0  # of a question with files that are still being read
LOOK_EVERY_SECONDS = 0.1

PICTURES = frozenset({".gif", ".heic", ".heif", ".bmp", ".svg", ".avif"})  # beside those that text recognition reads

_STILL_READING = Reason(
    "still_reading",
    "Filen läses fortfarande. Fråga igen om en stund.",
    "The file is still being read. Ask again in a while.",
)


class CannotAttach(NotAllowed):
    """Files are attached by the staff alone."""

    sv = "Filer kan inte bifogas här."
    en = "Files cannot be attached here."


class TooManyAttached(Invalid):
    """The conversation has as many files as it may have."""

    sv = "Högst {most} filer kan bifogas i ett samtal. Ta bort någon först."
    en = "At most {most} files can be attached to a conversation. Remove one first."


class PictureNotRead(Invalid):
    """A picture in a format that text recognition does not read."""

    sv = "{name} är en bild som inte går att läsa. Spara den som .png eller .jpg, eller skriv in det viktiga i frågan."
    en = "{name} is a picture that cannot be read. Save it as .png or .jpg, or write what matters in the question."


class FormatNotRead(Invalid):
    """No parser reads files with that suffix."""

    sv = "{name} har ett format som inte går att läsa. Det som går är till exempel PDF, Word, Excel, PowerPoint och text."
    en = "{name} has a format that cannot be read. PDF, Word, Excel, PowerPoint and text are among those that can."


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of one conversation, by name, and the level of what they hold."""

    id: UUID
    level: Level
    files: tuple[DocumentInfo, ...]

    @property
    def is_reading(self) -> bool:
        """Whether one of them is still being read."""
        return any(file.status == "reading" for file in self.files)


@dataclass(frozen=True, slots=True)
class Sources:
    """What attached files bring to a question: the name to search them by, their passages when those are few, and what is
    missing and why."""

    name: str
    passages: tuple[FoundPassage, ...]
    left_out: tuple[LeftOut, ...]


class Attachments:
    """Files that people attach to their conversations."""

    def __init__(self, db: Database, knowledge: Knowledge) -> None:
        self._db = db
        self._knowledge = knowledge

    async def place(self, who: Principal, level: Level, attached: UUID | None = None) -> UUID:
        """Where files of a conversation lie: a new collection, or the one that it has, never below `level`.

        Raises CannotAttach for citizens, NotFound for what is not this principal's.
        """
        if not who.is_staff:
            raise CannotAttach
        async with self._db.write(Scope(who.org_id)) as session:
            if attached is not None:
                row = await _own(session, who, attached)
                row.level = max(row.level, int(level))
                return row.id
            made = new_id()
            session.add(
                Collection(
                    org_id=who.org_id,
                    id=made,
                    slug=f"samtal-{made.hex}",
                    name="Bifogade filer",
                    level=int(level),
                    groups=[],
                    owner=who.owner,
                )
            )
        return made

    async def add(self, who: Principal, attached: UUID, name: str, content: Path) -> UUID:
        """Attach a file and ask for its reading; the document's id. A file with a known name takes the old one's place.

        Raises NotFound, TooManyAttached, PictureNotRead, FormatNotRead, and what `Knowledge.receive` raises.
        """
        await asyncio.to_thread(_check_format, name)
        async with self._db.read(Scope(who.org_id)) as session:
            row = await _own(session, who, attached)
            if await _count(session, row) >= MOST_FILES:
                raise TooManyAttached(most=MOST_FILES)
        return (await self._knowledge.receive_into(row, PurePosixPath(name).name or name, content)).id

    async def state(self, who: Principal, attached: UUID) -> Attached:
        """The files and how each stands. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            row = await _own(session, who, attached)
        return Attached(row.id, Level(row.level), tuple(await self._knowledge.documents(who, row.slug)))

    async def remove(self, who: Principal, attached: UUID, document_id: UUID) -> str:
        """Take a file away from its conversation; its name. `restore` brings it back. Raises NotFound."""
        async with self._db.write(Scope(who.org_id)) as session:
            document = await _file(session, who, attached, document_id)
            if document.deleted_at is None:
                document.deleted_at = document.updated_at = now()
                if document.version_id:
                    await store.add_changes(session, document, removed=document.version_id)
        return document.path

    async def restore(self, who: Principal, attached: UUID, document_id: UUID) -> None:
        """Bring a removed file back. Raises NotFound, TooManyAttached."""
        async with self._db.write(Scope(who.org_id)) as session:
            document = await _file(session, who, attached, document_id)
            if document.deleted_at is None:
                return
            if await _count(session, await _own(session, who, attached)) >= MOST_FILES:
                raise TooManyAttached(most=MOST_FILES)
            document.deleted_at, document.updated_at = None, now()
            if document.version_id:
                await store.add_changes(session, document, added=document.version_id)
            if document.status == "reading":  # its job found it removed and left it
                document.reading_id = new_id()
        if document.status == "reading":
            await self._knowledge.resume(who.org_id)

    async def sources(self, who: Principal, attached: UUID, most: int) -> Sources:
        """What the files bring to a question: every passage, in reading order, where there are at most `most`.

        Waits a while for those that are still being read. Raises NotFound.
        """
        state, deadline = await self.state(who, attached), time.monotonic() + PATIENCE_SECONDS
        while state.is_reading and time.monotonic() < deadline:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            state = await self.state(who, attached)
        left_out = tuple(
            LeftOut(file.title, file.reason or _STILL_READING) for file in state.files if file.status != "read"
        )
        versions = [file.version_id for file in state.files if file.version_id]
        async with self._db.read(Scope(who.org_id)) as session:
            row = await _own(session, who, attached)
            few = sum(file.passages for file in state.files) <= most
            placed = await store.placed_of(session, row.org_id, versions) if few else []
        return Sources(row.slug, tuple(found_passage(one, 0.0, row.slug, state.level) for one in placed), left_out)


async def _own(session: AsyncSession, who: Principal, attached: UUID) -> Collection:
    row = await store.collection(session, attached)
    if row is None or row.owner is None or row.owner != who.owner:
        raise NotFound("collection")
    return row


async def _file(session: AsyncSession, who: Principal, attached: UUID, document_id: UUID) -> Document:
    row, document = await _own(session, who, attached), await store.document(session, document_id)
    if document is None or document.collection_id != row.id:
        raise NotFound("file")
    return document


async def _count(session: AsyncSession, row: Collection) -> int:
    mine = (Document.org_id == row.org_id, Document.collection_id == row.id, Document.deleted_at.is_(None))
    return await session.scalar(select(func.count()).select_from(Document).where(*mine)) or 0


def _check_format(name: str) -> None:
    """Refuse what no parser reads before it is stored: the person learns it at once."""
    from samverk.knowledge import sandbox  # loaded when the first file comes

    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in sandbox.readable_suffixes():
        raise (PictureNotRead if suffix in PICTURES else FormatNotRead)(name=name)
