"""IBANs of any country, however they are grouped. The numbers are the examples of the IBAN registry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, check_spellings, found, sentences

from samverk.masking.checks import mod97
from samverk.masking.recognisers.iban import RECOGNISER

TRUE = sentences(r"""
Betala till «SE45 5000 0000 0583 9825 7466» senast fredag.
IBAN «SE4550000000058398257466», BIC följer
iban: «se45 5000 0000 0583 9825 7466»
Utlandskonto («NO93 8601 1117 947»)
Dansk mottagare: «DK50 0040 0440 1162 43».
FI: «FI21 1234 5600 0007 85»
| Mottagare | «DE89 3704 0044 0532 0130 00» | 12 500 kr |
Mottagare\t«GB29 NWBK 6016 1331 9268 19»\tLondon
«FR14 2004 1010 0505 0001 3M02 606» är skolans partner
Our account: «NL91 ABNA 0417 1643 00».
hej mitt konto e «SE4550000000058398257466» tack
återbetalning till «PL61 1090 1014 0000 0712 1981 2874», bekräftat
«BE68 5390 0754 7034» och «AT61 1904 3002 3457 3201»
«CH93 0076 2011 6238 5295 7»; «ES91 2100 0418 4502 0005 1332»
Konto i Italien «IT60 X054 2811 1010 0000 0123 456»
«EE38 2200 2210 2014 5685», «LV80 BANK 0000 4351 9500 1», «LT12 1000 0111 0100 1000»
«IS14 0159 2600 7654 5510 7303 39» Island
IBAN SE: «SE45-5000-0000-0583-9825-7466»
Kontonumret (IBAN) är «SE45 5000 0000\n0583 9825 7466».
IBAN: «SE45 5000 0000 0583 9825 7467» (fel kontrollsiffra)
§ 14 Utbetalning godkänns till «IE29 AIBK 9311 5212 3456 78».
Swish saknas, IBAN=«HR12 1001 0051 8630 0016 0»
**«LU28 0019 4006 4475 0000»**
<«MT84 MALT 0110 0001 2345 MTLC AST0 01S»>
«TR33 0006 1005 1978 6457 8413 26» enligt modern
Kontot i Ukraina: «UA21 3223 1300 0002 6007 2335 6600 1».
(SE) «SE45 5000 0000 0583 9825 7466»
iban nr «SE4550000000058398257466» eller «NO9386011117947»
sa hon att iban var «se4550000000058398257466»
«CY17 0020 0128 0000 0012 0052 7600» Cypern
«CZ65 0800 0000 1920 0014 5399»
«GR16 0110 1250 0000 0001 2300 695»
«HU42 1177 3016 1111 1018 0000 0000»
«PT50 0002 0123 1234 5678 9015 4»
«RO49 AAAA 1B31 0075 9384 0000»
«SI56 2633 0001 2039 086»
«SK31 1200 0000 1987 4263 7541»
«BG80 BNBG 9661 1020 3456 78»
«AE07 0331 2345 6789 0123 456»
«GE29 NB00 0000 0101 9049 17»
""")

UNTRUE = sentences(r"""
Ärende SE45 5000 0000 0583 9825 7467 avslutades.
Standarden SS-EN 1991-1-4:2005 gäller.
Moms SE556000016401
Serienr AB12 3456 7890 1234 5678
Bilaga SE12 sidan 14 och 15 samt 16 till 22
Nyckel se45abcdef1234567890abcd12
XSE4550000000058398257466
SE45500000000583982574661
Tåg NO93 avgår 08.15 och 09.15 samt 10.15 från spår 4
Dokument DE89 version 37 av 2024-05-31 klockan 13.30
Kod: GB29NWBK
Produkt FR14-2004-1010
ISO 13616 och ISO 27001
OCR 4550000000058398257466
Protokoll KS45 5000 0000 0583
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.integers(0, 10**20 - 1))
def test_finds_every_swedish_number(account: int) -> None:
    body = f"{account:020d}"
    number = next(f"SE{check:02d}{body}" for check in range(2, 99) if mod97(f"SE{check:02d}{body}"))
    assert found(RECOGNISER, f"till {number}.") == [number]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
