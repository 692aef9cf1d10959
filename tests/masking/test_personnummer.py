"""Personnummer are found however they are written; what only looks like one is not."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from samverk.masking.engine import BALANCED, CAREFUL
from samverk.masking.recognisers.personnummer import RECOGNISER

NBSP, THIN, EN_DASH, MINUS, HYPHEN = "\u00a0", "\u2009", "\u2013", "\u2212", "\u2011"

FORMS: dict[str, Callable[[str], str]] = {
    "digits": lambda n: n,
    "hyphen": lambda n: f"{n[:8]}-{n[8:]}",
    "short": lambda n: n[2:],
    "short hyphen": lambda n: f"{n[2:8]}-{n[8:]}",
    "plus": lambda n: f"{n[2:8]}+{n[8:]}",
    "space": lambda n: f"{n[:8]} {n[8:]}",
    "short space": lambda n: f"{n[2:8]} {n[8:]}",
    "two spaces": lambda n: f"{n[2:8]}  {n[8:]}",
    "no-break space": lambda n: f"{n[:8]}{NBSP}{n[8:]}",
    "thin space": lambda n: f"{n[2:8]}{THIN}{n[8:]}",
    "en dash": lambda n: f"{n[:8]}{EN_DASH}{n[8:]}",
    "minus": lambda n: f"{n[2:8]}{MINUS}{n[8:]}",
    "no-break hyphen": lambda n: f"{n[:8]}{HYPHEN}{n[8:]}",
    "spaces about the hyphen": lambda n: f"{n[:8]} - {n[8:]}",
    "grouped": lambda n: f"{n[2:4]} {n[4:6]} {n[6:8]}-{n[8:]}",
    "grouped, long": lambda n: f"{n[:4]} {n[4:6]} {n[6:8]} {n[8:]}",
    "date and four": lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]}-{n[8:]}",
    "date, space": lambda n: f"{n[:4]}-{n[4:6]}-{n[6:8]} {n[8:]}",
    "dots": lambda n: f"{n[2:4]}.{n[4:6]}.{n[6:8]}-{n[8:]}",
    "broken line": lambda n: f"{n[:8]}-\n{n[8:]}",
}


def found(text: str, threshold: float = BALANCED) -> list[str]:
    return [text[span.start : span.end] for span in RECOGNISER.find(text) if span.score >= threshold]


def official(folder: Path) -> Iterator[str]:
    """Every official test number with its century: personnummer, coordination and interim numbers."""
    lists = folder / "masking" / "lists"
    for name in ("allPins", "allCoords"):
        yield from json.loads((lists / f"{name}.json").read_text(encoding="utf-8"))
    for row in json.loads((lists / "interim.json").read_text(encoding="utf-8")):
        if row["valid"]:
            yield row["long_format"]
    structured = json.loads((lists / "structured.json").read_text(encoding="utf-8"))
    for kind in structured.values():
        yield from map(str, kind["integer"]["valid"])


@pytest.mark.data
@pytest.mark.parametrize("form", FORMS)
def test_every_official_number_is_found_in_every_form(data_dir: Path, form: str) -> None:
    step = 1 if form in {"digits", "short hyphen"} else 11
    for number in islice(official(data_dir), 0, None, step):
        written = FORMS[form](number)
        text = f"Sökande är Tuva Åberg, personnummer {written}, som bor i Björksta."
        assert found(text) == [written], text


@pytest.mark.data
@pytest.mark.parametrize("form", sorted(set(FORMS) - {"digits", "short", "space", "short space", "date, space"}))
def test_a_hyphen_and_a_check_digit_need_no_word_beside(data_dir: Path, form: str) -> None:
    for number in islice(official(data_dir), 0, None, 23):
        written = FORMS[form](number)
        if "-" in written or form in {"plus", "en dash", "minus"}:
            assert found(f"| Tuva | {written} | ja |") == [written]


@pytest.mark.data
def test_what_the_lists_call_wrong_is_found_only_where_words_say_what_it_is(data_dir: Path) -> None:
    structured = json.loads((data_dir / "masking/lists/structured.json").read_text(encoding="utf-8"))
    wrong = [str(n) for kind in structured.values() for n in kind["integer"]["invalid"] if n]
    assert wrong
    for number in wrong:
        assert found(f"Nyckel {number[2:8]}-{number[8:]} lämnades.") == []
        assert found(f"Personnr: {number[2:8]}-{number[8:]}.") == [f"{number[2:8]}-{number[8:]}"]


@pytest.mark.parametrize(
    "text",
    [
        "pnr {}", "Pers.nr: {}", "p-nr. {}", "PERSONNUMMER\n{}", "Personnummer (tio siffror): {}", "född {} i Björksta",
        "mitt personnummer är {}, ring mig", "my personal identity number is {}", "Social security no: {}",
        "samordningsnummer {}", "fo\u0308dd {}", "barnets personnummer {}", "pnr{}", "Persnr.{}", "{} (personnummer)",
        "{} är mitt personnummer", "asså mitt personnumer e {} om ni undrar", "| Personnummer | {} |",
    ],
)  # fmt: skip
@pytest.mark.parametrize("number", ["19121212-1211", "121212-1211", "1212121211"])
def test_a_wrong_check_digit_counts_where_words_say_what_it_is(text: str, number: str) -> None:
    assert found(text.format(number)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Projekt 121212-1211 avslutas", "Serienummer 1212121211 finns på baksidan", "Nyckel 121212-1211",
        "Faktura 1212121212 på 300 kr", "OCR 1212121212.", "OCR-nummer: 1212121212", "fakturanr 121212-1212",
        "Dnr 121212-1212", "Ärendenr: 121212-1212", "artikelnr 1212121212", "Ordernummer: 121212-1212",
        "mål nr 121212-1212", "Kundnummer 1212121212", "invoice no. 1212121212", "tfn 0706121219",
        "Personnummer saknas. Lådan 121212-1211 är tom.", "Personnummer: se ovan 12, skåp 121212-1211",
        "5121212-12125", "12121212121212", "121212-1212-3", "4.121212-1212", "121312-1212", "191312121212",
        "19900101-XXXX", "900101-****", "900101-xxxx", "född 1990-01-01", "2012-12-12 12:12", "231109 1530",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Anna,121212-1212,ja;Bo;121212+1212", ["121212-1212", "121212+1212"]),
        ("121212-1212/19121212-1212", ["121212-1212", "19121212-1212"]),
        ("fil_19121212-1212_ansokan.pdf", ["19121212-1212"]),
        ("Ärendet gäller personnummer 121212-1212", ["121212-1212"]),
        ("(121212-1212).", ["121212-1212"]),
        ("organisationsnummer 121212-1212 (enskild firma)", ["121212-1212"]),
        ("121212-1212\n121212-1212", ["121212-1212", "121212-1212"]),
    ],
    ids=["csv", "two", "file", "nearest word", "brackets", "sole trader", "lines"],
)
def test_numbers_stand_in_all_sorts_of_text(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


def test_a_careful_reader_masks_what_might_be_one() -> None:
    for text in ("Ärende 121212-1212", "Tuva Åberg, 121212-1211", "id 201212121212"):
        assert len(found(text, CAREFUL)) == 1, text
