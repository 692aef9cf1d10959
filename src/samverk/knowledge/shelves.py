"""The index follows the database: each collection's shelf takes up, in order, the changes that it has not seen.

The shelf knows how far it has come, so following can be cut short at any moment, and a shelf that is missing, damaged or
ahead of the database is simply one that has everything still to follow. One process at a time follows a shelf; many
documents make one commit.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row

from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.leases import Leases
from samverk.core.scope import Scope
from samverk.knowledge import store
from samverk.knowledge.ports import IndexEntry, SearchIndex

QUIET_SECONDS = 1.0  # after the last change, before the shelf follows; a search makes it follow at once
LONGEST_SECONDS = 15.0  # that a change waits while others keep coming
BATCH_CHANGES = 2_000  # in one commit
BATCH_PASSAGES = 5_000  # in one commit: bounds its memory

_log = structlog.get_logger(__name__)

Shelf = tuple[UUID, UUID]  # organisation, collection


@dataclass(frozen=True, slots=True)
class Batch:
    """What one commit does to a shelf."""

    add: list[UUID]
    remove: list[UUID]
    sequence: int


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

    async def behind(self, shelf: Shelf) -> tuple[int, int]:
        """How far the shelf has come and how far it should: (applied, last change)."""
        applied = await asyncio.to_thread(self._index.applied, shelf[1])
        async with self._db.read(Scope(shelf[0])) as session:
            return applied, await store.last_change(session, *shelf)

    async def follow(self, shelf: Shelf) -> None:
        """Take up every change that the shelf has not seen. Waits until nobody else follows it."""
        async with self._leases.waiting(f"shelf-{shelf[1].hex}"):
            applied, last = await self.behind(shelf)
            if applied > last:  # the database is older than the shelf: it was restored
                await self._drop(shelf)
                applied = 0
            try:
                await self._catch_up(shelf, applied, last)
            except SamverkError as error:
                if error.code != "index_damaged":
                    raise
                await self._drop(shelf)
                await self._catch_up(shelf, 0, last)

    async def rebuild(self, shelf: Shelf) -> None:
        """Make the shelf anew from the database."""
        async with self._leases.waiting(f"shelf-{shelf[1].hex}"):
            await self._drop(shelf)
        await self.follow(shelf)

    async def forget(self, shelf: Shelf) -> None:
        """Drop the shelf of a collection that is no more."""
        async with self._leases.waiting(f"shelf-{shelf[1].hex}"):
            await self._drop(shelf)

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
            _log.exception("the search index could not follow", collection=str(shelf[1]))

    async def _drop(self, shelf: Shelf) -> None:
        _log.info("a shelf of the search index is dropped", collection=str(shelf[1]))
        await asyncio.to_thread(self._index.drop, shelf[1])

    async def _catch_up(self, shelf: Shelf, applied: int, last: int) -> None:
        org, collection = shelf
        while applied < last:
            async with self._db.read(Scope(org)) as session:
                changes = await store.changes_after(session, org, collection, applied, BATCH_CHANGES)
                batch = next_batch(changes)
                if batch is None:
                    return
                rows = [r for some in store.parts(batch.add) for r in await store.passages_of(session, org, some)]
            entries = [_entry(row) for row in rows]
            removed = [version.hex for version in batch.remove]
            await asyncio.to_thread(self._index.apply, collection, entries, removed, batch.sequence)
            applied = batch.sequence


def _entry(row: Row[Any]) -> IndexEntry:
    headings = dict.fromkeys([row.title, *row.heading])
    return IndexEntry(row.id.hex, row.version_id.hex, "\n".join(headings), row.text)
