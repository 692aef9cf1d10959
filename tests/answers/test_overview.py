"""What a start page tells of one's conversations: one's own, living and listed ones alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from samverk.answers.overview import LATELY, most_used, under_way
from samverk.answers.tables import Conversation, Run
from samverk.core.database import Database
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity


async def _people(db: Database) -> tuple[Principal, Principal]:
    org = (await Identity(db).create_org("ekby", "Ekby")).id
    return Principal(Kind.MEMBER, org, "a", "Anna", Role.MEMBER), Principal(Kind.MEMBER, org, "b", "Bo", Role.MEMBER)


async def _talk(db: Database, who: Principal, assistant: UUID, status: str = "done", **more: Any) -> UUID:
    talk = Conversation(
        org_id=who.org_id, id=new_id(), owner=who.owner, assistant_id=assistant, title="Om semester", **more
    )
    run = Run(
        org_id=who.org_id,
        id=new_id(),
        conversation_id=talk.id,
        owner=who.owner,
        question="?",
        worker="w",
        status=status,
        created_at=more.get("updated_at", now()),
    )
    async with db.write(Scope(who.org_id)) as session:
        session.add(talk)
        await session.flush()
        session.add(run)
    return talk.id


async def test_the_most_used_stand_first_and_what_is_old_gone_or_anothers_does_not_count(db: Database) -> None:
    anna, bo = await _people(db)
    seldom, often, once, gone = (new_id() for _ in range(4))
    for assistant in (often, seldom, often, once):
        await _talk(db, anna, assistant)
    for _ in range(3):
        await _talk(db, bo, gone)
        await _talk(db, anna, gone, deleted_at=now())
        await _talk(db, anna, gone, temporary=True)
        await _talk(db, anna, gone, updated_at=now() - LATELY - timedelta(days=1))
    assert await most_used(db, anna) == [often, once, seldom]
    assert await most_used(db, anna, 1) == [often]


async def test_answers_that_are_being_written_wait(db: Database) -> None:
    anna, bo = await _people(db)
    writing = await _talk(db, anna, new_id(), "running")
    await _talk(db, anna, new_id(), "done")
    await _talk(db, bo, new_id(), "running")
    await _talk(db, anna, new_id(), "running", updated_at=now() - timedelta(days=2))
    (found,) = await under_way(db, anna)
    assert (found.conversation, found.title) == (writing, "Om semester")
