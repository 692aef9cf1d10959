"""Plans as rows: what they add to a cost, and what they bound."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.core.errors import Invalid
from samverk.gateway.plans import NONE, PLANS, Plan, chosen


def test_the_sandbox_has_twenty_seats_and_twenty_per_cent() -> None:
    sandbox = PLANS["sandbox"]
    assert (sandbox.seats, sandbox.mark_up) == (20, Decimal(20))
    assert sandbox.charged(1_000_000) == 1_200_000


@given(st.integers(0, 10**15), st.decimals(0, 1000, places=4))
def test_the_mark_up_is_exact_and_rounded_up(cost: int, mark_up: Decimal) -> None:
    exact = Decimal(cost) * (100 + mark_up) / 100
    charged = Plan("p", mark_up=mark_up).charged(cost)
    assert exact <= charged < exact + 1
    assert NONE.charged(cost) == cost


@pytest.mark.parametrize("plan", PLANS.values())
def test_a_plan_is_stored_and_read(plan: Plan) -> None:
    assert Plan.of(plan.body()) == plan


def test_a_plan_with_numbers_of_ones_own() -> None:
    assert chosen("sandbox", 5, Decimal("12.5")) == Plan("sandbox", 5, Decimal("12.5"), PLANS["sandbox"].kinds)


@pytest.mark.parametrize(
    ("slug", "seats", "mark_up"),
    [
        ("guld", None, None),
        ("sandbox", 0, None),
        ("sandbox", None, Decimal(-1)),
        ("sandbox", None, Decimal("0.00001")),
        ("sandbox", None, Decimal("NaN")),
    ],
)
def test_what_no_plan_can_be(slug: str, seats: int | None, mark_up: Decimal | None) -> None:
    with pytest.raises(Invalid):
        chosen(slug, seats, mark_up)
