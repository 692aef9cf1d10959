"""What a start page asks of the conversations: with whom one talks, and which answers are on their way. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from samverk.answers.history import listed
from samverk.answers.tables import Conversation, Run
from samverk.core.database import Database
from samverk.core.ids import now
from samverk.core.scope import Scope
from samverk.identity.principal import Principal

LATELY = timedelta(days=60)
LONGEST_ANSWER = timedelta(hours=2)  # one that began earlier belongs to a process that is gone


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An answer that is being written."""

    run: UUID
    conversation: UUID
    title: str
    began: datetime


async def most_used(db: Database, principal: Principal, limit: int = 6) -> list[UUID]:
    """The assistants with which the principal has had most conversations lately; of equals the latest used."""
    query = (
        select(Conversation.assistant_id)
        .where(*listed(principal.owner), Conversation.updated_at > now() - LATELY)
        .group_by(Conversation.assistant_id)
        .order_by(func.count().desc(), func.max(Conversation.updated_at).desc())
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        return list(await session.scalars(query))


async def under_way(db: Database, principal: Principal, limit: int = 5) -> list[UnderWay]:
    """The answers that are being written for the principal, the latest first."""
    began = now() - LONGEST_ANSWER
    query = (
        select(Run.id, Conversation.id, Conversation.title, Run.created_at)
        .join(Conversation, (Conversation.org_id == Run.org_id) & (Conversation.id == Run.conversation_id))
        .where(*listed(principal.owner), Conversation.updated_at > began, Run.created_at > began)
        .where(Run.status == "running")
        .order_by(Run.created_at.desc())
        .limit(limit)
    )
    async with db.read(Scope(principal.org_id)) as session:
        return [UnderWay(*row) for row in await session.execute(query)]
