"""Budgets as arithmetic: periods in Swedish time, amounts, who is burdened, what is set aside, and how a refusal is told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.errors import Invalid
from samverk.core.ids import new_id
from samverk.gateway import budgets
from samverk.gateway.budgets import Budget, BudgetExhausted

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTH = Budget(new_id(), "organisation", "", "month", "money", 100_000_000, "SEK")
DAY = Budget(new_id(), "key", "k1", "day", "tokens", 5_000)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
periods = st.sampled_from(budgets.PERIODS)


def test_an_account_names_whose_it_is_what_it_counts_and_when() -> None:
    assert MONTH.account(AT) == "organisation:money:SEK:2026-11"
    assert DAY.account(AT) == "key:k1:tokens:2026-11-22"


@pytest.mark.parametrize(
    ("moment", "month", "day"),
    [
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "2026-12", "2026-12-01"),  # half past midnight in Sweden
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), "2026-06", "2026-06-30"),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "2026-07", "2026-07-01"),
    ],
)
def test_periods_are_swedens(moment: datetime, month: str, day: str) -> None:
    assert budgets.period_of("month", moment) == month
    assert budgets.period_of("day", moment) == day


@given(periods, moments)
def test_a_period_begins_at_a_midnight_and_the_next_one_after_it(period: budgets.Period, at: datetime) -> None:
    began, anew = budgets.begins(period, at), budgets.begins_anew(period, at)
    assert began <= at < anew
    assert (anew.hour, anew.minute) == (0, 0)
    assert budgets.period_of(period, anew) > budgets.period_of(period, at)
    assert budgets.period_of(period, anew - timedelta(seconds=1)) == budgets.period_of(period, at)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1500", "money", 1_500_000_000),
        ("1 500,50", "money", 1_500_500_000),
        ("0.000001", "money", 1),
        ("20000", "tokens", 20_000),
    ],
)
def test_amounts_as_people_write_them(text: str, unit: budgets.Unit, amount: int) -> None:
    assert budgets.amount_of(text, unit) == amount
    assert budgets.decimal_of(amount, unit) == Decimal(text.replace(" ", "").replace(",", "."))


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e99", "0.0000001", "tio"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        budgets.amount_of(text, "money")
    assert refused.value.facts["param"] == "amount"
    with pytest.raises(Invalid):
        budgets.amount_of("1.5", "tokens")


def test_a_call_holds_and_spends_in_each_budget_that_it_burdens() -> None:
    holds = budgets.holds_of([MONTH, DAY], 2_000, "SEK", 300, AT)
    assert [(hold.account, hold.amount, hold.limit) for hold in holds] == [
        ("organisation:money:SEK:2026-11", 2_000, 100_000_000),
        ("key:k1:tokens:2026-11-22", 300, 5_000),
    ]
    assert budgets.spent_of([MONTH, DAY], 1_500, "SEK", 250, AT) == {holds[0].account: 1_500, holds[1].account: 250}


def test_a_currency_that_no_budget_counts_is_refused_unless_it_costs_nothing() -> None:
    with pytest.raises(BudgetExhausted) as refused:
        budgets.holds_of([MONTH], 1, "EUR", 10, AT)
    assert "EUR" in refused.value.sv
    assert budgets.holds_of([MONTH], 0, "EUR", 10, AT) == []
    in_euro = Budget(new_id(), "organisation", "", "month", "money", 1_000, "EUR")
    assert [hold.amount for hold in budgets.holds_of([MONTH, in_euro], 7, "EUR", 10, AT)] == [7]
    assert budgets.holds_of([DAY], 7, "EUR", 10, AT)[0].amount == 10


def test_what_was_spent_before_a_budget_was_made_counts_in_that_period_alone() -> None:
    begun = Budget(new_id(), "organisation", "", "month", "money", 1_000, "SEK", 400, "2026-11")
    assert begun.limit(AT) == 600
    assert begun.limit(AT + timedelta(days=30)) == 1_000


def test_a_refusal_says_which_budget_how_much_and_when_it_begins_anew() -> None:
    refused = budgets.exhausted(MONTH, 98_500_000, 1_250_000, AT)
    assert (refused.code, refused.status) == ("insufficient_quota", 429)
    for told in ("100,00 SEK", "månad", "organisationen", "98,50 SEK", "1,25 SEK", "2026-12-01"):
        assert told in refused.sv
    for told in ("100.00 SEK", "month", "the organisation", "98.50 SEK", "1.25 SEK", "2026-12-01"):
        assert told in refused.en
    assert refused.facts["begins_anew"] == "2026-12-01T00:00:00+01:00"
    tokens = budgets.exhausted(DAY, 5_000, 0, AT)
    assert "5\N{NO-BREAK SPACE}000 token" in tokens.sv
    assert "2026-11-23" in tokens.en


def test_the_smallest_amounts_are_not_shown_as_nothing() -> None:
    assert budgets.shown(1_234, MONTH, "sv") == "0,001234 SEK"
    assert budgets.shown(0, MONTH, "sv") == "0,00 SEK"


def test_a_budget_is_near_from_eighty_per_cent() -> None:
    assert not budgets.is_near(MONTH, 79_999_999)
    assert budgets.is_near(MONTH, 80_000_000)
    near = budgets.Nearly(MONTH, 80_000_000, budgets.begins_anew("month", AT))
    assert "80,00 SEK" in near.message("sv")
    assert "80.00 SEK" in near.message("en")
