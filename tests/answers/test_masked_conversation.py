"""A conversation whose assistant masks: one token a person in all of it, values in every answer, and nothing left at its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.platform import Served, fake_model, served

from samverk.answers.model import Answer, scope_of
from samverk.assistants.model import AssistantBody
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.library.fake import Script
from samverk.masking.tables import PseudonymTable


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home: Path = tmp_path_factory.mktemp("masked")
    with served(home) as site:
        site.run(site.rooms.library.adopt(site.a.id, *fake_model("echo", Level.INTERNAL), "tests"))
        site.model.scripts["echo"] = lambda request: Script((f"Du skrev: {request.messages[-1].text} [PERSON_99]",))
        for slug, more in (("varsam", {}), ("utan-post", {"masking_off": ("EMAIL",)})):
            body = AssistantBody(name=slug, models=("echo",), masking=True, **more)
            site.run(site.rooms.assistants.save(site.a.id, slug, body, system(site.a.id)))
        yield site


@pytest.fixture
def person(site: Served) -> Principal:
    return Principal(Kind.MEMBER, site.a.id, str(new_id()), "Siv", Role.MEMBER)


def asked(site: Served, who: Principal, question: str, assistant: str = "varsam", **more: Any) -> Answer:
    async def ask() -> UUID:
        run = await site.rooms.answers.start(who, assistant, question, **more)
        async for _ in site.rooms.answers.events(who, run):
            pass
        return run

    return site.run(site.rooms.answers.run(who, site.run(ask())))


def scopes(site: Served) -> set[str]:
    async def read() -> set[str]:
        async with site.rooms.db.read(Scope(site.a.id)) as session:
            return set(await session.scalars(select(PseudonymTable.scope)))

    return site.run(read())


def test_one_token_a_value_through_a_conversation_that_leaves_nothing(site: Served, person: Principal) -> None:
    first = asked(site, person, "Skriv till anna@bjorksta.example", temporary=True)
    assert first.text == "Du skrev: Skriv till anna@bjorksta.example [PERSON_99]"
    again = asked(
        site, person, "Och till bo@bjorksta.example? Eller anna@bjorksta.example?", conversation=first.conversation
    )
    assert again.text.startswith("Du skrev: Och till bo@bjorksta.example? Eller anna@bjorksta.example?")
    sent = site.model.calls[-1][1]
    assert sent.messages[-1].text == "Och till [EMAIL_2]? Eller [EMAIL_1]?"
    assert "@bjorksta" not in str(sent), "nor in what was said before"
    assert site.run(site.rooms.answers.trace(person, first.run))["invented"] == ["[PERSON_99]"]
    assert first.conversation is not None
    assert scope_of(first.conversation) in scopes(site)
    site.run(site.rooms.conversations.end(person, first.conversation))
    assert scope_of(first.conversation) not in scopes(site)


def test_an_assistant_that_leaves_a_sort_alone_sends_it(site: Served, person: Principal) -> None:
    answer = asked(site, person, "Skriv till anna@bjorksta.example", "utan-post")
    assert answer.verdict is not None
    assert answer.verdict["action"] == "allow"
    assert site.model.calls[-1][1].messages[-1].text == "Skriv till anna@bjorksta.example"


def test_a_protected_identity_stops_the_question_and_says_why(site: Served, person: Principal) -> None:
    calls = len(site.model.calls)
    answer = asked(site, person, "Pojken 19121212-1212 har skyddad identitet. Vad gör vi?")
    assert answer.status == "failed"
    assert answer.error is not None
    assert answer.error["reasons"][-1]["code"] == "protected_identity"
    assert len(site.model.calls) == calls
