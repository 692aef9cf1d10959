"""Syncs of sources: what they add, change, remove and refuse, what they hold back, and what goes wrong in the middle."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from samverk.core.blobs import StorageFailed
from samverk.core.egress import Egress
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.ids import now
from samverk.core.jobs import Payload
from samverk.core.journal import Journal
from samverk.core.leases import Leases
from samverk.core.schedules import Schedule
from samverk.core.scope import Scope
from samverk.core.settings import Settings
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role
from samverk.knowledge import keeping, source_store, store, syncing, syncs
from samverk.knowledge.keeping import Sources, Toolbox
from samverk.knowledge.pushing import Pushed, Pushing
from samverk.knowledge.source_tables import SourceItem
from samverk.knowledge.source_views import SourceFields, SourceInfo, SyncInfo
from samverk.knowledge.sources import Source, memory, of_kind
from samverk.knowledge.sources.folder import Folder, left_out
from samverk.knowledge.sources.memory import MemorySource
from samverk.knowledge.views import Reason
from tests.knowledge.support import Room, room

PLACE = {"place": "https://example.org"}
LOCKED = Reason("locked", "Låst.", "Locked.")


@dataclass
class Kept:
    """A room whose collection has a source, and a builder who looks after it."""

    room: Room
    sources: Sources
    memory: MemorySource
    root: Path
    who: Principal

    async def memory_source(self, **fields: object) -> SourceInfo:
        """A new source that the test fills."""
        return await self.sources.add(self.who, "regler", SourceFields("memory", dict(PLACE), **fields))  # type: ignore[arg-type]

    async def folder_source(self) -> SourceInfo:
        """A new source that watches a folder."""
        return await self.sources.add(self.who, "regler", SourceFields("folder", {"folder": str(self.root)}))

    async def synced(self, source: SourceInfo) -> SyncInfo:
        """The report of a sync that is asked for now, when it has ended and its documents are read."""
        asked = await self.sources.sync(self.who, source.id)
        return await self.ended(asked.id)

    async def ended(self, sync: UUID) -> SyncInfo:
        """The report of a sync when it has ended and its documents are read."""
        async with asyncio.timeout(60):
            while True:
                info, _ = await self.sources.report(self.who, sync)
                if not info.is_under_way and not info.reading:
                    return info
                await asyncio.sleep(0.005)

    async def paths(self) -> list[str]:
        """The documents of the collection."""
        return [info.path for info in await self.room.knowledge.documents(self.who, "regler")]

    async def entries(self, sync: SyncInfo, shown: str = "") -> dict[str, str]:
        """What a sync did, by path."""
        _, page = await self.sources.report(self.who, sync.id, shown)
        return {entry.path: entry.reason.code if entry.reason else entry.outcome for entry in page.items}


def builder(org: UUID, *groups: str) -> Principal:
    return Principal(Kind.MEMBER, org, "b", "Erik", Role.BUILDER, frozenset(groups))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    root, memory = tmp_path / "delat", MemorySource()
    root.mkdir()

    def kinds(kind: str) -> Source:
        return memory if kind == "memory" else of_kind(kind)

    async with room(tmp_path) as made:
        egress = Egress(Settings(home=tmp_path))
        toolbox = Toolbox(egress, tmp_path / "scratch", [str(tmp_path / "{org}"), str(root)], largest_bytes=1_000)
        leases = Leases(tmp_path / "leases")
        sources = Sources(made.db, made.knowledge, made.jobs, leases, Vault("key"), toolbox, kinds=kinds)
        yield Kept(made, sources, memory, root, builder(made.org))
        await egress.close()


def counts(sync: SyncInfo) -> tuple[int, int, int, int, int]:
    return sync.added, sync.changed, sync.removed, sync.refused, sync.unchanged


# what a sync does


async def test_a_sync_tells_what_it_added_changed_removed_and_refused(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"ett", "b.txt": "två".encode(), "c.txt": b"tre"}
    source = await kept.memory_source()
    first = await kept.synced(source)
    assert (first.state, *counts(first)) == ("done", 3, 0, 0, 0, 0)
    assert first.bytes == 10
    kept.memory.items = {"a.txt": b"ett", "b.txt": b"annat", "d.txt": b"fyra"}
    kept.memory.refused = {"e.txt": LOCKED}
    second = await kept.synced(source)
    assert counts(second) == (1, 1, 1, 1, 1)
    assert await kept.entries(second) == {"b.txt": "changed", "c.txt": "removed", "d.txt": "added", "e.txt": "locked"}
    assert await kept.entries(second, "removed") == {"c.txt": "removed"}
    assert await kept.paths() == ["a.txt", "b.txt", "d.txt"]
    assert second.duration is not None
    third = await kept.synced(source)
    assert counts(third) == (0, 0, 0, 1, 3)
    assert third.bytes == 0
    [listed] = await kept.sources.of(kept.who, "regler")
    assert (listed.items, listed.last and listed.last.id) == (3, third.id)
    assert [sync.id for sync in (await kept.sources.syncs(kept.who, source.id)).items] == [
        third.id,
        second.id,
        first.id,
    ]


async def test_the_search_sees_the_new_version_and_nothing_that_is_gone(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"Simhallen har stor bassang.", "b.txt": b"Biblioteket har manga bocker."}
    source = await kept.memory_source()
    await kept.synced(source)
    kept.memory.items = {"a.txt": b"Ishallen har hal is."}
    await kept.synced(source)
    await kept.room.knowledge.follow(kept.room.org, source.collection_id)
    assert await kept.room.texts(kept.who, "bassang bocker") == []
    assert await kept.room.texts(kept.who, "ishallen") == ["Ishallen har hal is."]


async def test_content_that_is_the_same_makes_no_version_and_is_stored_once(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"samma", "b.txt": b"samma"}
    source = await kept.memory_source()
    await kept.synced(source)
    async with kept.room.db.write(Scope(kept.room.org)) as session:
        await session.execute(update(SourceItem).values(etag="forgotten"))
    again = await kept.synced(source)
    assert counts(again) == (0, 0, 0, 0, 2)
    infos = await kept.room.knowledge.documents(kept.who, "regler")
    assert [info.version for info in infos] == [1, 1]
    assert len({info.id for info in infos}) == 2


async def test_documents_that_cannot_be_read_stand_in_the_report(kept: Kept) -> None:
    kept.memory.items = {"good.txt": b"bra", "bad.txt": b"damaged"}
    report = await kept.synced(await kept.memory_source())
    assert (report.added, report.not_read) == (2, 1)
    assert await kept.entries(report, "not_read") == {"bad.txt": "damaged"}


async def test_too_large_and_impossible_items_are_refused_and_the_others_taken(kept: Kept) -> None:
    kept.memory.items = {"ok.txt": b"ok", "../..": b"no name", "x" * 600: b"long", "y" * 3_000: b"longer"}
    report = await kept.synced(await kept.memory_source())
    assert (report.state, report.added, report.refused) == ("done", 1, 3)
    _, page = await kept.sources.report(kept.who, report.id, "refused")
    assert {entry.reason.code for entry in page.items if entry.reason} == {"invalid", "address_too_long"}


async def test_a_document_of_another_source_is_left_alone_and_an_uploaded_one_is_taken_over(kept: Kept) -> None:
    uploaded = await kept.room.add("hand.txt", "för hand")
    kept.memory.items = {"hand.txt": "från källan".encode(), "a.txt": b"a"}
    first = await kept.memory_source()
    await kept.synced(first)
    assert uploaded.id in {info.id for info in await kept.room.knowledge.documents(kept.who, "regler")}
    report = await kept.synced(await kept.memory_source(name="Den andra"))
    assert (report.added, report.refused) == (0, 2)
    assert set((await kept.entries(report)).values()) == {"path_taken"}


# what breaks off


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


async def test_a_sync_that_runs_again_after_its_process_died_counts_nothing_twice(kept: Kept) -> None:
    kept.memory.items = {f"{n:02}.txt": str(n).encode() for n in range(30)}
    source = await kept.memory_source()
    kept.memory.breaks_after = 20
    asked = await kept.sources.sync(kept.who, source.id)
    await kept.ended(asked.id)
    async with kept.room.db.write(Scope(kept.room.org)) as session:  # as a killed process leaves it
        row = await source_store.sync(session, kept.room.org, asked.id)
        assert row is not None
        assert row.added == 20
        row.state, row.reason, row.finished_at = "running", None, None
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


# what is held back


async def test_so_much_gone_is_asked_about_and_a_yes_removes_it(kept: Kept) -> None:
    kept.memory.items = {f"{n:02}.txt": str(n).encode() for n in range(24)}
    source = await kept.memory_source()
    await kept.synced(source)
    kept.memory.items = {"00.txt": b"0"}
    report = await kept.synced(source)
    assert (report.state, report.held, report.removed) == ("held", 23, 0)
    assert len(await kept.paths()) == 24
    await kept.sources.answer(kept.who, report.id, remove=True)
    report = await kept.ended(report.id)
    assert (report.state, report.held, report.removed) == ("done", 0, 23)
    assert await kept.paths() == ["00.txt"]
    with pytest.raises(Conflict):
        await kept.sources.answer(kept.who, report.id, remove=True)
    assert await kept.sources.bring_back(kept.who, report.id) == 23
    assert len(await kept.paths()) == 24


async def test_a_no_keeps_it_and_a_later_sync_asks_anew(kept: Kept) -> None:
    kept.memory.items = {f"{n}.txt": str(n).encode() for n in range(6)}
    source = await kept.memory_source()
    await kept.synced(source)
    kept.memory.items = {}
    first = await kept.synced(source)
    second = await kept.synced(source)
    assert (first.state, second.state) == ("held", "held")
    with pytest.raises(Conflict):
        await kept.sources.answer(kept.who, first.id, remove=True)
    await kept.sources.answer(kept.who, second.id, remove=False)
    assert (await kept.ended(second.id)).state == "done"
    assert len(await kept.paths()) == 6


@pytest.mark.parametrize(
    ("vanished", "known", "suspicious"),
    [(10, 20, False), (11, 20, True), (10, 19, False), (19, 19, True), (5, 5, True), (4, 4, False), (0, 0, False)],
)
def test_what_is_suspicious(vanished: int, known: int, suspicious: bool) -> None:
    assert syncing.is_suspicious(vanished, known) is suspicious


# sources as people manage them


async def test_a_source_is_paused_woken_changed_removed_and_brought_back_and_the_journal_tells(kept: Kept) -> None:
    kept.memory.items = {"a.txt": b"a"}
    source = await kept.memory_source(schedule=Schedule.of("hour"), name="Rutiner")
    assert source.next_at is not None
    await kept.synced(source)
    assert (await kept.sources.pause(kept.who, source.id)).next_at is None
    assert (await kept.sources.pause(kept.who, source.id, paused=False)).next_at is not None
    changed = await kept.sources.change(kept.who, source.id, SourceFields("memory", dict(PLACE), "Nya rutiner"))
    assert (changed.name, changed.schedule, changed.next_at) == ("Nya rutiner", None, None)
    await kept.sources.remove(kept.who, source.id, documents=True)
    assert (await kept.sources.of(kept.who, "regler"), await kept.paths()) == ([], [])
    with pytest.raises(NotFound):
        await kept.sources.get(kept.who, source.id)
    await kept.sources.restore(kept.who, source.id)
    assert await kept.paths() == ["a.txt"]
    await kept.sources.remove(kept.who, source.id)
    assert await kept.paths() == ["a.txt"], "documents stay unless it is asked for"
    told = [change.action for change in await Journal(kept.room.db).read(kept.room.org, thing="source")]
    assert set(told) == {
        f"source.{x}" for x in ("added", "synced", "paused", "woken", "changed", "removed", "restored")
    }


async def test_what_is_due_is_synced_and_a_paused_source_rests(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.memory.items = {"a.txt": b"a"}
    source = await kept.memory_source(schedule=Schedule.of("day", "03:00"))
    await kept.sources.look()
    assert (await kept.sources.get(kept.who, source.id)).last is None
    later = now() + timedelta(days=1, hours=1)
    monkeypatch.setattr(source_store, "now", lambda: later)
    monkeypatch.setattr(keeping, "now", lambda: later)
    await asyncio.gather(kept.sources.look(), kept.sources.look())
    assert (await kept.sources.syncs(kept.who, source.id)).total == 1
    due = (await kept.sources.get(kept.who, source.id)).next_at
    assert due is not None
    assert due > later


async def test_a_secret_is_sealed_kept_when_nothing_is_said_and_forgotten_when_it_is_emptied(kept: Kept) -> None:
    source = await kept.memory_source(secret="hunter2")
    assert source.has_secret
    assert "hunter2" not in repr(source)
    async with kept.room.db.read(Scope(kept.room.org)) as session:
        row = await source_store.source(session, kept.room.org, source.id)
    assert row is not None
    assert row.secret is not None
    assert b"hunter2" not in row.secret
    assert (await kept.sources.change(kept.who, source.id, SourceFields("memory", dict(PLACE)))).has_secret
    emptied = SourceFields("memory", dict(PLACE), secret="")
    assert not (await kept.sources.change(kept.who, source.id, emptied)).has_secret


async def test_only_builders_of_the_organisation_that_may_read_the_collection_reach_its_sources(kept: Kept) -> None:
    source = await kept.memory_source()
    report = await kept.synced(source)
    with pytest.raises(NotAllowed):
        await kept.sources.sync(kept.room.member(), source.id)
    stranger = builder(kept.room.other)
    for attempt in (
        kept.sources.get(stranger, source.id),
        kept.sources.sync(stranger, source.id),
        kept.sources.remove(stranger, source.id),
        kept.sources.report(stranger, report.id),
        kept.sources.cancel(stranger, report.id),
        kept.sources.bring_back(stranger, report.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    await kept.room.knowledge.create_collection(kept.room.org, "hemligt", "Hemligt", groups=["chefer"])
    boss = builder(kept.room.org, "chefer")
    closed = await kept.sources.add(boss, "hemligt", SourceFields("memory", dict(PLACE)))
    with pytest.raises(NotFound):
        await kept.sources.get(kept.who, closed.id)


# a watched folder


async def test_a_folder_of_many_files_with_broken_ones_is_taken_whole(kept: Kept) -> None:
    for n in range(60):
        folder = kept.root / f"del {n % 5}"
        folder.mkdir(exist_ok=True)
        (folder / f"{n:03}.txt").write_text("damaged" if n % 20 == 0 else f"Rutin {n}", encoding="utf-8")
    source = await kept.folder_source()
    report = await kept.synced(source)
    assert (report.state, report.added, report.not_read, report.refused) == ("done", 60, 3, 0)
    assert counts(await kept.synced(source)) == (0, 0, 0, 0, 60)


async def test_a_folder_takes_what_is_ordinary_and_says_why_it_leaves_the_rest(kept: Kept) -> None:
    outside = kept.root.parent / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    (kept.root / ".hidden").mkdir()
    (kept.root / ".hidden" / "b.txt").write_text("b", encoding="utf-8")
    (kept.root / "~$a.docx").write_text("x", encoding="utf-8")
    (kept.root / "large.txt").write_text("x" * 2_000, encoding="utf-8")
    (kept.root / "out.txt").symlink_to(outside)
    (kept.root / "in.txt").symlink_to(kept.root / "a.txt")
    (kept.root / "loop").symlink_to(kept.root)
    os.mkfifo(kept.root / "pipe")
    (kept.root / ("å" * 120 + ".txt")).write_text("långt namn", encoding="utf-8")
    os.close(os.open(os.fsencode(kept.root) + b"/r\xe5d.txt", os.O_CREAT | os.O_WRONLY, 0o600))
    report = await kept.synced(await kept.folder_source())
    assert report.state == "done"
    refused = await kept.entries(report, "refused")
    assert refused == {
        ".hidden": "hidden",
        "large.txt": "too_large",
        "loop": "linked_folder",
        "out.txt": "link_outside",
        "pipe": "not_a_file",
        "~$a.docx": "temporary",
    }
    assert await kept.paths() == ["delat/a.txt", "delat/in.txt", "delat/råd.txt", f"delat/{'å' * 120}.txt"]


async def test_a_folder_that_vanished_removes_nothing(kept: Kept) -> None:
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    source = await kept.folder_source()
    await kept.synced(source)
    kept.root.rename(kept.root.with_name("moved"))
    report = await kept.synced(source)
    assert report.state == "failed"
    assert await kept.paths() == ["delat/a.txt"]
    kept.root.with_name("moved").rename(kept.root)
    assert counts(await kept.synced(source)) == (0, 0, 0, 0, 1)


async def test_what_lies_in_a_folder_that_cannot_be_opened_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = kept.root / "stängd"
    closed.mkdir()
    (closed / "a.txt").write_text("a", encoding="utf-8")
    source = await kept.folder_source()
    await kept.synced(source)
    look = os.scandir

    def refuse(path: object) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return look(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    report = await kept.synced(source)
    assert (report.state, report.removed, report.refused) == ("done", 0, 2)
    assert await kept.paths() == ["delat/stängd/a.txt"]


async def test_a_link_that_takes_a_files_place_while_it_is_fetched_is_not_followed(kept: Kept) -> None:
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    outside = kept.root.parent / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    tools = replace(kept.sources._toolbox.tools("bjorksta"), scratch=kept.root.parent)
    async for mention in Folder().walk({"folder": str(kept.root)}, "", {}, tools):
        (kept.root / "a.txt").unlink()
        (kept.root / "a.txt").symlink_to(outside)
        with pytest.raises(Exception, match="leads out"):
            await mention.fetch(kept.root.parent / "copy")  # type: ignore[union-attr]


@pytest.mark.parametrize("folder", ["/etc", "relative", "{root}/../..", "{root}/missing", "/nul\0byte", "{root}/out"])
async def test_only_folders_below_the_roots_may_be_watched(kept: Kept, folder: str) -> None:
    (kept.root / "out").symlink_to("/etc")
    fields = SourceFields("folder", {"folder": folder.replace("{root}", str(kept.root))})
    with pytest.raises(Invalid) as error:
        await kept.sources.add(kept.who, "regler", fields)
    assert error.value.facts["param"] == "folder"


async def test_a_root_can_belong_to_one_organisation(kept: Kept, tmp_path: Path) -> None:
    for org in ("bjorksta", "granby"):
        (tmp_path / org).mkdir()
    fields = SourceFields("folder", {"folder": str(tmp_path / "granby")})
    with pytest.raises(Invalid):
        await kept.sources.add(kept.who, "regler", fields)
    await kept.room.knowledge.create_collection(kept.room.other, "regler", "Regler")
    await kept.sources.add(builder(kept.room.other), "regler", fields)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("a.pdf", True), ("Å.docx", True), (".git", False), ("Thumbs.db", False), ("a.TMP", False), ("b~", False)],
)
def test_names_that_are_left_out(name: str, taken: bool) -> None:
    assert (left_out(name) is None) is taken


# documents that are sent


@pytest.fixture
def pushing(kept: Kept) -> Pushing:
    return Pushing(kept.room.db, kept.room.knowledge)


async def pushed_source(kept: Kept) -> SourceInfo:
    return await kept.sources.add(kept.who, "regler", SourceFields("push", {"system": "Diariet"}))


async def test_documents_are_put_changed_and_deleted_and_everything_may_be_sent_twice(
    kept: Kept, pushing: Pushing
) -> None:
    source = await pushed_source(kept)
    document = Pushed("dnr-1", "beslut/ett.txt", "2026-05-01T12:00:00Z", "https://diariet.example/1")
    outcomes = []
    for text in ("ett", "ett", "ett igen"):
        put = await pushing.put(kept.who, source.id, document, kept.room.file("sent", text))
        outcomes.append(put.outcome)
        await kept.room.settled(put.document)
    assert outcomes == ["added", "unchanged", "changed"]
    moved = await pushing.put(
        kept.who, source.id, replace(document, path="beslut/flyttad.txt"), kept.room.file("sent", "ett igen")
    )
    await kept.room.settled(moved.document)
    assert await kept.paths() == ["beslut/flyttad.txt"]
    for _ in range(2):
        await pushing.delete(kept.who, source.id, "dnr-1")
    assert await kept.paths() == []


async def test_a_round_removes_what_it_did_not_mention(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for n in range(4):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    first = await pushing.complete(kept.who, source.id)
    assert (first.state, *counts(first)) == ("done", 4, 0, 0, 0, 0)
    with pytest.raises(Conflict):
        await pushing.complete(kept.who, source.id)
    begun = await pushing.begin(kept.who, source.id)
    for n in (0, 1, 1):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    second = await pushing.complete(kept.who, source.id)
    assert second.id == begun.id
    assert counts(second) == (0, 0, 2, 0, 2)
    assert await kept.paths() == ["0.txt", "1.txt"]


async def test_a_round_that_mentions_almost_nothing_is_asked_about(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    for n in range(6):
        await pushing.put(kept.who, source.id, Pushed(str(n), f"{n}.txt"), kept.room.file("sent", f"nr {n}"))
    await pushing.complete(kept.who, source.id)
    await pushing.begin(kept.who, source.id)
    held = await pushing.complete(kept.who, source.id)
    assert (held.state, held.held) == ("held", 6)
    await kept.sources.answer(kept.who, held.id, remove=True)
    assert (await kept.ended(held.id)).removed == 6


async def test_what_is_wrong_with_a_document_is_told_and_stands_in_the_report(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    file = kept.room.file("sent", "text")
    for document, field in (
        (Pushed("", "a.txt"), "address"),
        (Pushed("a", "a.txt", modified="i går"), "modified"),
        (Pushed("a" * 3_000, "a.txt"), "address"),
    ):
        with pytest.raises(Invalid) as error:
            await pushing.put(kept.who, source.id, document, file)
        assert error.value.facts["param"] == field
    [listed] = await kept.sources.of(kept.who, "regler")
    assert listed.last is not None
    assert listed.last.refused == 3
    with pytest.raises(Conflict):
        await kept.sources.sync(kept.who, source.id)
    walked = await kept.folder_source()
    with pytest.raises(Conflict):
        await pushing.put(kept.who, walked.id, Pushed("a", "a.txt"), file)
    with pytest.raises(NotAllowed):
        await pushing.put(kept.room.member(), source.id, Pushed("a", "a.txt"), file)


async def test_the_time_that_a_source_tells_is_the_documents(kept: Kept, pushing: Pushing) -> None:
    source = await pushed_source(kept)
    put = await pushing.put(
        kept.who, source.id, Pushed("a", "a.txt", "2025-03-01T10:00:00+01:00"), kept.room.file("sent", "text")
    )
    async with kept.room.db.read(Scope(kept.room.org)) as session:
        document = await store.document(session, put.document)
    assert document is not None
    assert document.modified_at == datetime(2025, 3, 1, 9, tzinfo=UTC)
