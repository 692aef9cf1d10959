"""Search: the shelves are brought up to date, searched together, and what they name is read from the database.

The database has the last word: a passage whose version is no longer current is left out, and that is said.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog

from samverk.core.database import Database
from samverk.core.errors import SamverkError
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import store
from samverk.knowledge.narrowing import EVERYTHING, Only
from samverk.knowledge.nearness import Nearness, deepened
from samverk.knowledge.ports import Hit, SearchIndex, Shelf, ShelfDamaged, Wanted
from samverk.knowledge.shelves import Progress, Shelves
from samverk.knowledge.vector_tables import VectorSet
from samverk.knowledge.views import CollectionInfo, Found, FoundPassage, LeftOut, Reason

PATIENCE_SECONDS = 1.5  # with a shelf that is behind, before what is there is searched
BUILDING_SECONDS = 60.0  # with a shelf that holds nothing yet
_SPARE = 10  # hits asked for beyond the limit, in place of those that are no longer current

_OUTDATED = Reason(
    "outdated",
    "Dokumentet har ändrats eller tagits bort sedan sökindexet uppdaterades.",
    "The document has changed or been removed since the search index was updated.",
)

_log = structlog.get_logger(__name__)


class IndexBuilding(SamverkError):
    """The search index of a collection is still being built."""

    code = "index_building"
    status = 503
    sv = "Sökindexet för {name} byggs just nu. Försök igen om en stund."
    en = "The search index of {name} is being built. Please try again in a while."


class Searcher:
    """Searches collections that the principal has been found to be allowed to read."""

    def __init__(self, db: Database, index: SearchIndex, shelves: Shelves, nearness: Nearness) -> None:
        self._db = db
        self._index = index
        self._shelves = shelves
        self._nearness = nearness
        self._catching_up: dict[Shelf, asyncio.Task[None]] = {}

    async def search(
        self,
        principal: Principal,
        collections: Sequence[CollectionInfo],
        query: str,
        limit: int,
        only: Only = EVERYTHING,
    ) -> Found:
        """The best passages of these collections, best first, at most `limit`. Raises IndexBuilding."""
        searched = [info for info in collections if only.takes(info.level)]
        if limit < 1 or not (filled := await self._made_current(principal.org_id, searched)):
            return Found((), ())
        ids = [info.id for info in filled]
        wanted = Wanted(principal.org_id, ids, query, limit + _SPARE, only.types, only.since, only.until)
        hits, by_words = await self._ranked(principal, wanted, filled)
        found = await self._found(principal, filled, hits, limit)
        return Found(found.hits, (*by_words, *found.left_out))

    async def candidates(
        self, principal: Principal, collections: Sequence[CollectionInfo], query: str, made: VectorSet
    ) -> tuple[list[Hit], list[Hit]]:
        """What words find, and those passages with the nearest by these vectors. Raises IndexBuilding, what the door does."""
        filled = await self._made_current(principal.org_id, collections)
        if not filled:
            return [], []
        wanted = deepened(Wanted(principal.org_id, [info.id for info in filled], query, 1))
        hits = await self._hits(wanted, filled)
        return hits, await self._nearness.near(principal, made, wanted, hits, _highest(filled))

    async def close(self) -> None:
        """Stop what runs in the background."""
        tasks = list(self._catching_up.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ranked(
        self, principal: Principal, wanted: Wanted, collections: Sequence[CollectionInfo]
    ) -> tuple[list[Hit], list[LeftOut]]:
        """What is found by words, and by vectors where the organisation uses them."""
        made = await self._nearness.serving(principal.org_id)
        if made is None:
            return await self._hits(wanted, collections), []
        hits = await self._hits(deepened(wanted), collections)
        ranked, by_words = await self._nearness.ranked(principal, made, wanted, hits, _highest(collections))
        return ranked[: wanted.limit], by_words

    async def _hits(self, wanted: Wanted, collections: Sequence[CollectionInfo]) -> list[Hit]:
        """What the index finds; a shelf that turns out to be damaged is made anew first."""
        for _ in collections:
            try:
                return await asyncio.to_thread(self._index.search, wanted)
            except ShelfDamaged as error:
                damaged = [info for info in collections if error.collection in {None, info.id}]
            for info in damaged:
                await self._shelves.rebuild(_shelf(info))
        return await asyncio.to_thread(self._index.search, wanted)

    async def _found(
        self, principal: Principal, collections: Sequence[CollectionInfo], hits: Sequence[Hit], limit: int
    ) -> Found:
        async with self._db.read(Scope(principal.org_id)) as session:
            rows = await store.placed(session, [UUID(hit.id) for hit in hits])
        by_id = {info.id: info for info in collections}
        found: list[FoundPassage] = []
        left_out: dict[str, LeftOut] = {}
        for hit in hits:
            row, info = rows.get(UUID(hit.id)), by_id[hit.collection]
            if row is not None and row.is_current:
                found.append(found_passage(row, hit.score, info.ref, info.level))
            else:
                title = row.version.title if row is not None else info.name
                left_out.setdefault(title, LeftOut(title, _OUTDATED))
        return Found(tuple(found[:limit]), tuple(left_out.values()))

    async def _made_current(self, org: UUID, collections: Sequence[CollectionInfo]) -> list[CollectionInfo]:
        """The collections that hold something, once their shelves have taken up what they had not seen.

        When that takes long, the search goes on with what is there. Raises IndexBuilding where nothing is.
        """
        progress = await self._shelves.progress(org, [_shelf(info) for info in collections])
        behind = [(info, one) for info, one in zip(collections, progress, strict=True) if not one.is_current]
        await asyncio.gather(*(self._wait_for(org, info, one) for info, one in behind))
        return [info for info, one in zip(collections, progress, strict=True) if one.last]

    async def _wait_for(self, org: UUID, info: CollectionInfo, before: Progress) -> None:
        catching_up = self._catch_up(_shelf(info))
        if before.is_usable and before.standing.is_outdated:
            return  # made anew beside, which takes a while
        await asyncio.wait([catching_up], timeout=PATIENCE_SECONDS if before.is_usable else BUILDING_SECONDS)
        [now] = await self._shelves.progress(org, [_shelf(info)])
        if now.last and not now.is_usable:
            raise IndexBuilding(name=info.name)

    def _catch_up(self, shelf: Shelf) -> asyncio.Task[None]:
        """The one task that follows this shelf now; it goes on when the searcher has lost patience."""
        if shelf not in self._catching_up:
            task = asyncio.create_task(self._shelves.follow(shelf))
            self._catching_up[shelf] = task
            task.add_done_callback(lambda done: self._caught_up(shelf, done))
        return self._catching_up[shelf]

    def _caught_up(self, shelf: Shelf, task: asyncio.Task[None]) -> None:
        self._catching_up.pop(shelf, None)
        if not task.cancelled() and (error := task.exception()):
            _log.error("the search index could not follow", collection=str(shelf.collection), exc_info=error)


def _highest(collections: Sequence[CollectionInfo]) -> Level:
    return max(info.level for info in collections)


def _shelf(info: CollectionInfo) -> Shelf:
    return Shelf(info.org_id, info.id)


def found_passage(row: store.Placed, score: float, collection: str, level: Level) -> FoundPassage:
    """A passage as a search tells of it. `collection` is how its reader names where it belongs."""
    passage, version = row.passage, row.version
    return FoundPassage(
        id=passage.id,
        collection=collection,
        document_id=row.document.id,
        version_id=version.id,
        title=version.title,
        heading=tuple(passage.heading),
        page=passage.page,
        label=passage.label,
        text=passage.text,
        score=score,
        level=level,
        org=passage.org_id,
        pages=tuple((offset, page) for offset, page in passage.pages),
        labels=tuple(version.labels),
    )
