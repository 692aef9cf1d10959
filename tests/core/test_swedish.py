"""Words, stems, grams and sentences of municipal text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.timing import within

from samverk.core import swedish

TEXTS = st.text(
    st.one_of(
        st.sampled_from("aåäöÅÄÖéüßﬁ½²①Ａｂ 1290.,:-/’'()\n\t§%!?…•"),
        st.sampled_from("\u00ad\u0301\u030a\u0308\u200b\u200d\ufeff\u00a0\u202f"),
        st.characters(),
    ),
    max_size=80,
)


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in swedish.sentences(text)]


@given(TEXTS)
def test_a_word_stands_where_it_says(text: str) -> None:
    end = 0
    for word in swedish.words(text):
        assert end <= word.start < word.end <= len(text)
        assert swedish.normalise(text[word.start : word.end]) == word.text
        end = word.end
    assert [word.text for word in swedish.words(text)] == swedish.tokens(text)


@given(TEXTS)
def test_sentences_cover_the_text_once_and_in_order(text: str) -> None:
    end = 0
    for start, stop in swedish.sentences(text):
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip() != ""
        end = stop
    assert not text[end:].strip()


@given(st.text("aåäöéÅÄÖ e", max_size=30))
def test_composed_and_decomposed_letters_are_the_same_words(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert swedish.tokens(decomposed) == swedish.tokens(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Öppet kl. 08.00–16.30!", ["öppet", "kl", "08.00", "16.30"]),
        ("Lagen (2001:453) gäller, 3 kap. 2 §", ["lagen", "2001:453", "gäller", "3", "kap", "2"]),
        ("social\u00adtjänsten", ["socialtjänsten"]),
        ("e-post och covid-19", ["e", "post", "och", "covid-19"]),
        ("1,5 basbelopp, 2024-05-01", ["1,5", "basbelopp", "2024-05-01"]),
        ("ﬁnansiering ＡＢＣ", ["finansiering", "abc"]),
        ("福祉 помощь", ["福祉", "помощь"]),
        ("_under_streck_", ["under", "streck"]),
    ],
)
def test_words_of_municipal_text(text: str, expected: list[str]) -> None:
    assert swedish.tokens(text) == expected


def test_stems_join_the_forms_of_a_word_and_leave_numbers_alone() -> None:
    assert swedish.stem("kommunens") == swedish.stem("kommunen") == swedish.stem("kommun")
    assert swedish.stem("2001:453") == "2001:453"
    assert "inte" in swedish.STOP_WORDS


def test_grams_mark_the_edges() -> None:
    assert swedish.grams("avgift") == ("_avgi", "avgif", "vgift", "gift_")
    assert swedish.grams("av") == ("_av_",)


# Each list is the sentences of the text that they make when joined by spaces.
RUNNING = [
    ["Enligt 3 kap. 2 § socialtjänstlagen (2001:453) ska nämnden utreda.", "Beslutet fattas av nämnden."],
    ["Du kan söka bistånd till t.ex. hyra, el, m.m.", "Vi hjälper dig."],
    ["Stöd ges till bl.a. Björksta och Granby.", "Ansökan görs varje månad."],
    ["Kontakta oss, t. ex. Ekonomienheten, före kl. 16.00.", "Vi svarar inom tre dagar."],
    ["Vi har öppet kl. 08.00–16.30.", "Lunchstängt kl. 12.", "Välkommen!"],
    ["Avgiften är 1 250,50 kr per månad.", "Den höjs med 2.5 procent den 1 januari 2025."],
    ["Mötet hålls den 3. januari i kommunhuset.", "Det leds av A. Svensson och J. O. Ek."],
    ["Se bilaga A.", "Där finns taxan."],
    ["Riksnormen gäller fr.o.m. 2024.", "Den ses över varje år."],
    ["Det kan gälla mat, kläder, m.m.", "Ansökan görs skriftligt."],
    ["”Kan jag överklaga?”", "Ja, inom tre veckor.", "(Se nedan.)", "Därefter vinner beslutet laga kraft!"],
    ["Ring tel. 0123-456 78 eller skriv till info@bjorksta.example.", "Ange dnr. SN 2024/12."],
    ["Nämnden beslutar enl. delegationsordningen, jfr. Bilaga 2.", "Ordföranden får besluta i brådskande ärenden."],
    ["Högst 10 st. 5 av dem ska vara reserverade.", "Resten fördelas."],
    ["Han har bil.", "Den räknas som tillgång."],
    ["Vänta … så återkommer vi.", "Är det bråttom?", "Ring 112!"],
    ["The fee is 4.5 per cent, e.g. SEK 450.", "Contact Mr. Smith for details.", "Is that all?"],
    ["Handläggningstiden är ca. 3 veckor p.g.a. Semestertider."],
]


@pytest.mark.parametrize("expected", RUNNING, ids=lambda sentences: sentences[0][:40])
@pytest.mark.parametrize("space", [" ", "\n"])
def test_sentences_of_running_text(expected: list[str], space: str) -> None:
    assert said(space.join(expected)) == expected


LAID_OUT = {
    "a heading on its own line": (
        "Ansökan om bistånd\nDu ansöker hos socialtjänsten i den kommun där du bor. Ta med legitimation.",
        ["Ansökan om bistånd", "Du ansöker hos socialtjänsten i den kommun där du bor.", "Ta med legitimation."],
    ),
    "a numbered heading": (
        "4.2 Boendekostnad\nSkälig hyra är den som en låginkomsttagare på orten har råd med.",
        ["4.2 Boendekostnad", "Skälig hyra är den som en låginkomsttagare på orten har råd med."],
    ),
    "lines of a paragraph": (
        "Den som ansöker om bistånd ska lämna sina handlingar till\nSocialtjänsten senast den femte i\nmånaden. Tack.",
        [
            "Den som ansöker om bistånd ska lämna sina handlingar till\nSocialtjänsten senast den femte i\nmånaden.",
            "Tack.",
        ],
    ),
    "a list": (
        "Ta med dig:\n- legitimation\n- hyresavi\n• kontoutdrag\nDu får svar inom två veckor från det att ansökan kom in.",
        [
            "Ta med dig:",
            "- legitimation",
            "- hyresavi",
            "• kontoutdrag",
            "Du får svar inom två veckor från det att ansökan kom in.",
        ],
    ),
    "a numbered list": (
        "1. Fyll i blanketten.\n2. Skriv under. Datera.\n3) Skicka in",
        ["1. Fyll i blanketten.", "2. Skriv under.", "Datera.", "3) Skicka in"],
    ),
    "a lettered list": (
        "Krav är följande.\na) inkomst\nb) tillgångar",
        ["Krav är följande.", "a) inkomst", "b) tillgångar"],
    ),
    "blank lines": ("Utan punkt\n \n\tNästa stycke\n\n\nSista", ["Utan punkt", "Nästa stycke", "Sista"]),
    "lines of opening hours": (
        "Öppettider\nMåndag 8–16\nTisdag 8–18\nOnsdag stängt",
        ["Öppettider", "Måndag 8–16", "Tisdag 8–18", "Onsdag stängt"],
    ),
    "nothing": (" \n ", []),
}


@pytest.mark.parametrize("name", LAID_OUT)
def test_sentences_of_text_with_a_layout(name: str) -> None:
    text, expected = LAID_OUT[name]
    assert said(text) == expected


@pytest.mark.parametrize(
    "piece", [".", "!?", "\n", "\n ", " ", "a", "a.", "a. ", "A\n", '."', "\u00ad", "a\u00ad", "\u0301", "1.", "- "]
)
def test_time_grows_with_the_text_and_not_faster(piece: str) -> None:
    text = piece * (200_000 // len(piece)) + "x"
    with within(15):
        list(swedish.sentences(text))
        swedish.words(text)
