"""Coordinates in degrees and in metres; statistics, amounts and temperatures are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.masking.sentences import HOSTILE, check, check_linear, found, sentences

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.coord import RECOGNISER

TRUE = sentences(
    r"""
Patienten hittades vid «59.3293, 18.0686».
Position «59.32934, 18.06861» enligt larmet
«59,3293; 18,0686» är båtplatsen
«59,3293, 18,0686» skrev hon
GPS «59.33, 18.07»
koordinater: «57.70887,11.97456»
Koordinater «57.70887 11.97456»
lat «59.3293», long «18.0686»
Latitud: «59.3293 Longitud: 18.0686»
wgs84 «N 59.3293 E 18.0686»
Boplatsen ligger vid «N59.3293, E18.0686».
«59.3293° N, 18.0686° E»
«59.3293°N 18.0686°E»
«59.3293 N 18.0686 Ö»
(«59.3293, 18.0686»)
[«18.0686, 59.3293»] i filen
https://karta.exempel.se/@«59.3293,18.0686»,17z
https://karta.exempel.se/?q=«59.3293,18.0686»
geo:«59.3293,18.0686»
| Fynd 3 | «63.8258, 20.2630» | mynt |
Fynd\t«63.8258, 20.2630»\tmynt
hej ja står vid «55.60498, 13.00382» kom å hämta mig
«59°19'44"N 18°3'55"E»
«59° 19′ 44″ N, 18° 3′ 55″ Ö»
«N 59° 19.734' E 018° 03.912'» på sjön
«59°19,734'N 18°03,912'E»
«59 grader 19 minuter nord och 18 grader 3 minuter ost» sa hon i radion
SWEREF 99 TM «N 6580822, E 674032»
SWEREF99 «6580822, 674032»
Sweref: «N 6 580 822 E 674 032»
Brunnen: «N: 6580822, E: 674032»
«E 674032 N 6580822»
koordinat «6580822.5 674032.1»
RT 90 «X 6581000 Y 1628000»
RT90: «6581000, 1628000»
Avlidne påträffades «58.41086, 15.62157», se karta
GPS: «-33.8688, 151.2093»
position «48.8584, 2.2945» (semestern)
The boat is at «58.9034, 17.9479».
Mätpunkt 4: «60.6749, 17.1413» 2024-05-31
""".replace("lat «59.3293», long «18.0686»", "lat «59.3293, long 18.0686»")
)

UNTRUE = sentences(r"""
Andelen steg 12,5, 14,8 och 16,1 procent.
Värden 12,55 14,80 och 58,12 14,33
Medel 58,2 (15,3)
Budget 6 500 000 kr, utfall 6 580 822 674 032 kr
Kl 08.00, 16.30
Belopp 59,50 18,25
Kurs 10.1234, 11.5678
p = 0.0123, 0.0456
59.3293
Version 59.3293.18.0686
Temperatur 18° till 20°
Lutning 5° och 10°
5 grader på morgonen och 10 grader på kvällen
Betyg 15.12, 16.20
Tal 6580822 och 12
Ärende 6580822-674032
Telefon 6580822, 31
Index 101,25, 102,50
Datum 58.12, 18.11
Pris 65,90, 18,50 och 12,25
Vattenstånd 2.345, 3.456
Summa 59,3293 kr
Plats 12,55 14,80
""")


@pytest.mark.parametrize("marked", TRUE)
def test_finds(marked: str) -> None:
    check(RECOGNISER, marked)


@pytest.mark.parametrize("text", UNTRUE)
def test_leaves_alone(text: str) -> None:
    check(RECOGNISER, text)


@given(st.floats(55.1, 69), st.floats(10.6, 24.1), st.integers(3, 8), st.sampled_from([", ", ",", "; ", " "]))
def test_finds_every_place_in_sweden(north: float, east: float, exact: int, joint: str) -> None:
    written = f"{north:.{exact}f}{joint}{east:.{exact}f}"
    assert found(RECOGNISER, f"Fynd vid {written}.") == [written]


def test_metres_without_a_word_are_for_the_careful() -> None:
    assert found(RECOGNISER, "Se 6580822, 674032.") == []
    assert found(RECOGNISER, "Se 6580822, 674032.", CAREFUL) == ["6580822, 674032"]


@pytest.mark.parametrize("name", HOSTILE)
def test_stays_linear(name: str) -> None:
    check_linear(RECOGNISER, HOSTILE[name])
