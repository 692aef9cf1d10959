"""What a start page and a search ask of the collections: what changed, what could not be read, documents by their titles.

Reads only, within the collections that the principal may read, which the caller has asked for once (`Knowledge.collections`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import access
from samverk.knowledge.tables import Document
from samverk.knowledge.views import CollectionInfo


@dataclass(frozen=True, slots=True)
class Changed:
    """A collection with documents that came or changed: how many, and when the last did."""

    collection: CollectionInfo
    documents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """A collection with documents that could not be read."""

    collection: CollectionInfo
    documents: int


@dataclass(frozen=True, slots=True)
class Titled:
    """A document as a search shows it."""

    id: UUID
    title: str
    path: str
    collection: str


async def changed(
    db: Database, principal: Principal, readable: Collection[CollectionInfo], since: datetime, limit: int = 5
) -> list[Changed]:
    """Of the collections that the principal may read those with documents that were read since, the latest first."""
    known = {info.id: info for info in readable}
    query = (
        select(Document.collection_id, func.count(), func.max(Document.updated_at))
        .where(_among(known.values()), Document.deleted_at.is_(None))
        .where(Document.status == "read", Document.updated_at > since)
        .group_by(Document.collection_id)
        .order_by(func.max(Document.updated_at).desc())
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        return [Changed(known[id], number, at) for id, number, at in await session.execute(query)]


async def not_read(
    db: Database, principal: Principal, readable: Collection[CollectionInfo], limit: int = 5
) -> list[Unread]:
    """Of these collections those that the principal may mend: with documents that could not be read, most first."""
    if not principal.may(access.WRITE):
        return []
    known = {info.id: info for info in readable if info.own}
    query = (
        select(Document.collection_id, func.count())
        .where(_among(known.values()), Document.deleted_at.is_(None), Document.status == "not_read")
        .group_by(Document.collection_id)
        .order_by(func.count().desc())
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        return [Unread(known[id], number) for id, number in await session.execute(query)]


async def titled(
    db: Database, principal: Principal, readable: Collection[CollectionInfo], words: Sequence[str], limit: int
) -> list[Titled]:
    """The documents of these collections whose title or path holds all of the words, by title."""
    known = {info.id: info for info in readable}
    query = (
        select(Document.id, Document.title, Document.path, Document.collection_id)
        .where(_among(known.values()), Document.deleted_at.is_(None), *(_holds(word) for word in words))
        .order_by(Document.title)
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        rows = await session.execute(query)
        return [Titled(id, title, path, known[collection].name) for id, title, path, collection in rows]


def _among(infos: Collection[CollectionInfo]) -> ColumnElement[bool]:
    """The documents of these collections, in the words of the index by organisation and collection."""
    orgs, ids = {info.org_id for info in infos}, [info.id for info in infos]
    return and_(Document.org_id.in_(orgs), Document.collection_id.in_(ids))


def _holds(word: str) -> ColumnElement[bool]:
    """Whether title or path holds a word. In several cases: SQLite does not know that å is the small Å."""
    cases = {word.lower(), word.upper(), word.capitalize()}
    return or_(
        *(column.contains(case, autoescape=True) for column in (Document.title, Document.path) for case in cases)
    )
