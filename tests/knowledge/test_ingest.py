"""Files and folders read into a collection: every file ends read, unchanged or with a reason, and none stops the others."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from samverk.core.blobs import StorageFailed
from samverk.core.database import DatabaseFailed
from samverk.core.errors import Invalid, NotFound
from samverk.knowledge.ingest import Summary, candidates, ingest_paths
from tests.knowledge.support import Room, room


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path, largest_bytes=2_000) as found:
        yield found


def outcomes(summary: Summary) -> dict[str, str]:
    return {d.path: d.reason.code if d.reason else d.status for d in summary.documents}


async def test_a_folder_is_read_whole_and_every_file_has_an_outcome(made: Room, tmp_path: Path) -> None:
    made.file("bra.txt", "Bidrag söks.")
    made.file("under/djup/bra.txt", "Beslut fattas.")
    made.file("trasig.txt", "damaged")
    made.file("stor.txt", "x" * 2_001)
    made.file(".dold.txt", "hemligt")
    made.file(".git/fil.txt", "hemligt")
    outside = tmp_path / "utanför.txt"
    outside.write_text("Ska inte med.")
    (made.folder / "länk.txt").symlink_to(outside)
    (made.folder / "inne.txt").symlink_to(made.folder / "bra.txt")
    os.mkfifo(made.folder / "rör")
    seen: list[tuple[int, int]] = []
    summary = await ingest_paths(
        made.knowledge, made.org, "ny", [made.folder], lambda done, total, _: seen.append((done, total))
    )
    assert outcomes(summary) == {
        "files/bra.txt": "read",
        "files/inne.txt": "read",
        "files/länk.txt": "link_outside",
        "files/rör": "not_a_file",
        "files/stor.txt": "too_large",
        "files/trasig.txt": "damaged",
        "files/under/djup/bra.txt": "read",
    }
    assert seen == [(n, 7) for n in range(1, 8)]
    assert summary.count("read") == 3
    assert summary.count("not_read") == 4
    read = next(d for d in summary.as_json()["documents"] if d["path"] == "files/bra.txt")
    assert (read["pages"], read["passages"], read["reason"]) == (1, 1, None)
    assert await made.texts(made.member(), "beslut", "ny") == ["Beslut fattas."]


async def test_the_second_time_nothing_is_read_again(made: Room) -> None:
    made.file("a.txt", "Bidrag söks.")
    changed = made.file("b.txt", "Beslut fattas.")
    await ingest_paths(made.knowledge, made.org, "ny", [made.folder])
    changed.write_text("Beslut överklagas.")
    summary = await ingest_paths(made.knowledge, made.org, "ny", [made.folder])
    assert outcomes(summary) == {"files/a.txt": "unchanged", "files/b.txt": "read"}
    assert await made.texts(made.member(), "beslut", "ny") == ["Beslut överklagas."]


async def test_a_file_named_twice_is_read_once(made: Room) -> None:
    file = made.file("a.txt", "Bidrag söks.")
    summary = await ingest_paths(made.knowledge, made.org, "ny", [file, file])
    assert sorted(d.status for d in summary.documents) == ["read", "unchanged"]
    assert await made.texts(made.member(), "bidrag", "ny") == ["Bidrag söks."]


async def test_a_path_that_does_not_exist_is_said_before_anything_is_read(made: Room) -> None:
    file = made.file("a.txt", "Bidrag söks.")
    with pytest.raises(NotFound):
        await ingest_paths(made.knowledge, made.org, "ny", [file, made.folder / "saknas"])
    assert [info.slug for info in await made.knowledge.collections(made.member())] == ["regler"]


async def test_a_collection_name_that_cannot_be_one_is_refused(made: Room) -> None:
    with pytest.raises(Invalid):
        await ingest_paths(made.knowledge, made.org, "Mina Regler!", [made.file("a.txt", "x")])


async def test_a_folder_that_cannot_be_opened_is_named(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def closed(path: "str | os.PathLike[str]" = ".") -> object:
        if str(path).endswith("låst"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    (made.folder / "låst").mkdir()
    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(Invalid, match="låst"):
        list(candidates([made.folder]))


async def test_a_full_disk_says_so_and_loses_nothing(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    await ingest_paths(made.knowledge, made.org, "ny", [made.file("a.txt", "Bidrag söks.")])

    async def full(*_: object) -> str:
        raise StorageFailed(why="No space left on device")

    monkeypatch.setattr(made.blobs, "put", full)
    with pytest.raises(StorageFailed):
        await ingest_paths(made.knowledge, made.org, "ny", [made.file("b.txt", "Beslut fattas.")])
    assert await made.texts(made.member(), "bidrag", "ny") == ["Bidrag söks."]


async def test_a_disk_that_fills_up_while_reading_ends_as_not_read(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = made.blobs.put

    async def full_for_text(org: object, content: object) -> str:
        if isinstance(content, bytes):
            raise StorageFailed(why="No space left on device")
        return await real(org, content)  # type: ignore[arg-type]

    monkeypatch.setattr(made.blobs, "put", full_for_text)
    summary = await ingest_paths(made.knowledge, made.org, "ny", [made.file("b.txt", "Beslut fattas.")])
    assert outcomes(summary) == {"b.txt": "storage_failed"}


async def test_a_thousand_documents_are_a_few_commits(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[int] = []
    real = made.index.apply

    def counted(*arguments: object) -> None:
        applied.append(1)
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(made.index, "apply", counted)
    for n in range(60):
        made.file(f"{n}.txt", f"Rutin nummer {n}.")
    await ingest_paths(made.knowledge, made.org, "ny", [made.folder])
    assert 1 <= len(applied) <= 6
    assert len(await made.texts(made.member(), "rutin", "ny")) == 20


async def test_a_full_database_is_told_plainly_and_keeps_what_it_had(
    made: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ingest_paths(made.knowledge, made.org, "ny", [made.file("a.txt", "Bidrag söks.")])
    async with made.db.engine.connect() as connection:
        pages = (await connection.exec_driver_sql("pragma page_count")).scalar_one()

    @event.listens_for(made.db.engine.sync_engine, "begin")
    def _no_room(connection: Connection) -> None:
        connection.exec_driver_sql(f"pragma max_page_count = {pages}")

    with pytest.raises(DatabaseFailed, match="full"):
        for n in range(50):
            await ingest_paths(made.knowledge, made.org, "ny", [made.file(f"{n}.txt", f"Rutin {n}. " * 150)])
    assert await made.texts(made.member(), "bidrag", "ny") == ["Bidrag söks."]
