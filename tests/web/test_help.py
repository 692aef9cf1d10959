"""The guide says the same in both languages, citizens see their part of it, and it looks as answers do."""

import re
from typing import get_args

import pytest

from samverk.core.errors import Language
from samverk.web.help.sections import found, sections
from samverk.web.texts import texts

LANGUAGES: tuple[Language, ...] = get_args(Language)


def test_both_languages_have_the_same_sections() -> None:
    swedish, english = (
        [(one.id, one.staff, one.source.count("\n| "), one.source.count("\n- ")) for one in sections(language)]
        for language in LANGUAGES
    )
    assert swedish == english
    assert len(swedish) > 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_is_drawn_whole(language: Language) -> None:
    words = texts(language)
    html = "\n".join(section.html(words, "KVAR TILLS VIDARE") for section in sections(language))
    assert "KVAR TILLS VIDARE" in html
    for verdict in ("verified", "supported", "unverified"):
        assert f'<span class="verdict {verdict}">{words("verdict." + verdict)}</span>' in html
    assert not re.search(r"\{#?\w|\*\*|\[\d\]|^## ", html, re.MULTILINE)
    assert "<h2" not in html
    assert "<h1" not in html
    assert "<td data-label=" in html
    assert "<td>" not in html


def test_links_within_the_guide_lead_somewhere() -> None:
    for language in LANGUAGES:
        ids = {section.id for section in sections(language)}
        linked = {target for section in sections(language) for target in re.findall(r"\(#([\w-]+)\)", section.source)}
        assert linked
        assert linked <= ids


def test_a_search_finds_sections_that_hold_every_word_and_citizens_do_not_see_how_one_builds() -> None:
    assert [section.id for section in found("sv", "PERSONNUMMER lösenord", staff=True)] == ["skriv-inte"]
    assert [section.id for section in found("sv", "ej verifierad", staff=True)] == ["kallor"]
    assert found("sv", "gurka", staff=True) == []
    everybody = {section.id for section in found("sv", "", staff=False)}
    assert {section.id for section in found("sv", "", staff=True)} - everybody == {"bygga", "maskera"}
