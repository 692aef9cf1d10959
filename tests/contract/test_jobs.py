"""The contract of the jobs, over the fake, SQLite and PostgreSQL; and what only the durable ones promise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from tests import postgres

from samverk.core.errors import Conflict
from samverk.core.jobs import Jobs, JobsFailed, JobState, Payload
from samverk.core.jobs import durable as durable_module
from samverk.core.jobs.durable import DurableJobs
from samverk.core.jobs.memory import MemoryJobs

ORG = UUID(int=7)
Make = Callable[[], Jobs]


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(durable_module, "POLL_SECONDS", 0.05)
    if request.param == "memory":
        return MemoryJobs
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    return lambda: DurableJobs(tmp_path, url)


@pytest.fixture
async def jobs(make: Make) -> AsyncIterator[Jobs]:
    made = make()
    yield made
    await made.stop()


async def wait_for(jobs: Jobs, key: str, state: JobState) -> None:
    async with asyncio.timeout(10):
        while (await jobs.status([key])).get(key) is not state:  # noqa: ASYNC110 - another process may do it
            await asyncio.sleep(0.02)


async def test_a_job_is_done_once_with_its_payload(jobs: Jobs, tmp_path: Path) -> None:
    seen: list[Payload] = []

    async def handler(payload: Payload) -> None:
        seen.append(payload)

    jobs.register("note", handler)
    await jobs.start()
    payload = {"text": "åäö", "n": 1, "nothing": None}
    for _ in range(3):
        await jobs.enqueue("note", payload, key=f"once-{tmp_path}", org=ORG)
    await wait_for(jobs, f"once-{tmp_path}", JobState.DONE)
    await jobs.enqueue("note", payload, key=f"once-{tmp_path}", org=ORG)
    await asyncio.sleep(0.2)
    assert seen == [payload]


async def test_a_job_that_fails_is_failed_and_the_others_go_on(jobs: Jobs, tmp_path: Path) -> None:
    async def handler(payload: Payload) -> None:
        if payload["bad"]:
            raise ValueError("no")

    jobs.register("maybe", handler)
    await jobs.start()
    bad, good = f"bad-{tmp_path}", f"good-{tmp_path}"
    await jobs.enqueue("maybe", {"bad": True}, key=bad, org=ORG)
    await jobs.enqueue("maybe", {"bad": False}, key=good, org=ORG)
    await wait_for(jobs, bad, JobState.FAILED)
    await wait_for(jobs, good, JobState.DONE)
    assert await jobs.status(["unknown"]) == {}


async def test_several_run_at_once_in_the_callers_loop(jobs: Jobs, tmp_path: Path) -> None:
    both = asyncio.Barrier(2)

    async def handler(payload: Payload) -> None:
        await both.wait()

    jobs.register("meet", handler)
    await jobs.start()
    keys = [f"meet-{n}-{tmp_path}" for n in range(2)]
    for key in keys:
        await jobs.enqueue("meet", {}, key=key, org=ORG)
    for key in keys:
        await wait_for(jobs, key, JobState.DONE)


async def test_a_job_that_nobody_does_is_refused(jobs: Jobs) -> None:
    await jobs.start()
    with pytest.raises(ValueError, match="nobody"):
        await jobs.enqueue("unheard of", {}, key="k", org=ORG)


@pytest.mark.parametrize("url", ["", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_what_a_stop_interrupts_the_next_start_finishes(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(durable_module, "POLL_SECONDS", 0.05)
    url = url and request.getfixturevalue("postgres_url")
    key = f"long-{tmp_path}"
    begun = asyncio.Event()

    async def endless(payload: Payload) -> None:
        begun.set()
        await asyncio.Event().wait()

    first = DurableJobs(tmp_path, url)
    first.register("long", endless)
    await first.start()
    await first.enqueue("long", {"part": 2}, key=key, org=ORG)
    async with asyncio.timeout(10):
        await begun.wait()
    await first.stop()

    finished: list[Payload] = []

    async def handler(payload: Payload) -> None:
        finished.append(payload)

    second = DurableJobs(tmp_path, url)
    second.register("long", handler)
    await second.start()  # nothing is asked for: what was left is reason enough
    await wait_for(second, key, JobState.DONE)
    await second.stop()
    assert finished == [{"part": 2}]


async def test_what_a_job_asks_for_is_done_also_where_it_asked_for_something_else_before_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_module, "POLL_SECONDS", 0.05)
    begun = asyncio.Event()
    done: list[Payload] = []

    def process(wish: str) -> DurableJobs:
        jobs = DurableJobs(tmp_path)

        async def asks(_: Payload) -> None:
            await jobs.enqueue("wish", {"for": wish}, key=wish, org=ORG)
            if wish == "first":
                begun.set()
                await asyncio.Event().wait()

        async def grants(payload: Payload) -> None:
            done.append(payload)

        jobs.register("ask", asks)
        jobs.register("wish", grants)
        return jobs

    first = process("first")
    await first.start()
    await first.enqueue("ask", {}, key="asking", org=ORG)
    async with asyncio.timeout(10):
        await begun.wait()
    await wait_for(first, "first", JobState.DONE)
    await first.stop()
    second = process("second")
    await second.start()
    await wait_for(second, "asking", JobState.DONE)
    await wait_for(second, "second", JobState.DONE)
    await second.stop()
    assert [payload["for"] for payload in done] == ["first", "second"]


def test_a_process_with_nothing_to_do_does_not_load_the_machinery(tmp_path: Path) -> None:
    import subprocess
    import sys

    script = f"""
import asyncio, sys
from pathlib import Path
from samverk.core.jobs.durable import DurableJobs

async def main():
    jobs = DurableJobs(Path({str(tmp_path)!r}))
    await jobs.start()
    await asyncio.sleep(0.3)
    await jobs.stop()
    print("dbos" in sys.modules)

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert list(tmp_path.iterdir()) == []


async def test_a_job_whose_end_could_not_be_written_down_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dbos._sys_db import SystemDatabase

    monkeypatch.setattr(durable_module, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(durable_module, "LOOK_SECONDS", 0.1)
    write_down, lost = SystemDatabase.update_workflow_outcome, []

    def gone_once(*facts: object, **more: object) -> bool:
        if not lost:
            lost.append(facts)
            raise ConnectionError
        return write_down(*facts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(SystemDatabase, "update_workflow_outcome", gone_once)
    done: list[Payload] = []

    async def handler(payload: Payload) -> None:
        done.append(payload)

    jobs = DurableJobs(tmp_path)
    jobs.register("note", handler)
    await jobs.start()
    await jobs.enqueue("note", {"n": 1}, key="k", org=ORG)
    await wait_for(jobs, "k", JobState.DONE)
    await jobs.stop()
    assert len(done) > 1


async def test_a_place_that_cannot_be_written_is_a_clear_error_and_can_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable_module, "POLL_SECONDS", 0.05)
    done = asyncio.Event()

    async def handler(_: Payload) -> None:
        done.set()

    (tmp_path / "jobs.db").mkdir()
    jobs = DurableJobs(tmp_path)
    jobs.register("note", handler)
    await jobs.start()
    with pytest.raises(JobsFailed):
        await jobs.enqueue("note", {}, key="k", org=ORG)
    (tmp_path / "jobs.db").rmdir()
    await jobs.enqueue("note", {}, key="k", org=ORG)
    async with asyncio.timeout(10):
        await done.wait()
    await jobs.stop()


async def test_a_failure_tells_its_kind_and_nothing_of_what_it_was_about(jobs: Jobs, tmp_path: Path) -> None:
    async def handler(payload: Payload) -> None:
        raise Conflict(what="secret") if payload["known"] else ValueError("secret")

    jobs.register("fail", handler)
    await jobs.start()
    known, unknown = f"known-{tmp_path}", f"unknown-{tmp_path}"
    for key in (known, unknown):
        await jobs.enqueue("fail", {"known": key == known}, key=key, org=ORG)
        await wait_for(jobs, key, JobState.FAILED)
    assert await jobs.failures([known, unknown, "never heard of"]) == {known: "conflict", unknown: "ValueError"}


async def test_a_failed_job_is_done_when_it_is_tried_again(jobs: Jobs, tmp_path: Path) -> None:
    broken = True
    seen: list[Payload] = []

    async def handler(payload: Payload) -> None:
        if broken:
            raise ValueError
        seen.append(payload)

    jobs.register("mended", handler)
    await jobs.start()
    key = f"mended-{tmp_path}"
    await jobs.enqueue("mended", {"n": 3}, key=key, org=ORG)
    await wait_for(jobs, key, JobState.FAILED)
    broken = False
    await jobs.retry([key])
    await wait_for(jobs, key, JobState.DONE)
    assert await jobs.failures([key]) == {}
    await jobs.retry([key, "never heard of"])
    await asyncio.sleep(0.2)
    assert seen == [{"n": 3}], "what is done is not done again"


async def test_a_job_at_work_and_one_that_waits_can_be_cancelled_and_taken_up(jobs: Jobs, tmp_path: Path) -> None:
    begun, stopped, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def handler(_: Payload) -> None:
        begun.set()
        try:
            await go_on.wait()
        except asyncio.CancelledError:
            stopped.set()
            raise

    jobs.register("endless", handler)
    await jobs.start()
    key = f"endless-{tmp_path}"
    await jobs.enqueue("endless", {}, key=key, org=ORG)
    async with asyncio.timeout(10):
        await begun.wait()
        await jobs.cancel([key, "never heard of"])
        await stopped.wait()
    await wait_for(jobs, key, JobState.CANCELLED)
    go_on.set()
    await jobs.retry([key])
    await wait_for(jobs, key, JobState.DONE)
    await jobs.cancel([key])
    assert await jobs.status([key]) == {key: JobState.DONE}


async def test_an_organisation_with_few_jobs_need_not_wait_for_one_with_many(jobs: Jobs, tmp_path: Path) -> None:
    release = asyncio.Event()
    done: list[int] = []

    async def handler(payload: Payload) -> None:
        if payload["n"] < 0:
            done.append(payload["n"])
        else:
            await release.wait()

    jobs.register("crowd", handler)
    await jobs.start()
    for n in range(40):  # more than there are places
        await jobs.enqueue("crowd", {"n": n}, key=f"crowd-{n}-{tmp_path}", org=ORG)
    small = f"small-{tmp_path}"
    await jobs.enqueue("crowd", {"n": -1}, key=small, org=UUID(int=8))
    await wait_for(jobs, small, JobState.DONE)
    assert done == [-1]
    release.set()
    for n in range(40):
        await wait_for(jobs, f"crowd-{n}-{tmp_path}", JobState.DONE)
