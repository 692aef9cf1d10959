"""Bankgiro numbers where a word or a payment says so; years from-to and case numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, check_spellings, found, sentences

from samverk.masking.checks import luhn
from samverk.masking.recognisers.bankgiro import RECOGNISER

TRUE = sentences(r"""
Avgiften sätts in på bankgiro «4385-6566» före lägret.
Bg «6115-2278»
BG: «8992-5937»
bg-nr «586-6264»
Bankgironr: «7911-8519»
Bankgironummer «4278-4108», märk med namn
Bankgirot är «969-9539».
Vårt bankgironummer är «2731-5282».
| Bankgiro | «1999-2809» |
Bankgiro\t«6337-6578»\tOCR\t9546111395
Betala 450 kr till «7969-6720» senast 2024-05-31.
Inbetalning görs till «4236-8050».
hej ja betala till bg «6488-0578» igår
bg «64880578» gick inte
bankgiro «6488 0578»
bankgiro «9222-7933» eller «4385-6566»
Bg «4385-6566» / pg 41 58 08-8
§ 12 Gåvor tas emot på «969-9539».
Föreningen (bg «969-9539») får bidrag.
BANKGIRO «969-9539»
Bankgiro «969–9539»
Bankgiro: **«969-9539»**
bankgiro nr: «969-9539»
Please pay to bankgiro «969-9539».
Payment to «969-9539» was late.
sa att bankgirot var «969-9539» men osäker
Swish 123 456 78 90, bankgiro «4278-4108»
Kontakt: Ek. Bankgiro: «4278-4108». Tfn 031-390 06 22.
Bankgiro «4278-4109» står det på blanketten
bg:«4278-4108»;pg:12-3
Avgift 200 kr: bg «4278-4108»
medlemsavgiften betalas in till «4278-4108»
Stiftelsens bankgiro, som används för gåvor, är «4278-4108».
Bg.nr «4278-4108»
Betalsätt: bankgiro («4278-4108»)
Leverantör | Bankgiro\nAlm AB | «4278-4108»\nEk AB | «969-9539»
Bankgiro\n«4278-4108»
Mottagarens bankgironummer: «4278-\n4108»
autogiro från bankgiro «4278-4108»
kommunens bg är «4278-4108», ange OCR 9546111395
""")

UNTRUE = sentences(r"""
Perioden 2019-2024 beskrivs nedan.
Bankgiro används sedan 1999-2012.
Bankgiroavgifter 2019-2024
Öppettider 0800-1600
Dnr 4385-6566
Ärende 969-9539 avslutades
Faktura 4385-6566 betalades
Betala faktura 4278-4109 nu
Mål nr 4278-4108
Tfn 465-0042
Telefon 4278-4108
Kostnaden 4278-4108 kronor
Rum 4278-4108
Artikel 4278-4108
Ring 969-9539
Sidorna 123-4566
Konto 4278-4108123
Tabell 2020-2029, 4385-6566
Serie 586-6264-1
Standard 4278-4108:2015
Kommunen har bankgiro.
Betalning sker 2024-0101
Betalt 2024-05-31
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.integers(10_000_0, 999_999_9))
def test_finds_every_number_with_a_check_digit(body: int) -> None:
    number = next(f"{body}{last}" for last in range(10) if luhn(f"{body}{last}"))
    written = f"{number[:-4]}-{number[-4:]}"
    years = number[:2] in ("19", "20") and number[4:6] in ("19", "20")
    assert found(RECOGNISER, f"Bankgiro {written}.") == ([] if years and len(number) == 8 else [written])


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
