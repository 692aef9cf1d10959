"""One's conversations: what is found, who may touch it, and that what is erased leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.platform import QUESTION, Served, served

from samverk.answers import conversations as room
from samverk.answers import store
from samverk.answers.conversations import Conversations, Wish
from samverk.answers.finding import Sought, snippet
from samverk.answers.history import Cursor
from samverk.answers.model import RunEvent as Event
from samverk.answers.model import scope_of
from samverk.answers.tables import CitationRow, Conversation, Feedback, Run, RunEvent, TraceRow
from samverk.app.again import alone, repeating
from samverk.assistants.model import AssistantBody
from samverk.assistants.service import Assistants
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import Journal
from samverk.core.leases import Leases
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.service import Identity
from samverk.identity.tables import OrganisationSettings
from samverk.masking.service import UNUSED_LASTS, Masking
from samverk.masking.tables import PseudonymTable


@dataclass
class Elsewhere:
    """What other rooms are asked to do."""

    stopped: list[UUID] = field(default_factory=list)
    erased: list[UUID] = field(default_factory=list)
    content: list[UUID] = field(default_factory=list)

    async def stop(self, principal: Principal, run: UUID) -> None:
        self.stopped.append(run)

    async def erase(self, org: UUID, what: Any) -> None:
        """A collection of attached files, or the kept content of some runs."""
        if isinstance(what, list):
            self.content += what
        else:
            self.erased.append(what)


@dataclass
class Place:
    """Two organisations, three people, and a service."""

    db: Database
    conversations: Conversations
    elsewhere: Elsewhere
    anna: Principal
    bo: Principal  # of the same organisation
    stranger: Principal
    assistants: dict[str, UUID]

    async def talk(
        self, *said: tuple[str, str], by: Principal | None = None, age: timedelta = timedelta(), **more: Any
    ) -> UUID:
        """A conversation of questions and answers, last used so long ago."""
        by = by or self.anna
        id, at, terms = new_id(), now() - age, ""
        for text in (part for turn in said for part in turn):
            terms = store.with_terms(terms, text)
        values = {"assistant_id": self.assistants["regler"], "title": said[0][0] if said else "Tomt", **more}
        async with self.db.write(Scope(by.org_id)) as session:
            session.add(
                Conversation(
                    org_id=by.org_id, id=id, owner=by.owner, terms=terms, created_at=at, updated_at=at, **values
                )
            )
            await session.flush()
            for question, answer in said:
                session.add(a_run(by, id, question, answer, at))
        return id

    async def count(self, table: type[Any], org: UUID) -> int:
        async with self.db.read(Scope(org)) as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0

    async def scopes(self) -> set[str]:
        """Where pseudonyms are kept."""
        async with self.db.read(Scope(self.anna.org_id)) as session:
            return set(await session.scalars(select(PseudonymTable.scope)))

    async def titles(self, by: Principal | None = None, **wish: Any) -> list[str]:
        listing = await self.conversations.look(by or self.anna, Wish(**wish))
        return [info.title for info in (*listing.pinned, *listing.items)]


def a_run(by: Principal, conversation: UUID | None, question: str, answer: str, at: Any) -> Run:
    return Run(
        org_id=by.org_id,
        id=new_id(),
        conversation_id=conversation,
        owner=by.owner,
        question=question,
        answer=answer,
        status="done",
        worker="w",
        created_at=at,
    )


@pytest.fixture
async def place(db: Database) -> AsyncIterator[Place]:
    identity, assistants, elsewhere = Identity(db), Assistants(db), Elsewhere()
    orgs = [await identity.create_org(slug, slug) for slug in ("bjorksta", "granby")]
    made = {
        slug: (await assistants.save(orgs[0].id, slug, AssistantBody(name=slug.title()), system(orgs[0].id))).id
        for slug in ("regler", "avfall")
    }
    anna, bo, stranger = (
        Principal(Kind.MEMBER, org.id, str(new_id()), name, Role.MEMBER)
        for org, name in ((orgs[0], "Anna"), (orgs[0], "Bo"), (orgs[1], "Cy"))
    )
    conversations = Conversations(db, identity, Masking(db, Vault("k")), assistants, *[elsewhere] * 3)  # type: ignore[arg-type]
    yield Place(db, conversations, elsewhere, anna, bo, stranger, made)


DAY = timedelta(days=1)
PARKING = ("Hur lång tid tar beslutet?", "**Beslut** om parkeringstillstånd fattas inom fyra veckor [1].")


# finding


async def test_the_latest_stands_first_and_pinned_ones_before_it(place: Place) -> None:
    old = await place.talk(("gammalt", ""), age=40 * DAY)
    await place.talk(("nytt", ""))
    await place.talk(("igår", ""), age=DAY)
    assert await place.titles() == ["nytt", "igår", "gammalt"]
    await place.conversations.pin(place.anna, old, True)
    listing = await place.conversations.look(place.anna, Wish())
    assert [info.title for info in listing.pinned] == ["gammalt"]
    assert [info.title for info in listing.items] == ["nytt", "igår"]
    assert [info.title for info in await place.conversations.recent(place.anna)] == ["nytt", "igår", "gammalt"]
    await place.conversations.pin(place.anna, old, False)
    assert await place.titles() == ["nytt", "igår", "gammalt"]


async def test_every_conversation_is_on_one_page_and_on_one_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PAGE", 3)
    for n in range(8):
        await place.talk((f"fråga {n}", ""), age=n // 2 * DAY)
    seen: list[str] = []
    after: Cursor | None = None
    for expected in (3, 3, 2):
        listing = await place.conversations.look(place.anna, Wish(after=after))
        assert len(listing.items) == expected
        seen += [info.title for info in listing.items]
        after = listing.following
    assert after is None
    assert sorted(seen) == [f"fråga {n}" for n in range(8)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("beslut", True),
        ("BESLUTEN", True),
        ("parkeringstills", True),  # the word is still on its way
        ("parkeringstills veckor", False),  # only the last one may be
        ("vecka beslut", True),
        ("beslut om", True),  # stop words say nothing
        ("beslut avslag", False),
        ("tillstånd", False),  # a word in the middle of another is another word
        ("100%", False),
        ("_", False),
        ("   ", True),
        ("?!", False),
    ],
)
async def test_search_by_stems(place: Place, query: str, found: bool) -> None:
    await place.talk(PARKING)
    assert await place.titles(query=query) == ([PARKING[0]] if found else [])


async def test_a_hit_shows_the_turn_that_says_most_with_its_words_marked(place: Place) -> None:
    id = await place.talk(("Vad kostar det?", "Avgiften beslutas av nämnden."), PARKING)
    listing = await place.conversations.look(place.anna, Wish(query="beslut veckor"))
    hit = listing.places[id]
    async with place.db.read(Scope(place.anna.org_id)) as session:
        run = await session.get(Run, (place.anna.org_id, hit.run))
    assert run is not None
    assert run.answer == PARKING[1]
    assert "".join(piece.text for piece in hit.pieces) == "Beslut om parkeringstillstånd fattas inom fyra veckor."
    assert [piece.text for piece in hit.pieces if piece.found] == ["Beslut", "veckor"]


async def test_hits_of_others_deleted_and_temporary_ones_are_none(place: Place) -> None:
    await place.talk(PARKING, by=place.bo)
    await place.talk(PARKING, by=place.stranger, assistant_id=new_id())
    await place.talk(PARKING, temporary=True)
    await place.talk(PARKING, deleted_at=now())
    for wish in ({}, {"query": "beslut"}):
        assert await place.titles(**wish) == []
    assert await place.conversations.recent(place.anna) == []
    assert [one async for one in place.conversations.export(place.anna)] == []


async def test_narrowed_to_an_assistant(place: Place) -> None:
    await place.talk(("regel", ""))
    await place.talk(("sopor", ""), assistant_id=place.assistants["avfall"])
    await place.talk(("borta", ""), assistant_id=new_id())
    listing = await place.conversations.look(place.anna, Wish())
    assert [one["slug"] for one in listing.assistants] == ["avfall", "regler"]
    assert await place.titles(assistant="avfall") == ["sopor"]
    assert await place.titles(assistant="avfall", query="regel") == []
    with pytest.raises(NotFound):
        await place.titles(assistant="okänd")


def test_a_snippet_of_a_long_text_is_cut_between_words() -> None:
    text = "ord " * 100 + "Beslutet kom i går. " + "ord " * 100
    pieces = snippet(Sought.of("beslut"), [text])
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ord")
    assert shown.endswith("ord …")
    assert len(shown) < 240
    assert [piece.text for piece in pieces if piece.found] == ["Beslutet"]
    assert snippet(Sought.of("saknas"), [text]) == ()
    assert snippet(Sought.of("beslut"), ["beslut" * 400])[-1].text == " …"


# naming and folders


async def test_a_new_title_is_found_too(place: Place) -> None:
    id = await place.talk(PARKING)
    assert await place.conversations.rename(place.anna, id, "  Ärendet\n Svensson ") == "Ärendet Svensson"
    assert await place.titles(query="ärende") == ["Ärendet Svensson"]
    await place.conversations.rename(place.anna, id, "å" * 300)
    for wrong in ("", " \n", "å" * 301):
        with pytest.raises(Invalid):
            await place.conversations.rename(place.anna, id, wrong)


async def test_folders_hold_conversations_and_give_them_back(place: Place) -> None:
    one, two = await place.talk(("ett", "")), await place.talk(("två", ""))
    folder = await place.conversations.make_folder(place.anna, " Ärenden ")
    await place.conversations.move(place.anna, [one, two], folder)
    await place.conversations.delete(place.anna, [two])
    (info,) = await place.conversations.folders(place.anna)
    assert (info.name, info.count) == ("Ärenden", 1)
    assert await place.titles(folder=folder) == ["ett"]
    with pytest.raises(Conflict):
        await place.conversations.make_folder(place.anna, "Ärenden")
    await place.conversations.make_folder(place.bo, "Ärenden")
    await place.conversations.rename_folder(place.anna, folder, "Klara")
    assert await place.conversations.delete_folder(place.anna, folder) == "Klara"
    await place.conversations.restore(place.anna, [two])
    listing = await place.conversations.look(place.anna, Wish())
    assert {info.folder for info in listing.items} == {None}
    assert len(listing.items) == 2


async def test_there_is_an_end_to_folders_and_pins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_FOLDERS", 2)
    monkeypatch.setattr(room, "MOST_PINNED", 1)
    for name in ("a", "b"):
        await place.conversations.make_folder(place.anna, name)
    with pytest.raises(Invalid):
        await place.conversations.make_folder(place.anna, "c")
    first, second = await place.talk(("1", "")), await place.talk(("2", ""))
    await place.conversations.pin(place.anna, first, True)
    await place.conversations.pin(place.anna, first, True)
    with pytest.raises(Invalid):
        await place.conversations.pin(place.anna, second, True)


async def test_what_is_deleted_comes_back_as_it_was(place: Place) -> None:
    id = await place.talk(PARKING)
    await place.conversations.pin(place.anna, id, True)
    assert await place.conversations.delete(place.anna, [id]) == [PARKING[0]]
    assert await place.titles() == []
    with pytest.raises(NotFound):
        await place.conversations.delete(place.anna, [id])
    await place.conversations.restore(place.anna, [id])
    listing = await place.conversations.look(place.anna, Wish())
    assert [info.id for info in listing.pinned] == [id]


async def test_everything_of_others_is_not_found(place: Place) -> None:
    mine, theirs = await place.talk(PARKING), await place.conversations.make_folder(place.bo, "Bos")
    temporary = await place.talk(PARKING, temporary=True)
    folder = await place.conversations.make_folder(place.anna, "Annas")
    for other in (place.bo, place.stranger):
        own = await place.talk(("eget", ""), by=other)
        for refused in (
            place.conversations.info(other, mine),
            place.conversations.rename(other, mine, "x"),
            place.conversations.pin(other, mine, True),
            place.conversations.delete(other, [own, mine]),
            place.conversations.restore(other, [mine]),
            place.conversations.move(other, [own, mine], None),
            place.conversations.move(other, [own], folder),
            place.conversations.rename_folder(other, folder, "x"),
            place.conversations.delete_folder(other, folder),
            place.conversations.look(other, Wish(folder=folder)),
            place.conversations.end(other, temporary),
        ):
            with pytest.raises(NotFound):
                await refused
        assert await place.titles(by=other) == ["eget"], "nothing was done by halves"
    with pytest.raises(NotFound):
        await place.conversations.move(place.anna, [mine], theirs)
    assert (await place.conversations.info(place.anna, mine)).title == PARKING[0]


async def test_the_export_has_all_that_was_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "EXPORTED_AT_ONCE", 2)
    folder = await place.conversations.make_folder(place.anna, "Klara")
    for n in range(5):
        await place.talk((f"fråga {n}", f"svar {n}"), PARKING, age=n * DAY, folder_id=folder)
    exported = [one async for one in place.conversations.export(place.anna)]
    assert [one["turns"][0]["answer"] for one in exported] == [f"svar {n}" for n in range(5)]
    assert {one["folder"] for one in exported} == {"Klara"}
    assert exported[0]["turns"][1]["answer"] == PARKING[1]


# erasing


async def test_ending_stops_what_is_written_and_erases_it_all(place: Place) -> None:
    attached = new_id()
    id = await place.talk(PARKING, temporary=True, collection_id=attached)
    kept = await place.talk(PARKING)
    async with place.db.write(Scope(place.anna.org_id)) as session:
        run = await session.scalar(select(Run).where(Run.conversation_id == id))
        assert run is not None
        run.status = "running"
        own = {"org_id": place.anna.org_id, "run_id": run.id}
        session.add(RunEvent(**own, seq=1, kind="text", body={"text": "hemligt"}))
        session.add(CitationRow(**own, ordinal=1, n=1, passage_id=None, body={}))
        session.add(TraceRow(**own, body={}))
        session.add(Feedback(**own, owner=place.anna.owner, good=True))
    await place.conversations.end(place.anna, id)
    assert place.elsewhere.stopped == [run.id]
    assert place.elsewhere.erased == [attached]
    for table in (RunEvent, CitationRow, TraceRow, Feedback):
        assert await place.count(table, place.anna.org_id) == 0
    assert await place.count(Run, place.anna.org_id) == 1
    with pytest.raises(NotFound):
        await place.conversations.end(place.anna, kept)


async def test_who_leaves_leaves_no_temporary_conversation(place: Place) -> None:
    for by in (place.anna, place.bo):
        await place.talk(PARKING, temporary=True, by=by)
    await place.talk(PARKING)
    await place.conversations.end_all(place.anna)
    assert await place.count(Conversation, place.anna.org_id) == 2
    assert await place.titles() == [PARKING[0]]


async def test_the_sweep_erases_what_is_due_and_nothing_else(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samverk.answers.erasing.RUNS_AT_ONCE", 2)
    monkeypatch.setattr("samverk.answers.erasing.CONVERSATIONS_AT_ONCE", 2)
    hour, moment = timedelta(hours=1), now()
    stays = [
        await place.talk(("nyss", ""), temporary=True, age=0.9 * hour),
        await place.talk(("ångras", ""), deleted_at=moment - 6.9 * DAY),
        await place.talk(("gammalt", ""), age=300 * DAY),
    ]
    for _ in range(3):
        await place.talk(PARKING, PARKING, PARKING, temporary=True, age=1.1 * hour)
    await place.talk(("raderat", ""), deleted_at=moment - 7.1 * DAY)
    assert await place.conversations.sweep(moment) == 4
    async with place.db.read(Scope(place.anna.org_id)) as session:
        assert set(await session.scalars(select(Conversation.id))) == set(stays)
    (change,) = await Journal(place.db).read(place.anna.org_id, actions=["conversation.swept"])
    assert (change.action, change.facts["n"]) == ("conversation.swept", 4)
    assert await place.conversations.sweep(moment) == 0
    assert len(await Journal(place.db).read(place.anna.org_id, actions=["conversation.swept"])) == 1


async def test_pseudonyms_go_with_their_conversation(place: Place) -> None:
    org, masking = place.anna.org_id, place.conversations._masking
    stays, ends, due = [await place.talk(PARKING, temporary=True, age=age) for age in (DAY * 0, DAY * 0, DAY)]
    for name in (*map(scope_of, (stays, ends, due)), "key:1:job"):
        await (await masking.bound(org)).mask(["anna@bjorksta.example"], name)
    await place.conversations.end(place.anna, ends)
    assert await place.scopes() == {scope_of(stays), scope_of(due), "key:1:job"}
    await place.conversations.sweep(now())
    assert await place.scopes() == {scope_of(stays), "key:1:job"}
    await place.conversations.sweep(now() + UNUSED_LASTS + DAY)
    assert await place.scopes() == set()


async def test_what_was_answered_out_of_open_sources_is_known_as_that(place: Place) -> None:
    talk = await place.talk(*[PARKING] * 4)
    async with place.db.read(Scope(place.anna.org_id)) as session:
        ids = list(await session.scalars(select(Run.id).where(Run.conversation_id == talk).order_by(Run.id)))
    ends = [("open", True), ("open", False), ("internal", True), ("open", None)]
    async with place.db.write(Scope(place.anna.org_id)) as session:
        for id, (level, scanned) in zip(ids, ends, strict=True):
            verdict = None if scanned is None else {"action": "allow", "reasons": [], "scanned": scanned}
            done = Event(1, "done", {"level": level, "verdict": verdict}, now())
            await store.save_events(session, place.anna.org_id, id, [done])
    async with place.db.read(Scope(place.anna.org_id)) as session:
        assert await store.open_answers(session, ids) == {ids[0]}, "others may hold what nobody looked for"


async def test_an_organisation_decides_how_long_it_keeps_things(place: Place) -> None:
    async with place.db.write(Scope(place.anna.org_id)) as session:
        session.add(OrganisationSettings(org_id=place.anna.org_id, retention_days=30))
    moment = now()
    old = await place.talk(PARKING, age=31 * DAY)
    await place.conversations.pin(place.anna, old, True)
    await place.talk(("nytt", ""), age=29 * DAY)
    await place.talk(("annans", ""), by=place.stranger, age=300 * DAY)
    async with place.db.write(Scope(place.anna.org_id)) as session:
        for age in (31, 29):
            session.add(a_run(place.anna, None, "program", "", moment - age * DAY))
    assert await place.conversations.sweep(moment) == 1
    assert await place.titles() == ["nytt"]
    assert await place.titles(by=place.stranger) == ["annans"]
    assert await place.count(Run, place.anna.org_id) == 2


async def test_one_process_sweeps_at_a_time(place: Place, tmp_path: Path) -> None:
    await place.talk(PARKING, temporary=True, age=DAY)
    leases = Leases(tmp_path)
    held = leases.take("sweep")
    assert held is not None
    sweep = alone(leases, "sweep", lambda: place.conversations.sweep(now()))
    async with repeating("sweep", sweep, 900):
        await asyncio.sleep(0.2)
    assert await place.count(Conversation, place.anna.org_id) == 1
    held.release()
    async with repeating("sweep", sweep, 900):
        for _ in range(100):
            if not await place.count(Conversation, place.anna.org_id):
                break
            await asyncio.sleep(0.05)
    assert await place.count(Conversation, place.anna.org_id) == 0


def test_nothing_of_a_temporary_conversation_stays_on_the_disk(tmp_path: Path) -> None:
    secret = "fjällräven-zebra"
    with served(tmp_path) as site:
        person = Principal(Kind.MEMBER, site.a.id, str(new_id()), "Anna", Role.MEMBER)
        for temporary in (True, False):
            asked = f"{QUESTION} {secret if temporary else 'kvar'}" * 20
            run = site.run(site.rooms.answers.start(person, "regelhjalpen", asked, temporary=temporary))
            _finish(site, person, run)
            if temporary:
                talk = site.run(site.rooms.answers.run(person, run)).conversation
        assert secret.encode() in _all_of(tmp_path)
        site.run(site.rooms.conversations.end(person, talk))
        on_disk = _all_of(tmp_path)
        assert secret.encode() not in on_disk
        assert b"kvar" in on_disk


def _finish(site: Served, person: Principal, run: UUID) -> None:
    async def follow() -> None:
        async for _ in site.rooms.answers.events(person, run):
            pass

    site.run(follow())


def _all_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
