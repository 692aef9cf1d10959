"""Which sentences cite what, in a text that is whole and in one that grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk.answers.citations import check
from samverk.answers.cited import cited_sentences

ANSWER = """## Så gör du

Ansökan ska göras skriftligt [1]. Du får besked inom 14 dagar.[2][3] Det kostar t.ex. inget. [2]

- Ring kommunen [4]
- Skicka in blanketten 3 b [1].

| Vad | Pris |
|---|---|
| Kopia | 50 kr [2] |

Se [1](https://exempel.example) för mer."""


def found(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(cited.words, cited.numbers) for cited in cited_sentences(text, complete=True)]


def test_a_mark_belongs_to_the_sentence_that_it_stands_in_or_follows() -> None:
    assert found(ANSWER) == [
        ("Ansökan ska göras skriftligt.", (1,)),
        ("Du får besked inom 14 dagar.", (2, 3)),
        ("Det kostar t.ex. inget.", (2,)),
        ("Ring kommunen", (4,)),
        ("Skicka in blanketten 3 b.", (1,)),
        ("Kopia | 50 kr", (2,)),
    ]


@pytest.mark.parametrize(
    "text", ["", "   ", "Inga källor här.", "[1](https://exempel.example)", "[a] [123]", "[]", "Se [bilaga 1]."]
)
def test_what_is_no_mark_cites_nothing(text: str) -> None:
    assert found(text) == []


def test_ranges_hold_the_sentence_with_its_marks() -> None:
    text = "Först detta. Sedan det [7]."
    (cited,) = cited_sentences(text, complete=True)
    assert text[cited.start : cited.end] == "Sedan det [7]."


def test_a_row_of_a_table_is_one_sentence_whatever_stands_in_its_cells() -> None:
    text = "| Nr | Vem |\n| --- | --- |\n| 2. Elskuld. Högst 3 000 kr. | SS. Däröver EC [1] |  |\nMer [2]."
    assert found(text) == [("2. Elskuld. Högst 3 000 kr. | SS. Däröver EC", (1,)), ("Mer.", (2,))]


def test_the_mark_of_a_footnote_hides_no_end_of_a_sentence() -> None:
    text = "Högst 4 000 kronor godtas.² [2] Den som flyttar betalar själv. [5]"
    assert found(text) == [("Högst 4 000 kronor godtas.²", (2,)), ("Den som flyttar betalar själv.", (5,))]


def test_a_quoted_row_is_verified_against_the_passages_row_alone() -> None:
    passage = (
        "Ärende | Delegat | Anmärkning\nElskuld, högst 3 000 kr | SS | däröver EC\nHyresskuld | AU |\n"
        "Hushållsel, småhus | högst 1 250 kr i månaden | värme prövas för sig\nHemförsäkring | | ja"
    )
    verdicts = {
        "| Hushållsel, småhus | högst 1 250 kr i månaden | värme prövas för sig [1] |": "verified",
        "| Hemförsäkring |  | ja [1] |": "verified",
        "| Elskuld, högst 3 000 kr | SS | däröver EC [1] |": "verified",
        "| Hyresskuld | AU [1] |  |": "verified",
        "| Elskuld, högst 4 000 kr | SS | däröver EC [1] |": "unverified",
        "| Elskuld, högst 3 000 kr | AU | däröver EC [1] |": "unverified",
    }
    for row, verdict in verdicts.items():
        (cited,) = cited_sentences(row, complete=True)
        assert check(cited.words, passage).verdict.value == verdict, row


@given(st.integers(0, len(ANSWER)))
def test_what_is_found_in_a_growing_text_stays_when_it_is_whole(cut: int) -> None:
    early = cited_sentences(ANSWER[:cut], complete=False)
    assert early == cited_sentences(ANSWER, complete=True)[: len(early)]


@given(st.text(alphabet="aå .[]12(\n-|", max_size=80))
def test_any_text_has_ordered_ranges_within_it(text: str) -> None:
    at = 0
    for cited in cited_sentences(text, complete=True):
        assert at <= cited.start < cited.end <= len(text)
        assert cited.numbers
        at = cited.start
