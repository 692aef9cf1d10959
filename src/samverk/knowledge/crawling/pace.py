"""How fast a site is visited: one page at a time, with a pause between, slower when it asks for that. Pure."""

import math
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

BUSY = frozenset({429, 503})
_LONGEST = 300.0  # seconds that one answer can make us wait
_FIRST = 2.0
PATIENCE = 5  # times in a row that a site may be busy before it is left in peace


@dataclass(slots=True)
class Pace:
    """The seconds to wait before the next request. `delay` is the usual pause."""

    delay: float
    busy: int = 0

    def after(self, status: int, retry_after: str, now: datetime) -> float:
        """How long to wait after an answer; `patient` tells when a site that is busy should be left in peace."""
        if status not in BUSY:
            self.busy = 0
            return self.delay
        self.busy += 1
        asked = _asked(retry_after, now)
        return max(self.delay, min(_LONGEST, _FIRST * 2**self.busy if asked is None else asked))

    @property
    def patient(self) -> bool:
        """Whether it is worth asking again."""
        return self.busy < PATIENCE


def _asked(retry_after: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for: a number or a date (RFC 9110, 10.2.3)."""
    if retry_after.strip().isdecimal() and retry_after.isascii():
        return float(retry_after[:9])
    try:
        seconds = (parsedate_to_datetime(retry_after) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, math.ceil(seconds))
