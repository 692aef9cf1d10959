"""A document with one passage marked: every character once, in order."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.web.knowledge.documents import parts

TEXT = "Titel\n\n1 Inledning\n\nFörsta stycket\nmed två rader.\f\nAndra stycket.\n\nSlut."


def test_the_passage_is_marked_across_paragraphs_and_headings_are_known() -> None:
    start, end = TEXT.index("med två"), TEXT.index(" stycket.\n\nSlut")
    found = list(parts(TEXT, 0, (TEXT.index("Första"), end), (start, end), {"1 Inledning": "h2"}))
    assert [part.tag for part in found] == ["p", "h2", "p", "p", "p"]
    assert [part.marked for part in found] == ["", "", "med två rader.", "Andra", ""]
    assert [part.first for part in found] == [False, False, True, False, False]
    assert [part.page_begins for part in found] == [False, False, False, True, False]
    assert [part.hit for part in found] == [False, False, True, True, False]
    assert found[2].before == "Första stycket\n"


@given(st.text(alphabet="ab \n\f", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_no_character_is_lost_or_doubled(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    found = list(parts(text, 0, (start, end), (start, end), {}))
    assert "\n".join(p.before + p.marked + p.after for p in found).split() == text.split()
    assert "\n".join(p.marked for p in found).split() == text[start:end].split()
    assert sum(part.first for part in found) <= 1
