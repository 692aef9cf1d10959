"""A platform's knowledge room for the tests: a real database, fakes around it, and a reader that reads plain text."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from samverk.core.blobs import Blobs
from samverk.core.blobs.memory import MemoryBlobs
from samverk.core.database import Database
from samverk.core.jobs.memory import MemoryJobs
from samverk.core.leases import Leases
from samverk.core.scope import Base
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity
from samverk.knowledge.indexes.memory import MemoryIndex
from samverk.knowledge.passages import Extract, Locator, Passage
from samverk.knowledge.ports import SearchIndex
from samverk.knowledge.service import Knowledge
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.views import DocumentInfo


def read_text(path: Path) -> Extract:
    """Each paragraph becomes a passage; a file that says "damaged" cannot be read, one that says "bug" breaks the reader."""
    text = path.read_text(encoding="utf-8")
    if text == "damaged":
        raise Unreadable("damaged")
    if text == "bug":
        raise KeyError("a bug in a parser")
    passages: list[Passage] = []
    start = 0
    for ordinal, part in enumerate(text.split("\n\n")):
        passages.append(Passage(ordinal, part, Locator(("Kapitel",), 0, "iv", start, start + len(part)), ((0, 0),)))
        start += len(part) + 2
    return Extract(path.stem, text, tuple(passages), ("iv",), "text/1", walls=("none",))


@dataclass(frozen=True, slots=True)
class Room:
    """What a test needs: the service, two organisations, and a folder to put files in."""

    knowledge: Knowledge
    db: Database
    index: SearchIndex
    blobs: Blobs
    jobs: MemoryJobs
    org: UUID
    other: UUID
    folder: Path

    def file(self, name: str, text: str) -> Path:
        """A file to add."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    async def add(self, name: str, text: str, collection: str = "regler", org: UUID | None = None) -> DocumentInfo:
        """Add a file and wait until it is read."""
        org = org or self.org
        document = await self.knowledge.add(org, collection, name, self.file(name, text))
        await self.settled(document, org)
        return (await self.knowledge.progress(org, [document]))[0]

    async def settled(self, document: UUID, org: UUID | None = None) -> None:
        """Wait until a document is read, or is not."""
        async with asyncio.timeout(10):
            while await self.knowledge.unfinished(org or self.org, [document]):  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def texts(self, who: Principal, query: str, *collections: str) -> list[str]:
        """The texts that a search finds."""
        found = await self.knowledge.search(who, collections or ("regler",), query, 20)
        return [hit.text for hit in found.hits]

    def member(self, *groups: str, org: UUID | None = None) -> Principal:
        """A member of the organisation."""
        return Principal(Kind.MEMBER, org or self.org, "m", "Kim", Role.MEMBER, frozenset(groups))

    def citizen(self) -> Principal:
        """Somebody who has not logged in."""
        return Principal(Kind.ANONYMOUS, self.org, "a", "")


@asynccontextmanager
async def room(
    folder: Path, index: SearchIndex | None = None, url: str = "", *, fresh: bool = True, **options: object
) -> AsyncIterator[Room]:
    """A room with two organisations, Björksta and Granby, and Björksta's collection `regler`.

    `fresh`: the tables are made anew, else they are there and empty.
    """
    db = Database(url or f"sqlite+aiosqlite:///{folder / 'samverk.db'}")
    if fresh:
        async with db.engine.begin() as connection:
            await connection.run_sync(Base.metadata.drop_all)
            await connection.run_sync(Base.metadata.create_all)
    identity = Identity(db)
    org, other = await identity.create_org("bjorksta", "Björksta"), await identity.create_org("granby", "Granby")
    index, blobs, jobs = index or MemoryIndex(), MemoryBlobs(), MemoryJobs()
    knowledge = Knowledge(db, blobs, index, jobs, Leases(folder / "leases"), **{"extract": read_text, **options})  # type: ignore[arg-type]
    await knowledge.create_collection(org.id, "regler", "Regler")
    await knowledge.start()
    files = folder / "files"
    files.mkdir(exist_ok=True)
    yield Room(knowledge, db, index, blobs, jobs, org.id, other.id, files)
    await knowledge.close()
    await db.close()
