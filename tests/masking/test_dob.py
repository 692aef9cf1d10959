"""Dates of birth where a word says so, and numbers with masked last four; other dates are none."""

import unicodedata

import pytest
from tests.masking.marked import HOSTILE, found, time_grows_with_the_text, unmarked

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.dob import RECOGNISER

TRUE = [
    "Anna, född «1962-01-05», bor i Habo.",
    "Anna (född «620105») bor i Habo.",
    "Pat. f. «19620105», inkom akut.",
    "Pat f «620105» inkom akut.",
    "Per Ek (f. «5 januari 1962») avled.",
    "Född den «5 januari 1962» i Habo.",
    "Född i Habo den «5 januari 1962».",
    "Hon är född i Habo «1962-01-05».",
    "Födelsedatum: «1962-01-05»",
    "FÖDELSEDATUM: «1962-01-05»",
    "Födelsedatum\n«1962-01-05»\nTelefon",
    "| Födelsedatum | «1962-01-05» |",
    "Födelsetid «620105», kön: kvinna",
    "Födelsedag: «5/1 1962»",
    "föddes «5/1-62» på sjukhuset",
    "Barnet föddes den «3 maj 2019» kl 14.30.",
    "hon e född «5.1.1962» tror ja",
    "född «62-01-05»",
    "Född: «1962/01/05»",
    "född år «1962 01 05»",
    "DOB: «1962-01-05»",
    "Date of birth: «5 January 1962»",
    "born on «January 5, 1962» in Habo",
    "She was born «5th of January 1962».",
    "Han är född «5:e jan 1962».",
    "jo jag är född den «femte januari nittonhundrasextiotvå» i Habo",
    "född «tredje maj sextiotvå» sa hon",
    "Elev: «620105-XXXX», åk 3",
    "Elev: «19620105-****»",
    "Elev: «19620105-xxxx» och «620105-####»",
    "Elev: «620105 – ––––»",
    "Elev: «620105-12XX»",
    "«19620105XXXX» är maskerat",
    "Samordningsnummer «620165-XXXX»",
    "«1962-01-05» föddes hon i Habo.",
    "Barn 1 född «2015-03-04», barn 2 född «2018-05-06».",
    "Vårdnadshavare: Eva Ek, född «1985-07-08» och Per Ek, född «1983-02-01».",
    "fd «620105» enl. journal",
    "född «1962‑01‑05» (hårt bindestreck)",
    "Född: «12 december 1899»",
]
FALSE = [
    "Mötet hölls den 5 januari 1962.",
    "Beslut 2024-01-05, dnr 620105.",
    "Hon är född 1962.",
    "Född i maj 1962.",
    "Född 1962. Mötet hölls 2024-01-05.",
    "En nyfödd. 2024-01-05 vägdes barnet.",
    "Nyfödda 2024: 31.",
    "f.d. rektorn, 2024-01-05",
    "Tillf. 2024-01-05 stängt",
    "född 19620105-1234",
    "född 620105-1234",
    "Telefon 620105-12",
    "Födelsetalet 2019 var 5,1 procent.",
    "Föddes i 31 kommuner 2020",
    "Ordernr 123456-XXXX",
    "Version 620105-1",
    "Fakturadatum: 2024-01-05",
    "Datum 2024-01-05 och 2024-02-06",
    "Sid f 12",
    "Född: ja. Datum: 2024-01-05",
]


@pytest.mark.parametrize("marked", TRUE)
def test_a_date_of_birth_is_found(marked: str) -> None:
    text, values = unmarked(marked)
    assert found(RECOGNISER, text) == values


@pytest.mark.parametrize("text", FALSE)
def test_other_dates_are_left_alone(text: str) -> None:
    assert found(RECOGNISER, text, CAREFUL) == []


def test_letters_may_be_composed_of_two() -> None:
    text, values = unmarked(unicodedata.normalize("NFD", "Född «1962-01-05», födelsedatum «5 maj 1962»"))
    assert found(RECOGNISER, text) == values


def test_time_grows_with_the_text_alone() -> None:
    time_grows_with_the_text(RECOGNISER, (*HOSTILE, "f ", "f.1", "född i ", "12-12-", "5 maj "))
