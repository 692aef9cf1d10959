"""How fast a key may ask and a model be asked: token buckets and a count of calls on their way, in this process's memory.

Every admission is O(1). A limit holds in each process for itself: where several serve, each is to be given its share.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from samverk.core.errors import SamverkError

Limited = Literal["key", "model"]
What = Literal["requests", "tokens", "concurrent"]
Place = tuple[UUID, Limited, str]  # the organisation, and whose limit: a key's id or a model's slug

EVERY = "*"  # the subject of a limit that holds for each key, or each model, that has none of its own
_MINUTE = 60.0
_MOST_KNOWN = 10_000  # gauges that are kept; idle ones are forgotten beyond that


@dataclass(frozen=True, slots=True)
class Limit:
    """What is let through: requests and tokens a minute, and calls at the same time. None: as many as come."""

    requests: int | None = None
    tokens: int | None = None
    concurrent: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of the limit that is nearest: of requests and tokens a minute, and the seconds until each is whole again.

    None where there is no such limit.
    """

    limit_requests: int | None = None
    remaining_requests: int | None = None
    reset_requests: float | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    reset_tokens: float | None = None


class RateLimited(SamverkError):
    """More is asked than the limit of the key or the model lets through; nothing was called. `facts`: seconds, quota."""

    code = "rate_limit_exceeded"
    status = 429
    sv = "{whose_sv} tar inte emot fler anrop just nu ({what_sv}). Försök igen om {seconds} s."
    en = "{whose_en} takes no more calls right now ({what_en}). Try again in {seconds} s."


_WHOSE = {"key": ("Nyckeln", "The key"), "model": ("Modellen", "The model")}
_WHAT: Mapping[What, tuple[str, str]] = {
    "requests": ("anrop i minuten", "requests a minute"),
    "tokens": ("token i minuten", "tokens a minute"),
    "concurrent": ("samtidiga anrop", "calls at the same time"),
}


class Bucket:
    """A bucket that fills by `capacity` a minute. It may go below zero: what a call took is known only after it."""

    __slots__ = ("_at", "_level", "capacity")

    def __init__(self, capacity: int, at: float) -> None:
        self.capacity = capacity
        self._level = float(capacity)
        self._at = at

    def level(self, at: float) -> float:
        """What is in it at a moment (s, monotonic)."""
        self._level = min(self._level + (at - self._at) * self.capacity / _MINUTE, self.capacity)
        self._at = at
        return self._level

    def wait(self, amount: int, at: float) -> float:
        """The seconds until this much can be taken, 0 for now. More than it holds is let through once it is full."""
        lacking = min(amount, self.capacity) - self.level(at)
        return lacking * _MINUTE / self.capacity if lacking > 0 else 0.0

    def take(self, amount: int) -> None:
        """Take this much; a negative amount gives back."""
        self._level = min(self._level - amount, self.capacity)

    def reset(self, at: float) -> float:
        """The seconds until it is full."""
        return self.left(at)[2]

    def left(self, at: float) -> tuple[int, int, float]:
        """What it holds when full, what is in it, and the seconds until it is full."""
        level = self.level(at)
        return self.capacity, max(int(level), 0), (self.capacity - level) * _MINUTE / self.capacity


_NO_LIMIT = (None, None, None)


class Gauge:
    """What one key or model has asked lately."""

    __slots__ = ("busy", "limit", "requests", "tokens", "whose")

    def __init__(self, whose: Limited, limit: Limit, at: float) -> None:
        self.whose = whose
        self.busy = 0
        self.change(limit, at)

    def change(self, limit: Limit, at: float) -> None:
        """Another limit holds from now on; the calls on their way are still counted."""
        self.limit = limit
        self.requests = Bucket(limit.requests, at) if limit.requests else None
        self.tokens = Bucket(limit.tokens, at) if limit.tokens else None

    def refusal(self, tokens: int, at: float) -> tuple[What, float] | None:
        """Which limit a call would pass, and the seconds until it would not; None when it fits."""
        if self.limit.concurrent and self.busy >= self.limit.concurrent:
            return "concurrent", 1.0
        if self.requests is not None and (wait := self.requests.wait(1, at)):
            return "requests", wait
        if self.tokens is not None and (wait := self.tokens.wait(tokens, at)):
            return "tokens", wait
        return None

    def enter(self, tokens: int) -> None:
        """Count a call that begins."""
        self.busy += 1
        if self.requests is not None:
            self.requests.take(1)
        if self.tokens is not None:
            self.tokens.take(tokens)

    def leave(self, more_tokens: int) -> None:
        """Count its end, and by how much it took more tokens than was thought."""
        self.busy -= 1
        if self.tokens is not None:
            self.tokens.take(more_tokens)

    def quota(self, at: float) -> Quota:
        """What is left."""
        requests, tokens = (bucket.left(at) if bucket else _NO_LIMIT for bucket in (self.requests, self.tokens))
        return Quota(*requests, *tokens)

    def is_idle(self, at: float) -> bool:
        """Whether forgetting it changes nothing."""
        return not self.busy and all(not bucket or not bucket.reset(at) for bucket in (self.requests, self.tokens))


@dataclass(slots=True)
class Admission:
    """A call that was let in. `leave` must be called once, with the tokens that it took."""

    gauges: Sequence[Gauge]
    tokens: int
    quota: Quota | None

    def leave(self, tokens: int) -> None:
        """The call has ended; a second time does nothing."""
        for gauge in self.gauges:
            gauge.leave(tokens - self.tokens)
        self.gauges = ()


NOBODY = Admission((), 0, None)


class Gauges:
    """The gauges of this process."""

    def __init__(self) -> None:
        self._known: dict[Place, Gauge] = {}

    def admit(self, limits: Mapping[Place, Limit], tokens: int) -> Admission:
        """Let a call of about so many tokens in at all of the places, or at none. Raises RateLimited."""
        if not limits:
            return NOBODY
        at = time.monotonic()
        gauges = [self._gauge(place, limit, at) for place, limit in limits.items()]
        for gauge in gauges:
            if refused := gauge.refusal(tokens, at):
                raise _limited(gauge, *refused, at)
        for gauge in gauges:
            gauge.enter(tokens)
        return Admission(gauges, tokens, _nearest(gauges, at))

    def _gauge(self, place: Place, limit: Limit, at: float) -> Gauge:
        gauge = self._known.get(place)
        if gauge is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known = {known: one for known, one in self._known.items() if not one.is_idle(at)}
            gauge = self._known[place] = Gauge(place[1], limit, at)
        elif gauge.limit != limit:
            gauge.change(limit, at)
        return gauge


def _nearest(gauges: Sequence[Gauge], at: float) -> Quota:
    """The quota of the gauge that has the fewest requests left, in proportion."""
    quotas = [gauge.quota(at) for gauge in gauges]
    return min(quotas, key=lambda one: (one.remaining_requests or 0) / one.limit_requests if one.limit_requests else 2)


def _limited(gauge: Gauge, what: What, wait: float, at: float) -> RateLimited:
    return limited(gauge.whose, what, max(int(-(-wait // 1)), 1), gauge.quota(at))


def limited(of: Limited, what: What, seconds: int, quota: Quota) -> RateLimited:
    """The refusal of a call that passes a limit of a key or a model, for so many seconds."""
    whose, which = _WHOSE[of], _WHAT[what]
    return RateLimited(
        whose_sv=whose[0], whose_en=whose[1], what_sv=which[0], what_en=which[1], seconds=seconds, quota=quota
    )
