"""What an organisation's documents go through: added, read, changed, deleted, shared, searched and opened."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from samverk.core.errors import Conflict, Invalid, NotFound, TooLarge
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.core.scope import OutOfScope, Scope
from samverk.identity.principal import system
from samverk.knowledge.indexes.tantivy import TantivyIndex
from samverk.knowledge.ports import Shelf
from samverk.knowledge.tables import Document, PassageRow
from tests.knowledge.support import Room, room

BIDRAG = "Bidrag söks hos nämnden.\n\nBeslut meddelas inom tre veckor."


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(tmp_path) as found:
        yield found


# reading


async def test_a_document_that_was_read_is_found_and_opened_where_it_stands(made: Room) -> None:
    info = await made.add("mapp/bidrag.txt", BIDRAG)
    assert (info.status, info.title, info.pages, info.passages, info.version) == ("read", "bidrag", 1, 2, 1)
    found = await made.knowledge.search(made.member(), ["regler"], "beslut veckor", 5)
    best = found.hits[0]
    assert (best.text, best.heading, best.label, best.place(5)) == (
        "Beslut meddelas inom tre veckor.",
        ("Kapitel",),
        "iv",
        (0, "iv"),
    )
    view = await made.knowledge.passage(made.member(), best.id)
    assert view.whole == BIDRAG
    assert view.whole[view.start : view.end] == view.text == best.text
    assert view.current
    assert view.next is None
    assert view.previous is not None
    assert (await made.knowledge.passage(made.member(), view.previous)).next == view.id
    original = await made.knowledge.original(made.member(), info.id, best.version_id)
    assert original.path.read_text() == BIDRAG
    assert (original.file_name, original.media_type) == ("bidrag.txt", "text/plain")


@pytest.mark.parametrize(("text", "code"), [("damaged", "damaged"), ("bug", "internal")])
async def test_a_file_that_cannot_be_read_says_why_and_what_was_read_before_stays(
    made: Room, text: str, code: str
) -> None:
    await made.add("bidrag.txt", BIDRAG)
    info = await made.add("bidrag.txt", text)
    assert info.status == "not_read"
    assert info.reason is not None
    assert info.reason.code == code
    assert info.reason.message("sv")
    assert "KeyError" not in info.reason.en
    assert info.version == 1
    assert "Bidrag söks hos nämnden." in await made.texts(made.member(), "bidrag")


async def test_the_same_content_again_changes_nothing(made: Room) -> None:
    await made.add("bidrag.txt", BIDRAG)
    again = await made.knowledge.receive(made.org, "regler", "bidrag.txt", made.file("x", BIDRAG))
    assert not again.changed
    assert len(await made.texts(made.member(), "bidrag")) == len(set(await made.texts(made.member(), "bidrag")))


async def test_a_file_that_was_not_read_is_tried_again(made: Room) -> None:
    await made.add("bidrag.txt", "damaged")
    again = await made.knowledge.receive(made.org, "regler", "bidrag.txt", made.file("x", "damaged"))
    assert again.changed


async def test_a_new_version_takes_the_olds_place_and_an_old_citation_still_opens(made: Room) -> None:
    await made.add("bidrag.txt", "Avgiften är 100 kronor.")
    old = (await made.knowledge.search(made.member(), ["regler"], "avgiften", 5)).hits[0]
    info = await made.add("bidrag.txt", "Avgiften är 200 kronor.")
    assert info.version == 2
    assert await made.texts(made.member(), "avgiften") == ["Avgiften är 200 kronor."]
    view = await made.knowledge.passage(made.member(), old.id)
    assert (view.text, view.version, view.current) == ("Avgiften är 100 kronor.", 1, False)


async def test_an_earlier_content_comes_back_as_the_version_that_it_was(made: Room) -> None:
    for text in ("Avgiften är 100 kronor.", "Avgiften är 200 kronor.", "Avgiften är 100 kronor."):
        info = await made.add("bidrag.txt", text)
    assert info.version == 1
    assert await made.texts(made.member(), "avgiften") == ["Avgiften är 100 kronor."]


async def test_a_reading_that_comes_twice_stores_one_version(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    async with made.db.read(Scope(made.org)) as session:
        document = await session.get(Document, (made.org, info.id))
    assert document is not None
    payload = {"org": str(made.org), "document": str(info.id), "reading": str(document.reading_id)}
    await made.knowledge._reader.read(payload)
    assert (await made.knowledge.progress(made.org, [info.id]))[0].version == 1
    assert len(await made.texts(made.member(), "bidrag beslut")) == 2


async def test_a_job_that_failed_for_good_ends_as_not_read(made: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError

    made.jobs.register("knowledge.read", broken)
    document = await made.knowledge.add(made.org, "regler", "bidrag.txt", made.file("x", BIDRAG))
    async with made.db.read(Scope(made.org)) as session:
        row = await session.get(Document, (made.org, document))
    assert row is not None
    while (await made.jobs.status([row.reading_id.hex]))[row.reading_id.hex] != "failed":  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    await made.knowledge.resume(made.org)
    info = (await made.knowledge.progress(made.org, [document]))[0]
    assert info.status == "not_read"
    assert info.reason is not None
    assert info.reason.code == "interrupted"


@pytest.mark.parametrize("name", ["", "/", "..", "\x00", "a" * 501])
async def test_a_document_needs_a_name(made: Room, name: str) -> None:
    with pytest.raises(Invalid):
        await made.knowledge.add(made.org, "regler", name, made.file("x", BIDRAG))


async def test_a_name_never_leads_out(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    assert info.path == "bidrag.txt"
    document = await made.knowledge.add(made.org, "regler", "../../etc/\x07pass\\wd", made.file("x", BIDRAG))
    assert (await made.knowledge.progress(made.org, [document]))[0].path == "etc/pass/wd"


async def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    async with room(tmp_path, largest_bytes=10) as made:
        with pytest.raises(TooLarge):
            await made.knowledge.add(made.org, "regler", "stor.txt", made.file("x", "x" * 11))


# deleting


async def test_a_deleted_document_is_gone_until_it_is_restored(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    hit = (await made.knowledge.search(made.member(), ["regler"], "bidrag", 5)).hits[0]
    await made.knowledge.delete(made.org, info.id)
    assert await made.texts(made.member(), "bidrag") == []
    assert await made.knowledge.documents(made.member(), "regler") == []
    with pytest.raises(NotFound):
        await made.knowledge.passage(made.member(), hit.id)
    with pytest.raises(NotFound):
        await made.knowledge.delete(made.org, info.id)
    await made.knowledge.restore(made.org, info.id)
    assert "Bidrag söks hos nämnden." in await made.texts(made.member(), "bidrag")
    assert (await made.knowledge.passage(made.member(), hit.id)).current


async def test_a_document_that_was_deleted_can_be_added_again(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    await made.knowledge.delete(made.org, info.id)
    again = await made.add("bidrag.txt", BIDRAG)
    assert again.id == info.id
    assert len(await made.texts(made.member(), "bidrag beslut")) == 2


async def test_a_document_deleted_before_it_was_read_is_read_when_restored(made: Room) -> None:
    await made.jobs.stop()
    document = await made.knowledge.add(made.org, "regler", "bidrag.txt", made.file("x", BIDRAG))
    await made.knowledge.delete(made.org, document)
    await made.jobs.start()
    await made.knowledge.restore(made.org, document)
    await made.settled(document)
    assert len(await made.texts(made.member(), "bidrag beslut")) == 2


# who may read


async def test_a_group_restricts_and_citizens_read_what_is_open(made: Room) -> None:
    await made.knowledge.create_collection(made.org, "soc", "Socialtjänst", Level.SENSITIVE, ["socialsekreterare"])
    await made.knowledge.create_collection(made.org, "webb", "Webbplatsen", Level.OPEN)
    await made.add("intern.txt", "Bidrag internt.")
    await made.add("soc.txt", "Bidrag känsligt.", "soc")
    await made.add("webb.txt", "Bidrag öppet.", "webb")
    everything = ("regler", "soc", "webb")
    assert set(await made.texts(made.citizen(), "bidrag", *everything)) == {"Bidrag öppet."}
    assert set(await made.texts(made.member(), "bidrag", *everything)) == {"Bidrag internt.", "Bidrag öppet."}
    assert len(await made.texts(made.member("socialsekreterare"), "bidrag", *everything)) == 3
    assert len(await made.texts(system(made.org), "bidrag", *everything)) == 3
    assert {info.slug for info in await made.knowledge.collections(made.citizen())} == {"webb"}
    found = await made.knowledge.search(made.citizen(), everything, "bidrag", 5)
    assert [(item.title, item.reason.code) for item in found.left_out] == [
        ("regler", "not_readable"),
        ("soc", "not_readable"),
    ]
    secret = (await made.knowledge.search(system(made.org), ["soc"], "bidrag", 5)).hits[0]
    for somebody in (made.citizen(), made.member(), made.member("lärare"), made.member(org=made.other)):
        with pytest.raises(NotFound):
            await made.knowledge.passage(somebody, secret.id)
        with pytest.raises(NotFound):
            await made.knowledge.original(somebody, secret.document_id, secret.version_id)
        with pytest.raises(NotFound):
            await made.knowledge.documents(somebody, "soc")


async def test_another_organisation_reads_what_is_shared_until_it_is_taken_back(made: Room) -> None:
    await made.add("bidrag.txt", BIDRAG)
    stranger = made.member(org=made.other)
    assert await made.texts(stranger, "bidrag", "bjorksta/regler") == []
    await made.knowledge.share(made.org, "regler", made.other)
    await made.knowledge.share(made.org, "regler", made.other)
    hit = (await made.knowledge.search(stranger, ["bjorksta/regler"], "bidrag", 5)).hits[0]
    assert (hit.collection, hit.org) == ("bjorksta/regler", made.org)
    assert (await made.knowledge.passage(stranger, hit.id)).whole == BIDRAG
    assert await made.texts(stranger, "bidrag", "regler") == []
    await made.knowledge.unshare(made.org, "regler", made.other)
    with pytest.raises(NotFound) as refused:
        await made.knowledge.passage(stranger, hit.id)
    assert "inte längre" in refused.value.message("sv")
    assert await made.texts(stranger, "bidrag", "bjorksta/regler") == []


async def test_what_is_shared_with_all_is_read_by_all_and_written_by_its_owner_alone(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    await made.knowledge.share(made.org, "regler", None)
    stranger = made.member(org=made.other)
    assert "Bidrag söks hos nämnden." in await made.texts(stranger, "bidrag", "bjorksta/regler")
    for attempt in (made.knowledge.delete, made.knowledge.restore):
        with pytest.raises(NotFound):
            await attempt(made.other, info.id)
    with pytest.raises(NotFound):
        await made.knowledge.add(made.other, "regler", "x.txt", made.file("x", "x"))
    with pytest.raises(NotFound):
        await made.knowledge.share(made.other, "regler", None)
    assert await made.knowledge.progress(made.other, [info.id]) == []
    with pytest.raises(OutOfScope):
        async with made.db.write(Scope(made.other)) as session:
            row = await session.get(Document, (made.org, info.id))
            assert row is not None
            row.title = "stolen"


async def test_both_organisations_may_have_a_collection_of_the_same_name(made: Room) -> None:
    await made.knowledge.create_collection(made.other, "regler", "Granbys regler")
    await made.add("a.txt", "Bidrag i Björksta.")
    await made.add("b.txt", "Bidrag i Granby.", org=made.other)
    await made.knowledge.share(made.org, "regler", None)
    granby = made.member(org=made.other)
    assert await made.texts(granby, "bidrag", "regler") == ["Bidrag i Granby."]
    assert set(await made.texts(granby, "bidrag", "regler", "bjorksta/regler")) == {
        "Bidrag i Granby.",
        "Bidrag i Björksta.",
    }
    with pytest.raises(Conflict):
        await made.knowledge.create_collection(made.org, "regler", "Igen")


async def test_what_does_not_exist_is_not_found(made: Room) -> None:
    with pytest.raises(NotFound):
        await made.knowledge.passage(made.member(), new_id())
    with pytest.raises(NotFound):
        await made.knowledge.original(made.member(), uuid4(), uuid4())
    with pytest.raises(NotFound):
        await made.knowledge.collection(made.member(), "granby/regler")
    with pytest.raises(NotFound):
        await made.knowledge.delete(made.org, new_id())


# the index follows


async def test_a_shelf_that_is_lost_or_damaged_is_rebuilt_by_the_next_search(tmp_path: Path) -> None:
    root = tmp_path / "index"
    async with room(tmp_path, TantivyIndex(root)) as made:
        await made.add("bidrag.txt", BIDRAG)
        assert await made.texts(made.member(), "bidrag")
        collection = await made.knowledge.collection(made.member(), "regler")
        made.index.drop(Shelf(made.org, collection.id))
        assert await made.texts(made.member(), "bidrag")
        for file in (root / collection.id.hex).rglob("*"):
            if file.suffix in {".term", ".idx", ".store", ".json", ".pos", ".fast"}:
                file.write_bytes(b"\x00" * 40)
        assert await made.texts(made.member(), "bidrag")


async def test_a_shelf_that_is_ahead_of_a_restored_database_is_made_anew(made: Room) -> None:
    await made.add("bidrag.txt", BIDRAG)
    await made.texts(made.member(), "bidrag")
    collection = await made.knowledge.collection(made.member(), "regler")
    shelf = Shelf(made.org, collection.id)
    made.index.apply(shelf, [], [], 9_999)
    assert await made.texts(made.member(), "bidrag")
    assert made.index.standing(shelf).sequence < 9_999


async def test_a_hit_that_the_database_no_longer_stands_behind_is_left_out_with_the_reason(made: Room) -> None:
    info = await made.add("bidrag.txt", BIDRAG)
    await made.texts(made.member(), "bidrag")
    collection = await made.knowledge.collection(made.member(), "regler")
    async with made.db.write(Scope(made.org)) as session:
        row = await session.get(Document, (made.org, info.id))
        assert row is not None
        row.version_id = None  # as after a change that the index has not seen
    found = await made.knowledge.search(made.member(), ["regler"], "bidrag", 5)
    assert found.hits == ()
    assert [item.reason.code for item in found.left_out] == ["outdated"]
    assert made.index.standing(Shelf(made.org, collection.id)).sequence > 0


async def test_passages_of_another_organisation_are_not_even_seen(made: Room) -> None:
    await made.add("bidrag.txt", BIDRAG)
    from sqlalchemy import func, select

    async with made.db.read(Scope(made.other)) as session:
        assert await session.scalar(select(func.count()).select_from(PassageRow)) == 0
