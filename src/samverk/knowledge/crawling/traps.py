"""Where a walk would never end: loops in paths, ever deeper folders, calendars, and pages by the thousand from one form. Pure."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

Trap = Literal["trap_deep", "trap_loop", "trap_calendar", "trap_form"]

_DEEPEST, _LONGEST = 14, 500  # parts of a path, characters of an address: more than any site that people read
_REPEATS = 3  # the same folder so often in one path
_DATED, _ASKED = 60, 1000  # addresses of one pattern: of a calendar, of a form or a list
_DATE_PATH = re.compile(r"/(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])(?:[-/][0-3]?\d)?/?$|/(?:v|week|vecka)-?\d\d?/?$")
_DATE_KEY = re.compile(
    r"(?:^|&)[^=&]*(?:date|datum|month|manad|year|week|vecka|day|dag|cal|kalender|from|start)[^=&]*=", re.I
)
_DATE_VALUE = re.compile(r"=(?:19|20)\d\d|=\d{1,2}(?:&|$)")


@dataclass(slots=True)
class Traps:
    """Counts the addresses of each pattern that a walk has come upon."""

    _seen: Counter[str] = field(default_factory=Counter)

    def found(self, address: str) -> Trap | None:
        """Which trap a new address would lead into; it is counted."""
        parts = urlsplit(address)
        names = [name for name in parts.path.split("/") if name]
        if len(names) > _DEEPEST or len(address) > _LONGEST:
            return "trap_deep"
        if names and max(Counter(names).values()) >= _REPEATS:
            return "trap_loop"
        dated = bool(
            _DATE_PATH.search(parts.path) or (_DATE_KEY.search(parts.query) and _DATE_VALUE.search(parts.query))
        )
        if not dated and not parts.query:
            return None
        kind = pattern(address)
        self._seen[kind] += 1
        if self._seen[kind] > (_DATED if dated else _ASKED):
            return "trap_calendar" if dated else "trap_form"
        return None


def pattern(address: str) -> str:
    """What addresses made by one machine have in common: numbers and the values of the query are left out."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "0", parts.path) + "?" + re.sub(r"=[^&]*", "=", parts.query)
