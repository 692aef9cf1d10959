"""What stewards do with collections: make, change, take away, bring back, and see how they stand. On both engines."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.identity.principal import Kind, Principal, Role
from samverk.knowledge.catalogue import Wanted
from samverk.knowledge.collections import CollectionFields, slug_for
from tests.knowledge.support import Room, room


@pytest.fixture
async def made(tmp_path: Path, database_urls: tuple[str, str]) -> AsyncIterator[Room]:
    async with room(tmp_path, url=database_urls[0], fresh=False) as found:
        yield found


def builder(made: Room, *groups: str) -> Principal:
    return Principal(Kind.MEMBER, made.org, "b", "Erik Ström", Role.BUILDER, frozenset(groups))


async def written(db: Database, made: Room) -> list[tuple[str, str]]:
    """(action, who) of the journal, in the order in which it happened."""
    changes = await Journal(db).read(made.org)
    return [(change.action, change.actor_name) for change in reversed(changes)]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Översiktsplan 2030", "oversiktsplan-2030"),
        ("  Äldreomsorg & hemtjänst ", "aldreomsorg-hemtjanst"),
        ("Ny", "ny-2"),
        ("🙂", "samling"),
        ("å" * 300, "a" * 59),
        ("Regler", "regler-3"),
    ],
)
def test_a_slug_is_made_from_a_name(name: str, slug: str) -> None:
    assert slug_for(name, {"regler", "regler-2"}) == slug


async def test_a_collection_gets_a_slug_and_stands_in_the_journal(made: Room, db: Database) -> None:
    who = builder(made)
    info = await made.knowledge.create_collection(made.org, "", " Ö  planer ", description=" Allt. ", by=who)
    again = await made.knowledge.create_collection(made.org, "", "Ö planer", by=who)
    assert (info.slug, info.name, info.description, again.slug) == ("o-planer", "Ö planer", "Allt.", "o-planer-2")
    with pytest.raises(Conflict):
        await made.knowledge.create_collection(made.org, "o-planer", "Annat")
    for fields in ({"name": " "}, {"name": "x" * 301}, {"name": "x", "description": "y" * 2_001}):
        with pytest.raises(Invalid):
            await made.knowledge.create_collection(made.org, "", **fields)  # type: ignore[arg-type]
    assert (await written(db, made))[-2:] == [("collection.created", "Erik Ström")] * 2


async def test_a_change_of_groups_or_level_acts_at_once(made: Room) -> None:
    await made.add("a.txt", "Bidrag söks hos nämnden.")
    fields = CollectionFields("Regler", "Om bidrag", Level.OPEN, ())
    await made.knowledge.change_collection(made.org, "regler", fields)
    assert await made.texts(made.citizen(), "bidrag")
    await made.knowledge.change_collection(made.org, "regler", CollectionFields("Regler", "", Level.OPEN, ("soc",)))
    assert not await made.texts(made.citizen(), "bidrag")
    assert not await made.texts(made.member(), "bidrag")
    assert await made.texts(made.member("soc"), "bidrag")
    await made.knowledge.change_collection(made.org, "regler", CollectionFields("Regler", "", Level.SECRET))
    found = await made.knowledge.search(made.member(), ["regler"], "bidrag", 5)
    assert found.hits[0].level is Level.SECRET
    with pytest.raises(NotFound):
        await made.knowledge.change_collection(made.other, "regler", fields)


async def test_what_did_not_change_is_not_written_down(made: Room, db: Database) -> None:
    await made.knowledge.change_collection(made.org, "regler", CollectionFields("Regler"))
    assert await written(db, made) == [("collection.created", "Samverk")]


async def test_a_collection_goes_and_comes_back_with_all_that_it_held(made: Room, db: Database) -> None:
    who = builder(made)
    document = await made.add("a.txt", "Bidrag söks hos nämnden.")
    passage = (await made.knowledge.search(who, ["regler"], "bidrag", 5)).hits[0]
    gone = await made.knowledge.delete_collection(made.org, "regler", by=who)
    assert not await made.texts(made.member(), "bidrag")
    for look in (
        made.knowledge.passage(who, passage.id),
        made.knowledge.catalogue.document(who, document.id),
        made.knowledge.catalogue.collection(who, "regler"),
        made.knowledge.receive(made.org, "regler", "b.txt", made.file("b", "x")),
        made.knowledge.delete_collection(made.org, "regler"),
    ):
        with pytest.raises(NotFound):
            await look
    assert [deleted.name for deleted in await made.knowledge.catalogue.deleted(who)] == ["Regler"]
    assert await made.knowledge.catalogue.deleted(made.member()) == ()
    assert (await made.knowledge.restore_collection(made.org, gone, by=who)).slug == "regler"
    assert await made.texts(made.member(), "bidrag") == ["Bidrag söks hos nämnden."]
    actions = [action for action, _ in await written(db, made)]
    assert actions == ["collection.created", "collection.deleted", "collection.restored"]


async def test_who_comes_back_to_a_taken_slug_gets_another(made: Room) -> None:
    gone = await made.knowledge.delete_collection(made.org, "regler")
    await made.knowledge.create_collection(made.org, "regler", "Nya regler")
    assert (await made.knowledge.restore_collection(made.org, gone)).slug == "regler-2"


async def test_only_who_may_read_a_collection_brings_it_back(made: Room) -> None:
    await made.knowledge.create_collection(made.org, "akter", "Akter", groups=["soc"])
    gone = await made.knowledge.delete_collection(made.org, "akter")
    assert await made.knowledge.catalogue.deleted(builder(made)) == ()
    for org, who in ((made.org, builder(made)), (made.other, None)):
        with pytest.raises(NotFound):
            await made.knowledge.restore_collection(org, gone, by=who)
    assert (await made.knowledge.restore_collection(made.org, gone, by=builder(made, "soc"))).name == "Akter"


async def test_sharing_is_written_down_once_and_seen(made: Room, db: Database) -> None:
    who = Principal(Kind.MEMBER, made.org, "s", "Samir", Role.STEWARD)
    for work in (made.knowledge.share, made.knowledge.unshare):
        with pytest.raises(NotAllowed):
            await work(made.org, "regler", made.other, by=builder(made))
    for _ in range(2):
        await made.knowledge.share(made.org, "regler", made.other, by=who)
    await made.knowledge.share(made.org, "regler", None, by=who)
    view = await made.knowledge.catalogue.collection(who, "regler")
    assert [reader.name for reader in await made.knowledge.catalogue.readers(view.info)] == ["", "Granby"]
    [theirs] = (await made.knowledge.catalogue.collections(made.member(org=made.other))).items
    assert (theirs.info.ref, theirs.owner) == ("bjorksta/regler", "Björksta")
    assert await made.knowledge.catalogue.readers(theirs.info) == ()
    await made.knowledge.unshare(made.org, "regler", None, by=who)
    await made.knowledge.unshare(made.org, "regler", None, by=who)
    actions = [action for action, _ in await written(db, made)]
    assert actions == ["collection.created", "collection.shared", "collection.shared", "collection.unshared"]


async def test_the_owner_sees_that_others_use_what_is_shared_and_not_who_or_for_what(made: Room) -> None:
    await made.add("a.txt", "Bidrag söks hos nämnden.")
    await made.knowledge.share(made.org, "regler", made.other)
    own = (await made.knowledge.collection(made.member(), "regler")).id
    for who, query in ((made.member(org=made.other), "bidrag"),) * 2 + ((made.member(), "bidrag"),):
        assert (await made.knowledge.search(who, ["bjorksta/regler"], query, 5)).hits
    assert await made.knowledge.uses.lately(made.org, own) == ()
    await made.knowledge.uses.write()
    await made.knowledge.uses.write()
    [use] = await made.knowledge.uses.lately(made.org, own)
    assert (use.by, use.searches, use.last) == ("Granby", 2, datetime.now(UTC).date())
    assert not (await made.knowledge.search(made.member(org=made.other), ["bjorksta/regler"], "kvantfysik", 5)).hits
    await made.knowledge.search(made.member(org=made.other), ["bjorksta/regler"], "nämnden", 5)
    await made.knowledge.uses.write()
    assert [use.searches for use in await made.knowledge.uses.lately(made.org, own)] == [3]
    assert await made.knowledge.uses.lately(made.other, own) == ()


async def test_lists_tell_how_each_collection_stands(made: Room) -> None:
    before = datetime.now(UTC)
    await made.knowledge.create_collection(made.org, "tom", "Tomma ÅR")
    await made.add("a.txt", "Bidrag söks.")
    await made.add("b.txt", "damaged")
    third = await made.add("c.txt", "Annat.")
    await made.knowledge.delete(made.org, third.id)
    page = await made.knowledge.catalogue.collections(made.member())
    assert [view.info.slug for view in page.items] == ["regler", "tom"]
    states = {view.info.slug: view.state for view in page.items}
    regler = states["regler"]
    assert (regler.documents, regler.read, regler.failed, regler.reading, regler.deleted) == (2, 1, 1, 0, 1)
    assert regler.changed_at >= before
    assert states["tom"].documents == 0
    found = await made.knowledge.catalogue.collections(made.member(), "år tomma")
    assert [view.info.slug for view in found.items] == ["tom"]
    assert not (await made.knowledge.catalogue.collections(made.member(), page=2)).items


async def test_documents_are_listed_by_what_is_asked_for(made: Room) -> None:
    who, catalogue = builder(made), made.knowledge.catalogue
    for path, text in {"b/rutin.txt": "Ett.", "a/rutin.txt": "Två.", "ÅR.txt": "damaged"}.items():
        await made.add(path, text)
    gone = await made.add("x.txt", "Bort.")
    await made.knowledge.delete(made.org, gone.id, by=who)

    async def listed(who: Principal = who, **wanted: object) -> list[str]:
        page = await catalogue.documents(who, "regler", Wanted(**wanted))  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return [info.path for info in page.items]

    assert sorted(await listed()) == sorted(["a/rutin.txt", "b/rutin.txt", "ÅR.txt"])
    assert await listed(q="RUTIN a/") == ["a/rutin.txt"]
    assert await listed(q="år") == ["ÅR.txt"]
    assert await listed(shown="failed") == ["ÅR.txt"]
    assert await listed(shown="reading") == []
    assert await listed(shown="deleted") == ["x.txt"]
    assert (await listed(since=datetime(2020, 1, 1, tzinfo=UTC)))[0] == "ÅR.txt"
    with pytest.raises(NotFound):
        await listed(made.member(), shown="deleted")
    assert not (await catalogue.documents(who, "regler", Wanted(page=2))).items


async def test_a_document_is_seen_with_its_versions(made: Room) -> None:
    who, catalogue = builder(made), made.knowledge.catalogue
    await made.add("a.txt", "Ett.")
    await made.add("a.txt", "Två.")
    info = await made.add("a.txt", "x" * 20_000)
    view = await catalogue.document(who, info.id)
    assert [(version.ordinal, version.is_current) for version in view.versions] == [(3, True), (2, False), (1, False)]
    assert (view.text, view.is_cut) == ("x" * 12_000, True)
    assert view.versions[0].size == 20_000
    assert view.first_passage is not None
    assert (await made.knowledge.passage(who, view.first_passage)).text.startswith("x")
    await made.knowledge.delete(made.org, info.id, by=who)
    assert (await catalogue.document(who, info.id)).document.deleted_at is not None
    for other in (made.member(), made.member(org=made.other)):
        with pytest.raises(NotFound):
            await catalogue.document(other, info.id)
    with pytest.raises(NotFound):
        await catalogue.document(who, new_id())


async def test_who_added_a_document_is_told(made: Room) -> None:
    who = builder(made)
    received = await made.knowledge.receive(made.org, "regler", "a.txt", made.file("a", "Ett."), by=who)
    await made.settled(received.id)
    assert (await made.knowledge.catalogue.document(who, received.id)).document.added_by == "Erik Ström"


async def test_the_same_file_twice_at_once_is_one_document(made: Room) -> None:
    file = made.file("a", "Ett.")
    came = await asyncio.gather(*(made.knowledge.add(made.org, "regler", "a.txt", file) for _ in range(6)))
    assert len(set(came)) == 1
    await made.settled(came[0])
    assert len((await made.knowledge.catalogue.documents(builder(made), "regler", Wanted())).items) == 1


async def test_progress_tells_of_this_collection_alone(made: Room) -> None:
    await made.knowledge.create_collection(made.org, "andra", "Andra")
    mine, other = await made.add("a.txt", "Ett."), await made.add("b.txt", "Två.", "andra")
    infos = await made.knowledge.catalogue.progress(made.member(), "regler", [mine.id, other.id, new_id()])
    assert [info.id for info in infos] == [mine.id]


async def test_nobody_changes_what_they_may_not_read_or_write(made: Room) -> None:
    await made.knowledge.create_collection(made.org, "akter", "Akter", groups=["soc"])
    document = await made.add("a.txt", "Bidrag söks.")
    fields = CollectionFields("Annat")
    for who, refused in (
        (made.member(), NotAllowed),
        (builder(made), NotFound),
    ):
        with pytest.raises(refused):
            await made.knowledge.change_collection(made.org, "akter", fields, by=who)
        with pytest.raises(refused):
            await made.knowledge.delete_collection(made.org, "akter", by=who)
    with pytest.raises(NotAllowed):
        await made.knowledge.delete(made.org, document.id, by=made.member())
    with pytest.raises(NotAllowed):
        await made.knowledge.restore(made.org, document.id, by=made.member())
