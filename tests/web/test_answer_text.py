"""A growing answer: blocks are drawn once, marks get their verdicts, and a stream that resumes ends where it would have."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from samverk.web.chat.answer_text import AnswerText, finished_text
from samverk.web.chat.citations import Check, check_at, sources_of
from samverk.web.chat.live import LiveAnswer
from samverk.web.texts import texts

SV = texts("sv")
TEXT = "Fristen är tio veckor [1]. Den kan förlängas. [2]\n\n- Avgiften är 20 kr [1][2]\n\nSlut."


def check(text: str, sentence: str, n: int, verdict: str = "verified", ordinal: int = 1) -> Check:
    start = text.index(sentence)
    return Check(ordinal, start, start + len(sentence), n, None, "Riktlinjer", "kap. 3, s. 12", "…", verdict, ())


def test_a_mark_belongs_to_the_sentence_around_it_or_before_it() -> None:
    first, second = check(TEXT, "Fristen är tio veckor [1].", 1), check(TEXT, "Den kan förlängas.", 2)
    checks = [first, second]
    assert check_at(checks, TEXT, TEXT.index("[1]"), 1) is first
    assert check_at(checks, TEXT, TEXT.index("[2]"), 2) is second
    assert check_at(checks, TEXT, TEXT.rindex("[2]"), 2) is None
    assert check_at(checks, TEXT, TEXT.index("[1]"), 2) is None


def test_a_mark_that_nobody_checked_is_not_verified_once_the_answer_is_done() -> None:
    answer = AnswerText("k", SV)
    answer.append(TEXT)
    assert "kontrolleras" in "".join(answer.blocks())
    answer.finish()
    html = "".join(answer.blocks())
    assert html.count("ej verifierad") == 4
    assert "<button" not in html  # nothing to open


def test_a_check_redraws_its_block_and_no_other() -> None:
    answer = AnswerText("k", SV)
    answer.append(TEXT)
    assert [i for i, _ in answer.changed()] == [0, 1, 2]
    answer.check(check(TEXT, "Avgiften är 20 kr [1][2]", 2, "supported"))
    (index, html), *rest = answer.changed()
    assert (index, rest) == (1, [])
    assert 'class="cite supported"' in html
    assert answer.changed() == []


def test_sources_count_their_verdicts_best_first() -> None:
    checks = [check(TEXT, "Fristen", 1, "unverified"), check(TEXT, "Den", 1), check(TEXT, "Avgiften", 2, "supported")]
    assert [(s.n, s.verdicts) for s in sources_of(checks)] == [
        (1, (("verified", 1), ("unverified", 1))),
        (2, (("supported", 1),)),
    ]


def test_an_unknown_verdict_is_no_approval() -> None:
    assert Check.from_body({"n": 1, "verdict": "<b>perfect</b>", "sentence": [0, 1]}, "sv").verdict == "unverified"


def events(text: str, cuts: list[int]) -> list[tuple[str, dict[str, Any]]]:
    edges = sorted({0, len(text), *(cut % len(text) for cut in cuts)})
    pieces = [("text", {"text": text[a:b]}) for a, b in itertools.pairwise(edges)]
    start = text.index("Fristen")
    body = {"ordinal": 1, "sentence": [start, start + 26], "n": 1, "verdict": "verified", "quote": "q", "document": "d"}
    searched = {"collections": 1, "found": 2, "kept": 2, "left_out": []}
    return [("started", {}), ("searched", searched), *pieces, ("checked", body), ("done", {})]


@given(st.lists(st.integers(0, 500), max_size=12), st.integers(0, 20))
def test_a_reader_who_resumes_ends_with_the_same_page(cuts: list[int], seen: int) -> None:
    course = events(TEXT, cuts)
    seen = min(seen, len(course))

    def read(page: dict[int, str], after: int) -> dict[int, str]:
        live = LiveAnswer("r", SV, "")
        for number, (kind, body) in enumerate(course, 1):
            if number == after + 1:
                live.frames()  # what the reader has already
            live.fold(kind, body)
            if number > after:
                page.update({b["i"]: b["html"] for name, b in live.frames() if name == "block"})
        return page

    whole = read({}, 0)
    broken: dict[int, str] = {}
    live = LiveAnswer("r", SV, "")
    for kind, body in course[:seen]:
        live.fold(kind, body)
        broken.update({b["i"]: b["html"] for name, b in live.frames() if name == "block"})
    assert read(broken, seen) == whole


def test_a_stored_answer_is_drawn_as_the_stream_drew_it() -> None:
    checks = [check(TEXT, "Fristen är tio veckor [1].", 1)]
    answer = AnswerText("k", SV)
    for character in TEXT:
        answer.append(character)
    answer.check(checks[0])
    answer.finish()
    assert answer.blocks() == finished_text("k", SV, TEXT, checks).blocks()
