"""What an organisation's plan gives it, and what it adds to the cost. Plans are rows; an organisation has one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from samverk.core.errors import Conflict, Invalid

_HUNDRED = Decimal(100)
_FINEST = Decimal("0.0001")  # of a per cent: the mark-up is whole millionths of the cost


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan. `seats` is how many may be members; None: as many as there are. `mark_up` is added to every cost, in per cent.

    `kinds` of models and `abilities` of calls (tools, images, structured output) are those that it covers; None: all.
    """

    slug: str
    seats: int | None = None
    mark_up: Decimal = Decimal(0)
    kinds: frozenset[str] | None = None
    abilities: frozenset[str] | None = None

    def charged(self, cost: int) -> int:
        """What the organisation pays for what cost this much: in millionths of the currency, rounded up."""
        if not self.mark_up:
            return cost
        return -(-cost * (1_000_000 + _millionths(self.mark_up)) // 1_000_000)

    def body(self) -> dict[str, Any]:
        """The plan as it is stored, and as interfaces tell it: the mark-up is a decimal number in a text."""
        return {
            "slug": self.slug,
            "seats": self.seats,
            "mark_up": str(self.mark_up),
            "kinds": None if self.kinds is None else sorted(self.kinds),
            "abilities": None if self.abilities is None else sorted(self.abilities),
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Plan":
        """The plan that `body` was made of."""
        kinds, abilities = (None if body[name] is None else frozenset(body[name]) for name in ("kinds", "abilities"))
        return cls(body["slug"], body["seats"], Decimal(body["mark_up"]), kinds, abilities)


@lru_cache(maxsize=64)
def _millionths(mark_up: Decimal) -> int:
    """What a mark-up adds to each million."""
    return int(mark_up / _HUNDRED * 1_000_000)


NONE = Plan("none")
"""No plan: no mark-up, and nothing is bounded."""

PLANS: Mapping[str, Plan] = {
    plan.slug: plan
    for plan in (
        NONE,
        Plan("sandbox", 20, Decimal(20), frozenset({"chat", "embeddings"})),
        Plan("standard", None, Decimal(20)),
    )
}
"""The plans that an organisation can be given, as they are or with seats and mark-up of its own."""


class NoSeat(Conflict):
    """Every seat of the plan is taken."""

    code = "no_seat"
    sv = "Alla {seats} platser i er plan är upptagna. Ta bort någon, eller be den som driver plattformen om fler."
    en = "All {seats} seats of your plan are taken. Remove somebody, or ask whoever runs the platform for more."


def chosen(slug: str, seats: int | None = None, mark_up: Decimal | None = None) -> Plan:
    """A plan by its name, with seats and mark-up of the organisation's own where they are given. Raises Invalid."""
    plan = PLANS.get(slug)
    if plan is None:
        known = ", ".join(PLANS)
        raise Invalid(
            sv=f"Planen {slug} finns inte. De som finns är {known}.",
            en=f"There is no plan {slug}. Those that exist are {known}.",
            param="plan",
        )
    if seats is not None:
        if seats < 1:
            raise Invalid(sv="Antalet platser är minst 1.", en="The number of seats is at least 1.", param="seats")
        plan = replace(plan, seats=seats)
    if mark_up is not None:
        plan = replace(plan, mark_up=_checked(mark_up))
    return plan


def _checked(mark_up: Decimal) -> Decimal:
    if not mark_up.is_finite() or not 0 <= mark_up <= 1000 or mark_up != mark_up.quantize(_FINEST):
        raise Invalid(
            sv="Påslaget anges i procent, 0–1000 med högst fyra decimaler.",
            en="The mark-up is given in per cent, 0–1000 with four decimals at most.",
            param="mark_up",
        )
    return mark_up
