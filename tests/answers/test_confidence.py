"""Confidence: high when the passages answer, low when they do not, and never an exception."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from benchmarks.answering import area, load
from hypothesis import given
from hypothesis import strategies as st
from tests.timing import within

from samverk.answers.confidence import COEFFICIENTS, SIGNALS, THRESHOLD, assess, probability

BENEFIT = (
    "Ansökan\nAnsökan om ekonomiskt bistånd görs skriftligt varje månad. "
    "Beslut fattas inom tio arbetsdagar av socialsekreteraren."
)
LEAVE = "Semester\nSemester söks i mars. Chefen beslutar om semester senast i april."
WASTE = "Sopor\nMatavfall hämtas varannan vecka. Kärlet ska stå vid vägen före klockan sex."
PASSAGES = (BENEFIT, LEAVE, WASTE)


def score(question: str, passages: Sequence[str] = PASSAGES, scores: Sequence[float] = ()) -> float:
    return assess(question, passages, scores=scores).score


def test_a_question_that_is_answered_stands_above_the_threshold() -> None:
    assert score("Inom hur många arbetsdagar fattas beslut om ekonomiskt bistånd?") >= THRESHOLD
    assert assess("När söks semester?", (LEAVE, BENEFIT, WASTE)).answers


def test_a_question_about_something_else_stands_below_it() -> None:
    assert score("Vad kostar bygglov för en altan i Granby?") < THRESHOLD
    assert not assess("Vilka tider har simhallen öppet?", PASSAGES).answers


def test_it_matters_whether_the_passage_is_there() -> None:
    question = "Vem beslutar om ekonomiskt bistånd?"
    assert score(question) > score(question, (LEAVE, WASTE)) + 0.1


def test_a_part_does_not_stand_for_the_compound() -> None:
    assert score("Hur söks biståndsersättning?", (BENEFIT,)) < score("Hur söks bistånd?", (BENEFIT,))


def test_a_first_hit_that_stands_out_raises_it() -> None:
    question = "När söks semester?"
    assert score(question, scores=(20, 4, 3)) > score(question, scores=(20, 19, 18))


def test_it_says_what_is_missing_and_what_each_signal_adds() -> None:
    found = assess("Hur mycket är barnbidraget?", PASSAGES)
    assert "barnbidraget" in found.missing
    assert set(found.reasons) == set(SIGNALS) == set(COEFFICIENTS)
    assert found.signals is not None
    assert found.score == probability(found.signals)


@pytest.mark.parametrize("passages", [(), ("",), ("\n\n",)])
def test_nothing_to_answer_from_is_no_confidence(passages: tuple[str, ...]) -> None:
    assert score("Hur söks bistånd?", passages) == 0.0


@pytest.mark.parametrize("question", ["", " ", "?", "och att", "\x00"])
def test_nothing_asked_is_no_confidence(question: str) -> None:
    assert score(question) == 0.0


@pytest.mark.parametrize(
    "question", ["bistånd " * 12_500, "x" * 100_000, " ".join(f"ord{i}" for i in range(15_000)), "Ab " * 30_000]
)
def test_long_questions_end_in_bounded_time(question: str) -> None:
    with within(10):
        assert 0.0 <= score(question) <= 1.0


@given(
    st.text(max_size=120),
    st.lists(st.text(max_size=200), max_size=4),
    st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), max_size=5),
)
def test_it_is_always_a_probability(question: str, passages: list[str], scores: list[float]) -> None:
    assert 0.0 <= assess(question, passages, ["Titel"], scores).score <= 1.0


@pytest.mark.data
def test_it_tells_whole_from_removed_on_real_questions(data_dir: Path) -> None:
    cases = load(data_dir / "retrieval" / "swequad", every=25)
    whole = [assess(case.question, *case.columns(case.found)).score for case in cases]
    bereft = [assess(case.question, *case.columns(case.bereft)).score for case in cases]
    assert area(whole, bereft) > 0.8
