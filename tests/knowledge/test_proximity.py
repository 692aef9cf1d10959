"""Near words: which pairs of a question stand together in a passage."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.core import swedish
from samverk.knowledge import proximity, terms


def shared(question: str, text: str) -> int:
    near = proximity.Proximity(swedish.tokens(question), 1.0)
    return near.found_in(terms.of_text("", text).order)


def test_either_order_and_other_forms_make_the_same_pair() -> None:
    assert shared("Söker du bistånd?", "Om du söker biståndet") == shared("Söker du bistånd?", "Söker du bistånd?") == 3


def test_two_stop_words_make_no_pair() -> None:
    assert shared("Kan du vara här?", "Kan du vara här?") == 0


def test_words_far_from_each_other_make_no_pair() -> None:
    far = "Avgift " + "annat " * proximity.NEAR + "bygglov"
    assert shared("avgift bygglov", far) == 0
    assert shared("avgift bygglov", "Avgift för ett bygglov") == 1


def test_a_pair_counts_once_and_in_the_best_place_only() -> None:
    one, two = "Avgift för bygglov.", "Ansökan om parkering."
    between = " annat" * proximity.STRETCH
    question = f"{one} {between} {two}"
    assert shared(question, one + one) == shared(question, one)
    apart = shared(question, one + " vatten" * proximity.STRETCH + " " + two)
    together = shared(question, f"{one} {two}")
    assert apart == max(shared(question, one), shared(question, two)) < together


def test_nothing_stands_near_in_nothing() -> None:
    assert shared("", "Avgift för bygglov") == shared("avgift bygglov", "") == shared("avgift", "avgift avgift") == 0
    assert proximity.Proximity(["avgift", "bygglov"], 1.0).gain(b"") == 0


def test_what_an_index_keeps_of_a_passage_is_bounded() -> None:
    assert len(terms.of_text("", "ord " * 100_000).order) == 2 * proximity.MOST_WORDS


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_signs_that_can_be_read(question: str, text: str) -> None:
    signs = "".join(proximity.sign(word) for word in swedish.tokens(text))
    assert proximity.in_order(signs).decode("utf-16-le") == signs
    assert shared(question, text) >= 0
