"""What a dead process left open is closed by a living one, and nothing that was done is missing from the record."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger.service import Account, Hold, Ledger, LedgerStopped

ORG, OTHER = new_id(), new_id()

CALLER = """
import asyncio, os, sys
from uuid import UUID
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.ledger.service import Hold, Ledger

async def main():
    ledger, orgs = Ledger(Database(sys.argv[1])), [UUID(org) for org in sys.argv[3:]]
    upstream = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    async def caller(org, number):
        while True:
            id = new_id()
            await ledger.opened(org, id, {"action": "allow"}, [Hold("money", 10)])
            os.write(upstream, f"{id.hex}\\n".encode())  # the call to the model
            await asyncio.sleep(0.005 if number else 3600)
            await ledger.closed(org, id, {"outcome": "stop"}, {"money": 3})
    await asyncio.gather(*(caller(org, number) for org in orgs for number in range(8)))

asyncio.run(main())
"""


async def test_a_process_that_is_killed_under_load_leaves_nothing_unaccounted(books: Database, tmp_path: Path) -> None:
    upstream = tmp_path / "upstream"
    upstream.touch()
    command = [sys.executable, "-c", CALLER, books.url, str(upstream), str(ORG), str(OTHER)]
    killed = await asyncio.to_thread(subprocess.Popen, command)
    while len(upstream.read_bytes()) < 33 * 300:
        await asyncio.sleep(0.05)
        assert killed.poll() is None
    ledger = Ledger(books)
    assert await ledger.recover() == 0, "it is alive"
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    left = await ledger.recover()
    assert 2 <= left <= 16
    assert await ledger.recover() == 0
    called = set(upstream.read_text().split())
    opened, outcomes = set(), []
    for org in (ORG, OTHER):
        entries = await ledger.entries(org)
        opened |= {entry.call_id.hex for entry in entries if entry.event == "opened"}
        closings = [entry.body["outcome"] for entry in entries if entry.event == "closed"]
        outcomes += closings
        spent = 3 * closings.count("stop") + 10 * closings.count("left_open")
        assert await ledger.accounts(org, ["money"]) == {"money": Account(spent, 0)}
        assert await ledger.verify(org) is None
    assert called <= opened, "every call to a model was recorded before it was made"
    assert len(outcomes) == len(opened)
    assert outcomes.count("left_open") == left


async def test_what_a_living_process_has_open_is_left_alone(books: Database) -> None:
    one, other = Ledger(books), Ledger(books)
    call = new_id()
    await one.opened(ORG, call, {}, [Hold("money", 10)])
    assert await other.recover() == 0
    await one.closed(ORG, call, {"outcome": "stop"}, {"money": 3})
    assert await other.accounts(ORG, ["money"]) == {"money": Account(3, 0)}


async def test_one_that_ended_in_good_order_is_buried_by_the_next(books: Database) -> None:
    one, other = Ledger(books), Ledger(books)
    await one.opened(ORG, new_id(), {}, [Hold("money", 10)])
    await asyncio.to_thread(one.close)
    assert await other.recover() == 1
    assert await other.accounts(ORG, ["money"]) == {"money": Account(10, 0)}
    assert await other._reader.processes() == [other._presence.id]


async def test_a_closing_that_could_not_be_written_is_written_later(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, call = Ledger(books), new_id()
    await ledger.opened(ORG, call, {}, [Hold("money", 10)])
    with monkeypatch.context() as broken:
        broken.setattr("samverk.ledger.batches.write", _disk_full)
        with pytest.raises(LedgerStopped):
            await ledger.closed(ORG, call, {"outcome": "stop"}, {"money": 3})
        assert await ledger.recover() == 0, "it is late still"
        assert len(ledger._late) == 1
    await ledger.recover()
    assert await ledger.accounts(ORG, ["money"]) == {"money": Account(3, 0)}
    assert [entry.event for entry in await ledger.entries(ORG, call)] == ["opened", "closed"]


def _disk_full(*_: object) -> None:
    raise OSError("No space left on device")


async def test_a_connection_that_is_lost_is_made_anew(books: Database) -> None:
    ledger = Ledger(books)
    await ledger.opened(ORG, new_id(), {})
    await ledger.writer.do(lambda connection: connection.close())
    await ledger.opened(ORG, new_id(), {})
    assert len(await ledger.entries(ORG)) == 2


async def test_where_nothing_can_be_reached_everybody_is_told_after_two_tries(
    books: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, tries = Ledger(books), 0

    def unreachable() -> None:
        nonlocal tries
        tries += 1
        raise OSError("no route to host")

    monkeypatch.setattr(ledger.writer._loop, "_connect", unreachable)
    calls = [new_id() for _ in range(50)]
    await asyncio.gather(*(ledger.opened(ORG, call, {}) for call in calls[:1]), return_exceptions=True)
    tries = 0
    outcomes = await asyncio.gather(*(ledger.opened(ORG, call, {}) for call in calls), return_exceptions=True)
    assert all(isinstance(outcome, LedgerStopped) for outcome in outcomes)
    assert tries <= 2 * 5, "a batch tries twice, however many wait"
    monkeypatch.undo()
    await ledger.opened(ORG, new_id(), {})
    await ledger.recover()
    assert not ledger._late


async def test_after_the_end_nothing_is_taken(books: Database) -> None:
    ledger = Ledger(books)
    await ledger.opened(ORG, new_id(), {})
    await asyncio.to_thread(ledger.close)
    with pytest.raises(LedgerStopped):
        await ledger.opened(ORG, new_id(), {})
