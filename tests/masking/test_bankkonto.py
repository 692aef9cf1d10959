"""Bank accounts with their clearing number, or as a form parts them; accounts of bookkeeping and amounts are left alone."""

import pytest
from tests.masking.sentences import HOSTILE, check, check_linear, check_spellings, sentences

from samverk.masking.recognisers.bankkonto import RECOGNISER

TRUE = sentences(r"""
Försörjningsstödet betalas ut till konto «5001-1234567» den 27.
Konto «5001, 123 456 7»
Kontonr: «5001 12 345 67»
Kontonummer «50011234567»
Bankkonto «6112 397 441 974» (Handelsbanken)
Lönekonto: «9151-1234567»
Nordea «3300-121212-1212», personkonto
Swedbank «8552-2, 123 456 789-0»
Swedbank «8552-2 1234567890»
«8897-1, 065 103 1143» är hennes konto
hej mitt konto e «8897-1,0651031143» swedbank
mitt kontonr är «8897-10651031143»
konto: «9022 345 67 89»
| Ek | konto «5001-1234567» | 12 500 kr |
Kontohavare Ek\tkonto\t«5001-1234567»\t12 500 kr
Utbetalning till «5001-1234567» godkänd.
Account «5001-1234567» belongs to her.
Bank account: «9550 1234567»
Clearing «5001» konto «1234567»
Clearingnr: «8552-2» Kontonr: «123 456 789-0»
clearingnummer «6112», kontonummer «397 441 974»
Clearingnummer: «9151»\nKontonummer: «123 45 67»
Kontonummer: «123 456 789-0»
kontot är «5001-1234567» men hon är osäker
§ 8 Bidraget förs över till sparkonto «9252-1234567».
konto («5001-1234567»)
**Konto:** «5001-1234567»
Handelsbanken «6001-123456789»
Konto «5001-1234567» 2024-05-31
Konto «5001–1234567», tfn 031-390 06 22
Privatkonto «7001 12 345 67» i Swedbank
Överföring till «9272 123 45 67» misslyckades
Länsförsäkringar «3401-1234567»
SEB «5390 12 345 67»
ICA Banken konto «9271 1234567»
Pengarna ska in på konto «9571-1234567890».
kontonummer:«5001-1234567»;bank:SEB
sa att kontot var «5001 123 45 67» tror hon
Konto nr «5001-1234567»
Kontonummer är «5001-1234567».
""")

UNTRUE = sentences(r"""
Konto 5410 Förbrukningsinventarier
Kontot belastas med 1 234 567 kr
Kontot öppnades 2024-05-31
Konto 2024-05-31
Utbetalning 2024-05-31 123 personer
Utbetalning 5001 kr den 2024-05-31
Ärende 5001-1234567
Dnr 2019-0024231
OCR 50011234567
Faktura 5001-1234567
Telefon 5001-1234567
5001-1234567
2015-009955
6112 397 441 974
Perioden 2019-2024, 2020-2021
Artikelnummer 8552 123 456 789
Serie 8551-2, 123 456 789
Personnummer 19121212-1212
Utbetalning 1200, 1300 och 1400 kr
Budget 5001 12 345 67 personer
Konto 1930, 2640 och 6110
Clearing sker dagligen
SE45 5000 0000 0583 9825 7466
Kostnad 5001 1234567
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
