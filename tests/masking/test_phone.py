"""Telephone numbers in every grouping; opening hours, dates, amounts and other numbers are left alone.

The numbers are those that PTS keeps for fiction.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check_linear, check_spellings, found, sentences

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.phone import RECOGNISER

TRUE = sentences(r"""
Journalanteckning 14/3: mamman nås säkrast efter kl 17 på «070-174 06 05».
Ringde «0701740612» kl 09:15, inget svar, lämnade meddelande.
Sms skickat till «0701-74 06 33» om ändrad tid den 12/4 kl. 13.30-15.00.
Kontaktperson: Bo, «070 174 06 41» (dagtid), «031-390 06 22» (kväll).
Tel: «031-390 06 22»
Tel.nr «031 390 06 22», fax «031-390 06 23»
Telefon arbete «08-465 004 12», hem «08-465 00 412».
Telefonnummer: «(08) 465 004 12»
Nås på «08/465 004 12» vardagar 08.00-16.30.
Hemtelefon «040-6280412», mobil saknas.
«040 – 628 04 12» är numret till mormor.
tfn «0980-31 92 44» el. «0980-319245»
Tjänstetelefon «+46 70 174 06 05»
Tjänstetelefon «+46(0)70-1740605»
Tjänstetelefon «+46 (0) 70 174 06 05» / «+46 31 390 06 22»
Tjänstetelefon «0046 70 174 06 05»
Vår växel är stängd men du når mig på «0046-31-3900622».
hej! mitt nr e «0701740605» ring efter 4
mitt nya nummer är «070 17 40 605», det gamla funkar inte
asså ring «0701740605» ist, den andra e trasig
maila inte, ring «070-1740605»!!
Du kan ringa «020-79 56 00» utan kostnad.
Kundtjänst «0771-567 567» öppet 8-17.
Frågor? Ring «0771 11 22 33».
Vi har «010-123 45 67» som gemensamt nummer.
Farbror i Oslo: «+47 22 12 34 56»
Köpenhamn «+45 32 12 34 56», Helsingfors «+358 40 123 4567»
Our London contact: «+44 20 7946 0958»
Call «+1 (212) 555-0123» or «+1 212-555-0124».
In Germany «+49 30 123456» only.
Föräldern bor i Polen, «0048 22 123 45 67».
| Namn | Mobil | Ort |\n| Ek | «070-174 06 05» | Malmö |
Ek\t«070-174 06 05»\t«031-390 06 22»\t12 500 kr
Direkt «08-465 004 12 ankn 12»
Tfn «031-390 06 22, ankn. 4411», expeditionen
Tel «0980-31 92 44 ext 7» (English)
Anhöriga: Per («070-174 06 05»), Lisa («070-174 06 06»).
«070-174 06 05»/«070-174 06 06»
- Mobil: **«070-174 06 05»**
Godman tel:«0701740605»;hemtjänst tel:«0317012345»
Nummer enligt patienten: «070.174.06.05»
Telefonnumret «070-174\n06 05» står i akten.
tfn «12 34 56» (lokalt nummer)
tel. «46 70 174 06 05»
å så sa hon noll sju men det kom inget mer
«noll sju noll ett sju fyra noll sex noll fem» sa hon på inspelningen
numret är «noll sjuttio, ett sjuttiofyra, noll sex, noll fem» ungefär
Projektledare «031-390 06 22», avtalsfrågor «031-390 06 23»
Kontakt i detta ärende: «070-174 06 05»
Nordea «08-465 004 12»
call me at «+46 8 465 004 12» or «+46-8-465 004 12»
Kommunens jourtelefon: «0910-73 50 00».
Ordf. Ek, «0920-45 30 00»; sekr. Alm, «063-14 30 00».
""")

UNTRUE = sentences(r"""
Öppettider 0800-1600, lunch stängt.
Telefontid 08.00-16.30 och 0900-1130.
Telefontid 08.30–16.30 vardagar
Expeditionen öppnar 08 30 - 16 30.
Sammanträdet den 08-12-2023 ställdes in.
Sammanträde 08/12/2023 och 08.12.2023
Perioden 2019-2024 och 2020–2021.
Ring 112 vid fara, 1177 för råd, 114 14 för polisen, 113 13 för information.
Telefon 112, 1177 eller 114 14
Tfn 113 13
OCR 0779861749 förfaller 2024-05-31.
OCR-nummer: 0705124657
Faktura 0317001234 på 12 500 kr
Fakturanr 0701740605
Serienummer 0501246457 finns på baksidan.
Projekt 070504-4636 avslutas i maj.
Personnummer 070504-4636
Dnr 2019-002423 och KS 2022/04677
Diarienr 0480-123456
Artikelnummer 0735003971 levererades
ISBN 0-306-40615-2
EAN 0701740605123
Org.nr 016000-1234
Kostnaden blev 0,8 mnkr, +12 345 678 kr mot budget.
Utfall +3,5 % och +120 000 tkr
Temperaturen var +20 grader och 08 mm regn föll.
Mål nr T 1501-24 och B 0260-21
Lag (2009:400) och SFS 2010:1967, 20 kap. 14 §
Rum 0314 på plan 07
Telefonkostnader 120 000 kr per år
Konto 0701-1234567
Kommunkod 0180 och 0120, postnummer 070 12
Växeln har nummer 07.
Meny: lunch 0700-0830, 1100-1300
Kl 07.30-08.15 samling
Resultat 0-1, 07-08, 0–0
IP 080.12.33.41 och version 08.12.2023.4
Kundnummer 0701740605
Referens: 0046701740
Saldo 070 000 000
Mätarställning 0012345678
Löpnummer 0705030201
Bokens hylla 070.5 Jou
PLU 0000123456789
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check_spellings(RECOGNISER, text)


groups = st.sampled_from([[3, 2, 2], [2, 3, 2], [2, 2, 3], [3, 4], [4, 3], [7], [1, 2, 2, 2], [1, 3, 3], [2, 2, 2, 1]])


@given(
    st.sampled_from(["70", "72", "73", "76", "79"]),
    groups,
    st.sampled_from(" -\u00a0–"),
    st.integers(2_000_000, 9_999_999),
)
def test_finds_mobiles_in_any_grouping(prefix: str, sizes: list[int], joint: str, number: int) -> None:
    digits, pieces = str(number), []
    for size in sizes:
        pieces.append(digits[:size])
        digits = digits[size:]
    written = f"0{prefix}{joint}{' '.join(pieces)}"
    assert found(RECOGNISER, f"Mobil {written}.") == [written]


def test_switchboards_and_doubtful_numbers_are_for_the_careful() -> None:
    for text, number in (("Växel 08-465 000 00", "08-465 000 00"), ("se 0317012345", "0317012345")):
        assert found(RECOGNISER, text) == []
        assert found(RECOGNISER, text, CAREFUL) == [number]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
