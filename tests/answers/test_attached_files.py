"""Questions with files beside them: whole where they are few, never anybody else's, and gone with their conversation."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.answers.test_service import events_of
from tests.platform import QUESTION, Served, fake_model, served

from samverk.answers.prompt import NO_ANSWER
from samverk.assistants.model import AssistantBody
from samverk.core.errors import NotFound
from samverk.core.ids import new_id, now
from samverk.core.levels import Level
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.library.fake import Script
from samverk.library.ports import ChatRequest

LETTER = "Ansökan kom in den 3 mars.\n\nSökanden vill ha 4 500 kronor till en säng."


def summary(request: ChatRequest) -> Script:
    """Repeats every source that is an attachment."""
    sources = [source for source in request.messages[-1].sources if source.title.startswith("Bilaga: ")]
    return Script(tuple(f"{source.text.rstrip('.')} [{source.n}]. " for source in sources) or (NO_ANSWER,))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("attached")) as site:
        site.model.scripts.update({"summary": summary})
        site.run(site.rooms.library.adopt(site.a.id, *fake_model("summary"), "tests"))
        for slug, collections in (("med", ("regler",)), ("utan", ())):
            body = AssistantBody(name=slug, models=("summary",), collections=collections, level=Level.INTERNAL)
            site.run(site.rooms.assistants.save(site.a.id, slug, body, system(site.a.id)))
        yield site


@pytest.fixture
def person(site: Served) -> Principal:
    return Principal(Kind.MEMBER, site.a.id, str(new_id()), "Anna Ek", Role.MEMBER)


def attach(
    site: Served,
    person: Principal,
    folder: Path,
    text: str = LETTER,
    level: Level = Level.INTERNAL,
    name: str = "brev.txt",
) -> UUID:
    """Files of a conversation with one letter in them, which may still be being read."""
    file = folder / "sent"
    file.write_text(text, encoding="utf-8")

    async def work() -> UUID:
        place = await site.rooms.attachments.place(person, level)
        await site.rooms.attachments.add(person, place, name, file)
        return place

    return site.run(work())


def asked(site: Served, person: Principal, assistant: str, question: str = "Sammanfatta bilagan", **more: Any) -> Any:
    run = site.run(site.rooms.answers.start(person, assistant, question, **more))
    events_of(site, person, run)
    return site.run(site.rooms.answers.run(person, run))


@pytest.mark.parametrize("assistant", ["med", "utan"])
def test_the_whole_of_a_short_file_goes_along(site: Served, person: Principal, tmp_path: Path, assistant: str) -> None:
    answer = asked(site, person, assistant, attached=attach(site, person, tmp_path))
    assert answer.answered
    assert "3 mars" in answer.text
    assert "4 500 kronor" in answer.text
    assert {citation.verdict for citation in answer.citations} == {"verified"}
    view = site.run(site.rooms.knowledge.passage(person, answer.citations[0].passage))
    assert view.whole == LETTER
    with pytest.raises(NotFound):
        site.run(site.rooms.knowledge.passage(system(site.a.id), answer.citations[0].passage))


def test_the_next_question_of_the_conversation_has_them_too(site: Served, person: Principal, tmp_path: Path) -> None:
    first = asked(site, person, "utan", attached=attach(site, person, tmp_path))
    again = asked(site, person, "utan", "Och nu?", conversation=first.conversation)
    assert "4 500 kronor" in again.text


def test_the_assistants_own_sources_are_there_as_well(site: Served, person: Principal, tmp_path: Path) -> None:
    answer = asked(site, person, "med", QUESTION, attached=attach(site, person, tmp_path))
    trace = site.run(site.rooms.answers.trace(person, answer.run))
    assert {passage["collection"] == "regler" for passage in trace["passages"] if passage["kept"]} == {True, False}
    assert trace["passages"][0]["collection"].startswith("samtal-")


def test_the_level_of_the_files_is_that_of_the_call(site: Served, person: Principal, tmp_path: Path) -> None:
    place = attach(site, person, tmp_path, level=Level.SENSITIVE)
    assert asked(site, person, "utan", attached=place).level == "sensitive"
    refused = asked(site, person, "utan", attached=attach(site, person, tmp_path, level=Level.SECRET))
    assert refused.status == "failed"  # the model is approved for less
    assert refused.error["code"] == "policy_denied"


def test_a_file_that_could_not_be_read_is_named(site: Served, person: Principal, tmp_path: Path) -> None:
    answer = asked(site, person, "med", QUESTION, attached=attach(site, person, tmp_path, "damaged"))
    left_out = site.run(site.rooms.answers.trace(person, answer.run))["left_out"]
    assert [item["title"] for item in left_out] == ["brev.txt"]


def test_files_of_somebody_else_are_not_found_and_cannot_be_erased(
    site: Served, person: Principal, tmp_path: Path
) -> None:
    place = attach(site, person, tmp_path)
    other = Principal(Kind.MEMBER, site.a.id, str(new_id()), "Bo Ek", Role.ADMIN)
    for thief in (other, Principal(Kind.ANONYMOUS, site.a.id, "x", "")):
        with pytest.raises(NotFound):
            site.run(site.rooms.answers.start(thief, "regelhjalpen", QUESTION, attached=place))
    assert site.run(site.rooms.attachments.state(person, place)).files


def test_files_go_with_their_conversation_and_forsaken_ones_by_themselves(
    site: Served, person: Principal, tmp_path: Path
) -> None:
    answer = asked(site, person, "utan", attached=(kept := attach(site, person, tmp_path)))
    forsaken = attach(site, person, tmp_path)
    site.run(site.rooms.conversations.sweep(now() + timedelta(hours=23)))
    assert site.run(site.rooms.attachments.state(person, forsaken))
    site.run(site.rooms.conversations.sweep(now() + timedelta(hours=25)))
    with pytest.raises(NotFound):
        site.run(site.rooms.attachments.state(person, forsaken))
    assert site.run(site.rooms.attachments.state(person, kept))
    site.run(site.rooms.conversations.erase(site.a.id, [answer.conversation]))
    with pytest.raises(NotFound):
        site.run(site.rooms.attachments.state(person, kept))
