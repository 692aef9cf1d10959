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
from samverk.knowledge import store
from samverk.knowledge.tables import CollectionUse
from samverk.knowledge.views import CollectionInfo

LATELY = timedelta(days=30)

_Counted = tuple[UUID, UUID, UUID, date]  # owner, collection, reader, day


@dataclass(frozen=True, slots=True)
class Use:
    """How many searches of an organisation (`by`, its name) a collection had something for, and the last day with one."""

    by: str
    searches: int
    last: date


class Uses:
    """Counts the searches of organisations in collections that others share with them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: Counter[_Counted] = Counter()

    def noted(self, reader: UUID, collections: Iterable[CollectionInfo], found: Iterable[str]) -> None:
        """Count a search in these collections, whose hits stand in those with the references `found`."""
        hit, today = set(found), now().date()
        self._counted.update((c.org_id, c.id, reader, today) for c in collections if not c.own and c.ref in hit)

    async def write(self) -> None:
        """Write down what was counted since the last time; what cannot be written is kept until the next."""
        for owner in {key[0] for key in self._counted}:
            rows = {key: number for key, number in self._counted.items() if key[0] == owner}
            async with self._db.write(Scope(owner)) as session:
                for key, number in rows.items():
                    row = await session.get(CollectionUse, key, with_for_update=True)
                    if row is None:
                        row = CollectionUse(**dict(zip(_COLUMNS, key, strict=True)), searches=0)
                        session.add(row)
                    row.searches += number
            self._counted.subtract(rows)
            self._counted = +self._counted

    async def lately(self, owner: UUID, collection: UUID) -> tuple[Use, ...]:
        """Who used a collection in the last thirty days, the most first."""
        since = now().date() - LATELY
        query = (
            select(CollectionUse.by_org, func.sum(CollectionUse.searches), func.max(CollectionUse.day))
            .where(CollectionUse.collection_id == collection, CollectionUse.day > since)
            .group_by(CollectionUse.by_org)
        )
        async with self._db.read(Scope(owner)) as session:
            rows = list(await session.execute(query))
            names = await store.org_names(session, [row.by_org for row in rows])
        used = (Use(names.get(org, str(org)), int(searches), last) for org, searches, last in rows)
        return tuple(sorted(used, key=lambda use: (-use.searches, use.by)))


_COLUMNS = ("org_id", "collection_id", "by_org", "day")
