"""Organisation numbers are found with and without hyphen, 16 and VAT form; what only looks like one is not."""

import json
from pathlib import Path

import pytest

from samverk.masking.recognisers.orgnr import RECOGNISER

NUMBER = "802005-1952"  # a pension fund's, of the public list


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in RECOGNISER.find(text) if span.score >= 0.5]


@pytest.mark.data
@pytest.mark.parametrize(
    "form", ["{0}-{1}", "{0}{1}", "16{0}-{1}", "16{0}{1}", "{0} {1}", "{0}\u2013{1}", "SE{0}{1}01", "SE {0}-{1} 01"]
)
def test_every_listed_number_is_found_in_every_form(data_dir: Path, form: str) -> None:
    rows = json.loads((data_dir / "masking/lists/orgnumber.json").read_text(encoding="utf-8"))
    for row in rows:
        written = form.format(row["short_format"][:6], row["short_format"][6:])
        assert found(f"Bolaget, org.nr {written}, har sökt tillstånd.") == [written]


@pytest.mark.parametrize(
    "text",
    [
        "Org.nr: {}",
        "orgnr {}",
        "Företagets organisationsnummer är {}.",
        "corporate identity number {}",
        "| Org nr | {} |",
    ],
)
@pytest.mark.parametrize("number", [NUMBER, "802005-1953", "8020051952"])
def test_words_say_what_it_is_even_of_a_wrong_one(text: str, number: str) -> None:
    assert found(text.format(number)) == [number]


def test_a_right_number_with_a_hyphen_needs_no_word() -> None:
    assert found(f"Fonden ({NUMBER}) är part.") == [NUMBER]
    assert found("Köparens SE802005195201.") == ["SE802005195201"]


@pytest.mark.parametrize(
    "text",
    [
        "Fonden 802005-1953", "Lådan 8020051953", "OCR 8020051952", "Faktura 802005-1952", "ordernr 802005-1952",
        "dnr 802005-1952", "1802005-1952", "802005-1952-1", "SE802005195202", "SE802005195301", "org.nr 121212-1212",
        "organisationsnummer 121212-1212", "tel 0802005195", "802 005 195 2",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []
