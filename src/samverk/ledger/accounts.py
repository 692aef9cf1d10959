"""What may be spent and what is spent: pure arithmetic over accounts. Knows neither calls nor what a unit is worth.

An account is an opaque name and two whole numbers: `used`, what is settled, and `held`, what calls on their way have set
aside. A call holds before it is made and settles after; a hard limit is never passed by what is used and held together.
Where the name begins with GOING_ON, the account counts what goes on alone: it is held, given back, and never used.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass

from samverk.core.errors import SamverkError

GOING_ON = "busy:"


@dataclass(frozen=True, slots=True)
class Hold:
    """What a call sets aside in an account before it is made: millionths of the currency, tokens, or whatever it counts.

    `limit` is hard: used + held + amount ≤ limit. None: the account is only counted. Raises ValueError for a negative amount.
    """

    account: str
    amount: int
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("an amount is never negative")


@dataclass(slots=True)
class Account:
    """What an account has come to."""

    used: int = 0
    held: int = 0


class BudgetSpent(SamverkError):
    """A hold does not fit under its limit, so the call is not made. `facts`: account, amount, limit, used, held."""

    code = "budget_spent"
    status = 429
    sv = "Budgeten räcker inte till det här anropet. Fråga den som ansvarar för budgeten."
    en = "The budget is not enough for this call. Ask who is responsible for the budget."


Accounts = MutableMapping[str, Account]


def reserve(accounts: Accounts, holds: Sequence[Hold]) -> Hold | None:
    """Set aside all the holds, or none: then the first one that does not fit is returned. Pure but for `accounts`."""
    for place, hold in enumerate(holds):
        account = accounts[hold.account]
        if hold.limit is not None and account.used + account.held + hold.amount > hold.limit:
            release(accounts, amounts(holds[:place]))
            return hold
        account.held += hold.amount
    return None


def amounts(holds: Sequence[Hold]) -> dict[str, int]:
    """What is held in each account; an account that is named twice is held twice."""
    held: dict[str, int] = {}
    for hold in holds:
        held[hold.account] = held.get(hold.account, 0) + hold.amount
    return held


def release(accounts: Accounts, held: Mapping[str, int]) -> None:
    """Give back what was held."""
    for name, amount in held.items():
        accounts[name].held -= amount


def settle(accounts: Accounts, held: Mapping[str, int], spent: Mapping[str, int]) -> None:
    """Give back what was held and use what it came to, which may be more or less."""
    release(accounts, held)
    for name, amount in spent.items():
        if name.startswith(GOING_ON):
            continue
        accounts[name].used += max(amount, 0)
