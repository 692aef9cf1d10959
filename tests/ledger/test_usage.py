"""Sums agree with the record, for every name that somebody asks for, and members are not counted one by one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger import batches
from samverk.ledger.service import Hold, Ledger
from samverk.ledger.usage import Used

ORG, OTHER = new_id(), new_id()
DAY = date(2026, 11, 22)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time of the ledger; change it in place."""
    times = [datetime(2026, 11, 22, 12, tzinfo=UTC)]
    monkeypatch.setattr(batches, "now", lambda: times[0])
    return times


async def call(ledger: Ledger, opened: dict[str, Any], closed: dict[str, Any]) -> None:
    id = new_id()
    await ledger.opened(ORG, id, opened)
    await ledger.closed(ORG, id, closed)


ANSWERED = {"outcome": "stop", "tokens_in": 10, "tokens_out": 5, "cost": 3_000_000_000, "currency": "SEK", "ms": 100}


async def test_a_call_counts_under_each_of_its_names(books: Database, clock: list[datetime]) -> None:
    ledger = Ledger(books)
    opened = {"model": "gemma", "purpose": "assistant:fraga", "principal": "key:7", "groups": ["bygg", "vård"]}
    await call(ledger, opened, ANSWERED)
    await call(ledger, opened | {"principal": "member:1"}, {"outcome": "failed", "ms": 7})
    await call(ledger, {"model": None}, {"outcome": "denied"})

    async def used(kind: Any) -> dict[str, tuple[int, int, int, int, int]]:
        rows = await ledger.usage(ORG, kind, DAY, DAY)
        return {
            f"{row.of} {row.currency}": (row.calls, row.denied, row.failed, row.tokens_in, row.cost) for row in rows
        }

    one, other = (1, 0, 0, 10, 3_000_000_000), (1, 0, 1, 0, 0)
    assert await used("all") == {" SEK": one, " ": (2, 1, 1, 0, 0)}
    assert await used("model") == {"gemma SEK": one, "gemma ": other}
    assert await used("assistant") == {"fraga SEK": one, "fraga ": other}
    assert await used("group") == {
        f"{group} {end}": sums for group in ("bygg", "vård") for end, sums in (("SEK", one), ("", other))
    }
    assert await used("key") == {"7 SEK": one}, "a member is nobody's statistics"
    assert await ledger.usage(OTHER, "all", DAY, DAY) == []


async def test_the_model_that_answered_in_the_end_counts(books: Database, clock: list[datetime]) -> None:
    ledger = Ledger(books)
    await call(ledger, {"model": "gemma"}, ANSWERED | {"model": "mistral"})
    assert [row.of for row in await ledger.usage(ORG, "model", DAY, DAY)] == ["mistral"]


async def test_days_are_swedish_and_sums_go_over_them(books: Database, clock: list[datetime]) -> None:
    ledger = Ledger(books)
    for moment in (datetime(2026, 11, 21, 22, 59, tzinfo=UTC), datetime(2026, 11, 21, 23, 1, tzinfo=UTC)):
        clock[0] = moment
        await call(ledger, {"model": "gemma"}, ANSWERED)
    days = await ledger.usage(ORG, "model", date(2026, 11, 1), date(2026, 11, 30), by="day", name="gemma")
    assert [(row.of, row.calls) for row in days] == [("2026-11-21", 1), ("2026-11-22", 1)]
    [whole] = await ledger.usage(ORG, "model", date(2026, 11, 1), date(2026, 11, 30))
    assert whole == Used("gemma", "SEK", 2, 0, 0, 20, 10, 6_000_000_000, 200)
    assert await ledger.usage(ORG, "model", date(2026, 11, 22), date(2026, 11, 22), by="day", name="other") == []


async def test_a_refused_hold_counts_as_denied(books: Database, clock: list[datetime]) -> None:
    ledger = Ledger(books)
    with pytest.raises(Exception, match="budget"):
        await ledger.opened(ORG, new_id(), {"model": "gemma"}, [Hold("money", 2, 1)])
    [row] = await ledger.usage(ORG, "all", DAY, DAY)
    assert (row.calls, row.denied) == (1, 1)
    assert 'samverk_calls_total{model="",outcome="denied"} 1' in ledger.metrics.text()
