"""Likeness of words: what a phrase of the question leads to stands for its words, and a related word for less than the same."""

from samverk.library import matching


def covered(question: str, text: str) -> float:
    asked = matching.analyse(question, lambda stem: 1.0)
    return asked.covered(matching.matches(asked, matching.content(text)))


def test_everyday_words_are_covered_by_those_of_administration() -> None:
    assert covered("Bossen", "Närmaste chef beslutar.") > 0.5
    assert covered("Bossen", "Sopor hämtas på måndagar.") == 0


def test_a_related_word_counts_for_less_than_the_same() -> None:
    assert covered("chef", "chef") == 1 > covered("bossen", "chef")


def test_a_phrase_is_covered_by_what_it_leads_to() -> None:
    text = "Medarbetarens uppsägning är skriftlig."
    assert covered("Säger jag upp mig?", text) > 0.5
    assert covered("Säger jag hej?", text) < 0.5
