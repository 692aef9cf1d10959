"""What is published tells what it means to tell, and never the value."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.written import spanned

from samverk.masking.ports import Span
from samverk.masking.publishing import HOWS, How, publish

TODAY = date(2026, 5, 4)


def published(text: str, value: str, label: str, how: How = "generalise", language: str = "sv") -> str:
    at = text.index(value)
    return publish(text, [Span(at, at + len(value), label)], how, language=language, today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "label", "expected"),
    [
        ("19121212-1212", "PERSONNUMMER", "[person född på 1910-talet]"),
        ("121212+1212", "PERSONNUMMER", "[person född på 1910-talet]"),
        ("121212-1212", "PERSONNUMMER", "[person född på 2010-talet]"),
        ("2012121212", "PERSONNUMMER", "[person född på 2020-talet]"),
        ("191212121212", "PERSONNUMMER", "[person född på 1910-talet]"),
        ("12 12 12 12 12", "PERSONNUMMER", "[person född på 2010-talet]"),
        ("000101-T220", "PERSONNUMMER", "[person född på 2000-talet]"),
        ("okänt", "PERSONNUMMER", "[personnummer]"),
        ("1980-01-31", "DOB", "[1980-talet]"),
        ("19800131", "DOB", "[1980-talet]"),
        ("800131-XXXX", "DOB", "[1980-talet]"),
        ("80-01-31", "DOB", "[1980-talet]"),
        ("31/1 80", "DOB", "[1980-talet]"),
        ("31 januari 1980", "DOB", "[1980-talet]"),
        ("411 27 Göteborg", "POSTORT", "[Göteborg]"),
        ("SE-411 27 GÖTEBORG", "POSTORT", "[Göteborg]"),
        ("Storgatan 1, 411 27 Göteborg", "ADDRESS", "[Göteborg]"),
        ("Storgatan 1", "ADDRESS", "[adress]"),
        ("070-174 06 05", "PHONE", "[telefonnummer]"),
        ("Anna Ek", "PERSON", "[namn]"),
        ("K-17", "KUND_NR", "[uppgift]"),
    ],
)
def test_generalised(value: str, label: str, expected: str) -> None:
    assert published(f"Det gäller {value}.", value, label) == f"Det gäller {expected}."


def test_in_english_too() -> None:
    assert published("It is 19121212-1212.", "19121212-1212", "PERSONNUMMER", language="en") == (
        "It is [person born in the 1910s]."
    )


def test_black_tells_nothing_of_the_length() -> None:
    assert published("Hej Anna!", "Anna", "PERSON", "black") == published("Hej Bo!", "Bo", "PERSON", "black")


def test_persons_keep_their_letters_through_the_text() -> None:
    text = "Anna Ek ringde Bo Berg. Annas ansökan avslogs."
    spans = [Span(0, 7, "PERSON"), Span(15, 22, "PERSON"), Span(24, 29, "PERSON")]
    assert publish(text, spans, "replace") == "[person A] ringde [person B]. [person A]s ansökan avslogs."


def test_letters_go_on_after_z() -> None:
    names = [f"{first}{second}xa" for first in "BCD" for second in "abcdefghij"]
    text = " ".join(names)
    spans = [Span(at * 5, at * 5 + 4, "PERSON") for at in range(len(names))]
    last = publish(text, spans, "replace").split("] ")
    assert last[25:28] == ["[person Z", "[person AA", "[person AB"]


@given(spanned(), st.sampled_from(HOWS))
def test_what_stands_outside_stays_and_nothing_within_does(given: tuple[str, list[Span]], how: How) -> None:
    text, spans = given
    hidden = "".join("\0" if any(span.start <= at < span.end for span in spans) else c for at, c in enumerate(text))
    found = publish(text, spans, how, today=TODAY)
    if how == "black":
        left, outside = (re.sub("[█\0s]", "", one) for one in (found, hidden))  # a genitive s may be in or out
        assert left == outside
    for word in ("Anna", "0701740605", "Lars"):
        if word in found:
            assert word in hidden
