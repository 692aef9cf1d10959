"""Circuit breakers: an endpoint that keeps failing is left alone for a while, then tried by one call. Pure but for the clock.

What an endpoint did is counted in two half windows, so that a breaker costs the same however much it is used.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from samverk.core.ids import now

State = Literal["closed", "open", "half_open"]
Clock = Callable[[], float]

WINDOW = 30.0  # s
FAILURES = 5  # in the window, and at least half of its calls: then the breaker opens
RESTS = 10.0  # s, doubled each time that the trial fails too
LONGEST_REST = 120.0


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint is: `closed` is well, `open` left alone, `half_open` tried by one call. `why` is of the latest failure."""

    state: State
    since: datetime
    why_sv: str = ""
    why_en: str = ""


class Breaker:
    """The breaker of one endpoint."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._half_began = clock()
        self._before = self._lately = (0, 0)  # calls and failures of a half window
        self._rest = RESTS
        self._opened = 0.0
        self._state: State = "closed"
        self._since = now()
        self._why = ("", "")
        self._on_trial = False

    def lets_through(self) -> bool:
        """Whether a call may be made now. Of an endpoint that has rested one is, and the others wait for what it says."""
        if self._state == "closed":
            return True
        if self._state == "open" and self._clock() - self._opened >= self._rest:
            self._become("half_open")
        return self._state == "half_open" and not self._on_trial

    def begin(self) -> None:
        """A call is made."""
        if self._state == "half_open":
            self._on_trial = True

    def rests(self) -> float:
        """The seconds until it is tried again."""
        left = self._rest - (self._clock() - self._opened) if self._state == "open" else 0.0
        return max(left, 0.0)

    def succeeded(self) -> None:
        """It answered."""
        if self._state != "closed":
            self._rest, self._on_trial = RESTS, False
            self._before = self._lately = (0, 0)
            self._become("closed")
        self._count(0)

    def failed(self, why: tuple[str, str]) -> None:
        """It did not, or broke off."""
        self._why = why
        self._count(1)
        if self._state == "half_open":
            self._rest = min(self._rest * 2, LONGEST_REST)
            self._open()
        elif self._state == "closed" and self._is_ill():
            self._open()

    def left(self) -> None:
        """The call ended without telling anything of the endpoint: the next one may try."""
        self._on_trial = False

    def health(self) -> Health:
        """How the endpoint is."""
        return Health(self._state, self._since, *self._why)

    def _is_ill(self) -> bool:
        calls, failures = (before + lately for before, lately in zip(self._before, self._lately, strict=True))
        return failures >= FAILURES and failures * 2 >= calls

    def _count(self, failure: int) -> None:
        at, half = self._clock(), WINDOW / 2
        if at - self._half_began >= half:
            self._before = self._lately if at - self._half_began < WINDOW else (0, 0)
            self._lately, self._half_began = (0, 0), at
        calls, failures = self._lately
        self._lately = calls + 1, failures + failure

    def _open(self) -> None:
        self._opened, self._on_trial = self._clock(), False
        self._become("open")

    def _become(self, state: State) -> None:
        self._state, self._since = state, now()
