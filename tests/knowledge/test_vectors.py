"""Vectors are made through the door in the background, tried on the organisation's own questions, and serve if they win."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from samverk.core.blobs.memory import MemoryBlobs
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.jobs.memory import MemoryJobs
from samverk.core.leases import Leases
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.tables import Organisation
from samverk.knowledge import nearness
from samverk.knowledge import vectors as module
from samverk.knowledge.bench import Query
from samverk.knowledge.fusion import Verdict
from samverk.knowledge.indexes.memory import MemoryIndex
from samverk.knowledge.service import Knowledge
from samverk.knowledge.tables import PassageRow
from samverk.knowledge.vector_store import sets_of
from samverk.knowledge.vectors import NoBetter, SetInfo, Vectors
from samverk.library.fake import FakeProvider
from samverk.library.ports import EmbeddingRequest, Embeddings, Endpoint, Unanswered
from tests.gateway.door import NUMBER, ORG, Door, opened_door
from tests.knowledge.support import read_text

WHO = system(ORG)
TOPICS = 24
WORDS = [hashlib.sha256(f"word {number}".encode()).hexdigest()[:9] for number in range(TOPICS)]
OTHER_WORDS = [hashlib.sha256(f"other {number}".encode()).hexdigest()[:9] for number in range(TOPICS)]
TEXTS = [f"Du ansöker om {word} hos nämnden. Beslutet om {word} kan du överklaga." for word in WORDS]
ASKED = [f"Hur ansöker jag om {word}?" for word in OTHER_WORDS]
WON = Verdict(questions=24, words=0.2, fused=0.9, sure=1.0, weight=0.6)
ON_SQLITE = pytest.mark.parametrize(
    "database_urls", ["sqlite"], indirect=True
)  # the others say that both engines serve


@dataclass
class Embedder(FakeProvider):
    """Makes vectors: `helpful` knows which words mean the same, any other model's are of chance."""

    broken: bool = False
    embedded: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    async def embed(self, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
        if self.broken:
            raise Unanswered(endpoint.model, ("trasig", "broken"))
        self.embedded += [(endpoint.model, text) for text in request.texts]
        return Embeddings(tuple(_vector(endpoint.model, text) for text in request.texts), 1)


def _vector(model: str, text: str) -> list[float]:
    chance = random.Random(f"{model} {text}")
    vector = [chance.gauss(0, 0.2) for _ in range(64)]
    for topic, words in enumerate(zip(WORDS, OTHER_WORDS, strict=True)):
        if model.startswith("helpful") and any(word in text for word in words):
            vector[topic] += 3.0
    return vector


@dataclass
class Place:
    """A platform's knowledge room with the door beside it."""

    knowledge: Knowledge
    vectors: Vectors
    door: Door
    embedder: Embedder
    jobs: MemoryJobs
    folder: Path

    async def add(self, name: str, text: str, collection: str = "regler") -> None:
        document = await self.knowledge.add(ORG, collection, name, self.file(name, text))
        await _until(lambda: self.is_read(document, ORG))

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    async def is_read(self, document: UUID, org: UUID) -> bool:
        return not await self.knowledge.unfinished(org, [document])

    async def made(self, model: str, **prefixes: str) -> SetInfo:
        """Make a model's vectors and wait for them."""
        await self.vectors.begin(WHO, model, **prefixes)
        return await self.ended(model)

    async def ended(self, model: str) -> SetInfo:
        async def has_ended() -> bool:
            return (await self.vectors.get(WHO, model)).state != "making"

        await _until(has_ended)
        return await self.vectors.get(WHO, model)

    async def tried(self, model: str) -> SetInfo:
        async with self.door.db.read(Scope(ORG)) as session:
            ids = {row.text: str(row.id) for row in await session.scalars(select(PassageRow))}
        questions = [Query(asked, asked, frozenset({ids[text]})) for asked, text in zip(ASKED, TEXTS, strict=True)]
        return await self.knowledge.trial.run(WHO, model, questions, ["regler"])

    async def first(self, number: int) -> str:
        """The text of the first passage found for a question in other words."""
        found = await self.knowledge.search(WHO, ["regler"], ASKED[number], 3)
        return found.hits[0].text if found.hits else ""


async def _until(done: Any) -> None:
    async with asyncio.timeout(20):
        while not await done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.fixture
async def place(databases: tuple[Database, Database], tmp_path: Path) -> AsyncIterator[Place]:
    """A collection with a passage for each topic, and two models for vectors."""
    embedder = Embedder()
    door = await opened_door(databases, embedder)
    jobs = MemoryJobs()
    knowledge = Knowledge(
        door.db,
        MemoryBlobs(),
        MemoryIndex(),
        jobs,
        Leases(tmp_path / "leases"),
        extract=read_text,
        gateway=door.gateway,
    )
    await knowledge.create_collection(ORG, "regler", "Regler", Level.OPEN)
    await knowledge.start()
    place = Place(knowledge, knowledge.vectors, door, embedder, jobs, tmp_path)
    await place.add("regler.txt", "\n\n".join(TEXTS))
    for model in ("helpful", "hurtful"):
        await door.adopt(model, Level.INTERNAL, kind="embeddings")
    yield place
    await knowledge.close()


async def test_vectors_that_win_on_own_questions_can_be_switched_on(place: Place) -> None:
    info = await place.made("helpful")
    assert (info.state, info.vectors, info.passages, info.serving) == ("made", TOPICS, TOPICS, False)
    with pytest.raises(NoBetter):
        await place.vectors.turn_on(WHO, "helpful")  # nobody has tried them

    figures = (await place.tried("helpful")).figures
    assert figures
    assert figures["wins"]
    assert figures["fused"] > figures["words"] + 0.3

    before = [await place.first(number) for number in range(TOPICS)]
    assert (await place.vectors.turn_on(WHO, "helpful")).serving
    after = [await place.first(number) for number in range(TOPICS)]
    assert after == TEXTS
    assert sum(found == text for found, text in zip(before, TEXTS, strict=True)) < TOPICS / 3

    await place.vectors.turn_off(WHO)
    assert [await place.first(number) for number in range(TOPICS)] == before


@ON_SQLITE
async def test_vectors_that_lose_are_not_switched_on(place: Place) -> None:
    await place.made("hurtful")
    figures = (await place.tried("hurtful")).figures
    assert figures
    assert not figures["wins"]
    with pytest.raises(NoBetter):
        await place.vectors.turn_on(WHO, "hurtful")
    assert not (await place.vectors.get(WHO, "hurtful")).serving


@ON_SQLITE
async def test_questions_may_name_documents_and_only_what_is_there(place: Place) -> None:
    await place.add("avfall.txt", f"Du ansöker om {WORDS[3]} i receptionen hos nämnden.")
    await place.made("helpful")
    trial = place.knowledge.trial
    info = await trial.run(WHO, "helpful", [Query("1", ASKED[3], frozenset({"avfall.txt"}))])
    assert info.figures
    assert (info.figures["questions"], info.figures["wins"]) == (1, False)
    for gone in ("nothing.txt", str(ORG)):
        with pytest.raises(NotFound, match=gone):
            await trial.run(WHO, "helpful", [Query("1", ASKED[3], frozenset({gone}))])


@ON_SQLITE
async def test_the_same_text_is_sent_once_and_what_is_new_is_taken_up(place: Place) -> None:
    await place.made("helpful")
    sent = len(place.embedder.embedded)
    await place.made("helpful")
    assert len(place.embedder.embedded) == sent
    await place.vectors.tried(WHO, "helpful", WON)
    await place.vectors.turn_on(WHO, "helpful")
    sent = len(place.embedder.embedded)
    await place.add("ny.txt", "Något alldeles nytt.\n\nOch en gång till.\n\nOch en gång till.")
    await place.vectors.look()
    await _until(lambda: _has(place, "helpful", TOPICS + 3))
    assert len(place.embedder.embedded) == sent + 2


async def test_a_changed_document_is_found_by_its_new_vector_alone(place: Place) -> None:
    await place.add("byte.txt", f"Du ansöker om {WORDS[3]} i receptionen hos nämnden.")
    await _serving(place, "helpful")
    assert "receptionen" in await place.first(3)
    await place.add("byte.txt", "Du ansöker inte om något alls hos nämnden.")
    await place.vectors.look()
    await _until(lambda: _has(place, "helpful", TOPICS + 1))
    found = await place.knowledge.search(WHO, ["regler"], ASKED[3], 3)
    assert found.hits[0].text == TEXTS[3]
    assert not found.left_out


@ON_SQLITE
async def test_the_old_vectors_serve_while_others_are_made(place: Place) -> None:
    await _serving(place, "helpful")
    await place.door.adopt("helpful-2", Level.INTERNAL, kind="embeddings")
    await place.made("helpful-2", query_prefix="query: ", passage_prefix="passage: ")
    assert ("helpful-2", "passage: ") in {(model, text[:9]) for model, text in place.embedder.embedded}
    assert [(info.model, info.serving) for info in await place.vectors.of(WHO)] == [
        ("helpful", True),
        ("helpful-2", False),
    ]
    assert await place.first(5) == TEXTS[5]
    await place.vectors.tried(WHO, "helpful-2", WON)
    await place.vectors.turn_on(WHO, "helpful-2")
    assert [(info.model, info.serving) for info in await place.vectors.of(WHO)] == [("helpful-2", True)]
    assert await place.first(5) == TEXTS[5]
    assert place.embedder.embedded[-1] == ("helpful-2", "query: " + ASKED[5])


@ON_SQLITE
async def test_when_the_model_is_down_words_serve_and_that_is_said(place: Place) -> None:
    await _serving(place, "helpful")
    place.embedder.broken = True
    found = await place.knowledge.search(WHO, ["regler"], f"Hur ansöker jag om {WORDS[7]}?", 3)
    assert found.hits[0].text == TEXTS[7]
    assert [(left.title, left.reason.code) for left in found.left_out] == [("helpful", "by_words_alone")]


@ON_SQLITE
async def test_a_model_that_does_not_answer_in_time_is_not_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _serving(place, "helpful")

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(place.embedder, "embed", never)
    monkeypatch.setattr(nearness, "PATIENCE_SECONDS", 0.05)
    found = await place.knowledge.search(WHO, ["regler"], f"Hur ansöker jag om {WORDS[7]}?", 3)
    assert found.hits[0].text == TEXTS[7]
    assert found.left_out[0].reason.code == "by_words_alone"


async def test_what_is_deleted_or_no_longer_shared_leaves_no_vectors(place: Place) -> None:
    other = system(module.new_id())
    async with place.door.db.write(Scope.platform()) as session:
        session.add(Organisation(id=other.org_id, slug="granby", name="Granby"))
    await place.knowledge.create_collection(other.org_id, "rutiner", "Rutiner", Level.OPEN)
    path = place.file("r.txt", "Rutinen för arkivet.")
    document = await place.knowledge.add(other.org_id, "rutiner", "r.txt", path)
    await _until(lambda: place.is_read(document, other.org_id))
    await place.knowledge.share(other.org_id, "rutiner", ORG)
    assert (await place.made("helpful")).vectors == TOPICS + 1
    [info] = await place.knowledge.documents(WHO, "regler")
    await place.knowledge.delete(ORG, info.id)
    await place.vectors.look()
    assert await _has(place, "helpful", 1)
    await place.knowledge.unshare(other.org_id, "rutiner", ORG)
    await place.vectors.look()
    assert await _has(place, "helpful", 0)


@ON_SQLITE
async def test_making_that_fails_says_why_and_goes_on_later(place: Place) -> None:
    place.embedder.broken = True
    info = await place.made("helpful")
    assert info.state == "failed"
    assert info.reason
    assert "helpful" in info.reason.sv
    with pytest.raises(Conflict):
        await place.tried("helpful")
    place.embedder.broken = False
    await place.vectors.look()
    assert (await place.ended("helpful")).vectors == TOPICS


@ON_SQLITE
async def test_what_the_policy_does_not_let_the_model_see_is_left_out_and_said(place: Place) -> None:
    await place.knowledge.create_collection(ORG, "hemligt", "Hemligt", Level.SECRET)
    await place.add("h.txt", "Detta är hemligt.", "hemligt")
    info = await place.made("helpful")
    assert (info.state, info.vectors) == ("made", TOPICS)
    assert info.refused["Hemligt"].code == "policy_denied"
    assert "hemligt" not in str(place.embedder.embedded)


@ON_SQLITE
async def test_personal_data_is_masked_in_passages_and_in_questions(place: Place) -> None:
    await place.add("p.txt", f"Den sökande har personnummer {NUMBER}.")
    await _serving(place, "helpful")
    await place.knowledge.search(WHO, ["regler"], f"Vad gäller för {NUMBER}?", 3)
    assert NUMBER not in str(place.embedder.embedded)
    assert any("Vad gäller för" in text for _, text in place.embedder.embedded)


@ON_SQLITE
async def test_every_call_is_recorded(place: Place) -> None:
    await place.made("helpful")
    opened = [entry.body for entry in await place.door.ledger.entries(ORG) if entry.event == "opened"]
    assert {(body["kind"], body["purpose"]) for body in opened} == {("embeddings", "vectors")}


@ON_SQLITE
async def test_filters_hold_for_what_vectors_find(place: Place) -> None:
    await _serving(place, "helpful")
    only = module.narrowing.Only(frozenset({"pdf"}))
    assert not (await place.knowledge.search(WHO, ["regler"], ASKED[2], 3, only=only)).hits


@ON_SQLITE
async def test_forgetting_stops_the_making_and_deletes(place: Place) -> None:
    await place.vectors.begin(WHO, "helpful")
    await place.vectors.forget(WHO, "helpful")
    async with place.door.db.read(Scope(ORG)) as session:
        assert not await sets_of(session)
    with pytest.raises(NotFound):
        await place.vectors.get(WHO, "helpful")
    await _serving(place, "helpful")
    with pytest.raises(Conflict):
        await place.vectors.forget(WHO, "helpful")


@ON_SQLITE
async def test_who_may(place: Place) -> None:
    member = Principal(Kind.MEMBER, ORG, "m", "Kim", Role.BUILDER)
    for refused in (place.vectors.begin(member, "helpful"), place.vectors.of(member), place.vectors.turn_off(member)):
        with pytest.raises(NotAllowed):
            await refused
    with pytest.raises(NotFound):
        await place.vectors.begin(WHO, "nothing")
    await place.door.adopt("chatty")
    with pytest.raises(Invalid):
        await place.vectors.begin(WHO, "chatty")


async def test_another_organisation_is_not_touched(place: Place) -> None:
    other = system(module.new_id())
    async with place.door.db.write(Scope.platform()) as session:
        session.add(Organisation(id=other.org_id, slug="granby", name="Granby"))
    await place.knowledge.share(ORG, "regler", other.org_id)
    await _serving(place, "helpful")
    sent = len(place.embedder.embedded)
    assert await place.vectors.of(other) == []
    found = await place.knowledge.search(other, ["org/regler"], f"Hur ansöker jag om {WORDS[7]}?", 3)
    assert found.hits[0].text == TEXTS[7]
    assert len(place.embedder.embedded) == sent


async def _serving(place: Place, model: str) -> None:
    """Let vectors serve, as if a trial had shown that they win."""
    await place.made(model)
    await place.vectors.tried(WHO, model, WON)
    await place.vectors.turn_on(WHO, model)


async def _has(place: Place, model: str, count: int) -> bool:
    return (await place.vectors.get(WHO, model)).vectors == count
