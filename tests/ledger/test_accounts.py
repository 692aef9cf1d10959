"""Budgets are hard: what is used and held never passes a limit, whatever the order and however many processes."""

import asyncio
import subprocess
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger.accounts import Account, BudgetSpent, Hold, amounts, reserve, settle
from samverk.ledger.service import Ledger

ORG, OTHER = new_id(), new_id()
LIMITS = {"organisation": 100, "key": 60, "counted": None}


class Spending(RuleBasedStateMachine):
    """Calls that hold and settle in any order."""

    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.accounts = {name: Account() for name in LIMITS}
        self.used = dict.fromkeys(LIMITS, 0)

    @rule(target=calls, wanted=st.lists(st.tuples(st.sampled_from(sorted(LIMITS)), st.integers(0, 50)), max_size=4))
    def opened(self, wanted: list[tuple[str, int]]) -> dict[str, int]:
        holds = [Hold(name, amount, LIMITS[name]) for name, amount in wanted]
        before = {name: account.held for name, account in self.accounts.items()}
        refused = reserve(self.accounts, holds)
        if refused is None:
            return amounts(holds)
        assert {name: account.held for name, account in self.accounts.items()} == before, "all or nothing"
        account = self.accounts[refused.account]
        together = sum(hold.amount for hold in holds if hold.account == refused.account)
        assert account.used + account.held + together > (refused.limit or 0)
        return {}

    @rule(held=consumes(calls), share=st.fractions(0, 1))
    def closed(self, held: dict[str, int], share: Any) -> None:
        spent = {name: int(amount * share) for name, amount in held.items()}
        settle(self.accounts, held, spent)
        for name, amount in spent.items():
            self.used[name] += amount

    @invariant()
    def never_over_a_limit_and_never_negative(self) -> None:
        for name, account in self.accounts.items():
            assert account.used == self.used[name]
            assert account.held >= 0
            limit = LIMITS[name]
            assert limit is None or account.used + account.held <= limit


TestSpending = Spending.TestCase


@given(st.integers(max_value=-1))
def test_nothing_negative_is_held(amount: int) -> None:
    with pytest.raises(ValueError, match="never negative"):
        Hold("organisation", amount)


async def test_a_call_holds_and_settles(books: Database) -> None:
    ledger, call = Ledger(books), new_id()
    holds = (Hold("money", 500, 1000), Hold("tokens", 7))
    await ledger.opened(ORG, call, {"action": "allow"}, holds)
    assert await ledger.accounts(ORG, ["money", "tokens", "never"]) == {
        "money": Account(0, 500),
        "tokens": Account(0, 7),
        "never": Account(0, 0),
    }
    await ledger.closed(ORG, call, {"outcome": "stop"}, {"money": 3_000_000_000, "tokens": 9, "late": 1})
    assert await ledger.accounts(ORG, ["money", "tokens", "late"]) == {
        "money": Account(3_000_000_000, 0),
        "tokens": Account(9, 0),
        "late": Account(1, 0),
    }
    assert await ledger.accounts(OTHER, ["money"]) == {"money": Account()}


async def test_a_refused_hold_fails_alone_and_is_recorded(books: Database) -> None:
    ledger = Ledger(books)
    calls = [new_id() for _ in range(6)]
    opening = {"action": "allow", "model": "gemma", "reasons": ["approved"]}
    outcomes = await asyncio.gather(
        *(ledger.opened(ORG, call, opening, [Hold("money", 30, 100)]) for call in calls), return_exceptions=True
    )
    refused = [call for call, outcome in zip(calls, outcomes, strict=True) if isinstance(outcome, BudgetSpent)]
    assert len(refused) == 3
    assert [outcome for outcome in outcomes if outcome is not None and not isinstance(outcome, BudgetSpent)] == []
    error = next(outcome for outcome in outcomes if isinstance(outcome, BudgetSpent))
    assert error.facts == {"account": "money", "amount": 30, "limit": 100, "used": 0, "held": 90}
    for call in refused:
        opened, closed = await ledger.entries(ORG, call)
        assert opened.body == {"action": "deny", "model": None, "reasons": ["approved", "budget_spent"]}
        assert closed.body == {"outcome": "denied", "failure": "budget_spent", "account": "money"}
    assert await ledger.accounts(ORG, ["money"]) == {"money": Account(0, 90)}
    assert await ledger.verify(ORG) is None


async def test_a_call_that_leaves_before_it_is_opened_holds_nothing_afterwards(books: Database) -> None:
    ledger, call = Ledger(books), new_id()
    opening = asyncio.create_task(ledger.opened(ORG, call, {}, [Hold("money", 5, 10)]))
    await asyncio.sleep(0)
    opening.cancel()
    await ledger.closed(ORG, call, {"outcome": "cut"})
    assert await ledger.accounts(ORG, ["money"]) == {"money": Account()}
    assert [entry.event for entry in await ledger.entries(ORG, call)] == ["opened", "closed"]


async def test_what_is_closed_is_closed_once(books: Database) -> None:
    ledger, call = Ledger(books), new_id()
    await ledger.opened(ORG, call, {}, [Hold("money", 5)])
    for _ in range(2):
        await ledger.closed(ORG, call, {"outcome": "stop"}, {"money": 4})
    assert await ledger.accounts(ORG, ["money"]) == {"money": Account(4, 0)}
    assert len(await ledger.entries(ORG, call)) == 2


SPENDER = """
import asyncio, sys
from uuid import UUID
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger.service import BudgetSpent, Hold, Ledger

async def main():
    books, org = Database(sys.argv[1]), UUID(sys.argv[2])
    ledger, made = Ledger(books), 0
    async def call():
        nonlocal made
        id = new_id()
        try:
            await ledger.opened(org, id, {"action": "allow"}, [Hold("money", 7, 400)])
        except BudgetSpent:
            return
        made += 1
        await asyncio.sleep(0.001)
        await ledger.closed(org, id, {"outcome": "stop"}, {"money": 5})
    for _ in range(10):
        await asyncio.gather(*(call() for _ in range(4)))
    ledger.close()
    await books.close()
    print(made)

asyncio.run(main())
"""


async def test_processes_that_spend_one_budget_never_pass_it(books: Database) -> None:
    command = [sys.executable, "-c", SPENDER, books.url, str(ORG)]
    run = partial(subprocess.run, command, capture_output=True, text=True, check=True, timeout=120)
    ended = await asyncio.gather(*(asyncio.to_thread(run) for _ in range(3)))
    made = sum(int(process.stdout) for process in ended)
    ledger = Ledger(books)
    account = (await ledger.accounts(ORG, ["money"]))["money"]
    assert (account.used, account.held) == (made * 5, 0)
    assert 400 - 7 < account.used <= 400, "as far as it goes, and no further"
    entries = await ledger.entries(ORG)
    assert len(entries) == 2 * 3 * 40
    assert sum(entry.body.get("outcome") == "stop" for entry in entries) == made
    assert await ledger.verify(ORG) is None
