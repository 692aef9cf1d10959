"""The terms of texts and questions: what they hold, and that they are bounded."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.core import swedish
from samverk.knowledge import terms


def test_title_and_text_are_one_field_and_stop_words_are_left_out() -> None:
    found = terms.of_text("Riktlinje", "Det är avgiften.")
    assert set(found.kinds["stem"].split()) == {"riktlinj", "avgift"}
    assert "avgif" in found.kinds["gram"].split()
    assert found.length == 2


def test_a_term_of_a_question_is_told_once_with_its_weight() -> None:
    asked = {(t.kind, t.text): t.weight for t in terms.of_query("Bistånd, bistånd och hyra")}
    assert asked["stem", "bistånd"] == 2 * terms.WEIGHTS["stem"]
    assert asked["stem", "hyr"] == terms.WEIGHTS["stem"]
    assert abs(asked["gram", "istån"] - 2 * terms.WEIGHTS["gram"]) < 1e-9


def test_the_rarest_terms_are_searched_and_missing_ones_are_not() -> None:
    asked = [terms.Term("stem", f"t{n}", 1.0) for n in range(1000)]
    found = terms.weigh(asked, lambda t: int(t.text[1:]), 1000)
    assert [t.text for t in found] == [f"t{n}" for n in range(1, terms.MOST_TERMS + 1)]


@given(st.text(max_size=300))
def test_terms_hold_no_spaces_and_questions_are_bounded(text: str) -> None:
    for kind, found in terms.of_text(text, text).kinds.items():
        assert " ".join(found.split()) == found, kind
    assert len(terms.of_query(text * 100)) <= terms.MOST_WORDS * (1 + terms.LONGEST_WORD)


def test_a_question_leads_to_words_of_administration_that_weigh_less() -> None:
    asked = {(term.kind, term.text): term for term in terms.of_query("bossen")}
    led = asked["stem", swedish.stem("chef")]
    assert led.instead_of == swedish.stem("bossen")
    assert 0 < led.weight < asked["stem", swedish.stem("bossen")].weight


def test_what_the_passages_say_themselves_needs_no_other_word() -> None:
    asked = terms.of_query("bossen")
    boss, chef = swedish.stem("bossen"), swedish.stem("chef")

    def led(passages_with_boss: int) -> float:
        counts = {boss: passages_with_boss, chef: 10}
        weighed = terms.weigh(asked, lambda term: counts.get(term.text, 0) if term.kind == "stem" else 0, 100)
        return next(term.weight for term in weighed if term.text == chef)

    assert led(0) > 2 * led(5) > 0
