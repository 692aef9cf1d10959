"""Surrogates are realistic, nobody's, and never mixed up with what stands in the texts."""

import ipaddress
import json
import re
from pathlib import Path

import pytest

from samverk.masking.lists import entries
from samverk.masking.ports import Span
from samverk.masking.pseudonyms import Pseudonyms


def surrogate(value: str, label: str, table: Pseudonyms | None = None) -> str:
    table = table or Pseudonyms("surrogate")
    (found,) = table.mask([value], [[Span(0, len(value), label)]])
    assert found != value
    assert table.unmask(found).text == value
    return found


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def test_names_are_of_the_pools_and_keep_their_sex() -> None:
    given, surname = surrogate("Anna Ek", "PERSON").split()
    assert given in entries("given_women")
    assert surname in entries("surrogate_surnames")
    given, surname = surrogate("Lars Ek", "PERSON").split()
    assert given in entries("given_men")


def test_forms_of_a_name_follow_each_other() -> None:
    table = Pseudonyms("surrogate")
    text = "Anna Ek ringde. Ek, Anna väntar. A. Ek. EK."
    spans = [Span(0, 7, "PERSON"), Span(16, 24, "PERSON"), Span(33, 38, "PERSON"), Span(40, 42, "PERSON")]
    (found,) = table.mask([text], [spans])
    given, surname = found.split()[:2]
    assert found == f"{given} {surname} ringde. {surname}, {given} väntar. {given[0]}. {surname}. {surname.upper()}."


@pytest.mark.data
def test_personnummer_are_test_numbers_of_the_same_age_and_sex(data_dir: Path) -> None:
    official = json.loads((data_dir / "masking" / "lists" / "allPins.json").read_text(encoding="utf-8"))
    assert entries("surrogate_personnummer") <= set(official)
    found = surrogate("19840229-2389", "PERSONNUMMER")
    assert re.fullmatch(r"198\d{5}-\d{4}", found)
    assert int(found[-2]) % 2 == 0
    assert re.fullmatch(r"\d{6}-\d{4}", surrogate("840229-2389", "PERSONNUMMER"))


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("070-174 12 12", 701740605, 701740699),
        ("0731234567", 701740605, 701740699),
        ("+46 70 174 12 12", 46701740605, 46701740699),
        ("08-123 456 78", 846500400, 846500499),
        ("031-123 45 67", 313900600, 313900699),
        ("040-12 34 56", 406280400, 406280499),
        ("0980-123 45", 980319200, 980319299),
    ],
)
def test_telephone_numbers_are_reserved_for_fiction(value: str, first: int, last: int) -> None:
    found = surrogate(value, "PHONE")
    assert first <= int(digits(found)) <= last
    assert ("-" in found or " " in found) == ("-" in value or " " in value)


def test_addresses_of_mail_and_networks_are_for_documentation() -> None:
    assert surrogate("anna.ek@bjorksta.example", "EMAIL").endswith("@example.se")
    assert ipaddress.ip_address(surrogate("10.0.0.1", "IP")).is_private  # documentation ranges count as such
    assert ipaddress.ip_address(surrogate("fe80::1", "IP")) in ipaddress.ip_network("2001:db8::/32")
    assert surrogate("01:23:45:67:89:ab", "MAC").startswith("00:00:5E:00:53:")


@pytest.mark.parametrize("label", ["CARD", "IBAN", "REGNR", "ORGNR", "KUND"])
def test_what_has_no_fictional_stock_gets_a_token(label: str) -> None:
    assert surrogate("ABC 123", label) == f"[{label}_1]"


def test_a_surrogate_is_none_that_stands_in_the_text() -> None:
    first = surrogate("Anna Ek", "PERSON")
    given = first.split()[0]
    table = Pseudonyms("surrogate")
    text = f"Anna Ek och {first}"
    (found,) = table.mask([text], [[Span(0, 7, "PERSON")]])
    assert given not in found.partition(" och ")[0]
    assert table.unmask(found).text == text
    later = f"Sedan kom {found.partition(' och ')[0]}."  # somebody who happens to bear the name of a surrogate
    (again,) = table.mask([later], [[]])
    assert again != later
    assert table.unmask(again).text == later


def test_all_of_a_crowd_are_different() -> None:
    table = Pseudonyms("surrogate")
    names = [f"{first}{second}ra Ek{third}a" for first in "BDFGK" for second in "aeiou" for third in "bdfg"]
    found = [table.mask([name], [[Span(0, len(name), "PERSON")]])[0] for name in names]
    assert len(set(found)) == len(names)
    assert table.unmask(", ".join(found)).text == ", ".join(names)
