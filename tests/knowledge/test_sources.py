"""Syncs of sources: what they add, change, remove and refuse, what they hold back, and how people manage them."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from samverk.core.errors import Conflict, NotAllowed, NotFound
from samverk.core.ids import now
from samverk.core.journal import Journal
from samverk.core.schedules import Schedule
from samverk.core.scope import Scope
from samverk.knowledge import keeping, source_store, syncing
from samverk.knowledge.source_tables import SourceItem
from samverk.knowledge.source_views import SourceFields
from samverk.knowledge.views import Reason
from tests.knowledge.kept import PLACE, Kept, builder, counts, on_both_engines

LOCKED = Reason("locked", "Låst.", "Locked.")


# what a sync does


@on_both_engines
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


# what is held back


@on_both_engines
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


@on_both_engines
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
