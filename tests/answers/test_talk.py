"""Where a question is put: branches, files beside it, temporary conversations, and one form that is sent twice."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.platform import QUESTION, Served, served

from samverk.answers.tables import Conversation, Run
from samverk.core.errors import NotFound
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.swedish import stem
from samverk.identity.principal import Kind, Principal, Role


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("talk")) as site:
        yield site


@pytest.fixture
def person(site: Served) -> Principal:
    return Principal(Kind.MEMBER, site.a.id, str(new_id()), "Anna Ek", Role.MEMBER)


def ask(site: Served, person: Principal, question: str = QUESTION, **put: Any) -> UUID:
    """A question that has been answered; the run's id."""

    async def whole() -> UUID:
        run = await site.rooms.answers.start(person, "regelhjalpen", question, **put)
        async for _ in site.rooms.answers.events(person, run):
            pass
        return run

    return site.run(asyncio.wait_for(whole(), 30))


def stored(site: Served, kind: Any, id: UUID) -> Any:
    async def read() -> Any:
        async with site.rooms.db.read(Scope(site.a.id)) as session:
            return await session.get(kind, (site.a.id, id))

    return site.run(read())


def talk_of(site: Served, person: Principal, run: UUID) -> UUID:
    conversation = site.run(site.rooms.answers.run(person, run)).conversation
    assert conversation is not None
    return conversation


def shown(site: Served, person: Principal, talk: UUID, branch: UUID | None = None) -> list[UUID]:
    return [turn.run for turn in site.run(site.rooms.answers.conversation(person, talk, branch)).turns]


def test_a_changed_question_is_a_branch_and_the_old_one_is_kept(site: Served, person: Principal) -> None:
    first = ask(site, person)
    talk = talk_of(site, person, first)
    second = ask(site, person, "Hur länge gäller det?", conversation=talk)
    third = ask(site, person, "Vem beslutar?", conversation=talk)
    changed = ask(site, person, "Hur länge gäller ett tillstånd?", replaces=second)
    assert shown(site, person, talk) == [first, changed]
    assert shown(site, person, talk, second) == [first, second, third]
    versions = site.run(site.rooms.answers.conversation(person, talk)).turns[1].versions
    assert (versions.number, versions.count, versions.previous) == (2, 2, second)
    trace = site.run(site.rooms.answers.trace(person, changed))
    assert "Vem beslutar" not in trace["query"]


def test_a_question_follows_what_its_tab_saw(site: Served, person: Principal) -> None:
    first = ask(site, person)
    talk = talk_of(site, person, first)
    here = ask(site, person, "Hur länge gäller det?", conversation=talk, after=first)
    there = ask(site, person, "Vem beslutar?", conversation=talk, after=first)
    assert shown(site, person, talk) == [first, there]
    assert shown(site, person, talk, here) == [first, here]
    on = ask(site, person, "Och sedan?", conversation=talk, after=here)
    assert shown(site, person, talk) == [first, here, on]


def test_without_a_place_a_question_follows_the_branch_used_last(site: Served, person: Principal) -> None:
    first = ask(site, person)
    talk = talk_of(site, person, first)
    second = ask(site, person, "Hur länge gäller det?", conversation=talk)
    assert stored(site, Run, second).after_id == first
    assert stored(site, Conversation, talk).head_id == second


def test_the_first_question_can_be_changed(site: Served, person: Principal) -> None:
    first = ask(site, person, "Hur lång tid tar ett beslut?")
    changed = ask(site, person, QUESTION, replaces=first)
    assert talk_of(site, person, changed) == talk_of(site, person, first)
    assert shown(site, person, talk_of(site, person, first)) == [changed]


def test_a_run_of_another_conversation_is_no_place_in_this_one(site: Served, person: Principal) -> None:
    here, there = ask(site, person), ask(site, person)
    with pytest.raises(NotFound):
        ask(site, person, conversation=talk_of(site, person, here), after=there)
    with pytest.raises(NotFound):
        site.run(site.rooms.answers.conversation(person, talk_of(site, person, here), there))


def test_what_was_marked_is_stored_and_reaches_the_answer(site: Served, person: Principal) -> None:
    run = ask(site, person, marked_level=Level.SENSITIVE)
    answer = site.run(site.rooms.answers.run(person, run))
    assert (answer.level, answer.marked_level) == ("sensitive", "sensitive")
    assert stored(site, Run, run).marked_level == Level.SENSITIVE


def test_everything_said_can_be_searched_for(site: Served, person: Principal) -> None:
    first = ask(site, person)
    ask(site, person, "Gäller det på söndagar?", replaces=first)
    terms = stored(site, Conversation, talk_of(site, person, first)).terms
    assert terms == f" {terms.strip()} "
    for word in ("beslut", "parkeringstillstånd", "söndagar", "veckor"):
        assert f" {stem(word)} " in terms, word


def test_files_belong_to_the_conversation(site: Served, person: Principal) -> None:
    place = site.rooms.attachments.place
    files, others = (site.run(place(person, Level.OPEN)) for _ in range(2))
    first = ask(site, person, attached=files)
    talk = talk_of(site, person, first)
    ask(site, person, "Och sedan?", conversation=talk, attached=others)
    assert stored(site, Conversation, talk).collection_id == files
    assert site.run(site.rooms.answers.conversation(person, talk)).attached == files


def test_a_temporary_conversation_is_in_no_list(site: Served, person: Principal) -> None:
    run = ask(site, person, temporary=True)
    view = site.run(site.rooms.answers.conversation(person, talk_of(site, person, run)))
    assert view.temporary
    assert site.run(site.rooms.conversations.recent(person)) == []


def test_a_form_sent_twice_makes_one_run(site: Served, person: Principal) -> None:
    async def twice(run: UUID) -> list[UUID]:
        start = site.rooms.answers.start
        return await asyncio.gather(*(start(person, "regelhjalpen", QUESTION, run=run) for _ in range(2)))

    wished = new_id()
    assert site.run(twice(wished)) == [wished, wished]
    assert ask(site, person, run=wished) == wished
    (info,) = site.run(site.rooms.conversations.recent(person))
    assert shown(site, person, info.id) == [wished]


def test_nobody_takes_the_place_of_anothers_run(site: Served, person: Principal) -> None:
    taken = ask(site, person)
    stranger = Principal(Kind.MEMBER, site.a.id, str(new_id()), "Bo Alm", Role.MEMBER)
    with pytest.raises(NotFound):
        ask(site, stranger, run=taken)


def test_an_old_id_with_another_question_loses_nothing(site: Served, person: Principal) -> None:
    wished = ask(site, person, run=new_id())
    other = ask(site, person, "Hur länge gäller ett parkeringstillstånd?", run=wished)
    assert other != wished
    assert site.run(site.rooms.answers.run(person, other)).question.startswith("Hur länge")


def test_what_the_policy_would_say_is_known_before_anything_is_stored(site: Served, person: Principal) -> None:
    foresee = site.rooms.answers.foresee
    assert site.run(foresee(person, "regelhjalpen", "Gäller det 19121212-1212?")).action == "allow"
    secret = site.run(foresee(person, "regelhjalpen", QUESTION, Level.SECRET))
    assert (secret.action, secret.level) == ("allow", Level.SECRET)
    assert site.run(site.rooms.conversations.recent(person)) == []
