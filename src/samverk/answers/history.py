"""Queries of one's conversations as lists: pages of them, those that say something, folders. Knows no person, only an owner.

A list never reads what was said but for the conversations that it shows; its conditions stand in the words of the indexes
(`tables.LISTED`), so that it does not touch the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers.finding import Piece, Sought, snippet
from samverk.answers.tables import Conversation, Folder, Run

MOST_TEXTS = 400  # that are read for the snippets of one page of hits

Rows = Sequence[Row[Any]]
SHOWN = (
    Conversation.id,
    Conversation.title,
    Conversation.assistant_id,
    Conversation.folder_id,
    Conversation.pinned_at,
    Conversation.updated_at,
)


class Cursor(NamedTuple):
    """Where a page of a list ends: when its last conversation was used, and its id."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which of an owner's conversations a list is about."""

    owner: str
    folder: UUID | None = None
    assistant: UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation says what was sought."""

    run: UUID
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FolderInfo:
    """A folder, with how many conversations are in it."""

    id: UUID
    name: str
    count: int


def listed(owner: str) -> tuple[ColumnElement[bool], ...]:
    """The condition for all that an owner has: neither deleted nor temporary."""
    return Conversation.owner == owner, Conversation.deleted_at.is_(None), Conversation.temporary.is_(False)


def _narrowed(narrowed: Narrowed) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(*SHOWN).where(*listed(narrowed.owner))
    if narrowed.folder is not None:
        query = query.where(Conversation.folder_id == narrowed.folder)
    if narrowed.assistant is not None:
        query = query.where(Conversation.assistant_id == narrowed.assistant)
    return query


def _page(query: Select[*tuple[Any, ...]], after: Cursor | None, limit: int) -> Select[*tuple[Any, ...]]:
    place = tuple_(Conversation.updated_at, Conversation.id)
    if after is not None:
        query = query.where(place < after)
    return query.order_by(Conversation.updated_at.desc(), Conversation.id.desc()).limit(limit)


async def latest(
    session: AsyncSession, narrowed: Narrowed, after: Cursor | None, limit: int, *, pinned_too: bool
) -> Rows:
    """A page of conversations, the latest used first."""
    query = _narrowed(narrowed)
    if not pinned_too:
        query = query.where(Conversation.pinned_at.is_(None))
    rows: Rows = (await session.execute(_page(query, after, limit))).all()
    return rows


async def pinned(session: AsyncSession, narrowed: Narrowed) -> Rows:
    """The pinned conversations, the latest pinned first."""
    query = _narrowed(narrowed).where(Conversation.pinned_at.is_not(None)).order_by(Conversation.pinned_at.desc())
    rows: Rows = (await session.execute(query)).all()
    return rows


async def saying(session: AsyncSession, narrowed: Narrowed, sought: Sought, after: Cursor | None, limit: int) -> Rows:
    """A page of the conversations in which all that is sought was said, the latest used first."""
    query = _narrowed(narrowed)
    for root in (*sought.whole, *filter(None, [sought.begins])):
        # SQLite leaps to the first letter of a pattern: to one that is rarer than a blank, at half the cost.
        query = query.where(Conversation.terms.contains(root, autoescape=True))
        end = "" if root == sought.begins else " "
        query = query.where(Conversation.terms.contains(f" {root}{end}", autoescape=True))
    rows: Rows = (await session.execute(_page(query, after, limit))).all()
    return rows


async def places(session: AsyncSession, conversations: Sequence[UUID], sought: Sought) -> dict[UUID, Place]:
    """For each conversation, the turn that says most of what is sought; of equal ones the newest."""
    query = (
        select(Run.id, Run.conversation_id, Run.question, Run.answer)
        .where(Run.conversation_id.in_(conversations))
        .order_by(Run.created_at.desc())
        .limit(MOST_TEXTS)
    )
    best: dict[UUID, tuple[int, Any]] = {}
    for row in await session.execute(query):
        said = sought.said_in(f"{row.question}\n{row.answer}")
        if said > best.get(row.conversation_id, (0,))[0]:
            best[row.conversation_id] = (said, row)
    return {id: Place(row.id, snippet(sought, (row.answer, row.question))) for id, (_, row) in best.items()}


async def assistants_used(session: AsyncSession, owner: str) -> list[UUID]:
    """The assistants that an owner has conversations with."""
    return list(await session.scalars(select(Conversation.assistant_id).where(*listed(owner)).distinct()))


async def folders(session: AsyncSession, owner: str) -> list[FolderInfo]:
    """The folders of an owner, by name."""
    held = (
        select(Conversation.folder_id, func.count().label("number"))
        .where(*listed(owner), Conversation.folder_id.is_not(None))
        .group_by(Conversation.folder_id)
        .subquery()
    )
    query = (
        select(Folder.id, Folder.name, func.coalesce(held.c.number, 0))
        .outerjoin(held, held.c.folder_id == Folder.id)
        .where(Folder.owner == owner)
    )
    found = [FolderInfo(id, name, number) for id, name, number in await session.execute(query)]
    return sorted(found, key=lambda folder: folder.name.casefold())
