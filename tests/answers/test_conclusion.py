"""Is it an answer, and what does the person read: every branch of the last step."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.answers.passages import found

from samverk.answers.checking import StreamChecker
from samverk.answers.conclusion import Outcome, conclude, is_unsure, opening
from samverk.answers.confidence import THRESHOLD, assess
from samverk.answers.prompt import compose
from samverk.assistants.model import AssistantBody, Contact
from samverk.core.levels import Level
from samverk.gateway.rules import Verdict
from samverk.gateway.service import Answering
from samverk.library.cards import EXTRACTIVE, AdoptedCard
from samverk.library.ports import Endpoint
from samverk.library.service import Model

QUESTION = "Inom hur lång tid ska ett beslut fattas?"
SOURCE = found(1, "Ett beslut om parkeringstillstånd ska fattas inom fyra veckor från ansökan.")
TRUE = "Ett beslut om parkeringstillstånd ska fattas inom fyra veckor från ansökan [1]."
FALSE = "Ett beslut om parkeringstillstånd ska inte fattas inom nio veckor från ansökan [1]."
BODY = AssistantBody(name="A", collections=("regler",), contact=Contact(unit="Kontaktcenter"), level=Level.INTERNAL)
ABLE = EXTRACTIVE.model_copy(update={"abilities": frozenset({"abstain"}), "currency": "EUR"})
SURE = replace(assess("", [], [], []), score=THRESHOLD + 0.01)
UNSURE = replace(SURE, score=THRESHOLD - 0.01)


def answering(card: Any = ABLE) -> Answering:
    model = Model(AdoptedCard(id=UUID(int=1), version=1, card=card), (Endpoint("fake", "m"),))
    verdict = Verdict("allow", Level.SENSITIVE, card.slug, ())
    return Answering(UUID(int=2), model, verdict, scanned=False, tokens_in=7, tokens_out=3, cost=12)


def concluded(
    said: str, *, body: AssistantBody = BODY, card: Any = ABLE, confidence: Any = SURE, sources: Any = (SOURCE,)
) -> Outcome:
    """The outcome of an answer; a model is called unless there is nothing to answer from."""
    prompt = compose(body, QUESTION, (), sources, 8192)
    checker = StreamChecker(prompt.numbered, lambda _: None, lambda *_: None, hold=False)
    checker.feed(said)
    checker.end()
    called = answering(card) if sources or not body.collections else None
    return conclude(QUESTION, body, prompt, checker, confidence, called)


def test_a_grounded_answer_is_one() -> None:
    outcome = concluded(TRUE)
    assert (outcome.answered, outcome.why, outcome.text) == (True, None, TRUE)
    assert (outcome.contact, outcome.rejected, outcome.nearest) == (None, None, [])
    assert (outcome.level, outcome.cost, outcome.currency) == ("sensitive", 12, "EUR")
    assert (outcome.tokens_in, outcome.tokens_out) == (7, 3)


def test_without_sources_it_says_so_and_no_model_was_called() -> None:
    outcome = concluded("", sources=())
    assert (outcome.answered, outcome.why, outcome.model) == (False, "nothing_found", None)
    assert outcome.text == "Källorna ger inget säkert svar på din fråga."
    assert (outcome.level, outcome.cost, outcome.currency) == ("internal", 0, "")
    assert outcome.contact
    assert outcome.contact["unit"] == "Kontaktcenter"


@pytest.mark.parametrize("said", ["", "  \n"])
def test_a_model_that_abstains_gives_way_to_what_came_nearest(said: str) -> None:
    outcome = concluded(said)
    assert (outcome.answered, outcome.why, outcome.rejected) == (False, "abstained", None)
    assert outcome.text.startswith(opening("sv").strip())
    assert [near["passage"] for near in outcome.nearest] == [str(SOURCE.id)]
    assert {citation.verdict for citation in outcome.citations} == {"verified"}


@pytest.mark.parametrize("said", [FALSE, "Det går fort.", "Det går fort [7]."])
def test_an_answer_without_ground_is_shown_to_staff_and_replaced_for_citizens(said: str) -> None:
    staff = concluded(said)
    assert (staff.answered, staff.why, staff.text, staff.rejected) == (False, "ungrounded", said, None)
    citizen = concluded(said, body=BODY.model_copy(update={"audience": "citizen"}))
    assert (citizen.answered, citizen.why, citizen.rejected) == (False, "ungrounded", said)
    assert citizen.text.startswith(opening("sv").strip())
    assert {citation.verdict for citation in citizen.citations} == {"verified"}


def test_one_sentence_that_holds_is_enough() -> None:
    outcome = concluded(f"{FALSE} {TRUE}")
    assert outcome.answered
    assert {citation.verdict for citation in outcome.citations} == {"verified", "unverified"}


def test_only_a_model_that_can_abstain_is_trusted_with_little_confidence() -> None:
    assert concluded(TRUE, confidence=UNSURE).answered
    outcome = concluded(opening("sv") + TRUE, card=EXTRACTIVE, confidence=UNSURE)
    assert (outcome.answered, outcome.why) == (False, "unsure")
    assert outcome.text == opening("sv") + TRUE
    assert outcome.nearest
    assert concluded(TRUE, card=EXTRACTIVE, confidence=SURE).answered


def test_an_assistant_without_collections_answers_by_itself() -> None:
    body = AssistantBody(name="A")
    outcome = concluded("Hej!", body=body, sources=(), confidence=UNSURE, card=EXTRACTIVE)
    assert (outcome.answered, outcome.why, outcome.text) == (True, None, "Hej!")
    assert not is_unsure(EXTRACTIVE, body, UNSURE)


def test_it_speaks_the_assistant_s_language() -> None:
    outcome = concluded("", body=BODY.model_copy(update={"language": "en"}))
    assert outcome.text.startswith("The sources give no certain answer to your question. This comes nearest:")


def test_what_came_nearest_names_each_passage_once_in_order() -> None:
    other = found(2, "Parkeringstillstånd gäller i fem år.")
    said = f"Det går fort [2]. {FALSE} Det är lätt [1]. Och [9]."
    outcome = concluded(said, sources=(SOURCE, other))
    assert [near["n"] for near in outcome.nearest] == [2, 1]
