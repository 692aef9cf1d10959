"""What is read again and again: one reading for all who ask at once, anew when it is old, never older than a change here."""

import asyncio

import pytest

from samverk.core.fresh import Fresh


class Source:
    """Something to read: it counts its readings, and waits until it may answer."""

    def __init__(self) -> None:
        self.value, self.readings = "first", 0
        self.may = asyncio.Event()
        self.may.set()

    async def read(self, key: str) -> str:
        self.readings += 1
        found = self.value
        await self.may.wait()
        if found == "broken":
            raise LookupError(key)
        return f"{key} {found}"


async def test_those_who_ask_at_once_wait_for_one_reading() -> None:
    source = Source()
    fresh = Fresh(source.read)
    assert await asyncio.gather(*(fresh.of("a") for _ in range(50))) == ["a first"] * 50
    assert await fresh.of("a") == "a first"
    assert source.readings == 1
    assert await fresh.of("b") == "b first"


async def test_what_is_old_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverk.core.fresh.SECONDS", 0.02)
    source = Source()
    fresh = Fresh(source.read)
    await fresh.of("a")
    source.value = "second"
    assert await fresh.of("a") == "a first"
    await asyncio.sleep(0.03)
    assert fresh.last("a") == "a first"
    assert await fresh.of("a") == "a second"


async def test_what_is_changed_is_read_anew_even_where_it_was_being_read() -> None:
    source = Source()
    fresh = Fresh(source.read)
    source.may.clear()
    reading = asyncio.create_task(fresh.of("a"))
    await asyncio.sleep(0)
    source.value = "second"
    fresh.changed("a")
    source.may.set()
    assert await reading == "a first"
    assert await fresh.of("a") == "a second"


async def test_an_error_is_told_and_not_kept() -> None:
    source = Source()
    fresh = Fresh(source.read)
    source.value = "broken"
    with pytest.raises(LookupError):
        await fresh.of("a")
    source.value = "second"
    assert await fresh.of("a") == "a second"
    assert fresh.last("b") is None


async def test_whoever_leaves_while_reading_leaves_it_to_the_next() -> None:
    source = Source()
    fresh = Fresh(source.read)
    source.may.clear()
    leaving, waiting = asyncio.create_task(fresh.of("a")), asyncio.create_task(fresh.of("a"))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.sleep(0)
    source.may.set()
    assert await waiting == "a first"
    assert source.readings == 2


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    source = Source()
    fresh = Fresh(source.read, most=3)
    for key in "abcdefgh":
        await fresh.of(key)
    assert sum(fresh.last(key) is not None for key in "abcdefgh") <= 3
