"""From a question to a stored, checked answer, with honest models, lying ones, and ones that break."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.platform import QUESTION, Served, fake_model, served

from samverk.answers.model import RunEvent, Turn
from samverk.answers.prompt import NO_ANSWER
from samverk.answers.tables import Run
from samverk.answers.tables import RunEvent as RunEventRow
from samverk.assistants.model import AssistantBody, Contact
from samverk.core.errors import Invalid, NotFound, TooLarge
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.library.fake import Script, lie
from samverk.library.ports import ChatRequest

CONTACT = Contact(unit="Kontaktcenter", phone="0123-45 67 89")


def truth(request: ChatRequest) -> Script:
    source = max(request.messages[-1].sources, key=lambda source: "fyra veckor" in source.text)
    sentence = source.text.split("\n")[0].rstrip(".")
    return Script((f"{sentence} [{source.n}]. ", "Hör gärna av dig. ", "Se även [42]."))


SCRIPTS: dict[str, Any] = {
    "truth": truth,
    "liar": lie,
    "silent": Script((NO_ANSWER[:4], NO_ANSWER[4:])),
    "empty": Script(("",)),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("answers")) as site:
        site.model.scripts.update(SCRIPTS)
        for model in SCRIPTS:
            site.run(site.rooms.library.adopt(site.a.id, *fake_model(model), "tests"))
            for audience in ("citizen", "staff"):
                body = AssistantBody(
                    name=model, models=(model,), collections=("regler",), audience=audience, contact=CONTACT
                )
                site.run(site.rooms.assistants.save(site.a.id, f"{model}-{audience}", body, system(site.a.id)))
        yield site


@pytest.fixture
def person(site: Served) -> Principal:
    return Principal(Kind.MEMBER, site.a.id, str(new_id()), "Anna Ek", Role.MEMBER)


def events_of(site: Served, person: Principal, run: UUID, after: int = 0) -> list[RunEvent]:
    async def read() -> list[RunEvent]:
        return [event async for event in site.rooms.answers.events(person, run, after)]

    return site.run(asyncio.wait_for(read(), 30))


def said(site: Served, person: Principal, assistant: str, question: str, **put: Any) -> UUID:
    """A question that has been answered; the run's id."""
    run = site.run(site.rooms.answers.start(person, assistant, question, **put))
    events_of(site, person, run)
    return run


def ask(site: Served, person: Principal, assistant: str, question: str = QUESTION) -> Any:
    return site.run(site.rooms.answers.answer(person, assistant, question))


def test_events_tell_the_whole_story_and_can_be_read_again(site: Served, person: Principal) -> None:
    run = site.run(site.rooms.answers.start(person, "regelhjalpen", QUESTION))
    live = events_of(site, person, run)
    assert [event.kind for event in live][:2] == ["started", "searched"]
    assert live[-1].kind == "done"
    assert [event.seq for event in live] == list(range(1, len(live) + 1))
    stored = events_of(site, person, run)
    assert [(e.seq, e.kind, e.body) for e in stored] == [(e.seq, e.kind, e.body) for e in live]
    assert events_of(site, person, run, after=2) == stored[2:]
    assert events_of(site, person, run, after=len(stored)) == []
    assert events_of(site, person, run, after=999) == []


def test_an_answer_is_stored_with_its_citations_and_trace(site: Served, person: Principal) -> None:
    answer = ask(site, person, "regelhjalpen")
    assert answer.answered
    assert "fyra veckor" in answer.text
    assert {citation.verdict for citation in answer.citations} == {"verified"}
    for citation in answer.citations:
        start, end = citation.sentence
        assert f"[{citation.n}]" in answer.text[start:end]
        view = site.run(site.rooms.knowledge.passage(person, citation.passage))
        assert view.text[citation.start : citation.end] == citation.quote
    trace = site.run(site.rooms.answers.trace(person, answer.run))
    assert trace["model"]["slug"] == "extractive"
    assert trace["verdict"]["action"] == "allow"
    assert any(passage["kept"] for passage in trace["passages"])
    assert [check["verdict"] for check in trace["checks"]] == [c.verdict for c in answer.citations]
    assert site.run(site.rooms.gateway._ledger.entries(site.a.id, UUID(trace["record"])))


def test_a_question_that_the_sources_do_not_answer_gets_the_nearest_and_whom_to_ask(
    site: Served, person: Principal
) -> None:
    answer = ask(site, person, "regelhjalpen", "Vem målade taket i domkyrkan i Uppsala?")
    assert not answer.answered
    assert answer.text.startswith("Källorna ger inget säkert svar")
    assert answer.contact is not None
    assert answer.contact["unit"] == "Kontaktcenter"


def test_a_truthful_model_is_believed_and_an_invented_source_is_not(site: Served, person: Principal) -> None:
    answer = ask(site, person, "truth-staff")
    assert answer.answered
    verdicts = {citation.n: citation.verdict for citation in answer.citations}
    assert verdicts.pop(42) == "unverified"
    assert set(verdicts.values()) <= {"verified", "supported"}


@pytest.mark.parametrize("audience", ["citizen", "staff"])
def test_a_lie_is_never_an_answer_and_citizens_do_not_get_to_read_it(
    site: Served, person: Principal, audience: str
) -> None:
    answer = ask(site, person, f"liar-{audience}")
    assert not answer.answered
    trace = site.run(site.rooms.answers.trace(person, answer.run))
    assert trace["why"] == "ungrounded"
    if audience == "citizen":
        assert answer.text.startswith("Källorna ger inget säkert svar")
        assert " inte " in trace["rejected"]
        assert {citation.verdict for citation in answer.citations} <= {"verified"}
    else:
        assert {citation.verdict for citation in answer.citations} == {"unverified"}


@pytest.mark.parametrize("model", ["silent", "empty"])
def test_a_model_that_abstains_gives_way_to_the_nearest_quotes(site: Served, person: Principal, model: str) -> None:
    answer = ask(site, person, f"{model}-staff")
    assert not answer.answered
    assert NO_ANSWER not in answer.text
    assert answer.nearest
    assert {citation.verdict for citation in answer.citations} == {"verified"}


@pytest.mark.parametrize(("assistant", "text"), [("trasig", ""), ("bruten", "Beslutet ")])
def test_a_model_that_fails_ends_the_run_with_a_clear_error(
    site: Served, person: Principal, assistant: str, text: str
) -> None:
    answer = ask(site, person, assistant)
    assert answer.status == "failed"
    assert answer.error["code"] == "model_failed"
    assert "Traceback" not in answer.error["sv"]
    assert answer.text == text


def test_a_policy_that_refuses_ends_the_run_with_its_reason(site: Served, person: Principal) -> None:
    answer = ask(site, person, "hemlig")
    assert answer.error["code"] == "policy_denied"
    assert "sekretess" in answer.error["sv"]


def test_a_run_can_be_stopped_and_keeps_what_was_said(site: Served, person: Principal) -> None:
    async def ask_and_stop() -> UUID:
        run = await site.rooms.answers.start(person, "langsam", QUESTION)
        async for event in site.rooms.answers.events(person, run):
            if event.kind == "text":
                break
        await site.rooms.answers.stop(person, run)
        await site.rooms.answers.stop(person, run)
        return run

    run = site.run(ask_and_stop())
    answer = site.run(site.rooms.answers.run(person, run))
    assert answer.status == "stopped"
    assert answer.text.startswith("ord 0")
    assert events_of(site, person, run)[-1].kind == "stopped"


def test_who_hangs_up_stops_the_run(site: Served, person: Principal) -> None:
    async def hang_up() -> UUID:
        events = site.rooms.answers.ask(person, "langsam", QUESTION)
        run = UUID((await anext(events)).body["run"])
        await events.aclose()
        return run

    answer = site.run(site.rooms.answers.run(person, site.run(hang_up())))
    assert answer.status == "stopped"


def test_a_run_whose_process_died_ends_as_interrupted(site: Served, person: Principal) -> None:
    run = Run(
        org_id=site.a.id, id=new_id(), owner=person.owner, question="?", worker="worker-gone", conversation_id=None
    )

    said = RunEventRow(org_id=site.a.id, run_id=run.id, seq=1, kind="text", body={"text": "Beslutet "})

    async def leave_behind() -> None:
        async with site.rooms.db.write(Scope(site.a.id)) as session:
            session.add(run)
            await session.flush()
            session.add(said)

    site.run(leave_behind())
    _, last = events_of(site, person, run.id)
    assert (last.seq, last.kind, last.body["code"]) == (2, "failed", "interrupted")
    assert events_of(site, person, run.id, after=2) == []
    answer = site.run(site.rooms.answers.run(person, run.id))
    assert (answer.status, answer.text) == ("failed", "Beslutet ")


def test_a_conversation_has_a_title_and_its_questions_are_searched_for_together(
    site: Served, person: Principal
) -> None:
    answers = site.rooms.answers
    first = said(site, person, "regelhjalpen", QUESTION)
    talk = site.run(answers.run(person, first)).conversation
    second = said(site, person, "regelhjalpen", "Hur länge gäller det?", conversation=talk)
    view = site.run(answers.conversation(person, talk))
    assert [turn.run for turn in view.turns] == [first, second]
    assert view.info.title == QUESTION
    (info,) = site.run(site.rooms.conversations.recent(person))
    assert info.id == talk
    trace = site.run(answers.trace(person, second))
    assert trace["query"] == f"{QUESTION} Hur länge gäller det?"


def test_the_model_hears_what_was_said_on_the_way_to_the_question_alone(site: Served, person: Principal) -> None:
    runs, talk = [], None
    for number in (1, 2, 3):
        runs.append(said(site, person, "truth-staff", f"Fråga {number}? {QUESTION}", conversation=talk))
        talk = site.run(site.rooms.answers.run(person, runs[-1])).conversation
    said(site, person, "truth-staff", f"Fråga 2? {QUESTION}", replaces=runs[1])
    heard = [message.text for message in site.model.calls[-1][1].messages if message.role == "user"]
    assert [text[:8] for text in heard[:-1]] == ["Fråga 1?"]


def test_nobody_else_sees_a_run(site: Served, person: Principal) -> None:
    run = ask(site, person, "regelhjalpen").run
    neighbour = replace(person, id=str(new_id()))
    foreigner = replace(person, org_id=site.b.id)
    answers = site.rooms.answers
    for stranger in (neighbour, foreigner):
        for attempt in (
            answers.run(stranger, run),
            answers.trace(stranger, run),
            answers.stop(stranger, run),
            answers.feedback(stranger, run, good=True),
            answers.start(stranger, "regelhjalpen", "?x", replaces=run),
        ):
            with pytest.raises(NotFound):
                site.run(attempt)
        with pytest.raises(NotFound):
            events_of(site, stranger, run)


def test_feedback_is_kept_and_the_latest_stands(site: Served, person: Principal) -> None:
    run = ask(site, person, "regelhjalpen").run
    answers = site.rooms.answers
    site.run(answers.feedback(person, run, good=False, reason="wrong", comment="Fel sida", consent=True))
    site.run(answers.feedback(person, run, good=True))
    with pytest.raises(Invalid):
        site.run(answers.feedback(person, run, good=False, reason="humör"))


@pytest.mark.parametrize("question", ["", "   \n", "\x00"])
def test_an_empty_question_is_refused(site: Served, person: Principal, question: str) -> None:
    with pytest.raises(Invalid):
        ask(site, person, "regelhjalpen", question)


def test_a_question_that_is_too_long_is_refused(site: Served, person: Principal) -> None:
    with pytest.raises(TooLarge, match="20 000"):
        ask(site, person, "regelhjalpen", "a" * 100_000)


@pytest.mark.parametrize(
    "question", ["سؤال؟", "什么时候？", "🙂", "<script>alert(1)</script>", "a\u0007b\u202ec", "' or 1=1 --"]
)
def test_any_question_gets_an_answer_or_an_honest_no(site: Served, person: Principal, question: str) -> None:
    answer = ask(site, person, "regelhjalpen", question)
    assert answer.status == "done"
    assert answer.question == question


def test_history_reaches_the_model_and_an_assistant_of_others_is_not_found(site: Served, person: Principal) -> None:
    async def read(assistant: str) -> list[RunEvent]:
        turns = (Turn("Vad kostar det?", "Det är gratis."),)
        return [
            event
            async for event in site.rooms.answers.ask(person, assistant, "Och parkeringstillstånd?", history=turns)
        ]

    assert site.run(read("truth-staff"))[-1].kind == "done"
    assert "Det är gratis." in [message.text for message in site.model.calls[-1][1].messages]
    with pytest.raises(NotFound):
        site.run(read("sluten"))
