"""A process killed in the middle of an ingest: another one finishes its work, and each document is there once."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from samverk.app.platform import running
from samverk.core.settings import Settings
from samverk.identity.principal import system

DOCUMENTS = 16
SAMVERK = [str(Path(sys.executable).parent / "samverk")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "rutiner"
    made.mkdir()
    for n in range(DOCUMENTS):
        text = f"# Rutin {n}\n\nRutin nummer {n} gäller från och med år {2000 + n} och beslutas av nämnden.\n"
        (made / f"rutin-{n:02}.md").write_text(text, encoding="utf-8")
    return made


def start(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "SAMVERK_HOME": str(home)}
    return subprocess.Popen(
        [*SAMVERK, *arguments], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def run(home: Path, *arguments: str) -> str:
    process = start(home, *arguments)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output


def count(home: Path, query: str) -> int:
    with sqlite3.connect(f"file:{home}/samverk.db?mode=ro", uri=True) as connection:
        return int(connection.execute(query).fetchone()[0])


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


async def create_org(home: Path) -> None:
    async with running(Settings(home=home), work=False) as platform:
        await platform.rooms.identity.create_org("bjorksta", "Björksta kommun")


async def found(home: Path) -> list[str]:
    async with running(Settings(home=home), work=False) as platform:
        org = await platform.rooms.identity.org("bjorksta")
        hits = (await platform.rooms.knowledge.search(system(org.id), ["rutiner"], "rutin", 100)).hits
        return [hit.title for hit in hits]


def killed_in_the_middle(home: Path, folder: Path) -> None:
    asyncio.run(create_org(home))
    process = start(home, "ingest", str(folder), "--collection", "rutiner", "--org", "bjorksta", "--json")
    wait_until(lambda: count(home, "select count(*) from documents where status = 'read'") >= 2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert count(home, "select count(*) from documents where status = 'reading'") > 0, "it was killed too late"


def assert_each_is_there_once(home: Path, documents: int) -> None:
    assert count(home, "select count(*) from documents where status = 'read'") == documents
    assert count(home, "select count(*) from documents where status != 'read'") == 0
    assert count(home, "select count(*) from document_versions") == documents
    assert count(home, "select count(distinct version_id || ordinal) from passages") == count(
        home, "select count(*) from passages"
    )
    titles = asyncio.run(found(home))
    assert len(titles) == len(set(titles)) == documents


def test_the_same_ingest_again_finishes_it(home: Path, folder: Path) -> None:
    killed_in_the_middle(home, folder)
    output = run(home, "ingest", str(folder), "--collection", "rutiner", "--org", "bjorksta", "--json")
    outcomes = {document["status"] for document in json.loads(output)["documents"]}
    assert outcomes <= {"read", "unchanged"}
    assert_each_is_there_once(home, DOCUMENTS)


PLATFORM = """
import asyncio
from samverk.app.platform import running
from samverk.core import settings

async def main():
    async with running(settings.load()):
        await asyncio.Event().wait()

asyncio.run(main())
"""


def test_a_platform_that_starts_finishes_what_was_added(home: Path, folder: Path) -> None:
    killed_in_the_middle(home, folder)
    added = count(home, "select count(*) from documents")
    environment = {**os.environ, "SAMVERK_HOME": str(home)}
    platform = subprocess.Popen([sys.executable, "-c", PLATFORM], env=environment)
    try:
        wait_until(lambda: count(home, "select count(*) from documents where status = 'reading'") == 0)
    finally:
        platform.kill()
        platform.wait()
    assert_each_is_there_once(home, added)


def test_two_ingests_beside_each_other_share_the_work(home: Path, folder: Path, tmp_path: Path) -> None:
    asyncio.run(create_org(home))
    command = ("ingest", str(folder), "--collection", "rutiner", "--org", "bjorksta", "--json")
    processes = [start(home, *command) for _ in range(2)]
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert {document["status"] for document in json.loads(output)["documents"]} <= {"read", "unchanged"}
    assert_each_is_there_once(home, DOCUMENTS)
