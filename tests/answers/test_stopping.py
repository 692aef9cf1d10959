"""Runs that are started, stopped and hung up on at random, while others write: each ends, and nothing stays locked or open."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from tests.platform import QUESTION, Served, fake_model, served

from samverk.answers.model import LAST_KINDS
from samverk.answers.tables import Run, RunEvent
from samverk.assistants.model import AssistantBody
from samverk.core.database import DatabaseFailed
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.library.fake import Script

RUNS = 150


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("stopping")) as site:
        site.model.scripts["steady"] = Script(tuple(f"ord {n} " for n in range(20)), pause=0.03)
        site.run(site.rooms.library.adopt(site.a.id, *fake_model("steady"), "tests"))
        body = AssistantBody(name="Stadig", models=("steady",))
        site.run(site.rooms.assistants.save(site.a.id, "stadig", body, system(site.a.id)))
        yield site


@pytest.fixture
def person(site: Served) -> Principal:
    return Principal(Kind.MEMBER, site.a.id, str(new_id()), "Anna Ek", Role.MEMBER)


async def stored(site: Served, person: Principal) -> tuple[list[Run], dict[UUID, list[RunEvent]]]:
    """The person's runs, and the events of each in order."""
    async with site.rooms.db.read(Scope(person.org_id)) as session:
        runs = list(await session.scalars(select(Run).where(Run.owner == person.owner)))
        rows = await session.scalars(select(RunEvent).order_by(RunEvent.run_id, RunEvent.seq))
        events: dict[UUID, list[RunEvent]] = {}
        for row in rows:
            events.setdefault(row.run_id, []).append(row)
    return runs, events


async def follow(site: Served, person: Principal) -> None:
    """Ask on the line until the end, or until somebody hangs up."""
    async for _ in site.rooms.answers.ask(person, "stadig", QUESTION):
        pass


async def start_and_stop(site: Served, person: Principal, wait: float) -> None:
    run = await site.rooms.answers.start(person, "stadig", QUESTION)
    await asyncio.sleep(wait)
    await asyncio.gather(*(site.rooms.answers.stop(person, run) for _ in range(2)))


async def write_now_and_then(site: Served, person: Principal, until: asyncio.Event) -> int:
    count = 0
    while not until.is_set():
        async with site.rooms.db.write(Scope(person.org_id)) as session:
            await session.execute(update(Run).where(Run.owner == person.owner).values(parent_id=None))
        count += 1
        await asyncio.sleep(0.05)
    return count


async def storm(site: Served, person: Principal) -> None:
    chance, ended = random.Random(8400), asyncio.Event()
    writers = [asyncio.create_task(write_now_and_then(site, person, ended)) for _ in range(3)]
    tasks = []
    for number in range(RUNS):
        stop = number % 3 == 0
        work: Any = start_and_stop(site, person, chance.random()) if stop else follow(site, person)
        tasks.append(asyncio.create_task(work))
        for _ in range(chance.choice([0, 1, 2])):
            asyncio.get_running_loop().call_later(chance.random(), tasks[-1].cancel)
        await asyncio.sleep(0.01)
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    ended.set()
    assert all(await asyncio.gather(*writers))
    assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
    while live := list(site.rooms.answers._live.values()):
        await asyncio.wait([run.driver for run in live if run.driver])


def test_a_storm_of_asking_and_hanging_up_leaves_everything_in_order(site: Served, person: Principal) -> None:
    site.run(storm(site, person))
    runs, events = site.run(stored(site, person))
    assert len(runs) > RUNS / 3
    assert {run.status for run in runs} == {"done", "stopped"}
    for run in runs:
        own = events[run.id]
        assert [event.seq for event in own] == list(range(1, len(own) + 1))
        assert [event.kind for event in own if event.kind in LAST_KINDS] == [own[-1].kind] == [run.status]
    assert site.rooms.db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    ledger = site.rooms.gateway._ledger
    assert site.run(ledger.verify(site.a.id)) is None
    calls = [entry.call_id for entry in site.run(ledger.entries(site.a.id))]
    assert all(calls.count(call) == 2 for call in set(calls)), "every call that was opened is closed"


def test_a_run_that_is_stopped_before_it_has_begun_ends(site: Served, person: Principal) -> None:
    async def at_once() -> list[str]:
        run = await site.rooms.answers.start(person, "stadig", QUESTION)
        await site.rooms.answers.stop(person, run)
        return [event.kind async for event in site.rooms.answers.events(person, run)]

    assert site.run(asyncio.wait_for(at_once(), 20))[-1] == "stopped"


def test_an_end_that_cannot_be_stored_is_no_answer(
    site: Served, person: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseFailed(why="disk full")

    async def ask() -> tuple[UUID, Any]:
        run = await site.rooms.answers.start(person, "regelhjalpen", QUESTION)
        return run, [event async for event in site.rooms.answers.events(person, run)][-1]

    with monkeypatch.context() as patched:
        patched.setattr("samverk.answers.store.save_outcome", refuse)
        run, last = site.run(asyncio.wait_for(ask(), 20))
    assert (last.kind, last.body["code"]) == ("failed", "database_failed")

    async def again() -> Any:
        return [event async for event in site.rooms.answers.events(person, run)][-1]

    last = site.run(asyncio.wait_for(again(), 20))
    assert (last.kind, last.body["code"]) == ("failed", "interrupted")
    assert site.run(site.rooms.answers.run(person, run)).status == "failed"
