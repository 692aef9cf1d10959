"""A streamed answer is checked and released alike, however it is cut into pieces."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.answers.passages import found

from samverk.answers.checking import StreamChecker
from samverk.answers.model import Citation

NUMBERED = {
    1: found(1, "Ansökan ska göras skriftligt hos trafikenheten."),
    2: found(2, "Ett beslut ska fattas inom fyra veckor. Det gäller i högst fem år."),
}
ANSWER = """Ansökan ska göras skriftligt hos trafikenheten. [1] Beslutet kommer snart.

- Ett beslut ska fattas inom fyra veckor [2].
- Ett beslut ska fattas inom sex veckor [2][1]. Det gäller t.ex. i högst fem år. [2]
- Se även [7], eller [bilaga 1].

| Vad | Hur länge |
|---|---|
| Tillstånd | högst fem år [2] |

Hör av dig! [länk](https://exempel.example) [1]"""


@dataclass
class Heard:
    """What a reader got, in order: text as it came, and each check with how much text had come before it."""

    text: str = ""
    checks: list[tuple[int, Citation]] = field(default_factory=list)
    released_when_checked: list[int] = field(default_factory=list)

    def on_check(self, ordinal: int, citation: Citation) -> None:
        self.checks.append((ordinal, citation))
        self.released_when_checked.append(len(self.text))

    def on_text(self, text: str) -> None:
        assert text
        self.text += text


def stream(pieces: list[str], *, hold: bool) -> tuple[Heard, StreamChecker]:
    heard = Heard()
    checker = StreamChecker(NUMBERED, heard.on_text, heard.on_check, hold=hold)
    for piece in pieces:
        checker.feed(piece)
    checker.end()
    return heard, checker


def cut(text: str, places: list[int]) -> list[str]:
    edges = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


PLACES = st.lists(st.integers(0, len(ANSWER)), max_size=30)
MARKDOWN = st.text(alphabet="Ta .!\n-|[]12(", max_size=60)


@pytest.mark.parametrize("hold", [True, False])
@given(places=PLACES)
def test_cuts_change_neither_the_text_nor_its_citations(hold: bool, places: list[int]) -> None:
    whole, _ = stream([ANSWER], hold=False)
    heard, checker = stream(cut(ANSWER, places), hold=hold)
    assert heard.text == checker.text == ANSWER
    assert heard.checks == whole.checks
    assert [ordinal for ordinal, _ in heard.checks] == list(range(1, len(heard.checks) + 1))


def test_letter_by_letter_is_no_different() -> None:
    assert stream(list(ANSWER), hold=True)[0].checks == stream([ANSWER], hold=False)[0].checks


@given(text=MARKDOWN, places=st.lists(st.integers(0, 60), max_size=8), hold=st.booleans())
def test_any_text_is_told_whole_and_cited_alike(text: str, places: list[int], hold: bool) -> None:
    heard, _ = stream(cut(text, places), hold=hold)
    assert heard.text == text
    assert [c for _, c in heard.checks] == [c for _, c in stream([text], hold=False)[0].checks]


@given(text=st.just(ANSWER) | MARKDOWN, places=PLACES)
@example(text="Först. Sedan gäller det t.ex. fem år. [2]", places=[39, 40])
def test_what_is_held_back_is_never_told_before_it_is_checked(text: str, places: list[int]) -> None:
    heard = Heard()
    checker = StreamChecker(NUMBERED, heard.on_text, heard.on_check, hold=True)
    sentences = {citation.sentence for _, citation in stream([text], hold=False)[0].checks}
    for piece in cut(text, places):
        checker.feed(piece)
        for start, _ in sentences - {citation.sentence for _, citation in heard.checks}:
            assert not heard.text[start:].strip()
    checker.end()


def test_verdicts_follow_the_sources_and_an_unknown_source_is_said() -> None:
    _, checker = stream([ANSWER], hold=False)
    verdicts = [(citation.n, citation.verdict) for citation in checker.citations]
    assert verdicts[:2] == [(1, "verified"), (2, "verified")]
    assert (2, "unverified") in verdicts, "six weeks is not what the source says"
    unknown = next(citation for citation in checker.citations if citation.n == 7)
    assert (unknown.passage, unknown.quote, unknown.verdict) == (None, "", "unverified")
    assert unknown.reasons[0]["code"] == "unknown_source"
    for citation in checker.citations:
        start, end = citation.sentence
        assert f"[{citation.n}]" in ANSWER[start:end]
        if citation.passage:
            assert NUMBERED[citation.n].text[citation.start : citation.end] == citation.quote
            assert citation.page == "12"


def test_without_hold_text_comes_at_once() -> None:
    heard = Heard()
    checker = StreamChecker(NUMBERED, heard.on_text, heard.on_check, hold=False)
    checker.feed("Ansök")
    assert heard.text == "Ansök"


def test_with_hold_a_sentence_comes_when_the_next_has_begun() -> None:
    heard = Heard()
    checker = StreamChecker(NUMBERED, heard.on_text, heard.on_check, hold=True)
    checker.feed("Ansök i tid. ")
    assert heard.text == ""
    checker.feed("Sedan väntar du")
    assert heard.text.strip() == "Ansök i tid."
    checker.end()
    assert heard.text == "Ansök i tid. Sedan väntar du"
