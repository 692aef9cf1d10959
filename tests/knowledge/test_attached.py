"""Files attached to one conversation: read like others, seen by nobody else, and gone for good when they are erased."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from samverk.core.blobs import StorageFailed, digest_of
from samverk.core.blobs.memory import MemoryBlobs
from samverk.core.database import Database
from samverk.core.errors import NotFound, SamverkError
from samverk.core.jobs.memory import MemoryJobs
from samverk.core.leases import Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.service import Identity
from samverk.knowledge import attached
from samverk.knowledge.attached import Attachments, CannotAttach, FormatNotRead, PictureNotRead, TooManyAttached
from samverk.knowledge.indexes.memory import MemoryIndex
from samverk.knowledge.ports import Shelf, Standing
from samverk.knowledge.service import Knowledge
from samverk.knowledge.tables import Collection, Document, DocumentVersion, IndexChange, PassageRow
from tests.knowledge.support import Room, read_text

LETTER = "Ansökan kom in den 3 mars.\n\nSökanden heter Kim och bor i Björksta."


@pytest.fixture
async def made(db: Database, tmp_path: Path) -> AsyncIterator[Room]:
    """A room on each engine, with the role that the application has."""
    identity = Identity(db)
    org, other = await identity.create_org("bjorksta", "Björksta"), await identity.create_org("granby", "Granby")
    index, blobs, jobs = MemoryIndex(), MemoryBlobs(), MemoryJobs()
    knowledge = Knowledge(db, blobs, index, jobs, Leases(tmp_path / "leases"), extract=read_text)
    await knowledge.create_collection(org.id, "regler", "Regler")
    await knowledge.start()
    (tmp_path / "files").mkdir()
    yield Room(knowledge, db, index, blobs, jobs, org.id, other.id, tmp_path / "files")
    await knowledge.close()


@pytest.fixture
def files(made: Room) -> Attachments:
    return Attachments(made.db, made.knowledge)


def colleague(made: Room) -> Principal:
    return Principal(Kind.MEMBER, made.org, "n", "Robin", Role.ADMIN)


async def attach(
    made: Room, files: Attachments, name: str = "brev.txt", text: str = LETTER, to: UUID | None = None
) -> tuple[UUID, UUID]:
    """Attach a file as the member and wait until it is read: (collection, document)."""
    place = await files.place(made.member(), Level.INTERNAL, to)
    document = await files.add(made.member(), place, name, made.file("sent", text))
    await made.settled(document)
    return place, document


async def test_an_attached_file_is_read_searched_and_opened_by_its_owner(made: Room, files: Attachments) -> None:
    place, document = await attach(made, files)
    state = await files.state(made.member(), place)
    assert [(file.id, file.path, file.status) for file in state.files] == [(document, "brev.txt", "read")]
    sources = await files.sources(made.member(), place, 10)
    assert [passage.text for passage in sources.passages] == LETTER.split("\n\n")
    found = await made.knowledge.search(made.member(), ["regler", sources.name], "när kom ansökan", 5)
    assert found.hits[0].text == "Ansökan kom in den 3 mars."
    assert found.hits[0].level is Level.INTERNAL
    view = await made.knowledge.passage(made.member(), found.hits[0].id)
    assert view.whole == LETTER
    assert (await made.knowledge.original(made.member(), document, view.version_id)).path.read_text() == LETTER


async def test_nobody_else_reaches_it_by_any_way(made: Room, files: Attachments) -> None:
    place, document = await attach(made, files)
    mine = await files.sources(made.member(), place, 10)
    passage = mine.passages[0]
    others = (
        colleague(made),
        system(made.org),
        made.citizen(),
        made.member(org=made.other),
        Principal(Kind.KEY, made.org, "m", "Nyckel", scopes=frozenset({"chat", "knowledge:read", "admin"})),
    )
    for other in others:
        for work in (
            files.state(other, place),
            files.sources(other, place, 10),
            files.remove(other, place, document),
            files.restore(other, place, document),
            files.add(other, place, "eget.txt", made.file("eget", "Text.")),
            made.knowledge.passage(other, passage.id),
            made.knowledge.original(other, document, passage.version_id),
            made.knowledge.documents(other, mine.name),
            made.knowledge.documents(other, f"bjorksta/{mine.name}"),
            made.knowledge.collection_of(other, document),
        ):
            with pytest.raises(NotFound):
                await work
        found = await made.knowledge.search(other, [mine.name, f"bjorksta/{mine.name}"], "ansökan mars Kim", 5)
        assert found.hits == ()
    for reader in (made.member(), *others):
        assert mine.name not in {info.slug for info in await made.knowledge.collections(reader)}


async def test_it_cannot_be_shared_or_filled_by_its_name(made: Room, files: Attachments) -> None:
    place, _ = await attach(made, files)
    name = (await files.sources(made.member(), place, 10)).name
    for work in (
        made.knowledge.share(made.org, name, None),
        made.knowledge.add(made.org, name, "x.txt", made.file("x", "Text.")),
    ):
        with pytest.raises(NotFound):
            await work


async def test_citizens_attach_nothing(made: Room, files: Attachments) -> None:
    with pytest.raises(CannotAttach):
        await files.place(made.citizen(), Level.OPEN)


async def test_the_level_rises_and_never_sinks(made: Room, files: Attachments) -> None:
    place, _ = await attach(made, files)
    for asked, stands in ((Level.SENSITIVE, Level.SENSITIVE), (Level.OPEN, Level.SENSITIVE)):
        assert await files.place(made.member(), asked, place) == place
        assert (await files.state(made.member(), place)).level is stands
    assert {passage.level for passage in (await files.sources(made.member(), place, 10)).passages} == {Level.SENSITIVE}


@pytest.mark.parametrize(
    ("name", "error"), [("bild.GIF", PictureNotRead), ("program.exe", FormatNotRead), ("utan-slut", FormatNotRead)]
)
async def test_what_no_parser_reads_is_refused_before_it_is_stored(
    made: Room, files: Attachments, name: str, error: type[SamverkError]
) -> None:
    place = await files.place(made.member(), Level.OPEN)
    content = made.file("sent", "bilden")
    with pytest.raises(error) as refused:
        await files.add(made.member(), place, name, content)
    assert name in refused.value.sv
    assert (await files.state(made.member(), place)).files == ()
    with pytest.raises(StorageFailed):
        await made.blobs.get(made.org, digest_of(b"bilden"))


async def test_a_file_that_cannot_be_read_is_left_out_with_the_reason(made: Room, files: Attachments) -> None:
    place, _ = await attach(made, files, text="damaged")
    sources = await files.sources(made.member(), place, 10)
    assert sources.passages == ()
    assert [(item.title, item.reason.code) for item in sources.left_out] == [("brev.txt", "damaged")]


async def test_a_question_does_not_wait_for_ever(
    made: Room, files: Attachments, monkeypatch: pytest.MonkeyPatch
) -> None:
    await made.jobs.stop()  # nothing is read
    monkeypatch.setattr(attached, "PATIENCE_SECONDS", 0.05)
    place = await files.place(made.member(), Level.OPEN)
    await files.add(made.member(), place, "brev.txt", made.file("sent", LETTER))
    sources = await files.sources(made.member(), place, 10)
    assert [item.reason.code for item in sources.left_out] == ["still_reading"]


async def test_many_passages_are_searched_and_not_poured_out(made: Room, files: Attachments) -> None:
    place, _ = await attach(made, files, text="\n\n".join(f"Stycke {n}." for n in range(11)))
    assert (await files.sources(made.member(), place, 10)).passages == ()
    assert len((await files.sources(made.member(), place, 11)).passages) == 11


async def test_files_are_few(made: Room, files: Attachments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached, "MOST_FILES", 1)
    place, document = await attach(made, files)
    with pytest.raises(TooManyAttached):
        await files.add(made.member(), place, "till.txt", made.file("x", "Mer."))
    assert await files.remove(made.member(), place, document) == "brev.txt"
    await attach(made, files, "till.txt", "Mer.", place)
    with pytest.raises(TooManyAttached):
        await files.restore(made.member(), place, document)


async def test_a_removed_file_is_in_no_answer_and_comes_back(made: Room, files: Attachments) -> None:
    place, document = await attach(made, files)
    name = (await files.sources(made.member(), place, 10)).name
    await files.remove(made.member(), place, document)
    assert (await files.state(made.member(), place)).files == ()
    assert (await files.sources(made.member(), place, 10)).passages == ()
    assert await made.texts(made.member(), "ansökan mars", name) == []
    await files.restore(made.member(), place, document)
    assert len((await files.sources(made.member(), place, 10)).passages) == 2
    assert "Ansökan kom in den 3 mars." in await made.texts(made.member(), "ansökan mars", name)


async def test_what_is_erased_leaves_nothing(made: Room, files: Attachments) -> None:
    place, document = await attach(made, files)
    await attach(made, files, text=LETTER + "\n\nNy version.", to=place)
    await attach(made, files, "borttagen.txt", "Hemligt.", place)
    kept = await made.add("kvar.txt", "Hemligt.")  # the same content in an ordinary collection
    name = (await files.sources(made.member(), place, 10)).name
    assert await made.texts(made.member(), "ansökan mars", name)
    await made.knowledge.erase(made.org, place)
    await made.knowledge.erase(made.org, place)  # a second time changes nothing
    with pytest.raises(NotFound):
        await files.state(made.member(), place)
    async with made.db.read(Scope(made.org)) as session:
        for table in (Document, DocumentVersion, PassageRow, IndexChange):
            held = select(func.count()).select_from(table).where(table.collection_id == place)
            assert await session.scalar(held) == 0, table
        assert await session.scalar(select(func.count()).select_from(Collection)) == 1
    assert made.index.standing(Shelf(made.org, place)) == Standing(0)
    for text in (LETTER, LETTER + "\n\nNy version."):
        with pytest.raises(StorageFailed):
            await made.blobs.get(made.org, digest_of(text.encode()))
    assert await made.blobs.get(made.org, digest_of(b"Hemligt.")) == b"Hemligt."
    assert [info.id for info in await made.knowledge.progress(made.org, [document, kept.id])] == [kept.id]
    assert await made.texts(made.member(), "hemligt") == ["Hemligt."]


async def test_an_ordinary_collection_is_never_erased_by_mistake(made: Room) -> None:
    await made.add("kvar.txt", "Hemligt.")
    ordinary = await made.knowledge.collection(made.member(), "regler")
    await made.knowledge.erase(made.org, ordinary.id)
    await made.knowledge.erase(made.other, ordinary.id)
    assert await made.texts(made.member(), "hemligt") == ["Hemligt."]


async def test_a_file_that_is_erased_while_it_is_read_leaves_no_text(
    made: Room, files: Attachments, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, place = made.blobs.put, await files.place(made.member(), Level.OPEN)

    async def erased_meanwhile(org: UUID, content: bytes | Path) -> str:
        digest = await put(org, content)
        if isinstance(content, bytes):
            await made.knowledge.erase(made.org, place)
        return digest

    monkeypatch.setattr(made.blobs, "put", erased_meanwhile)
    await files.add(made.member(), place, "brev.txt", made.file("sent", LETTER))
    async with asyncio.timeout(30):
        with pytest.raises(StorageFailed):
            while await made.blobs.get(made.org, digest_of(LETTER.encode())):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
