"""A chain is whole as it was written, and any change, gap, exchange or removed end shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from samverk.core.canonical import canonical, digest
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger import reading
from samverk.ledger.chain import GENESIS, link
from samverk.ledger.service import Ledger
from samverk.ledger.verify import BREAKS, Broken, Chain, Checked, Link

ORG = new_id()
BODIES = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), max_size=4
)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def chained(bodies: list[dict[str, Any]], *, older: bool = False) -> list[Link]:
    """A chain; `older` bodies are stored as they came, not in canonical form."""
    rows, previous = [], GENESIS
    for number, body in enumerate(bodies, start=1):
        call, at = UUID(int=number), AT + timedelta(microseconds=number * 999_983)
        now = link(previous, call, "opened", at, canonical(body))
        stored = orjson.dumps(dict(reversed(body.items()))) if older else canonical(body)
        rows.append(Link(number, call, "opened", at, stored.decode(), previous, now))
        previous = now
    return rows


def check(rows: list[Link], head: tuple[int, str], latest: int | None = None) -> Broken | None:
    chain = Chain(head)
    for row in rows:
        if broken := chain.follow(row):
            return broken
    return chain.end(head[0] if latest is None else latest)


def head_of(rows: list[Link]) -> tuple[int, str]:
    return (rows[-1].seq, rows[-1].digest) if rows else (0, GENESIS)


@given(st.lists(BODIES, max_size=8), st.booleans())
def test_what_was_written_is_whole(bodies: list[dict[str, Any]], older: bool) -> None:
    rows = chained(bodies, older=older)
    assert check(rows, head_of(rows)) is None


@given(BODIES)
def test_the_format_is_that_of_the_first_events(body: dict[str, Any]) -> None:
    call, at = new_id(), AT
    content = {"call": str(call), "event": "closed", "at": at.isoformat(), "body": body}
    assert link(GENESIS, call, "closed", at, canonical(body)) == digest({"previous": GENESIS, "content": content})


@given(st.lists(BODIES, min_size=1, max_size=8), st.data())
def test_every_change_shows_where_it_is(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = chained(bodies)
    place = data.draw(st.integers(0, len(rows) - 1))
    changes: dict[str, Any] = {
        "call_id": new_id(),
        "event": "closed",
        "at": AT - timedelta(days=1),
        "body": '{"another": 1}' if rows[place].body != '{"another":1}' else "{}",
        "previous": "f" * 64,
        "digest": "f" * 64,
    }
    name = data.draw(st.sampled_from(sorted(changes)))
    changed = [*rows[:place], replace(rows[place], **{name: changes[name]}), *rows[place + 1 :]]
    assert check(changed, head_of(rows)) == Broken(place + 1, "changed")


@given(st.lists(BODIES, min_size=1, max_size=8), st.data())
def test_every_removal_shows_where_it_is(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = chained(bodies)
    place = data.draw(st.integers(0, len(rows) - 1))
    left = rows[:place] + rows[place + 1 :]
    assert check(left, head_of(rows)) == Broken(place + 1, "missing" if left[place:] else "end_missing")


@given(st.lists(BODIES, min_size=2, max_size=8), st.data())
def test_exchanged_events_show(bodies: list[dict[str, Any]], data: st.DataObject) -> None:
    rows = chained(bodies)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True)))
    exchanged = list(rows)
    exchanged[one] = replace(rows[other], seq=rows[one].seq)
    exchanged[other] = replace(rows[one], seq=rows[other].seq)
    assert check(exchanged, head_of(rows)) == Broken(one + 1, "changed")


def test_another_end_shows() -> None:
    rows, others = chained([{"n": 1}, {"n": 2}]), chained([{"n": 1}, {"n": 3}])
    assert check(rows, head_of(others)) == Broken(2, "end_changed")
    assert check(rows, head_of(rows[:1]), latest=1) == Broken(2, "end_changed"), "more events than the end knows"
    assert check(rows, head_of(rows[:1]), latest=2) is None, "the chain grew while it was read"
    assert check([replace(rows[0], body="{not json")], head_of(rows[:1])) == Broken(1, "changed")


@pytest.mark.parametrize("why", BREAKS)
def test_each_break_is_told(why: str) -> None:
    assert "7" in Broken(7, why).message("sv")
    assert "7" in Broken(7, why).message("en")


async def test_a_chain_is_read_in_pages(books: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 4)
    ledger = Ledger(books)
    for n in range(11):
        await ledger.opened(ORG, new_id(), {"n": n})
    assert await ledger.check(ORG) == Checked(11, None)
    assert [entry.body["n"] async for entry in ledger.walk(ORG)] == list(range(11))
    assert [entry.seq async for entry in ledger.walk(ORG, after=8)] == [9, 10, 11]
    assert [entry.seq async for entry in ledger.walk(new_id())] == []


async def test_events_are_found_by_time(books: Database) -> None:
    ledger = Ledger(books)
    for n in range(7):
        await ledger.opened(ORG, new_id(), {"n": n})
    times = [entry.at for entry in await ledger.entries(ORG)]
    tick = timedelta(microseconds=1)
    for n in range(7):
        assert [entry.body["n"] async for entry in ledger.walk(ORG, since=times[n])] == list(range(n, 7))
        assert [entry.body["n"] async for entry in ledger.walk(ORG, until=times[n])] == list(range(n))
    assert [entry async for entry in ledger.walk(ORG, since=times[-1] + tick)] == []


async def test_a_removed_end_shows(books: Database) -> None:
    if not books.is_sqlite:
        pytest.skip("the file is what can be changed behind the database's back")
    ledger = Ledger(books)
    for n in range(3):
        await ledger.opened(ORG, new_id(), {"n": n})
    async with books.engine.begin() as connection:
        await connection.execute(text("drop trigger ledger_entries_no_delete"))
        await connection.execute(text("delete from ledger_entries where seq = 3"))
    assert await ledger.check(ORG) == Checked(2, Broken(3, "end_missing"))
