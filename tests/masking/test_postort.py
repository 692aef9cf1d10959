"""Postal codes with their town, in letters, tables and chat; amounts, counts and numbers of statutes are none."""

import unicodedata

import pytest
from tests.masking.marked import HOSTILE, found, time_grows_with_the_text, unmarked

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.postort import RECOGNISER

TRUE = [
    "Eva Ek, Storgatan 5, «566 33 Habo»",
    "Storgatan 5\n«566 33 Habo»\nSverige",
    "Storgatan 5 «566 33 Habo»",
    "Storgatan 5, lgh 1201 «56633 HABO».",
    "«SE-566 33 Habo»",
    "«SE 566 33 HABO»",
    "«S-566 33 Habo» (gammalt skrivsätt)",
    "«194 92 UPPLANDS VÄSBY»",
    "«194 92 Upplands Väsby» Kommun",
    "«42132 västra frölunda»",
    "bor på storgatan 5, «566 33 habo»",
    "«566 33\nHabo»",
    "| Storgatan 5 | «566 33 | Habo» |",
    "Storgatan 5\t«566 33\tHabo»",
    "«566 33  Habo»",
    "«566\xa033\xa0Habo»",
    "Postadress: «566 33 Habo».",
    "Modern bor i «566 33 Habo», fadern i «871 50 Härnösand».",
    "Skickas till Box 12, «871 50 HÄRNÖSAND» senast fredag.",
    "Pat. är skriven i «977 75 Luleå» men vistas i «903 52 Umeå».",
    "«114 83 Stockholm» är hans gamla postadress.",
    "(«114 83 Stockholm»)",
    "Postnummer: «566 33»",
    "Postnr «56633» saknas i systemet",
    "Her address is Storgatan 5, «SE-566 33 Habo», Sweden.",
    "Torp 12, «364 95 Älghult»",
    "Storgatan 5, «566 33 Furusjöby»",
    "«783 23 Säter» och «665 01 Kil»",
]
FALSE = [
    "Det kostar 123 45 kr.",
    "Drygt 200 00 besökare kom.",
    "Bidraget var 114 83 kronor till Stockholm.",
    "SFS 2010:800 och 2017:900 Stockholm",
    "Ring 08-114 83 Stockholm.",
    "Totalt 56633 habobor fick brevet.",
    "Diarienr 2024-56633 Habo",
    "Faktura 11483 betald i Stockholm",
    "Faktura 1148356 Stockholm",
    "11,48356 Stockholm",
    "Vi har 56633 vara i lager.",
    "56633 nora hus",
    "Habo 56633",
    "Kod 566 33 saknas.",
    "012 34 Stockholm",
    "Larm 112 och 1177 Stockholm",
    "ISBN 978-91-566 33 Habo",
]


@pytest.mark.parametrize("marked", TRUE)
def test_a_code_is_found_with_its_town(marked: str) -> None:
    text, values = unmarked(marked)
    assert found(RECOGNISER, text) == values


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(RECOGNISER, text, CAREFUL) == []


def test_letters_may_be_composed_of_two() -> None:
    text, values = unmarked(unicodedata.normalize("NFD", "Storgatan 5, «871 50 Härnösand», tfn"))
    assert found(RECOGNISER, text) == values


def test_time_grows_with_the_text_alone() -> None:
    time_grows_with_the_text(RECOGNISER, (*HOSTILE, "123 45 ", "566 33 Habo "))
