"""A process killed in the middle of a sync: the one beside it goes on, nothing is lost, and nothing is counted twice."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from samverk.app.platform import running
from samverk.core.settings import Settings
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal, system
from samverk.knowledge.source_views import SyncInfo
from tests import postgres
from tests.required import thorough

FILES, TAKEN = 40, 17

# A platform that works. The first process that has taken some files of a sync says who it is, and stands still.
PLATFORM = f"""
import asyncio, os, sys
from pathlib import Path
from samverk.app.platform import running
from samverk.core import settings
from samverk.core.jobs import durable
from samverk.identity.principal import Kind, Principal, Role
from samverk.knowledge import syncs
from samverk.knowledge.source_views import SourceFields
from tests.knowledge.support import read_text

durable.LOOK_SECONDS, durable.POLL_SECONDS, syncs._FLUSH_ITEMS = 0.3, 0.1, 10
walker, fetched, taken = Path(sys.argv[1]), syncs._fetched, []

async def stands_still(*facts):
    taken.append(facts)
    if len(taken) > {TAKEN} and not walker.exists():
        walker.write_text(str(os.getpid()))
        await asyncio.Event().wait()
    await fetched(*facts)

syncs._fetched = stands_still

async def ask(rooms, folder):
    org = (await rooms.identity.create_org("bjorksta", "Björksta")).id
    await rooms.knowledge.create_collection(org, "rutiner", "Rutiner")
    who = Principal(Kind.MEMBER, org, "b", "Erik", Role.BUILDER, frozenset())
    source = await rooms.sources.add(who, "rutiner", SourceFields("folder", {{"folder": folder}}))
    await rooms.sources.sync(who, source.id)

async def main():
    async with running(settings.load(), extract=read_text) as platform:
        if len(sys.argv) > 2:
            await ask(platform.rooms, sys.argv[2])
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of an installation that is up to date and empty."""
    if request.param == "sqlite":
        return Settings(home=tmp_path / "home", source_folders=str(tmp_path))
    if not thorough():
        pytest.skip("SAMVERK_THOROUGH=1: the jobs' own tests kill on both engines")
    owner = await postgres.fresh(request.getfixturevalue("postgres_template"), copy=True)
    return Settings(
        home=tmp_path / "home",
        source_folders=str(tmp_path),
        database_url=postgres.as_role(owner, "app"),
        database_owner_url=owner,
    )


@contextmanager
def platform(settings: Settings, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that works on the installation, killed at the end of the block at the latest."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "SAMVERK_HOME": str(settings.home),
        "SAMVERK_SOURCE_FOLDERS": settings.source_folders,
        "SAMVERK_DATABASE_URL": settings.database_url,
        "SAMVERK_DATABASE_OWNER_URL": settings.database_owner_url,
    }
    process = subprocess.Popen([sys.executable, "-c", PLATFORM, *arguments], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.05)


async def test_another_process_goes_on_with_the_sync_of_one_that_was_killed(settings: Settings, tmp_path: Path) -> None:
    folder, walker = tmp_path / "rutiner", tmp_path / "walker"
    folder.mkdir()
    for n in range(FILES):
        (folder / f"{n:02}.txt").write_text(f"Rutin nummer {n} beslutas av nämnden.", encoding="utf-8")
    with platform(settings, str(walker), str(folder)) as one:
        await until(walker.exists)
        async with running(settings, work=False) as looking:
            with platform(settings, str(walker)):
                os.kill(one.pid, signal.SIGKILL)
                one.wait()
                begun = await told(looking.rooms)
                assert begun.state == "running"
                assert 0 < begun.added < TAKEN + 1
                report = await ended(looking.rooms)
            documents = await looking.rooms.knowledge.documents(await who(looking.rooms), "rutiner")
    assert (report.id, report.state) == (begun.id, "done")
    assert (report.added, report.changed, report.removed, report.refused, report.unchanged) == (FILES, 0, 0, 0, 0)
    assert [document.path for document in documents] == [f"rutiner/{n:02}.txt" for n in range(FILES)]
    assert {(document.status, document.version) for document in documents} == {("read", 1)}


async def ended(rooms: Rooms) -> SyncInfo:
    deadline = time.monotonic() + 60
    while True:
        report = await told(rooms)
        if not report.is_under_way and not report.reading:
            return report
        assert time.monotonic() < deadline, f"nobody went on: {report}"
        await asyncio.sleep(0.1)


async def told(rooms: Rooms) -> SyncInfo:
    """The report of the only sync."""
    [source] = await rooms.sources.of(await who(rooms), "rutiner")
    assert source.last is not None
    return source.last


async def who(rooms: Rooms) -> Principal:
    return system((await rooms.identity.org("bjorksta")).id)
