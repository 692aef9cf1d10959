"""Plates of vehicles as people write them; laws, standards, rooms and roads are none."""

import pytest
from tests.masking.marked import HOSTILE, found, time_grows_with_the_text, unmarked

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.regnr import RECOGNISER

TRUE = [
    "Bilen, en Volvo med regnr «ABC 123», stod kvar.",
    "Fordon «ABC123» bärgades.",
    "Reg.nr: «ABC 12D»",
    "Reg. nr «ABC12D» är avställt.",
    "Registreringsnummer\n«DEF 456»",
    "| Regnr | «DEF456» |",
    "hans bil «def 456» står på gården",
    "bilen har regnr «def456»",
    "regnr «Def 456» tror jag",
    "En röd skåpbil («GHJ-789») backade in i staketet.",
    "Parkeringstillstånd för «GHJ 78K» och «LMN 456».",
    "Körjournal: «MNP 321», 14 mil.",
    "Vittnet såg «RST 64U» lämna platsen.",
    "Släpvagn «KLM 852» och dragbil «NOP 963» besiktades.",
    "mopeden «xyz12a» är stulen",
    "Enligt anmälan: regnr «SFS 201».",
    "Registreringsskylten «BTC883» saknas.",
    "The car with licence plate «ABC 12D» was parked.",
    "regnr «EPF 15O» (från en gammal lista)",
    "Tjänstebilen «ABC\xa0123» bokas av hemtjänsten.",
    "De åkte i en Saab, «JKL 654», mot Habo.",
    "Fick böter, «WXY 47Z».",
    "han körde «PRT418» förbi skolan",
    "ja det var regnummer «hkr 552» sa hon",
]
FALSE = [
    "ISO 270 och ISO 27001 gäller.",
    "Enligt SFS 201 och SFS 2010:800.",
    "KS 2020/123 och BUN 2024/776",
    "RV 50 och E 20 är stängda.",
    "HSL 123, LSS 456 och SoL 789",
    "Rum HUS 123, sal SAL 101",
    "Kostnad SEK 500 eller EUR 250.",
    "kap 123 och art 456",
    "Bilen har 123 mil på mätaren.",
    "På bilen och 100 andra fordon.",
    "fordon den 100 i ordningen",
    "ABC 1234 och ABC 12",
    "Tfn ABC 123 456",
    "QVI 123 har bokstäver som inte används.",
    "ABC 12Q och ABC 12I",
    "Ärende ABC-123-45",
    "XABC 123 och ABC 123X",
    "åbc 123 hos bilen",
    "abc 123 utan sammanhang",
    "ICD F32 och DSM 501",
    "max 100 och min 200 per bil",
    "Kurs MAT 101 och ENG 205",
    "ATC N05B ger DRG 470.",
    "Dnr 2024:ABC 123:4",
]


@pytest.mark.parametrize("marked", TRUE)
def test_a_plate_is_found(marked: str) -> None:
    text, values = unmarked(marked)
    assert found(RECOGNISER, text) == values


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(RECOGNISER, text, CAREFUL) == []


def test_time_grows_with_the_text_alone() -> None:
    time_grows_with_the_text(RECOGNISER, (*HOSTILE, "ABC 123 ", "abc 123 ", "bil "))
