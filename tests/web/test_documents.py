"""A document as it is drawn: every character once, in order; tables as tables; parts that follow each other without a gap."""

from hypothesis import given
from hypothesis import strategies as st

from samverk.web.knowledge import paper
from samverk.web.knowledge.paper import PART, Block, blocks, heading_tags

TEXT = "Titel\n\n1 Inledning\n\nFörsta stycket\nmed två rader.\n\nAndra stycket.\n\nSlut."
TABLE = "Före.\n\nResa | Godkänns av | Bokas senast\nInom länet | ingen | –\nNorden | | 14 dagar före\n\nA | b"


def drawn(found: list[Block], part: str) -> str:
    """All the text of a kind, blocks parted by lines."""
    return "\n".join(getattr(words, part) for block in found for row in block.rows for words in row)


def test_the_passage_is_marked_across_paragraphs_and_headings_are_known() -> None:
    start, end = TEXT.index("med två"), TEXT.index(" stycket.\n\nSlut")
    hit = (TEXT.index("Första"), end)
    turns = [(0, 0), (TEXT.index("Andra"), 1)]
    found = list(blocks(TEXT, (0, len(TEXT)), hit, (start, end), {"1 Inledning": "h2"}, turns))
    assert [block.tag for block in found] == ["p", "h2", "p", "p", "p"]
    assert [block.words.marked for block in found] == ["", "", "med två rader.", "Andra", ""]
    assert [block.words.first for block in found] == [False, False, True, False, False]
    assert [block.page for block in found] == [0, None, None, 1, None]
    assert [block.hit for block in found] == [False, False, True, True, False]
    assert found[2].words.before == "Första stycket\n"


def test_a_table_is_drawn_as_rows_and_a_mark_goes_through_its_cells() -> None:
    mark = (TABLE.index("ingen"), TABLE.index("Norden") + 3)
    found = list(blocks(TABLE, (0, len(TABLE)), mark, mark, {}))
    assert [block.tag for block in found] == ["p", "table", "p"]  # one row alone is text
    rows = [[words.before + words.marked + words.after for words in row] for row in found[1].rows]
    assert rows == [
        ["Resa", "Godkänns av", "Bokas senast"],
        ["Inom länet", "ingen", "–"],
        ["Norden", "", "14 dagar före"],
    ]
    assert [[words.marked for words in row] for row in found[1].rows] == [
        ["", "", ""],
        ["", "ingen", "–"],
        ["Nor", "", ""],
    ]
    assert [words.first for row in found[1].rows for words in row] == [*[False] * 4, True, *[False] * 4]


def test_an_empty_cell_at_a_rows_end_may_be_missing() -> None:
    text = "Skäl | Dagar | Villkor\nFlytt | inga\nResa | en | chefen vet"
    (table,) = blocks(text, (0, len(text)), (0, 1), (0, 1), {})
    assert [[words.before + words.marked for words in row] for row in table.rows][1] == ["Flytt", "inga", ""]


def test_rows_of_unlike_length_and_bars_within_words_are_no_table() -> None:
    for text in ("a | b\nc", "a | b\nc | d | e", "a|b\nc|d"):
        assert [block.tag for block in blocks(text, (0, len(text)), (0, 1), (0, 1), {})] == ["p"]


@given(st.text(alphabet="ab \n", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_no_character_is_lost_or_doubled(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    found = list(blocks(text, (0, len(text)), (start, end), (start, end), {}))
    assert "\n".join(w.before + w.marked + w.after for p in found for r in p.rows for w in r).split() == text.split()
    assert drawn(found, "marked").split() == text[start:end].split()
    assert sum(words.first for block in found for row in block.rows for words in row) <= 1


@given(st.text(alphabet="ab| \n", max_size=60))
def test_tables_keep_every_word(text: str) -> None:
    found = list(blocks(text, (0, len(text)), (0, 0), (0, 0), {}))
    assert drawn(found, "before").replace("|", " ").split() == text.replace("|", " ").split()


@given(st.lists(st.sampled_from(["ord " * 50, "\n", "\n\n", "x" * 9_000]), max_size=60))
def test_the_parts_of_a_document_follow_each_other_without_a_gap(pieces: list[str]) -> None:
    whole = "".join(pieces)
    ranges = [paper.part(whole, number) for number in range(1, paper.count(whole) + 1)]
    assert "".join(whole[slice(*shown)] for shown in ranges) == whole
    assert all(end - begin <= 2 * PART for begin, end in ranges)
    for position in range(0, len(whole), 777):
        begin, end = ranges[paper.part_with(whole, position) - 1]
        assert begin <= position < end


@given(st.integers(0, 500_000), st.integers(1, 2_000))
def test_a_passage_is_whole_in_what_is_shown_around_it(start: int, length: int) -> None:
    whole = "mening. " * 70_000
    begin, end = paper.around(whole, (start, start + length))
    assert begin <= start < start + length <= end
    assert end - begin <= PART + 2 * 4_000 + length


def test_headings_have_the_depth_of_the_outline() -> None:
    assert heading_tags([("1 A", "1.1  B"), ("2 C",)]) == {"1 A": "h2", "1.1 B": "h3", "2 C": "h2"}
