"""Budgets are hard: reserved before, settled after, right whoever calls and from however many processes."""

import asyncio
import sys
from datetime import timedelta
from typing import Any

import orjson
import pytest

from samverk.core.database import Database
from samverk.core.errors import Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import Journal
from samverk.gateway.budgeting import NewBudget
from samverk.gateway.budgets import BudgetExhausted
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit, RateLimited
from samverk.gateway.plans import NoSeat, chosen
from samverk.gateway.terms import Terms
from samverk.identity.principal import system
from samverk.library.fake import FakeProvider
from tests.gateway.door import ORG, Door, chat, key, read

MONEY = NewBudget("organisation", "", "month", "money", 1_000_000)
COST = 76  # of a call of `honest`: ten tokens in at 3, five out at 9.000001, rounded up


async def budget(door: Door, subject: Any = "organisation", name: str = "", **more: Any) -> None:
    given = {"period": "month", "unit": "money", "amount": 1_000_000, **more}
    await door.gateway.budgets.set(system(ORG), NewBudget(subject, name, **given))


async def test_what_is_set_aside_before_is_settled_after(door: Door) -> None:
    await door.adopt("honest")
    await budget(door, amount=100_000)
    answering = await door.ask(chat("Hej", max_tokens=100), "honest")
    [standing] = await door.gateway.budgets.list(ORG)
    assert (standing.used, standing.held) == (0, 3 + 901)
    await read(answering)
    [standing] = await door.gateway.budgets.list(ORG)
    assert (standing.used, standing.held, standing.state) == (COST, 0, "ok")


async def test_a_call_that_does_not_fit_is_refused_recorded_and_told_of(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest")
    await budget(door, amount=1_000)
    with pytest.raises(BudgetExhausted) as refused:
        await door.said("Hej", "honest")  # may come to a thousand tokens
    assert refused.value.code == "insufficient_quota"
    assert "organisationen" in refused.value.sv
    assert provider.calls == []
    assert await door.record() == [("opened", ""), ("closed", "denied")]
    assert await read(await door.ask(chat("Hej", max_tokens=10), "honest"))


async def test_a_currency_that_no_budget_counts_is_refused_and_recorded(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", currency="EUR")
    await budget(door)
    with pytest.raises(BudgetExhausted) as refused:
        await door.said("Hej", "honest")
    assert "EUR" in refused.value.en
    assert await door.record() == [("opened", ""), ("closed", "denied")]
    assert provider.calls == []
    await budget(door, currency="EUR")
    assert await door.said("Hej", "honest")


async def test_the_mark_up_of_the_plan_is_paid_from_the_budget(door: Door) -> None:
    await door.adopt("honest")
    await budget(door)
    await door.gateway.plans.set(system(ORG), chosen("standard"))
    await door.said("Hej", "honest")
    [standing] = await door.gateway.budgets.list(ORG)
    assert standing.used == 92  # 76 and a fifth, rounded up


async def test_each_that_a_call_burdens_pays(door: Door) -> None:
    await door.adopt("honest")
    who = key(None, "skola")
    for subject, name in (("key", who.id), ("group", "skola"), ("group", "vard"), ("assistant", "a1")):
        await budget(door, subject, name, unit="tokens", amount=10_000)
    await door.said("Hej", "honest", principal=who, purpose="assistant:a1")
    used = {(one.budget.subject, one.budget.name): one.used for one in await door.gateway.budgets.list(ORG)}
    assert used == {("key", who.id): 15, ("group", "skola"): 15, ("group", "vard"): 0, ("assistant", "a1"): 15}


async def test_a_budget_of_one_key_stops_no_other(door: Door) -> None:
    await door.adopt("honest")
    poor, rich = key(), key()
    await budget(door, "key", poor.id, unit="tokens", amount=5)
    with pytest.raises(BudgetExhausted) as refused:
        await door.said("Hej", "honest", principal=poor)
    assert "nyckeln" in refused.value.sv
    assert await door.said("Hej", "honest", principal=rich)


async def test_a_day_and_a_month_are_kept_apart_and_begin_anew(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.adopt("honest")
    await budget(door, period="day", unit="tokens", amount=1_010)
    assert await door.said("Hej", "honest")
    with pytest.raises(BudgetExhausted):
        await door.said("Hej", "honest")
    monkeypatch.setattr("samverk.gateway.service.now", lambda: now() + timedelta(days=1))
    assert await door.said("Hej", "honest")


async def test_a_budget_is_replaced_and_removed_at_once_and_written_down(door: Door) -> None:
    await door.adopt("honest")
    await budget(door, amount=1)
    with pytest.raises(BudgetExhausted):
        await door.said("Hej", "honest")
    await budget(door, amount=2_000_000)
    assert await door.said("Hej", "honest")
    [standing] = await door.gateway.budgets.list(ORG)
    assert standing.budget.amount == 2_000_000
    await door.gateway.budgets.remove(system(ORG), standing.budget.id)
    assert await door.gateway.budgets.list(ORG) == []
    with pytest.raises(NotFound):
        await door.gateway.budgets.remove(system(ORG), standing.budget.id)
    told = [change.action for change in await Journal(door.db).read(ORG)]
    assert told == ["budget.removed", "budget.set", "budget.set"]


async def test_what_the_period_has_cost_counts_in_a_budget_that_is_made_later(door: Door) -> None:
    await door.adopt("honest")
    await door.said("Hej", "honest")
    await door.said("Hej", "honest", principal=key())
    for amount in (1_000, 2_000):
        await budget(door, amount=amount, unit="tokens")
        [standing] = await door.gateway.budgets.list(ORG)
        assert (standing.used, standing.budget.amount) == (30, amount)
    await door.said("Hej", "honest")
    [standing] = await door.gateway.budgets.list(ORG)
    assert standing.used == 45
    await door.gateway.budgets.remove(system(ORG), standing.budget.id)
    await budget(door, amount=1_055, unit="tokens")
    [standing] = await door.gateway.budgets.list(ORG)
    assert standing.used == 45
    assert await read(await door.ask(chat("Hej", max_tokens=999), "honest"))
    with pytest.raises(BudgetExhausted):
        await door.ask(chat("Hej", max_tokens=999), "honest")


async def test_who_may_not_sets_nothing(door: Door) -> None:
    with pytest.raises(NotAllowed):
        await door.gateway.budgets.set(key(), MONEY)
    with pytest.raises(NotAllowed):
        await door.gateway.budgets.remove(key(), new_id())
    with pytest.raises(NotAllowed):
        await door.gateway.limits.set(key(), NamedLimit("model", "m", Limit(1)))
    with pytest.raises(NotAllowed):
        await door.gateway.plans.set(key(), chosen("sandbox"))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (NewBudget("group", "", "month", "money", 1), "name"),
        (NewBudget("organisation", "alla", "month", "money", 1), "name"),
        (NewBudget("key", "inte-ett-id", "month", "money", 1), "name"),
        (NewBudget("organisation", "", "month", "money", 1, "kronor"), "currency"),
        (NewBudget("organisation", "", "month", "money", 0), "amount"),
    ],
)
async def test_what_no_budget_can_be(door: Door, wanted: NewBudget, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await door.gateway.budgets.set(system(ORG), wanted)
    assert refused.value.facts["param"] == field


async def test_a_warning_at_eighty_per_cent_is_written_once(door: Door) -> None:
    await door.adopt("honest")
    await budget(door, unit="tokens", amount=1_100)
    await door.ask(chat("Hej", max_tokens=10), "honest")
    for _ in range(59):
        await read(await door.ask(chat("Hej", max_tokens=10), "honest"))
    door.terms.changed(ORG)
    answering = await door.ask(chat("Hej", max_tokens=10), "honest")
    assert [near.used for near in answering.nearly] == [59 * 15]
    await read(answering)
    door.terms.changed(ORG)
    await read(await door.ask(chat("Hej", max_tokens=10), "honest"))
    changes = await Journal(door.db).read(ORG)
    assert [change.action for change in changes] == ["budget.nearly_spent", "budget.set"]
    [standing] = await door.gateway.budgets.list(ORG)
    assert standing.state == "nearly"


async def test_terms_are_kept_in_memory_and_another_process_follows(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Terms(door.db, door.ledger)
    assert (await other.of(ORG)).budgets == {}
    await budget(door)
    assert (await other.of(ORG)).budgets == {}
    monkeypatch.setattr("samverk.core.fresh.SECONDS", 0.0)
    assert len((await other.of(ORG)).budgets) == 1


async def test_limits_of_keys_and_models(door: Door) -> None:
    await door.adopt("honest")
    who = key()
    await door.gateway.limits.set(system(ORG), NamedLimit("key", "*", Limit(requests=2)))
    answering = await door.ask(chat("Hej"), "honest", principal=who)
    assert answering.quota is not None
    assert (answering.quota.limit_requests, answering.quota.remaining_requests) == (2, 1)
    await read(answering)
    await door.said("Hej", "honest", principal=who)
    before = await door.record()
    with pytest.raises(RateLimited) as refused:
        await door.said("Hej", "honest", principal=who)
    assert refused.value.code == "rate_limit_exceeded"
    assert await door.record() == before
    assert await door.said("Hej", "honest", principal=key())
    await door.gateway.limits.remove(system(ORG), "key", "*")
    assert await door.said("Hej", "honest", principal=who)
    assert await door.gateway.limits.list(ORG) == []


async def test_calls_at_the_same_time_end_with_the_answer(door: Door) -> None:
    await door.adopt("honest")
    await door.gateway.limits.set(system(ORG), NamedLimit("model", "honest", Limit(concurrent=1)))
    first = await door.ask(chat("Hej"), "honest")
    with pytest.raises(RateLimited):
        await door.ask(chat("Hej"), "honest")
    await first.events().aclose()
    assert await door.said("Hej", "honest")


async def test_a_seat_for_each_member_and_no_more(door: Door) -> None:
    await door.gateway.plans.require_seat(ORG, 10_000)
    await door.gateway.plans.set(system(ORG), chosen("sandbox"))
    assert (await door.gateway.plans.of(ORG)).seats == 20
    await door.gateway.plans.require_seat(ORG, 19)
    with pytest.raises(NoSeat):
        await door.gateway.plans.require_seat(ORG, 20)


async def test_five_processes_never_spend_more_than_the_budget(
    door: Door, database_urls: tuple[str, str], databases: tuple[Database, Database]
) -> None:
    calls, fits = 20, 30
    await door.adopt("honest")
    may_come_to = 3 + 181  # one token in, at most twenty out
    await budget(door, amount=may_come_to + (fits - 1) * COST)
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.gateway.spender", *database_urls, str(ORG), str(calls)),
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(5)
    ]
    answered = sum([orjson.loads((await process.communicate())[0]) for process in processes])
    [standing] = await door.gateway.budgets.list(ORG)
    assert (standing.used, standing.held) == (answered * COST, 0)
    assert standing.used <= standing.budget.amount
    assert fits / 2 <= answered <= fits
    assert await door.ledger.verify(ORG) is None
    events = [event for event, outcome in await door.record() if event == "closed" and outcome == "stop"]
    assert len(events) == answered
