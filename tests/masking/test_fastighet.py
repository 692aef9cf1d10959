"""Designations of properties; verses, scores, times, scales and statutes are none."""

import unicodedata

import pytest
from tests.masking.marked import HOSTILE, found, time_grows_with_the_text, unmarked

from samverk.masking.engine import CAREFUL
from samverk.masking.recognisers.fastighet import RECOGNISER

TRUE = [
    "Ägaren till «Berga 18:101» överklagade.",
    "Förhandsbesked för «Stora Mellby 34:142» beviljas.",
    "Lagfart söks på «Kils Västra Eneby 36:124».",
    "Fastighetsbeteckning: «Åre Kyrkbyn 10:353»",
    "Fastighetsbeteckning\n«Lunda 3:12»",
    "| Fastighet | «Lunda 3:12» |",
    "Fastigheterna «Lunda 3:12» och «Lunda 3:14» slås samman.",
    "fastigheten «berga 3:12» säljs",
    "Fastigheten «Hulta Mellangård 1:5» är såld.",
    "fastigheten «västra eneby 1:12»",
    "hej har ni fått bygglovet för «Hagby 2:4»?",
    "Tomten «Solberga 5:343» gränsar till «Solberga S:2».",
    "Strandskyddsdispens, «Torp 45:177».",
    "«KARLSTAD BERGA 3:12»",
    "Tillsyn avlopp «Nyby 37:151»",
    "«Östra Göinge Torp 3:44» ligger vid sjön.",
    "Servitut till förmån för «Ekeby 28:265».",
    "Avstyckning från «Tuna 1:9».",
    "Marken på «Väddö-Berga 3:112» såldes.",
    "Samfälligheten «Hagby GA:3»",
    "Fastigheten kvarteret «Svanen 19» byggs om.",
    "Ritning över kv. «Eken 9», plan 2.",
    "I kv «Björnen 12» finns asbest.",
    "Bygglov för fastigheten «Hjorten 38».",
    "fastigheten «Lidköpings Hjorten 38» säljs",
    "«Älmhults Asken 19» byter ägare.",
    "Tomträtten «Kronan 17» sägs upp.",
    "Kvarteret «Norra Svanen 4» rivs.",
    "The property «Lunda 3:12» was sold.",
    "Föreläggande mot ägaren av «Boda 12:34»",
    "det gäller fastigheten «Mellby 3:10» asså uthuset",
    "Fastigheten «Stockholm Vasastaden 1:45» förvaltas av staden.",
]
FALSE = [
    "Joh 3:16 lästes.",
    "Läs Första Mosebok 3:16 och Psaltaren 23:1.",
    "Prop. 2017/18:226 och SFS 2010:800",
    "Kartan har skala 1:400.",
    "Mötet börjar kl 14:30.",
    "Klockan 14:30 och Avgång 9:15",
    "Laget vann 2:1 mot Habo 3:1.",
    "Djurgården 2:1 Hammarby",
    "AFS 2020:1 och HSLF-FS 2017:37",
    "Se bilaga 3:2 och Bilaga 3:12.",
    "Dnr 12:345",
    "Blandning 1:10 rekommenderas.",
    "Paragraf 3:12 i lagen",
    "Kapitel 5 och Tabell 3:14",
    "Hon bor i Habo 2 mil bort.",
    "Kommunen 12 och Anna 3",
    "Stockholms Stadsteater 2",
    "Lidköpings Biblioteket 3",
    "Svanen 19 är vacker.",
    "Matteusevangeliet 5:44 citeras.",
    "Tåget till Habo 14:25 är inställt.",
    "Fastigheten såldes för 12:50 kronor.",
    "IPv6 12:34:56",
    "Hebr 12:14",
    "Kl. 12:30-13:30 Lunch 11:45",
    "Version 2:14 av policyn",
    "Förhållandet 3:12 beräknas",
    "Stockholm Marathon 2",
    "Göteborgs Universitetet 3",
    "Kurs Dollar: 6:71",
]


@pytest.mark.parametrize("marked", TRUE)
def test_a_designation_is_found_whole(marked: str) -> None:
    text, values = unmarked(marked)
    assert found(RECOGNISER, text) == values


@pytest.mark.parametrize("text", FALSE)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert found(RECOGNISER, text, CAREFUL) == []


def test_letters_may_be_composed_of_two() -> None:
    text, values = unmarked(unicodedata.normalize("NFD", "Lagfart på «Örkelljunga Västra Åby 3:12» söks."))
    assert found(RECOGNISER, text) == values


def test_time_grows_with_the_text_alone() -> None:
    time_grows_with_the_text(RECOGNISER, (*HOSTILE, "Berga 3:12 ", "kv Eken 9 ", "Kils Berga "))
