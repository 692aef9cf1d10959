"""What goes wrong in the middle of a sync: nothing is lost, nothing is counted twice, and the report says what happened."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from samverk.core import logs
from samverk.core.blobs import StorageFailed
from samverk.core.database import Database, DatabaseFailed
from samverk.core.jobs import JobState, Payload
from samverk.core.scope import Scope
from samverk.knowledge import source_store, syncs
from samverk.knowledge.source_views import SourceInfo, SyncInfo
from samverk.knowledge.sources import memory
from samverk.knowledge.views import Reason
from tests.knowledge.kept import Kept, counts, on_both_engines

LOCKED = Reason("locked", "Låst.", "Locked.")


async def test_a_walk_that_breaks_off_removes_nothing_and_says_why(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"a", "b.txt": b"b"}
    source = await kept.memory_source()
    await kept.synced(source)
    kept.memory.items = {"c.txt": b"c", "d.txt": b"d"}
    kept.memory.breaks_after = 1
    report = await kept.synced(source)
    assert (report.state, report.added, report.removed) == ("failed", 1, 0)
    assert report.reason is not None
    assert report.reason.code == "source_failed"
    assert await kept.paths() == ["a.txt", "b.txt", "c.txt"]
    kept.memory.breaks_after = None
    mended = await kept.synced(source)
    assert (mended.state, *counts(mended)) == ("done", 1, 0, 2, 0, 1)


async def test_a_full_disk_ends_the_sync_with_the_reason_and_the_next_one_takes_the_rest(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.memory.items = {"a.txt": b"a", "b.txt": b"b"}
    source = await kept.memory_source()
    put = kept.room.blobs.put

    async def full(org: UUID, content: bytes | Path) -> str:
        if isinstance(content, Path) and content.read_bytes() == b"b":  # noqa: ASYNC240
            raise StorageFailed(why="No space left on device")
        return await put(org, content)

    monkeypatch.setattr(kept.room.blobs, "put", full)
    report = await kept.synced(source)
    assert (report.state, report.added) == ("failed", 1)
    assert report.reason is not None
    assert report.reason.code == "storage_failed"
    assert "No space left" in report.reason.en
    monkeypatch.setattr(kept.room.blobs, "put", put)
    report = await kept.synced(source)
    assert (report.state, report.added + report.unchanged) == ("done", 2)
    assert await kept.paths() == ["a.txt", "b.txt"]


@on_both_engines
async def test_a_sync_that_runs_again_after_its_process_died_counts_nothing_twice(kept: Kept) -> None:
    kept.memory.items = {f"{n:02}.txt": str(n).encode() for n in range(30)}
    source = await kept.memory_source()
    kept.memory.breaks_after = 20
    asked = await kept.sources.sync(kept.who, source.id)
    await kept.ended(asked.id)
    assert (await kept.ended(asked.id)).added == 20
    await as_killed(kept, asked.id)
    kept.memory.breaks_after = None
    await kept.sources._syncs.sync({"org": str(kept.room.org), "sync": str(asked.id), "source": str(source.id)})
    report = await kept.ended(asked.id)
    assert (report.state, *counts(report)) == ("done", 30, 0, 0, 0, 0)
    assert len(await kept.paths()) == 30


async def test_a_sync_that_nobody_works_on_is_taken_up_and_one_that_failed_for_good_is_given_up(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"a"}
    source = await kept.memory_source()
    async with kept.room.db.write(Scope(kept.room.org)) as session:  # its job was never asked for
        row = await source_store.source(session, kept.room.org, source.id)
        assert row is not None
        waiting = await kept.sources._ask(session, row, "Erik")
    await kept.sources.resume(kept.room.org)
    assert (await kept.ended(waiting.id)).added == 1

    async def dies(_: Payload) -> None:
        raise RuntimeError

    kept.room.jobs.register(syncs.JOB, dies)
    asked = await kept.sources.sync(kept.who, source.id)
    await asyncio.sleep(0.05)
    await kept.sources.resume(kept.room.org)
    report = await kept.ended(asked.id)
    assert report.state == "failed"
    assert report.reason is not None
    assert report.reason.code == "interrupted"


@on_both_engines
async def test_two_syncs_of_one_source_at_once_are_one(kept: Kept) -> None:
    kept.memory.items = {f"{n}.txt": str(n).encode() for n in range(10)}
    source = await kept.memory_source()
    one, two = await asyncio.gather(kept.sources.sync(kept.who, source.id), kept.sources.sync(kept.who, source.id))
    assert one.id == two.id
    report = await kept.ended(one.id)
    again = {"org": str(kept.room.org), "sync": str(one.id), "source": str(source.id)}
    await asyncio.gather(kept.sources._syncs.sync(again), kept.sources._syncs.sync(again))
    assert counts(await kept.ended(one.id)) == counts(report) == (10, 0, 0, 0, 0)


async def test_a_cancelled_sync_keeps_what_it_took_and_removes_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await kept.memory_source()
    kept.memory.items = {"old.txt": b"old"}
    await kept.synced(source)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def waits(_: Path) -> None:
        reached.set()
        await go_on.wait()

    monkeypatch.setattr(memory, "content", lambda _: waits)
    kept.memory.items = {"a.txt": b"a", "b.txt": b"b"}
    asked = await kept.sources.sync(kept.who, source.id)
    async with asyncio.timeout(10):
        await reached.wait()
    await kept.sources.cancel(kept.who, asked.id)
    report = await kept.ended(asked.id)
    monkeypatch.undo()
    assert (report.state, report.removed) == ("cancelled", 0)
    assert "old.txt" in await kept.paths()
    finished = await kept.synced(source)
    assert (finished.state, finished.removed) == ("done", 1)


async def as_killed(kept: Kept, sync: UUID) -> None:
    """Let a sync look as a killed process leaves it."""
    async with kept.room.db.write(Scope(kept.room.org)) as session:
        row = await source_store.sync(session, kept.room.org, sync)
        assert row is not None
        row.state, row.reason, row.finished_at = "running", None, None


async def test_what_is_otherwise_when_a_sync_runs_again_counts_as_it_is_now(kept: Kept) -> None:
    kept.memory.items, kept.memory.refused = {"a.txt": b"a", "c.txt": b"c"}, {"b.txt": LOCKED}
    kept.memory.breaks_after = 2
    source = await kept.memory_source()
    first = await kept.synced(source)
    assert (first.state, *counts(first)) == ("failed", 1, 0, 0, 1, 0)
    kept.memory.items, kept.memory.refused = {"a.txt": b"changed", "b.txt": b"b", "c.txt": b"c"}, {}
    kept.memory.breaks_after = None
    await as_killed(kept, first.id)
    await kept.sources._syncs.sync({"org": str(kept.room.org), "sync": str(first.id), "source": str(source.id)})
    report = await kept.ended(first.id)
    assert (report.state, *counts(report)) == ("done", 3, 0, 0, 0, 0)
    assert await kept.entries(report) == {"a.txt": "added", "b.txt": "added", "c.txt": "added"}


# the database is gone

RULES = {f"{n:02}.txt": f"Rutin {n:02}. ".encode() * 50 for n in range(30)}
Mend = Callable[[], Awaitable[None]]


async def full_disk(db: Database) -> Mend:
    """Let an SQLite database grow no more; what lets it grow again."""
    most = [1]  # pages: SQLite takes as many as there are

    @event.listens_for(db.engine.sync_engine, "begin")
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={most[0]}")

    async def mend() -> None:
        most[0] = 1 << 30

    return mend


async def stopped_server(db: Database) -> Mend:
    """Let nobody reach a PostgreSQL database; what lets all in again."""
    url = make_url(db.url)
    admin = create_async_engine(url.set(username="samverk", database="postgres"), isolation_level="AUTOCOMMIT")

    async def mend() -> None:
        async with admin.connect() as connection:
            await connection.execute(text(f"alter database {url.database} allow_connections true"))
        await admin.dispose()

    async with admin.connect() as connection:
        await connection.execute(text(f"alter database {url.database} allow_connections false"))
        ended = text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")
        await connection.execute(ended, {"name": url.database})
    return mend


async def broken_in_the_middle(
    kept: Kept, source: SourceInfo, monkeypatch: pytest.MonkeyPatch, breaks: Callable[[Database], Awaitable[Mend]]
) -> SyncInfo:
    """A sync of the rules whose database breaks when half of them are taken, and is mended when its job has ended."""
    logs.configure("critical")  # what the tests would show of the errors costs more than they do
    monkeypatch.setattr(syncs, "_FLUSH_ITEMS", 8)
    content, mend = memory.content, list[Mend]()

    def breaking(data: bytes) -> Callable[[Path], Awaitable[None]]:
        async def fetched(target: Path) -> None:
            if not mend and data.startswith(b"Rutin 15."):
                mend.append(await breaks(kept.room.db))
            await content(data)(target)

        return fetched

    monkeypatch.setattr(memory, "content", breaking)
    kept.memory.items = dict(RULES)
    asked = await kept.sources.sync(kept.who, source.id)
    async with asyncio.timeout(60):
        while (await kept.room.jobs.status([asked.id.hex]))[asked.id.hex] not in (JobState.DONE, JobState.FAILED):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await mend[0]()
    return asked


async def assert_all_is_there_once(kept: Kept) -> None:
    documents = await kept.room.knowledge.documents(kept.who, "regler")
    assert [document.path for document in documents] == sorted(RULES)
    assert {(document.status, document.version) for document in documents} == {("read", 1)}


async def test_a_sync_whose_database_grows_no_more_says_so_and_the_next_takes_the_rest(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await kept.memory_source()
    asked = await broken_in_the_middle(kept, source, monkeypatch, full_disk)
    report = await kept.ended_and_read(asked.id)
    assert report.state == "failed"
    assert report.reason is not None
    assert report.reason.code == "database_failed"
    assert "full" in report.reason.en
    again = await kept.sources.sync(kept.who, source.id)
    rest = await kept.ended_and_read(again.id)
    assert (rest.state, rest.added + rest.unchanged) == ("done", len(RULES))
    assert rest.added + report.added == len(RULES)
    await assert_all_is_there_once(kept)


@pytest.mark.parametrize("kept", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_sync_whose_database_goes_away_goes_on_when_it_is_back(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await broken_in_the_middle(kept, await kept.memory_source(), monkeypatch, stopped_server)
    await kept.sources.look()
    report = await kept.ended_and_read(asked.id)
    assert (report.state, *counts(report)) == ("done", len(RULES), 0, 0, 0, 0)
    await assert_all_is_there_once(kept)


async def test_a_sync_that_cannot_write_down_what_it_did_says_so(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise DatabaseFailed(why="database or disk is full")

    kept.memory.items = {"a.txt": b"a", "b.txt": b"b"}
    source = await kept.memory_source()
    with monkeypatch.context() as patched:
        patched.setattr(source_store, "remember", fails)
        report = await kept.synced(source)
    assert (report.state, *counts(report)) == ("failed", 0, 0, 0, 0, 0)
    assert report.reason is not None
    assert report.reason.code == "database_failed"
    again = await kept.synced(source)
    assert (again.state, *counts(again)) == ("done", 2, 0, 0, 0, 0)
    assert len(await kept.room.knowledge.documents(kept.who, "regler")) == 2
