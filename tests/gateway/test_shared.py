"""Limits hold over all processes that share a ledger: two doors here, each with a ledger of its own, are two processes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from samverk.core.database import Database
from samverk.gateway import service, shared
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit, RateLimited
from samverk.identity.principal import system
from samverk.library.fake import FakeProvider
from tests.gateway.door import ORG, Door, chat, key, opened_door, read

AT = datetime(2026, 11, 22, 7, 41, 20, tzinfo=UTC)


@pytest.fixture
async def doors(databases: tuple[Database, Database], provider: FakeProvider) -> AsyncIterator[tuple[Door, Door]]:
    """Two doors that know of each other."""
    doors = await opened_door(databases, provider), Door(*databases, provider)
    await doors[0].adopt("honest")
    for door in doors:
        await door.said("Hej", "honest")
    for door in doors:
        door.ledger._processes.changed(None)
    yield doors
    for door in doors:
        door.ledger.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time in which calls begin, and which stands still until it is changed."""
    at = [AT]
    monkeypatch.setattr(service, "now", lambda: at[0])
    return at


async def limit(doors: tuple[Door, Door], subject: str = "model", name: str = "honest", **limits: int) -> None:
    wanted = NamedLimit(subject, name, Limit(**limits))  # type: ignore[arg-type]
    await doors[0].gateway.limits.set(system(ORG), wanted)
    for door in doors:
        door.terms.changed(ORG)


async def test_requests_of_all_processes_are_counted_together(
    doors: tuple[Door, Door], clock: list[datetime], provider: FakeProvider
) -> None:
    one, other = doors
    await limit(doors, requests=3)
    answered = len(provider.calls)
    for door in (one, other, one):
        await door.said("Hej", "honest")
    with pytest.raises(RateLimited) as refused:
        await other.said("Hej", "honest")
    assert (refused.value.facts["seconds"], "Modellen" in refused.value.sv) == (40, True)
    assert refused.value.facts["quota"].remaining_requests == 0
    assert len(provider.calls) == answered + 3
    assert (await other.closed())["outcome"] == "denied"
    clock[0] += timedelta(minutes=1)
    assert await other.said("Hej", "honest")


async def test_tokens_are_what_calls_came_to(doors: tuple[Door, Door], clock: list[datetime]) -> None:
    one, other = doors
    who = key()
    await limit(doors, "key", who.id, tokens=100)
    for door in (one, other, one):  # of `honest`, 15 tokens each
        await read(await door.ask(chat("Hej", max_tokens=60), "honest", principal=who))
    with pytest.raises(RateLimited):
        await other.ask(chat("Hej", max_tokens=60), "honest", principal=who)
    assert await read(await other.ask(chat("Hej", max_tokens=30), "honest", principal=who))


async def test_a_call_larger_than_a_minutes_tokens_has_a_minute_to_itself(
    doors: tuple[Door, Door], clock: list[datetime]
) -> None:
    one, other = doors
    await limit(doors, tokens=100)
    await read(await one.ask(chat("Hej", max_tokens=500), "honest"))
    with pytest.raises(RateLimited):
        await other.ask(chat("Hej", max_tokens=500), "honest")


async def test_calls_at_the_same_time_are_counted_together_and_given_back(doors: tuple[Door, Door]) -> None:
    one, other = doors
    await limit(doors, concurrent=1)
    answering = await one.ask(chat("Hej"), "honest")
    with pytest.raises(RateLimited):
        await other.ask(chat("Hej"), "honest")
    await read(answering)
    for door in (one, other, other):
        await door.said("Hej", "honest")


async def test_what_a_dead_process_was_doing_goes_on_no_more(doors: tuple[Door, Door]) -> None:
    one, other = doors
    await limit(doors, concurrent=1)
    left = await one.ask(chat("Hej"), "honest")
    one.ledger.close()  # it ends with the call open
    assert await other.ledger.recover() == 1
    other.ledger._processes.changed(None)
    assert await other.said("Hej", "honest")
    assert left.id


async def test_a_process_alone_holds_nothing_more(door: Door) -> None:
    await door.adopt("honest")
    await door.gateway.limits.set(system(ORG), NamedLimit("model", "honest", Limit(requests=3, concurrent=1)))
    await door.said("Hej", "honest")
    assert not await door.ledger.is_shared()
    place = (ORG, "model", "honest")
    [account, *_] = [hold.account for hold in shared.holds_of({place: Limit(requests=3)}, 1, AT)]
    assert (await door.ledger.accounts(ORG, [account]))[account].used == 0


async def test_minutes_that_are_over_are_forgotten(doors: tuple[Door, Door], clock: list[datetime]) -> None:
    await limit(doors, requests=3, tokens=1000)
    await doors[0].said("Hej", "honest")
    held = shared.holds_of({(ORG, "model", "honest"): Limit(requests=3, tokens=1000)}, 1, AT)
    names = [hold.account for hold in held]
    for later, used in ((timedelta(minutes=5), [1, 15]), (timedelta(minutes=11), [0, 0])):
        await doors[1].ledger.forget_accounts(ORG, *shared.forgotten(AT + later))
        accounts = await doors[1].ledger.accounts(ORG, names)
        assert [accounts[name].used for name in names] == used


def test_each_bound_has_an_account_of_its_own() -> None:
    limits = {(ORG, "key", "k"): Limit(1, 2, 3), (ORG, "model", "m"): Limit(requests=4)}
    holds = list(shared.holds_of(limits, 50, AT))  # type: ignore[arg-type]
    assert [hold.account for hold in holds] == [
        "busy:key:k",
        "rate:2026-11-22T07:41:key:k:requests",
        "rate:2026-11-22T07:41:key:k:tokens",
        "rate:2026-11-22T07:41:model:m:requests",
    ]
    assert [(hold.amount, hold.limit) for hold in holds] == [(1, 3), (1, 1), (2, 2), (1, 4)]
