"""Patterns of an organisation: they find what they say in characters, and what cannot be used is refused with the reason."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st
from tests.timing import grows_with_length

from samverk.masking.patterns import LONGEST_MATCH, BadPattern, Pattern


def found(pattern: str, text: str) -> list[str]:
    return [text[span.start : span.end] for span in Pattern("KORT", pattern).find(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "values"),
    [
        (r"EK-\d{4}", "Kort EK-1234 och EK-98765.", ["EK-1234", "EK-9876"]),
        (r"\bEK-\d{4}\b", "Kort EK-1234 och EK-98765.", ["EK-1234"]),
        (r"EK-\d{4}", "Å🙂ä EK-1234 ö\u0308 👩‍👩‍👧 EK-5678", ["EK-1234", "EK-5678"]),
        (r"(?i)elevkort \d+", "ELEVKORT 12, elevkort 7", ["ELEVKORT 12", "elevkort 7"]),
        (r"Å\d+", "Å1 å2 Å3", ["Å1", "Å3"]),
        (r"ärende [åäö]+\d", "ärende åäö5", ["ärende åäö5"]),
        (r"[🙂-🙄]x", "a🙂x", ["🙂x"]),
        (r"\d+$", "slut 12", ["12"]),
        (r"(?m)^N\d+$", "N1\nN2 x\nN3", ["N1", "N3"]),
        (r"x|\b", "a x b", ["x"]),
    ],
)
def test_it_finds_what_it_says(pattern: str, text: str, values: list[str]) -> None:
    assert found(pattern, text) == values


def test_half_a_character_does_not_shift_what_follows() -> None:
    text = "\ud83d EK-1 \ude00 EK-2"
    assert found(r"EK-\d", text) == ["EK-1", "EK-2"]


@given(st.text(max_size=80), st.sampled_from([r"\d+", "[a-f]{2}", "å", ".", r"\C", "[^a]b?", "(?s).."]))
def test_spans_are_in_order_and_within_the_text(text: str, pattern: str) -> None:
    at = 0
    for span in Pattern("X", pattern).find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@given(st.text(alphabet="aå🙂1 \n", max_size=60))
def test_it_agrees_with_a_plain_search(text: str) -> None:
    plain = [match.span() for match in re2.finditer("å+1|🙂a", text)]
    assert [(span.start, span.end) for span in Pattern("X", "å+1|🙂a").find(text)] == plain


REFUSED = [
    ("(", "parentes avslutas inte"),
    (")", "slutparentes för mycket"),
    ("[a", "hakparentes"),
    ("(?=a)", "framåt eller bakåt"),
    ("(?<!a)b", "framåt eller bakåt"),
    (r"(a)\1", r"\1 betyder ingenting"),
    ("*a", "inget före *"),
    ("a**", "upprepar en upprepning"),
    ("a{1001}", "{1001} är inte ett antal"),
    ("a{2,1}", "{2,1} är inte ett antal"),
    ("(a{500}){500}", "inte ett antal"),
    ("[b-a]", "b-a är ingen giltig grupp"),
    ("(?P<x", "inget giltigt namn"),
    ("a\\", "omvänt snedstreck"),
    (r"\pL{500}", "för stort"),
    ("(abcdefghij){300}", "för stort"),
    ("", "tomt"),
    ("  ", "tomt"),
    ("a" * 501, "längre än 500"),
    ("\ud800", "ogiltigt tecken"),
    ("a*", "tom text"),
    ("(x|)", "tom text"),
    ("^$", "tom text"),
]


@pytest.mark.parametrize(("pattern", "why"), REFUSED)
def test_what_cannot_be_used_says_why_in_both_languages(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern) as caught:
        Pattern("KORT", pattern)
    assert why in caught.value.message("sv")
    assert caught.value.message("en").startswith("The pattern cannot be used: ")
    assert "it cannot be read" not in caught.value.message("en")


@pytest.mark.parametrize("label", ["", "kort", "1A", "A-B", "Å", "A" * 31, "A]"])
def test_a_label_is_capitals_digits_and_underscores(label: str) -> None:
    with pytest.raises(BadPattern, match="label"):
        Pattern(label, "x")
    assert Pattern("ELEV_KORT2", "x").label == "ELEV_KORT2"


def test_the_example_must_hold_one() -> None:
    assert Pattern("KORT", r"EK-\d{4}", "Mitt kort är EK-1234.")
    with pytest.raises(BadPattern, match="example"):
        Pattern("KORT", r"EK-\d{4}", "Mitt kort är EK-12.")


def test_a_finding_has_a_longest_length() -> None:
    spans = Pattern("X", "a+").find("a" * 2_500)
    assert [span.end - span.start for span in spans] == [LONGEST_MATCH, LONGEST_MATCH, 500]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a(.*b)?", "a"),
        ("(a+)+b", "a"),
        ("(x+x+)+y", "x"),
        ("[ab]*a[ab]{20}c", "ab"),
        (".+", "å"),
        (r"\d+", "1"),
        ("b", "["),
    ],
)
def test_time_grows_with_the_text_alone(pattern: str, text: str) -> None:
    grows_with_length(Pattern("X", pattern).find, text * 20_000, text * 80_000, times=12)
