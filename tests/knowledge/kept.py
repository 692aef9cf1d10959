"""A room whose collection has sources, for the tests of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from samverk.core.egress import Egress
from samverk.core.leases import Leases
from samverk.core.settings import Settings
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role
from samverk.knowledge.keeping import Sources, Toolbox
from samverk.knowledge.source_views import SourceFields, SourceInfo, SyncInfo
from samverk.knowledge.sources import Source, of_kind
from samverk.knowledge.sources.memory import MemorySource
from tests.knowledge.support import Room, room

PLACE = {"place": "https://example.org"}


@dataclass
class Kept:
    """A room whose collection has a source, and a builder who looks after it."""

    room: Room
    sources: Sources
    memory: MemorySource
    root: Path
    who: Principal

    async def memory_source(self, **fields: object) -> SourceInfo:
        """A new source that the test fills."""
        return await self.sources.add(self.who, "regler", SourceFields("memory", dict(PLACE), **fields))  # type: ignore[arg-type]

    async def folder_source(self) -> SourceInfo:
        """A new source that watches a folder."""
        return await self.sources.add(self.who, "regler", SourceFields("folder", {"folder": str(self.root)}))

    async def synced(self, source: SourceInfo) -> SyncInfo:
        """The report of a sync that is asked for now, when it has ended and its documents are read."""
        asked = await self.sources.sync(self.who, source.id)
        return await self.ended(asked.id)

    async def ended(self, sync: UUID) -> SyncInfo:
        """The report of a sync when it has ended and its documents are read."""
        async with asyncio.timeout(60):
            while True:
                info, _ = await self.sources.report(self.who, sync)
                if not info.is_under_way and not info.reading:
                    return info
                await asyncio.sleep(0.005)

    async def ended_and_read(self, sync: UUID) -> SyncInfo:
        """The same, where readings may have to be taken up first."""
        async with asyncio.timeout(60):
            while (info := await self.sources.progress(self.who, sync)).is_under_way or info.reading:
                await self.room.knowledge.look()
                await asyncio.sleep(0.05)
        return info

    async def paths(self) -> list[str]:
        """The documents of the collection."""
        return [info.path for info in await self.room.knowledge.documents(self.who, "regler")]

    async def entries(self, sync: SyncInfo, shown: str = "") -> dict[str, str]:
        """What a sync did, by path."""
        _, page = await self.sources.report(self.who, sync.id, shown)
        return {entry.path: entry.reason.code if entry.reason else entry.outcome for entry in page.items}


def builder(org: UUID, *groups: str) -> Principal:
    return Principal(Kind.MEMBER, org, "b", "Erik", Role.BUILDER, frozenset(groups))


@asynccontextmanager
async def keeping(folder: Path, url: str = "") -> AsyncIterator[Kept]:
    """The room, on SQLite in the folder or on the PostgreSQL database at `url`; the tables are there."""
    root, memory = folder / "delat", MemorySource()
    root.mkdir()

    def kinds(kind: str) -> Source:
        return memory if kind == "memory" else of_kind(kind)

    async with room(folder, url=url, fresh=False) as made:
        egress = Egress(Settings(home=folder))
        toolbox = Toolbox(egress, folder / "scratch", [str(folder / "{org}"), str(root)], largest_bytes=1_000)
        leases = Leases(folder / "leases")
        sources = Sources(made.db, made.knowledge, made.jobs, leases, Vault("key"), toolbox, kinds=kinds)
        yield Kept(made, sources, memory, root, builder(made.org))
        await egress.close()


def counts(sync: SyncInfo) -> tuple[int, int, int, int, int]:
    return sync.added, sync.changed, sync.removed, sync.refused, sync.unchanged


on_both_engines = pytest.mark.parametrize(
    "kept", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
