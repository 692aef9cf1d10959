"""Units of work: in turn, whole or not at all, and nothing left open by tasks that were cancelled."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from samverk.core.database import Database, DatabaseFailed, Turn, completed
from samverk.core.errors import Conflict
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.tables import LoginSession, Organisation


def organisation(slug: str) -> Organisation:
    return Organisation(id=new_id(), slug=slug, name=slug)


async def slugs(db: Database) -> list[str]:
    async with db.read(Scope.platform()) as session:
        return sorted(await session.scalars(select(Organisation.slug)))


def checked_out(db: Database) -> int:
    return db.engine.pool.checkedout()  # type: ignore[attr-defined]


async def test_cancelled_units_leave_no_lock_and_no_connection_behind(db: Database) -> None:
    chance = random.Random(8400)
    outcomes: Counter[str] = Counter()

    async def write(number: int) -> None:
        try:
            async with db.write(Scope.platform()) as session:
                for part in "abc":
                    session.add(organisation(f"{number}{part}"))
                    await session.flush()
        except asyncio.CancelledError:
            outcomes["cancelled"] += 1
            raise
        outcomes["written"] += 1

    tasks = [asyncio.create_task(write(number)) for number in range(200)]
    for task in tasks:
        for _ in range(chance.choice([0, 1, 2])):
            asyncio.get_running_loop().call_later(chance.random() * 0.4, task.cancel)
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
    assert outcomes["written"] >= 20
    assert outcomes["cancelled"] >= 20
    assert checked_out(db) == 0
    kept = Counter(slug[:-1] for slug in await slugs(db))
    assert set(kept.values()) == {3}, "a unit is kept whole or not at all"
    assert len(kept) >= outcomes["written"]
    await asyncio.wait_for(write(1000), 5)


async def test_a_unit_that_fails_is_rolled_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.write(Scope.platform()) as session:
            session.add(organisation("half"))
            await session.flush()
            raise ZeroDivisionError
    assert await slugs(db) == []
    assert checked_out(db) == 0


async def test_a_name_that_somebody_took_meanwhile_is_a_conflict_and_other_faults_are_faults(db: Database) -> None:
    async with db.write(Scope.platform()) as session:
        session.add(organisation("taken"))
    with pytest.raises(Conflict, match="faster"):
        async with db.write(Scope.platform()) as session:
            session.add(organisation("taken"))
    with pytest.raises(IntegrityError):
        async with db.write(Scope.platform()) as session:
            session.add(LoginSession(digest="x", person_id=new_id(), org_id=new_id(), expires_at=now()))


async def test_many_writers_wait_for_their_turn_however_slow_the_others_are(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the database")

    @event.listens_for(db.engine.sync_engine, "connect")
    def impatient(connection: Any, _: object) -> None:
        connection.cursor().execute("pragma busy_timeout=0")  # a lock that is not had at once is an error

    order: list[int] = []

    async def write(number: int) -> None:
        async with db.write(Scope.platform()) as session:
            session.add(organisation(str(number)))
            await session.flush()
            await asyncio.sleep(0.005)
            order.append(number)

    await asyncio.gather(*(write(number) for number in range(40)))
    assert order == list(range(40))


async def test_a_unit_within_a_unit_is_told_at_once(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("PostgreSQL locks rows, not the database")
    async with db.write(Scope.platform()):
        with pytest.raises(RuntimeError, match="within"):
            async with db.write(Scope.platform()):
                pass


async def test_a_turn_is_given_on_when_one_who_waits_leaves() -> None:
    turn = Turn()

    async def take() -> None:
        async with turn:
            await asyncio.sleep(0)

    async with turn:
        leaving, staying = asyncio.create_task(take()), asyncio.create_task(take())
        await asyncio.sleep(0)
        leaving.cancel()
    await asyncio.wait_for(staying, 5)
    assert leaving.cancelled()


async def test_what_has_begun_is_completed_before_the_cancellation_goes_on() -> None:
    done: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0.05)
        done.append("work")
        return "result"

    task = asyncio.create_task(completed(work()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["work"]
    assert await completed(work()) == "result"


async def test_work_that_fails_fails_for_who_waits() -> None:
    async def work() -> None:
        raise DatabaseFailed(why="full")

    with pytest.raises(DatabaseFailed):
        await completed(work())
