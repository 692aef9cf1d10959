"""Sums of calls for a day, under each name that somebody asks for. Written with the events, so that a year is read at once.

Calls are counted for models, assistants, keys and groups; members are not counted one by one: nobody's work is measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Kind = Literal["all", "model", "assistant", "key", "group"]
Key = tuple[str, str, str, str]  # day, kind, name, currency

DAYS_OF = ZoneInfo("Europe/Stockholm")  # where a day of usage begins and ends, as for budgets
NUMBERS = ("tokens_in", "tokens_out", "cost", "ms")
_FAILED = frozenset({"failed", "cut", "left_open"})


@dataclass(frozen=True, slots=True)
class Used:
    """The sums of a time under one name, or of one day: `of` is the name or the day (ISO 8601). Cost in millionths."""

    of: str
    currency: str
    calls: int
    denied: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost: int
    ms: int


def names_of(opened: Mapping[str, Any]) -> dict[str, Any]:
    """What a call is counted under, from the body of its first event: model, assistant, key, groups."""
    found: dict[str, Any] = {"model": opened.get("model")}
    for kind, value in (("assistant", opened.get("purpose")), ("key", opened.get("principal"))):
        prefix, _, name = str(value or "").partition(":")
        if prefix == kind and name:
            found[kind] = name
    if groups := opened.get("groups"):
        found["groups"] = list(groups)
    return found


class Sums:
    """The sums of a batch of calls that ended, and each of them: its model and the body of its second event."""

    def __init__(self) -> None:
        self.rows: dict[Key, list[int]] = {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def add(self, at: datetime, names: Mapping[str, Any], closed: Mapping[str, Any]) -> None:
        """Count a call that ended at this time, under its names."""
        outcome = closed.get("outcome")
        numbers = [1, int(outcome == "denied"), int(outcome in _FAILED)]
        numbers += [int(closed.get(name) or 0) for name in NUMBERS]
        day, currency = at.astimezone(DAYS_OF).date().isoformat(), str(closed.get("currency") or "")
        for kind, name in _under(names, closed):
            row = self.rows.setdefault((day, kind, name, currency), [0] * len(numbers))
            row[:] = map(int.__add__, row, numbers)
        self.calls.append((str(closed.get("model") or names.get("model") or ""), closed))


def _under(names: Mapping[str, Any], closed: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """Every kind and name that a call is counted under. The model that answered in the end is the one that counts."""
    yield "all", ""
    if model := closed.get("model") or names.get("model"):
        yield "model", model
    if assistant := names.get("assistant"):
        yield "assistant", assistant
    if key := names.get("key"):
        yield "key", key
    for group in names.get("groups", ()):
        yield "group", group
