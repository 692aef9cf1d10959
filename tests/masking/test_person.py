"""Names of persons: each kind of text that a municipality writes, what only looks like a name, and places in the text."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from samverk.masking.persons import names
from samverk.masking.persons.tokens import LONGEST_SENTENCE, sentences
from samverk.masking.recognisers.person import RECOGNISER

BALANCED = 0.5


def found(text: str, threshold: float = BALANCED) -> list[str]:
    return [text[span.start : span.end] for span in RECOGNISER.find(text) if span.score >= threshold]


NAMED = {
    "journal": ("Hembesök hos Karin Lindblad den 3 maj. Lindblad mår bättre.", ["Karin Lindblad", "Lindblad"]),
    "journal, first names": ("Kl 14.20 ringde Fatima och frågade efter Gunnar.", ["Fatima", "Gunnar"]),
    "kin": ("Enligt mamman Amina sover barnet dåligt.", ["Amina"]),
    "minutes": (
        "Närvarande: Anna Ek (S), Bo Lindgren (M) och Zahra Noori (V).",
        ["Anna Ek", "Bo Lindgren", "Zahra Noori"],
    ),
    "minutes, motion": ("§ 14 Motion av Erik Dahlström (C) om cykelväg", ["Erik Dahlström"]),
    "form": ("Namn: Ek, Anna", ["Ek, Anna"]),
    "form, two fields": ("Förnamn: Leila\nEfternamn: Sandström", ["Leila", "Sandström"]),
    "table": ("Erik Holm\t7B\t0701234567", ["Erik Holm"]),
    "markdown table": ("| Mats Sundin | 3 |\n| Eva Moberg | 4 |", ["Mats Sundin", "Eva Moberg"]),
    "list": ("- Sara Nyberg\n- Ali Hassan\n", ["Sara Nyberg", "Ali Hassan"]),
    "mail": (
        "Hej Malin!\nTack för ditt mejl.\nMed vänlig hälsning\nPeter Åkesson\nBygglovsenheten",
        ["Malin", "Peter Åkesson"],
    ),
    "chat": ("hej jag heter anna lindström o undrar över min ansökan", ["anna lindström"]),
    "chat, signature": ("tack för hjälpen mvh kerstin", ["kerstin"]),
    "speech": ("Intervjuare: Vad heter du?\nSvar: Jag heter Johan Berglund.", ["Johan Berglund"]),
    "initial": ("Beslutet är fattat av A. Söderberg.", ["A. Söderberg"]),
    "double names": ("Ann-Marie Öberg-Nilsson har ringt.", ["Ann-Marie Öberg-Nilsson"]),
    "foreign": ("Handläggare Mohammed Al-Hassan ringer dig.", ["Mohammed Al-Hassan"]),
    "capitals": ("SÖKANDE: ANNA LINDSTRÖM", ["ANNA LINDSTRÖM"]),
    "title": ("Rektor Eva Holmgren svarar på frågor.", ["Eva Holmgren"]),
    "news": ("Det säger Birgitta Olsson, chef för Trafikverket i Borlänge.", ["Birgitta Olsson"]),
}


@pytest.mark.parametrize("kind", NAMED)
def test_names_are_found_in_every_kind_of_text(kind: str) -> None:
    text, expected = NAMED[kind]
    assert found(text) == expected


def test_a_genitive_s_belongs_to_the_name_or_not_at_all() -> None:
    (name,) = found("Kerstin Ahlbergs ansökan kom in i går.")
    assert name.removesuffix("s") == "Kerstin Ahlberg"


LOOKALIKES = [
    "Eleverna på Karl Johansskolan åker till Borås.",
    "Hon behandlas för Alzheimers sjukdom och Parkinsons sjukdom.",
    "En anmälan enligt Lex Sarah har gjorts.",
    "Nobelpriset delas ut i december.",
    "Gustav Adolfs församling har öppet hus.",
    "Barnet vårdas på Astrid Lindgrens barnsjukhus.",
    "Bussen går via Sankt Eriks plan till Drottninggatan.",
    "Maj månad var kall. I juni och juli blev det varmt.",
    "Sten och grus har spolats bort. Berg och dal väntar.",
    "Per person kostar det 400 kronor.",
    "Hans ansökan avslogs och hans bror flyttade.",
    "Mejla oss eller ring växeln.",
    "Besök Lund, Borås eller Åre i sommar.",
    "Enligt SoL och LSS ska kommunen utreda behovet.",
    "Nämnden beslutade att avslå ansökan. Beslutet kan överklagas.",
    "Stig på bussen vid kaj 4.",
    "Skriv till lars-johan.tornberg@exempel.se eller anna.ek@exempel.se.",
    "Ansök hos Alice Ek Wallenbergs stiftelse.",
    "Avtal med Lindbergs Bygg AB och Bröderna Holms Åkeri.",
]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_a_name_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_careful_reader_gets_what_is_half_sure_too() -> None:
    text = "Anna Ek och grannen. Till Rosa. Vet Lo? Ask sa nej. Enligt Storm är det klart. Be Sol ringa. Linden kom."
    spans = RECOGNISER.find(text)
    assert all(0.2 <= span.score <= 1 for span in spans)
    assert any(span.score < BALANCED for span in spans), "nothing here is half sure"
    assert len(found(text, 0.2)) > len(found(text, BALANCED))


PLACES = {
    "no-break space": "Hej Anna\u00a0Lindström!",
    "emoji": "😀👍🏽 Anna Lindström 😀",
    "decomposed letters": "Kontakta A\u030asa Lindstro\u0308m nu.",
    "zero width": "Kontakta Anna Lind\u200bström nu.",
    "soft hyphen": "Kontakta Anna Lind\u00adström nu.",
    "tabs and returns": "Namn:\tAnna Lindström\r\nOrt:\tLund",
    "right to left mark": "Kontakta \u200fAnna Lindström\u200f nu.",
}


@pytest.mark.parametrize("kind", PLACES)
def test_places_are_of_the_text_as_given(kind: str) -> None:
    text = PLACES[kind]
    (name,) = found(text)
    assert name.startswith("A")
    assert name.endswith("m"), repr(name)


def test_a_certain_name_speaks_for_a_lone_mention() -> None:
    alone = "Enligt Vitberga stämmer det."
    spoken_for = f"Utredare är Anna Vitberga. {alone} Sedan ringde Anna Vitberga igen."
    assert found(spoken_for).count("Vitberga") == 1


def test_spans_are_in_order_and_apart() -> None:
    text = "\n".join(text for text, _ in NAMED.values())
    spans = RECOGNISER.find(text)
    assert spans
    assert all(one.end <= other.start for one, other in pairwise(spans))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "\t|;", "😀", "1234", "s", "S", "Å", "...", "\ud800", "\x00", "A\u0300\u0301" * 5]
)
def test_texts_without_names_give_none(text: str) -> None:
    assert isinstance(RECOGNISER.find(text), list)


def test_a_text_gives_the_same_in_every_thread() -> None:
    texts = [text for text, _ in NAMED.values()] * 5
    alone = [names(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(names, texts)) == alone


def test_a_sentence_is_bounded_and_no_word_is_lost() -> None:
    text = "Anna Ek och " * 1_000
    cut = list(sentences(text))
    assert max(len(sentence.words) for sentence in cut) <= LONGEST_SENTENCE
    assert sum(len(sentence.words) for sentence in cut) == 3_000
    assert all(text.startswith(w, s) for one in cut for w, s in zip(one.words, one.starts, strict=True))


@pytest.mark.parametrize("unit", ["a", "A", "1", "(", "()", " ", "\n", " \n", "a@", "A-", "é'", "\u0301"])
def test_a_hostile_text_is_few_tokens(unit: str) -> None:
    """200,000 characters without a space end in bounded sentences; the time is measured in benchmarks/."""
    assert all(len(sentence.words) <= LONGEST_SENTENCE for sentence in sentences(unit * (200_000 // len(unit))))
