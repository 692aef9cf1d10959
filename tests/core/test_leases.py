"""A lease is held by one alone, and freed when its holder dies."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests import postgres

from samverk.core.leases import Leases, PostgresLeases

HOLDER = """
import sys, time
from pathlib import Path
from samverk.core.leases import Leases
lease = Leases(Path(sys.argv[1])).take("shelf")
print("held" if lease else "refused", flush=True)
time.sleep(60)
"""


def test_one_holds_it_until_it_is_given_back(tmp_path: Path) -> None:
    leases = Leases(tmp_path / "leases")
    held = leases.take("shelf")
    assert held is not None
    assert leases.take("shelf") is None
    other = leases.take("another")
    assert other is not None
    held.release()
    again = leases.take("shelf")
    assert again is not None
    again.release(forget=True)
    other.release(forget=True)
    assert list((tmp_path / "leases").iterdir()) == []


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    assert Leases(tmp_path).take("shelf") is None
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert Leases(tmp_path).take("shelf") is not None


async def test_waiting_takes_turns(tmp_path: Path) -> None:
    leases = Leases(tmp_path)
    inside = 0

    async def enter() -> None:
        nonlocal inside
        async with leases.waiting("shelf"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(5)))


@pytest.mark.postgres
def test_machines_that_share_a_database_take_turns() -> None:
    with postgres.server() as url:
        here, there = PostgresLeases(url), PostgresLeases(url)
        held = here.take("executor")
        assert held is not None
        assert there.take("executor") is None
        held.release()
        taken = there.take("executor")
        assert taken is not None
        taken.release()
