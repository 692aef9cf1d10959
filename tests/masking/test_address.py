"""Addresses in the shapes that people write them; streets, rooms, years and counts that are none."""

import unicodedata

import pytest
from tests.masking.marked import HOSTILE, found, time_grows_with_the_text, unmarked

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.address import RECOGNISER

TRUE = [
    # journal notes and decisions
    "Hembesök på «Björkallén 7» den 3 maj.",
    "Pat. bor ensam på «Västra Strandgatan 14 B, 3 tr» utan hiss.",
    "Brukaren har flyttat från «Ekstigen 3» till «Nygatan 22, lgh 1103».",
    "Nyckel hämtas på «Lingonvägen 8 A».",
    "Modern är folkbokförd på «Drottning Kristinas väg 22» och fadern på «Kroons Väg 5».",
    "Insatsen utförs i hemmet, «A C Lindblads Gata 3».",
    "Hon vistas på «Sankt Eriks plan 1» hos sin syster.",
    "Utryckning till «Stora Nygatan 12 B» kl 14.30.",
    "Vi möttes vid «S:t Knuts väg 9».",
    "Skadan skedde utanför «Norra Vallgränd 4, nb».",
    "Grannen på «Kullerbyttegatan 40C» hörde skrik.",
    "Hon bor nu på «Solgläntan 3» med sin mamma.",
    # letters and forms
    "Adress: «Hagavägen 12-14»",
    "Gatuadress: «Storgatan 5»\nPostadress: 123 45 Habo",
    "Eva Ek\n«c/o Lind\nKyrkbacken 4»\n123 45 Habo",
    "Eva Ek, «c/o Anna Lind, Kyrkbacken 4», Habo",
    "«Kyrkbacken 4, c/o Lind», 123 45 Habo",
    "«Storgatan 5, uppg B, 4 tr»",
    "«Storgatan 5 uppgång 2»",
    "«Ringvägen 100, vån 3»",
    "«Ringvägen 100, 2 tr ög»",
    "«Parkgatan 2 (lgh 1201)»",
    "«Lillgatan 3 B lgh 1001»",
    "Skicka till «Box 123», 123 45 Habo.",
    "«Postlåda 45», Björkby",
    "«PL 1234», 123 45 Habo",
    "Hemadress «Torp 12»",
    "Han bor på «Norra Byn 45» sedan i höstas.",
    "«Lillby 210», 123 45 Habo",
    "Adress Torparängen i skogen. Adressen är «Lillby 17».",
    # tables
    "| Eva Ek | «Storgatan 5» | Habo |",
    "Eva Ek\t«Storgatan 5»\tHabo",
    "Namn;Adress\nEva Ek;«Enbärsstigen 11»;Habo",
    # abbreviations and typing errors
    "«Storg. 5», Habo",
    "«Kungsv 3» i Habo",
    "hej jag bor på «nygatan 12b» o det läcker",
    "bor på «storgatn 5» nu",
    "kan ni komma t «björkvägen 3»?",
    "ring mej, «kungsgatan12»",
    "VÅR ADRESS ÄR «STORGATAN 5 B»",
    # speech
    "ja alltså jag bor ju på «Södra Esplanaden 14» där uppe",
    "det var på «Ekvägen 3» eller om det var «Ekvägen 5» minns inte",
    # English
    "She lives at «Kungsgatan 5 B» in Habo.",
    # names that no ending tells
    "«Norr Mälarstrand 14»",
    "«Domkyrkoplan 3»",
    "«Skeppsbron 10»",
    "«Slingan 12», Habo",
    "«Första Långgatan 9»",
    "NBSP: «Storgatan\xa05»",
]

FALSE = [
    "Trafiken leds om via Storgatan.",
    "Storgatan 2024 byggdes om.",
    "Storgatan 2019–2021 var avstängd.",
    "På Kungsgatan 30 km/h gäller.",
    "Bygget på Storgatan 12 maj är klart.",
    "Enligt riksväg 40 och länsväg 259.",
    "Väg 40 är stängd. På motorvägen 5 bilar.",
    "Se detaljplan 12 och handlingsplan 3.",
    "Vi ses på plan 7, rum B 245.",
    "Enligt kommunens plan 3 ska det ske.",
    "Den andra gången 3 personer kom.",
    "Torget 14.30 hölls möte.",
    "Hon kom på Vasagatan 3 gånger.",
    "Utvärderingen 3 visar.",
    "Bor på avdelning 5.",
    "Hon bor på Avdelning 4 B.",
    "Flyttade till Habo 2019.",
    "Flyttade till Habo 3 mars.",
    "Läs kapitel 5 i boken Vägen till frihet.",
    "Järnvägen 3 spår.",
    "Det kostar 500 kr på Storgatan, 3 av 5 är nöjda.",
    "Årsberättelsen 5 och Bilaga 3.",
    "Planen 2 kap. 3 §.",
    "Resultat: Storgatan 5 procent bättre.",
    "Gången 4 är stängd.",
    "box 12 stycken och 3 pl 4",
    "Enligt PL 1984:387.",
    "Barnvagnen 3 och husvagen 5.",
    "Vid Karl Johansskolan i Habo.",
]


@pytest.mark.parametrize("marked", TRUE)
def test_an_address_is_found_whole(marked: str) -> None:
    text, values = unmarked(marked)
    assert found(RECOGNISER, text) == values


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(RECOGNISER, text, CAREFUL) == []


@pytest.mark.parametrize("marked", ["Hon bor på «Åsögränd 3».", "«Östra Långvägen 14, våning 2» i Åhus"])
def test_letters_may_be_composed_of_two(marked: str) -> None:
    text, values = unmarked(unicodedata.normalize("NFD", marked))
    assert found(RECOGNISER, text) == values


def test_time_grows_with_the_text_alone() -> None:
    time_grows_with_the_text(RECOGNISER, HOSTILE)
