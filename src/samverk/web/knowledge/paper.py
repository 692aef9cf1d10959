"""A document as it is drawn: paragraphs, headings and tables, with one stretch marked, in parts that open fast. Pure.

The text is the cleaned one (`knowledge.passages`): blocks parted by blank lines; a table has one row a line, its cells parted by
lone bars, its header first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

PART = 40_000  # characters of a document that are drawn at a time
_LOOK_BACK = 4_000  # for a place between two blocks where a part can begin

_BLOCKS = re.compile(r"[^\n\f]+(?:\n(?!\n)[^\n\f]+)*")
_CELL_EDGE = re.compile(r"(?:(?<=\s)|^)\|(?=\s|$)", re.MULTILINE)
_LEAST_ROWS = 2
FIRST_HEADING, LAST_HEADING = 2, 6

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text: what stands before, inside and after the mark. `first`: the mark begins here."""

    before: str
    marked: str = ""
    after: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a table. `tag` is what it is drawn as; `hit` says that it belongs to the passage.

    Anything but a table has one row of one cell. `page` is the index of the page that begins before it, if one does.
    """

    tag: str
    rows: tuple[tuple[Words, ...], ...]
    hit: bool
    page: int | None = None

    @property
    def words(self) -> Words:
        """The text of a block that is no table."""
        return self.rows[0][0]


def around(whole: str, hit: Range) -> Range:
    """The part of a document that is drawn with the passage `hit` in its middle."""
    return _begin(whole, hit[0] - PART // 2), max(hit[1], _begin(whole, hit[1] + PART // 2))


def count(whole: str) -> int:
    """How many parts a document has; at least one."""
    return max(1, -(-len(whole) // PART))


def part(whole: str, number: int) -> Range:
    """The range of a part, counted from 1. The parts follow each other without a gap."""
    return _begin(whole, (number - 1) * PART), _begin(whole, number * PART)


def part_with(whole: str, position: int) -> int:
    """The number of the part that holds a character."""
    number = min(position // PART + 1, count(whole))
    return number + 1 if number < count(whole) and position >= part(whole, number)[1] else number


def _begin(whole: str, position: int) -> int:
    """Where a part begins that should begin at `position`: between two blocks, or failing that two lines, shortly before."""
    if position <= 0 or position >= len(whole):
        return min(max(position, 0), len(whole))
    for gap in ("\n\n", "\n"):
        found = whole.rfind(gap, max(0, position - _LOOK_BACK), position)
        if found >= 0:
            return found + len(gap)
    return position


def blocks(
    whole: str, shown: Range, hit: Range, mark: Range, tags: Mapping[str, str], turns: Iterable[tuple[int, int]] = ()
) -> Iterator[Block]:
    """The blocks of `whole` in the range `shown`, with the range `mark` marked.

    `tags` knows the headings by their text; `turns` are where pages begin: pairs (character, page), in order.
    """
    first, coming = True, [turn for turn in turns if shown[0] <= turn[0] < shown[1]]
    for match in _BLOCKS.finditer(whole, *shown):
        begin, end = match.span()
        page = None
        while coming and coming[0][0] <= begin:
            page = coming.pop(0)[1]
        tag = tags.get(" ".join(match.group().split()), "p")
        cells = _cells(match.group(), begin) if tag == "p" else None
        rows = []
        for row in cells or [[(begin, end)]]:
            drawn = []
            for cell in row:
                words = _words(whole, cell, mark, first)
                first = first and not words.first
                drawn.append(words)
            rows.append(tuple(drawn))
        yield Block("table" if cells else tag, tuple(rows), begin < hit[1] and hit[0] < end, page)


def _words(whole: str, here: Range, mark: Range, first: bool) -> Words:
    low, high = (min(max(edge, here[0]), here[1]) for edge in mark)
    if low >= high:
        return Words(whole[slice(*here)])
    return Words(whole[here[0] : low], whole[low:high], whole[high : here[1]], first)


def _cells(text: str, offset: int) -> list[list[Range]] | None:
    """The ranges of a table's cells, row by row; None for what is no table: rows have as many bars as the header, or lack the
    last one with an empty cell behind it."""
    lines = text.split("\n")
    edges = [[match.start() for match in _CELL_EDGE.finditer(line)] for line in lines]
    bars = len(edges[0])
    if len(lines) < _LEAST_ROWS or not bars or any(not max(1, bars - 1) <= len(found) <= bars for found in edges):
        return None
    rows = []
    for line, found in zip(lines, edges, strict=True):
        limits = zip([0, *(edge + 1 for edge in found)], [*found, len(line)], strict=True)
        row = [_stripped(line, begin, end, offset) for begin, end in limits]
        rows.append(row if len(found) == bars else [*row, (row[-1][1], row[-1][1])])
        offset += len(line) + 1
    return rows


def _stripped(line: str, begin: int, end: int, offset: int) -> Range:
    cell = line[begin:end]
    start = begin + len(cell) - len(cell.lstrip())
    return offset + start, offset + start + len(cell.strip())


def heading_tags(outline: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Each heading of the document with the tag of its depth."""
    depths = {" ".join(heading.split()): depth for path in outline for depth, heading in enumerate(path, FIRST_HEADING)}
    return {heading: f"h{min(depth, LAST_HEADING)}" for heading, depth in depths.items()}
