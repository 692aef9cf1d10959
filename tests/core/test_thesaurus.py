"""The thesaurus: every line of its file readable, near both ways where said, phrases recognised, and never a stop word."""

from importlib import resources

import pytest
from tests.timing import within

from samverk.core import swedish, thesaurus
from samverk.core.errors import Invalid

FILE = resources.files("samverk.core").joinpath("thesaurus.txt").read_text("utf-8")


def stem(word: str) -> str:
    return swedish.stem(word)


def expand(question: str) -> dict[str, float]:
    return {word: lead.closeness for word, lead in thesaurus.expand(swedish.tokens(question)).items()}


def small(text: str) -> thesaurus.Thesaurus:
    return thesaurus.build(thesaurus.parse(text))


def test_every_line_can_be_read_and_none_stands_there_twice() -> None:
    groups = thesaurus.parse(FILE)
    assert len(groups) >= 1_200
    assert len(set(groups)) == len(groups)


def test_no_stop_word_leads_anywhere() -> None:
    assert not thesaurus.thesaurus().written.keys() & swedish.STOP_WORDS
    assert expand("Ska jag ha det?") == {}


def test_closeness_is_a_share_and_nothing_leads_to_itself() -> None:
    for word, aims in thesaurus.thesaurus().written.items():
        assert len(aims) <= thesaurus.MOST_EACH, word
        assert all(0 < closeness <= 1 for closeness in aims.values())
        assert stem(word) not in aims


def test_words_with_the_same_stem_are_kept_apart() -> None:
    assert stem("pappa") == stem("papper")
    assert thesaurus.related("pappa")[stem("förälder")] > thesaurus.related("papper")[stem("förälder")]
    assert thesaurus.related("pappas") == thesaurus.thesaurus().stems[stem("pappa")]


def test_words_of_one_list_lead_to_each_other() -> None:
    words = small("återbruk, begagnad").stems
    assert words[stem("återbruk")][stem("begagnad")] == words[stem("begagnad")][stem("återbruk")] == thesaurus.SAME


def test_an_arrow_leads_there_and_a_little_back() -> None:
    words = small("handboll, dans > fritidsaktivitet").stems
    assert words[stem("handboll")] == {stem("fritidsaktivitet"): thesaurus.LEADS}
    assert words[stem("fritidsaktivitet")][stem("dans")] == thesaurus.BACK


def test_association_goes_both_ways_and_doubt_halves() -> None:
    words = small("arv ~ bouppteckning\nrätt? > domstol").stems
    assert words[stem("arv")][stem("bouppteckning")] == words[stem("bouppteckning")][stem("arv")] == thesaurus.NEAR
    assert words[stem("rätt")][stem("domstol")] == thesaurus.LEADS / 2


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Min pappa har gått bort, vem betalar?", "avlida"),
        ("Kan jag säga upp mig på dagen?", "uppsägning"),
        ("Hur säger jag upp mig?", "uppsägning"),
        ("Vi ligger tyvärr efter med hyran", "hyresskuld"),
        ("Kan jag skriva på papper i stället?", "blankett"),
        ("Bossen är sur", "chef"),
        ("Får mamma följa med?", "vårdnadshavare"),
        ("Jag har inte råd", "behov"),
    ],
)
def test_everyday_words_and_phrases_lead_to_those_of_administration(question: str, word: str) -> None:
    assert expand(question).get(stem(word), 0) > 0.3


def test_the_words_of_a_phrase_far_from_each_other_are_no_phrase() -> None:
    assert stem("avlida") not in expand("Vi gick i parken och sedan kastade vi skräpet bort")


def test_a_phrase_tells_where_it_stands() -> None:
    words = swedish.tokens("Hur säger jag upp mig?")
    positions = {positions for positions, aims in thesaurus.phrases(words) if stem("uppsägning") in aims}
    assert (1, 3, 4) in positions


def test_what_is_asked_is_not_repeated_and_what_is_led_to_is_bounded() -> None:
    found = expand("förälder vårdnadshavare mamma pappa barn skola lön hyra sjuk chef bil hus mat kläder läkare")
    assert stem("förälder") not in found
    assert len(found) <= thesaurus.MOST


@pytest.mark.parametrize("question", ["", "och att", "?", "xyzzy " * 3, "\x00"])
def test_nothing_known_leads_nowhere(question: str) -> None:
    assert expand(question) == {}


def test_a_long_question_ends_in_bounded_time() -> None:
    thesaurus.thesaurus()
    with within(10):
        expand("ligger efter med hyran " * 10_000)


@pytest.mark.parametrize("line", ["ensam", "och, eller", "a > b > c", "ord, ord", "ord,, ord", "ord (annat), ord"])
def test_a_line_that_cannot_be_read_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(Invalid, match="line 2"):
        thesaurus.parse(f"bil, fordon\n{line}\n")
