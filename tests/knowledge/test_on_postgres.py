"""What PostgreSQL does differently: several write at once, and the index must not miss what commits late."""

import asyncio
from pathlib import Path

import pytest

from samverk.app.platform import running
from samverk.core.scope import Scope
from samverk.core.settings import Settings
from samverk.identity.principal import system
from samverk.knowledge import store
from samverk.knowledge.indexes.postgresql import PostgresIndex
from samverk.knowledge.ingest import ingest_paths
from samverk.knowledge.ports import Shelf, ShelfDamaged, ShelfNotWritten, Wanted
from tests import postgres
from tests.knowledge.support import read_text, room


@pytest.mark.postgres
async def test_documents_read_at_once_are_all_found(tmp_path: Path) -> None:
    with postgres.server() as url:
        async with room(tmp_path, url=url, workers=8) as made:
            added = [
                made.knowledge.add(made.org, "regler", f"{n}.txt", made.file(f"{n}.txt", f"Rutin nummer {n}."))
                for n in range(20)
            ]
            for document in await asyncio.gather(*added):
                await made.settled(document)
            assert len(await made.texts(made.member(), "rutin")) == 20
            collection = await made.knowledge.collection(made.member(), "regler")
            async with made.db.read(Scope(made.org)) as session:
                changes = await store.changes_after(session, made.org, collection.id, 0, 100)
            assert [change[0] for change in changes] == list(range(1, 21))
            await made.knowledge.share(made.org, "regler", None)
            assert len(await made.texts(made.member(org=made.other), "rutin", "bjorksta/regler")) == 20


@pytest.mark.postgres
async def test_the_whole_way_as_a_role_that_owns_nothing(postgres_template: str, tmp_path: Path) -> None:
    owner = await postgres.fresh(postgres_template)
    app = postgres.as_role(owner, "app")
    settings = Settings(home=tmp_path, database_url=app, database_owner_url=owner)
    file = tmp_path / "rutin.txt"
    file.write_text("Bidrag söks hos nämnden.", encoding="utf-8")
    async with running(settings, extract=read_text) as platform:
        knowledge, identity = platform.rooms.knowledge, platform.rooms.identity
        org, other = await identity.create_org("bjorksta", "Björksta"), await identity.create_org("granby", "Granby")
        summary = await ingest_paths(knowledge, org.id, "regler", [file])
        assert [document.status for document in summary.documents] == ["read"]
        ours = await knowledge.search(system(org.id), ["regler"], "bidrag", 5)
        assert [hit.text for hit in ours.hits] == ["Bidrag söks hos nämnden."]
        assert not (await knowledge.search(system(other.id), ["bjorksta/regler"], "bidrag", 5)).hits
        await knowledge.share(org.id, "regler", other.id)
        theirs = await knowledge.search(system(other.id), ["bjorksta/regler"], "bidrag", 5)
        assert len(theirs.hits) == 1
        assert (await knowledge.passage(system(other.id), theirs.hits[0].id)).whole == "Bidrag söks hos nämnden."


@pytest.mark.postgres
async def test_the_search_index_in_the_database_shows_own_and_granted_collections_alone(
    postgres_template: str, tmp_path: Path
) -> None:
    owner = await postgres.fresh(postgres_template, copy=True)
    app = postgres.as_role(owner, "app")
    settings = Settings(home=tmp_path, database_url=app, database_owner_url=owner, search_index="postgresql")
    file = tmp_path / "rutin.txt"
    file.write_text("Bidrag söks hos nämnden.", encoding="utf-8")
    async with running(settings, extract=read_text) as platform:
        knowledge, identity = platform.rooms.knowledge, platform.rooms.identity
        org, other = await identity.create_org("bjorksta", "Björksta"), await identity.create_org("granby", "Granby")
        await ingest_paths(knowledge, org.id, "regler", [file])
        ours = await knowledge.search(system(org.id), ["regler"], "bidrag", 5)
        assert [hit.text for hit in ours.hits] == ["Bidrag söks hos nämnden."]
        shelf = Shelf(org.id, (await knowledge.collection(system(org.id), "regler")).id)
        index = PostgresIndex(app)
        with pytest.raises(ShelfDamaged):  # for another organisation the rows are not even there
            index.search(Wanted(other.id, [shelf.collection], "bidrag", 5))
        with pytest.raises(ShelfNotWritten):
            index.apply(Shelf(other.id, shelf.collection), [], [], 99)
        await knowledge.share(org.id, "regler", other.id)
        assert len(index.search(Wanted(other.id, [shelf.collection], "bidrag", 5))) == 1
        assert len((await knowledge.search(system(other.id), ["bjorksta/regler"], "bidrag", 5)).hits) == 1
        await knowledge.unshare(org.id, "regler", other.id)
        with pytest.raises(ShelfDamaged):
            index.search(Wanted(other.id, [shelf.collection], "bidrag", 5))
        assert not (tmp_path / "index").exists()
