"""Erasing what was said, for good: the rows of runs and conversations, a bounded number in each unit of work.

Which are due is decided here too: a temporary conversation an hour after its last use, a deleted one when it can no longer be
brought back, any one that is older than its organisation keeps them. The ledger keeps its record of calls; what it has kept
of their content is erased before the runs, so that what is cut off is due again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers.tables import CitationRow, Conversation, Feedback, Run, RunEvent, TraceRow
from samverk.core.ids import now
from samverk.knowledge.tables import Collection

TEMPORARY_LASTS = timedelta(hours=1)
UNASKED_LASTS = timedelta(hours=24)  # of files that are attached while a question is written
UNDO_LASTS = timedelta(days=7)
RUNS_AT_ONCE = 25  # each with its events, of which an answer has some dozens
CONVERSATIONS_AT_ONCE = 50
OF_A_RUN = (RunEvent, CitationRow, TraceRow, Feedback)


@dataclass(frozen=True, slots=True)
class Due:
    """Before when something must have been used, deleted or made to be erased; `kept_since` None keeps all."""

    temporary_before: datetime
    deleted_before: datetime
    kept_since: datetime | None

    @classmethod
    def at(cls, moment: datetime, retention_days: int | None) -> "Due":
        """What is due at a moment in an organisation that keeps conversations for so many days (None: until deleted)."""
        kept_since = moment - timedelta(days=retention_days) if retention_days else None
        return cls(moment - TEMPORARY_LASTS, moment - UNDO_LASTS, kept_since)

    def conversations(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions, each of which makes a conversation due; one query for each, so that each has its index."""
        temporary = Conversation.temporary.is_(True) & (Conversation.updated_at < self.temporary_before)
        deleted = Conversation.deleted_at.is_not(None) & (Conversation.deleted_at < self.deleted_before)
        return temporary, deleted, *((Conversation.updated_at < self.kept_since,) if self.kept_since else ())


async def due(session: AsyncSession, due: Due) -> list[UUID]:
    """Some of the conversations that are due."""
    found: dict[UUID, None] = {}
    for condition in due.conversations():
        ids = await session.scalars(select(Conversation.id).where(condition).limit(CONVERSATIONS_AT_ONCE))
        found.update(dict.fromkeys(ids))
    return list(found)[:CONVERSATIONS_AT_ONCE]


async def forsaken_files(session: AsyncSession, before: datetime) -> list[UUID]:
    """Collections of files that were attached before a moment and then no question was asked."""
    kept = select(Conversation.collection_id).where(Conversation.collection_id.is_not(None))
    query = select(Collection.id).where(
        Collection.owner.is_not(None), Collection.created_at < before, Collection.id.not_in(kept)
    )
    return list(await session.scalars(query.limit(CONVERSATIONS_AT_ONCE)))


async def hide(session: AsyncSession, ids: Sequence[UUID]) -> list[UUID]:
    """Take conversations that are being erased out of every list. Returns the collections of their files."""
    living = Conversation.id.in_(ids), Conversation.deleted_at.is_(None)
    await session.execute(update(Conversation).where(*living).values(deleted_at=now()))
    attached = select(Conversation.collection_id).where(
        Conversation.id.in_(ids), Conversation.collection_id.is_not(None)
    )
    return [id for id in await session.scalars(attached) if id]


async def some_runs(session: AsyncSession, of: ColumnElement[bool]) -> list[UUID]:
    """Some of the runs for which a condition holds."""
    return list(await session.scalars(select(Run.id).where(of).limit(RUNS_AT_ONCE)))


async def erase_runs(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Erase runs, with all that belongs to them."""
    for table in OF_A_RUN:
        await session.execute(delete(table).where(table.run_id.in_(ids)))
    await session.execute(delete(Run).where(Run.id.in_(ids)))


async def erase_conversations(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Erase conversations whose runs are gone."""
    await session.execute(delete(Conversation).where(Conversation.id.in_(ids)))


def runs_of(conversations: Sequence[UUID]) -> ColumnElement[bool]:
    """The condition for the runs of conversations."""
    return Run.conversation_id.in_(conversations)


def lone_runs(before: datetime) -> ColumnElement[bool]:
    """The condition for runs without a conversation (those of programs) that were begun before a moment."""
    return Run.conversation_id.is_(None) & (Run.created_at < before)
