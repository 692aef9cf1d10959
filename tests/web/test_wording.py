"""The texts read as one person wrote them: the design's word for each thing, no jargon, whole languages, tidy signs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from samverk import web
from samverk.web.texts import Texts, texts

SV, EN = texts("sv"), texts("en")
GUIDE = Path(web.__file__).parent / "help"

# What is not said in Swedish: the pattern, and the word for it.
SAID_OTHERWISE = {
    r"chatt?(ar|a|en|ning)?": "samtal",
    r"konversation\w*|dialog(en|er|erna)?": "samtal",
    r"prompt\w*": "mall, fråga",
    r"(chatt?)?bot(ten|tar)?|agent(en|er)?": "assistent",
    r"användare\w*|user\w*": "medlem, den som frågar",
    r"kunskapsbas\w*|kunskapskäll\w*|dokumentsamling\w*": "kunskapssamling",
    r"chunk\w*|textavsnitt\w*": "stycke",
    r"källreferens\w*|citering\w*": "källhänvisning",
    r"sekretessnivå\w*|säkerhetsklass\w*|informationsnivå\w*|känslighetsklass\w*": "informationsklass",
    r"e-?mail\w*|mail(et|a|en)?|mejl\w*": "e-post",
    r"logga in/ut|vänligen|klicka här|obs": "(säg det rakt)",
    r"invit\w*": "inbjudan",
    r"tenant\w*|admin": "organisation, administratör",
    r"spåra?|trace": "så kom svaret till",
    r"maskera(d|de|s|t)? bort": "maskera",
}
ALLOWED = {
    "feedback.thanks",  # it is glad
}

# What is written alike in both languages.
ALIKE = {
    *("document.version", "frame.nav.organisation", "frame.nav.start", "knowledge.column.version"),
    *("knowledge.share_organisation", "models.fact.version", "models.tokens.one", "models.version_is"),
    *("organisation.title", "passage.version", "start.new_version", "start.title", "trace.version"),
    *("versions.number", "versions.version", "models.provider.anthropic", "models.provider.google"),
    "sync.seconds",  # the unit's symbol
}


def _swedish() -> Iterator[tuple[str, str]]:
    yield from ((key, re.sub(r"\{\w+\}", "…", SV._catalogue[key])) for key in sorted(SV.keys()))
    yield "guide", (GUIDE / "guide.sv.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("pattern", SAID_OTHERWISE)
def test_a_thing_has_one_word(pattern: str) -> None:
    unwanted = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    found = {key: text for key, text in _swedish() if key not in ALLOWED and unwanted.search(text)}
    assert not found, f"say {SAID_OTHERWISE[pattern]}: {found}"


def test_no_text_is_left_in_the_other_language() -> None:
    wordless = re.compile(r"\{\w+\}|[\W\d_]")
    alike = {
        key
        for key in SV.keys() & EN.keys()
        if SV._catalogue[key] == EN._catalogue[key] and wordless.sub("", SV._catalogue[key])
    }
    assert alike == ALIKE & alike, f"the same in both languages: {sorted(alike - ALIKE)}"


UNTIDY = re.compile(r"""!|\.\.\.|  |"|\s[,.;:?](?!\w)|\(s\)""")


@pytest.mark.parametrize("words", [SV, EN], ids=["sv", "en"])
def test_signs_are_tidy(words: Texts) -> None:
    catalogue = {key: text for key, text in words._catalogue.items() if key not in ALLOWED}
    assert not {key: text for key, text in catalogue.items() if text != text.strip() or UNTIDY.search(text)}


def test_swedish_speaks_to_one_person() -> None:
    """Du: neither Ni in the old polite way, nor "man" for the one who reads."""
    polite = re.compile(r"\bEr\b(?! )|\bNi kan\b|\bman (måste|ska|bör)\b")
    assert not {key: text for key, text in _swedish() if polite.search(text)}
