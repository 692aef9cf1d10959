"""The index follows the database: each collection's shelf takes up, in order, the changes that it has not seen.

The shelf knows how far it has come, so following can be cut short at any moment. One that is missing, damaged, made by other
rules or ahead of the database is made anew beside what is there, which can be searched until the new one takes its place.
One process at a time follows a shelf; many documents make one commit.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import structlog
from sqlalchemy import Row

from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.leases import Leases
from samverk.core.scope import Scope
from samverk.knowledge import narrowing, store
from samverk.knowledge.ports import IndexEntry, SearchIndex, Shelf, ShelfDamaged, Standing

QUIET_SECONDS = 1.0  # after the last change, before the shelf follows; a search makes it follow at once
LONGEST_SECONDS = 15.0  # that a change waits while others keep coming
BATCH_CHANGES = 2_000  # in one commit
BATCH_PASSAGES = 5_000  # in one commit: bounds its memory

_BESIDE = UUID("5a2f1f0e-93a6-4f0c-9d0b-6f3c1f5a7d21")  # names the shelf that is made to take another's place

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one commit does to a shelf."""

    add: list[UUID]
    remove: list[UUID]
    sequence: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a shelf has come, and the last change that it should have seen; 0 for a collection where nothing happened."""

    standing: Standing
    last: int

    @property
    def is_current(self) -> bool:
        """Whether there is nothing to do."""
        return self.standing == Standing(self.last)

    @property
    def is_usable(self) -> bool:
        """Whether the shelf can be searched meanwhile."""
        return 0 < self.standing.sequence <= self.last

    @property
    def starts_anew(self) -> bool:
        """Whether the shelf has to be made from the beginning; one ahead of the database outlived a restoration of it."""
        return not self.is_current and (self.standing.is_outdated or not self.is_usable)


def next_batch(
    changes: Iterable[tuple[int, UUID, bool, int, bool]], most_passages: int = BATCH_PASSAGES
) -> Batch | None:
    """The next commit for these changes (see `store.changes_after`); None when there are none. Pure.

    Of each version only its last change counts. A version that is no longer current is not added: its removal follows.
    """
    state: dict[UUID, bool] = {}
    passages = sequence = 0
    for seq, version, removed, size, current in changes:
        if state and passages + size > most_passages:
            break
        state[version] = not removed and current
        passages += size if state[version] else 0
        sequence = seq
    if not sequence:
        return None
    return Batch([v for v, there in state.items() if there], [v for v, there in state.items() if not there], sequence)


class Shelves:
    """Keeps the shelves of the index up with the database."""

    def __init__(self, db: Database, index: SearchIndex, leases: Leases) -> None:
        self._db = db
        self._index = index
        self._leases = leases
        self._marked: dict[Shelf, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def progress(self, org: UUID, shelves: Sequence[Shelf]) -> list[Progress]:
        """How far these shelves have come and should, in order; `org` is who asks, and may read them all."""
        async with self._db.read(Scope(org)) as session:
            last = await store.last_changes(session, [shelf.collection for shelf in shelves])
        standings = await asyncio.to_thread(lambda: [self._index.standing(shelf) for shelf in shelves])
        return [Progress(one, last.get(shelf.collection, 0)) for one, shelf in zip(standings, shelves, strict=True)]

    async def follow(self, shelf: Shelf) -> None:
        """Take up every change that the shelf has not seen. Waits until nobody else follows it."""
        async with self._alone(shelf):
            [progress] = await self.progress(shelf.org, [shelf])
            if progress.starts_anew:
                await self._make_anew(shelf, progress.last)
            elif not progress.is_current:
                try:
                    await self._catch_up(shelf, shelf, progress.standing.sequence, progress.last)
                except ShelfDamaged:
                    await self._make_anew(shelf, progress.last)

    async def rebuild(self, shelf: Shelf) -> None:
        """Make the shelf anew from the database; the old one can be searched until the new one takes its place."""
        async with self._alone(shelf):
            [progress] = await self.progress(shelf.org, [shelf])
            await self._make_anew(shelf, progress.last)

    async def forget(self, shelf: Shelf) -> None:
        """Drop the shelf of a collection that is no more."""
        async with self._alone(shelf):
            await asyncio.to_thread(self._index.drop, shelf)

    def mark(self, shelf: Shelf) -> None:
        """Say that there is something to follow; it is done soon, together with what comes meanwhile."""
        if shelf in self._marked:
            self._marked[shelf].set()
            return
        self._marked[shelf] = asyncio.Event()
        task = asyncio.create_task(self._follow_soon(shelf))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop following; what is not done is done by whoever searches next."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _alone(self, shelf: Shelf) -> Any:
        return self._leases.waiting(f"shelf-{shelf.collection.hex}")

    async def _follow_soon(self, shelf: Shelf) -> None:
        more = self._marked[shelf]
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while True:
                    more.clear()
                    async with asyncio.timeout(QUIET_SECONDS):
                        await more.wait()
        except TimeoutError:
            pass
        del self._marked[shelf]  # from here on a new change is marked anew
        try:
            await self.follow(shelf)
        except SamverkError:
            _log.exception("the search index could not follow", collection=str(shelf.collection))

    async def _make_anew(self, shelf: Shelf, last: int) -> None:
        _log.debug("a shelf of the search index is made anew", collection=str(shelf.collection))
        if not last:
            await asyncio.to_thread(self._index.drop, shelf)
            return
        made = Shelf(shelf.org, uuid5(_BESIDE, shelf.collection.hex))
        await asyncio.to_thread(self._index.drop, made)  # what was begun and not finished
        await self._catch_up(shelf, made, 0, last)
        await asyncio.to_thread(self._index.replace, shelf, made)

    async def _catch_up(self, shelf: Shelf, into: Shelf, applied: int, last: int) -> None:
        """Take up the changes of a shelf from `applied` to `last`, in itself or in the one that is to take its place."""
        while applied < last:
            async with self._db.read(Scope(shelf.org)) as session:
                changes = await store.changes_after(session, *shelf, applied, BATCH_CHANGES)
                batch = next_batch(changes)
                if batch is None:
                    return
                rows = [r for some in store.parts(batch.add) for r in await store.passages_of(session, shelf.org, some)]
            entries = [_entry(row) for row in rows]
            removed = [version.hex for version in batch.remove]
            await asyncio.to_thread(self._index.apply, into, entries, removed, batch.sequence)
            applied = batch.sequence


def _entry(row: Row[Any]) -> IndexEntry:
    headings = dict.fromkeys([row.title, *row.heading])
    return IndexEntry(
        id=row.id.hex,
        group=row.version_id.hex,
        title="\n".join(headings),
        text=row.text,
        type=narrowing.type_of(row.path, row.media_type),
        dated=row.modified_at or row.created_at,
    )
