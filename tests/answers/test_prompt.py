"""What a model is asked: the rules, what was said before, the sources that fit, the question; and what was left out."""

import pytest
from tests.answers.passages import found

from samverk.answers.model import Turn
from samverk.answers.prompt import (
    CHARACTERS_A_TOKEN,
    MOST_SOURCES,
    NO_ANSWER,
    SHARE_FOR_SOURCES,
    TURNS_REMEMBERED,
    compose,
    search_query,
)
from samverk.assistants.model import AssistantBody

BODY = AssistantBody(name="A", collections=("regler",), instructions="Var kort.", tone="Vänlig.")
QUESTION = "Hur lång tid tar det?"


def test_sources_are_numbered_in_order_and_named_with_their_place() -> None:
    prompt = compose(BODY, QUESTION, (), [found(1, "Ett."), found(2, "Två.", heading=(), label=None)], 8192)
    asked = prompt.request.messages[-1]
    assert [(s.n, s.title, s.text) for s in asked.sources] == [
        (1, "Dokument 1, kap. 3, s. 12", "Ett."),
        (2, "Dokument 2", "Två."),
    ]
    assert asked.parts[-1].text == QUESTION
    assert {n: passage.text for n, passage in prompt.numbered.items()} == {1: "Ett.", 2: "Två."}
    assert prompt.left_out == ()


@pytest.mark.parametrize(
    ("tokens", "kept", "why"), [(100, 2, "no_room"), (500, 6, "no_room"), (4096, MOST_SOURCES, "too_many")]
)
def test_sources_fit_the_window_and_the_rest_is_left_out_with_its_reason(tokens: int, kept: int, why: str) -> None:
    passages = [found(n, "ord " * (10 * n)) for n in range(1, 30)]
    prompt = compose(BODY, QUESTION, (), passages, tokens)
    used = sum(len(passage.text) for passage in prompt.numbered.values())
    assert used <= tokens * SHARE_FOR_SOURCES * CHARACTERS_A_TOKEN
    assert list(prompt.numbered) == list(range(1, kept + 1))
    assert prompt.left_out == tuple((passage, why) for passage in passages[kept:])


def test_a_passage_that_does_not_fit_makes_way_for_a_shorter_one() -> None:
    prompt = compose(BODY, QUESTION, (), [found(1, "x" * 10_000), found(2, "kort")], 1000)
    assert [passage.text for passage in prompt.numbered.values()] == ["kort"]
    assert [why for _, why in prompt.left_out] == ["no_room"]


def test_no_more_sources_than_a_model_can_keep_apart() -> None:
    prompt = compose(BODY, QUESTION, (), [found(n, "kort") for n in range(1, MOST_SOURCES + 3)], 100_000)
    assert [why for _, why in prompt.left_out] == ["too_many"] * 2


def test_only_the_latest_turns_are_remembered() -> None:
    history = [Turn(f"fråga {n}", f"svar {n}") for n in range(TURNS_REMEMBERED + 2)]
    messages = compose(BODY, QUESTION, history, [], 8192).request.messages
    assert [m.role for m in messages] == ["system", *["user", "assistant"] * TURNS_REMEMBERED, "user"]
    assert messages[1].text == "fråga 2"
    assert messages[-2].text == f"svar {TURNS_REMEMBERED + 1}"


@pytest.mark.parametrize(("language", "word"), [("sv", "hakparentes"), ("en", "square brackets")])
def test_the_rules_come_first_in_the_assistant_s_language(language: str, word: str) -> None:
    body = BODY.model_copy(update={"language": language})
    system = compose(body, QUESTION, (), [], 8192).request.messages[0].text
    assert word in system
    assert NO_ANSWER in system
    assert system.endswith("Var kort.\n\nVänlig.")


def test_an_assistant_without_collections_has_its_own_instructions_alone() -> None:
    body = AssistantBody(name="A", instructions="Skriv om texten.")
    assert compose(body, QUESTION, (), [], 8192).request.messages[0].text == "Skriv om texten."


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("Och sommartid?", "När är badhuset öppet? Och sommartid?"),
        ("Vilka handlingar behövs för ansökan om bygglov?", "Vilka handlingar behövs för ansökan om bygglov?"),
    ],
)
def test_a_question_too_short_to_stand_alone_takes_the_one_before_along(question: str, query: str) -> None:
    assert search_query(question, [Turn("När är badhuset öppet?", "Alltid.")]) == query
    assert search_query(question, ()) == question
