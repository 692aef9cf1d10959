"""How much other organisations use what one shares with them: searches that its collection had something for, by day.

Counted in memory and written now and then: what a killed process had not written yet is lost, and nobody's search waits.
Nothing is kept of who searched, or for what.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from samverk.core.database import Database
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.knowledge.tables import CollectionUse
from samverk.knowledge.views import CollectionInfo

LATELY = timedelta(days=30)

_Counted = tuple[UUID, UUID, UUID, date]  # owner, collection, reader, day


@dataclass(frozen=True, slots=True)
class Use:
    """The searches of an organisation that a collection had something for lately, and the last day with one."""

    searches: int
    last: date


class Uses:
    """Counts the searches of organisations in collections that others share with them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: Counter[_Counted] = Counter()

    def noted(self, reader: UUID, collections: Iterable[CollectionInfo], found: Iterable[UUID]) -> None:
        """Count a search in these collections, whose hits stand in the collections `found`."""
        hit, today = set(found), now().date()
        self._counted.update((c.org_id, c.id, reader, today) for c in collections if not c.own and c.id in hit)

    async def write(self) -> None:
        """Write down what was counted since the last time."""
        counted, self._counted = self._counted, Counter()
        by_owner: dict[UUID, dict[_Counted, int]] = {}
        for key, number in counted.items():
            by_owner.setdefault(key[0], {})[key] = number
        for owner, rows in by_owner.items():
            async with self._db.write(Scope(owner)) as session:
                for key, number in rows.items():
                    row = await session.get(CollectionUse, key)
                    if row is None:
                        session.add(row := CollectionUse(**dict(zip(_COLUMNS, key, strict=True)), searches=0))
                    row.searches += number

    async def lately(self, owner: UUID, collection: UUID) -> dict[UUID, Use]:
        """The use of a collection in the last thirty days, by organisation."""
        since = now().date() - LATELY
        query = (
            select(CollectionUse.by_org, func.sum(CollectionUse.searches), func.max(CollectionUse.day))
            .where(CollectionUse.org_id == owner, CollectionUse.collection_id == collection, CollectionUse.day > since)
            .group_by(CollectionUse.by_org)
        )
        async with self._db.read(Scope(owner)) as session:
            return {org: Use(int(searches), last) for org, searches, last in await session.execute(query)}


_COLUMNS = ("org_id", "collection_id", "by_org", "day")
