"""What a collection covers and how fresh it is: its passages and pages, what waits for text recognition, why documents could
not be read, and how old they are. Reads only, a few statements however many documents there are.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import listings, recognition
from samverk.knowledge.tables import Document, DocumentVersion
from samverk.knowledge.views import CollectionInfo, Reason

_Columns = TypeVarTuple("_Columns")
_Unread = Iterable[tuple[str, dict[str, str], int]]  # status, reason, number of documents


@dataclass(frozen=True, slots=True)
class Ages:
    """When the documents that can be searched were changed, by their own date; `old` have not been for a year."""

    oldest: datetime
    middle: datetime
    newest: datetime
    old: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Documents whose text is being recognised, or waits for it: how many, and their pages that are done, of all."""

    documents: int
    done: int
    pages: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason why documents could not be read, and how many share it."""

    reason: Reason
    documents: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a collection's current versions hold, and what is lacking. `ages` None: nothing has been read yet."""

    passages: int
    pages: int
    waiting: Waiting | None
    failures: tuple[Failure, ...]
    ages: Ages | None


async def covered(db: Database, principal: Principal, collection: CollectionInfo) -> Coverage:
    """How a collection that the principal may read stands; the caller has asked for it (`Catalogue.collection`)."""
    async with db.read(Scope(principal.org_id)) as session:
        passages, pages, ages = await _held(session, collection)
        unread = [(s, reason, n) for s, reason, n in await session.execute(_unread(collection)) if reason]
    return Coverage(passages, pages, _waiting(unread), _failures(unread), ages)


async def _held(session: AsyncSession, collection: CollectionInfo) -> tuple[int, int, Ages | None]:
    """Passages, pages and ages of what can be searched."""
    date, version = listings.own_date(), DocumentVersion
    sums = (func.sum(version.passages), func.sum(version.pages), listings.count(listings.is_old()))
    every = select(func.count(), *sums, func.min(date), func.max(date))
    number, passages, pages, old, oldest, newest = (await session.execute(_current(every, collection))).one()
    if not number:
        return 0, 0, None
    middle = await session.scalar(_current(select(date), collection).order_by(date).offset(number // 2).limit(1))
    return passages, pages, Ages(oldest, middle or newest, newest, old)


def _current(query: Select[*_Columns], collection: CollectionInfo) -> Select[*_Columns]:
    """A query about the documents of a collection that are there, with their current versions."""
    return query.select_from(Document).join(DocumentVersion, listings.CURRENT).where(*_there(collection))


def _unread(collection: CollectionInfo) -> Select[str, dict[str, str] | None, int]:
    """(status, reason, number) of the documents that have not been read and say why."""
    why = (Document.status, Document.reason)
    query = select(*why, func.count().label("number")).where(*_there(collection), Document.status != "read")
    return query.where(Document.reason.is_not(None)).group_by(*why)


def _there(collection: CollectionInfo) -> tuple[ColumnElement[bool], ...]:
    return Document.collection_id == collection.id, Document.deleted_at.is_(None)


def _waiting(unread: _Unread) -> Waiting | None:
    """Those that wait for text recognition. Pure."""
    told = [(recognition.told(reason), number) for status, reason, number in unread if status == "reading"]
    parts = [(*pages, number) for pages, number in told if pages]
    if not parts:
        return None
    return Waiting(sum(n for *_, n in parts), sum(d * n for d, _, n in parts), sum(p * n for _, p, n in parts))


def _failures(unread: _Unread) -> tuple[Failure, ...]:
    """The reasons of those that could not be read, the most common first. Pure."""
    numbers: Counter[Reason] = Counter()
    for status, reason, number in unread:
        if status == "not_read":
            numbers[Reason(**reason)] += number
    return tuple(Failure(*each) for each in sorted(numbers.items(), key=lambda one: (-one[1], one[0].sv)))
