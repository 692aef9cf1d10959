"""Limits over all processes: a call holds them in the ledger beside its budgets, in the transaction that records it. Pure.

Each process's own gauges (`limits`) come first and refuse most; these hold what the processes let through together. A minute is
one of the clock: an account each, which is forgotten when it is over. What goes on at the same time is only held, never used.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from samverk.gateway.limits import Limit, Place, Quota, RateLimited, What, limited
from samverk.ledger.accounts import GOING_ON, Hold

_RATE = "rate:"
_KEPT = timedelta(minutes=10)  # after its minute: as long as a call on its way may take to be settled

Shared = Mapping[Place, Limit]
"""The limits that a call keeps together with other processes; empty where this one is alone."""


def holds_of(limits: Shared, tokens: int, at: datetime) -> Iterator[Hold]:
    """What a call of about so many tokens holds at a moment. One that is larger than a minute's tokens has a minute to itself."""
    for place, what, bound in _bounds(limits):
        amount = min(tokens, bound) if what == "tokens" else 1
        yield Hold(_account(place, what, at), amount, bound)


def spent_of(limits: Shared, tokens: int, at: datetime) -> dict[str, int]:
    """What a call that began at a moment came to, by account."""
    return {_account(place, what, at): tokens if what == "tokens" else 1 for place, what, _ in _bounds(limits)}


def refusal(limits: Shared, account: str, used: int, at: datetime) -> RateLimited | None:
    """The refusal of a call whose account was full, as its caller reads it; None where the account is not a limit's."""
    for place, what, bound in _bounds(limits):
        if _account(place, what, at) == account:
            seconds = 1 if what == "concurrent" else 60 - at.second
            return limited(place[1], what, seconds, _quota(what, bound, bound - used, seconds))
    return None


def forgotten(at: datetime) -> tuple[str, str]:
    """The first name of an account that nobody asks for any more, and the first that somebody may."""
    return _RATE, f"{_RATE}{_minute(at - _KEPT)}"


def _bounds(limits: Shared) -> Iterator[tuple[Place, What, int]]:
    for place, limit in limits.items():
        bounds: Iterable[tuple[What, int | None]] = (
            ("concurrent", limit.concurrent),
            ("requests", limit.requests),
            ("tokens", limit.tokens),
        )
        for what, bound in bounds:
            if bound is not None:
                yield place, what, bound


def _account(place: Place, what: What, at: datetime) -> str:
    """`rate:2026-11-22T07:41:key:<id>:requests`; of what goes on, without a minute."""
    _, subject, name = place
    return f"{GOING_ON}{subject}:{name}" if what == "concurrent" else f"{_RATE}{_minute(at)}:{subject}:{name}:{what}"


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def _quota(what: What, bound: int, left: int, seconds: int) -> Quota:
    match what:
        case "requests":
            return Quota(limit_requests=bound, remaining_requests=max(left, 0), reset_requests=float(seconds))
        case "tokens":
            return Quota(limit_tokens=bound, remaining_tokens=max(left, 0), reset_tokens=float(seconds))
        case _:
            return Quota()
