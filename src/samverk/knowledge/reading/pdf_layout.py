"""From lines on pages to headings, paragraphs, items, tables and footnotes. Pure: lines in, blocks out.

Headings come from the outline where there is one, then from the file's tags, then from size, weight and numbering. Levels
of faces are learnt from the headings that outline and tags name, and ranked by size where nothing names any.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise

from samverk.knowledge.passages import PAGE_BREAK, Block, BlockKind
from samverk.knowledge.reading.hyphens import joined
from samverk.knowledge.reading.pdf_headings import (
    LONGEST_HEADING,
    PARAGRAPH_SIGN,
    SECTION,
    Face,
    heading_levels,
    same_face,
)
from samverk.knowledge.reading.pdf_source import Bookmark, Line, Page
from samverk.knowledge.reading.pdf_tables import Table, aligned_tables, ruled_tables

_BULLET = re.compile(r"^(?:[•●▪■◦‣⁃∙·\uf0b7\uf0a7\uf0d8\u2013\u2014*-]|o(?=\s)|[\ue000-\uf8ff])\s+(?=\S)")
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-zåäö][.)])\s+(?=\S)")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d*$|…{2,}\s*\d*$")
_CONTENTS_HEADING = re.compile(r"^(?:innehåll|innehållsförteckning|contents|table of contents)$", re.IGNORECASE)
_PAGE_AT_END = re.compile(r"[^\W\d_].*\s(\d{1,4})$")
_ENDS = re.compile(r"[.!?:;…][\"”’»)\]]*$")
_FOOTNOTE = re.compile(r"^(?:\d{1,3}|\*{1,3})\s*\S")


@dataclass(slots=True)
class _Growing:
    """A block as its lines come."""

    kind: BlockKind
    page: int
    text: str
    last: Line
    left: float
    right: float
    level: int = 0
    lines: int = 1

    def block(self) -> Block:
        return Block(self.kind, self.text, self.level, self.page)


@dataclass(slots=True)
class _State:
    face: Face
    levels: dict[int, int]  # id of a line -> level of the heading that it belongs to
    blocks: list[Block] = field(default_factory=list)
    open: _Growing | None = None
    notes: list[_Growing] = field(default_factory=list)  # footnotes, held until the paragraph above them is whole

    def close(self) -> None:
        if self.open is not None:
            self.blocks.append(self.open.block())
            self.open = None
        self.blocks.extend(note.block() for note in self.notes)
        self.notes.clear()


def blocks_of(pages: list[Page], outline: list[Bookmark]) -> tuple[list[Block], list[int]]:
    """The blocks of a document without its margins, and the indices of pages whose tables of contents were left out."""
    contents = _drop_contents(pages)
    ruled = [ruled_tables(page) for page in pages]
    running = [_without(page, tables) for page, tables in zip(pages, ruled, strict=True)]
    face = face_of(running)
    state = _State(face, heading_levels(running, outline, face))
    for page, tables in zip(pages, ruled, strict=True):
        _page(state, page, tables)
    state.close()
    return state.blocks, contents


def _without(page: Page, tables: list[Table]) -> Page:
    """The page without the lines of its tables."""
    if not tables:
        return page
    taken = {id(line) for table in tables for line in table.lines}
    return replace(page, lines=[line for line in page.lines if id(line) not in taken])


def face_of(pages: list[Page]) -> Face:
    """The most usual size, weight and pitch, weighed by characters."""
    sizes: Counter[float] = Counter()
    weights: Counter[int] = Counter()
    pitches: Counter[float] = Counter()
    for page in pages:
        for before, line in zip(page.lines, page.lines[1:], strict=False):
            gap = before.y0 - line.y0
            if before.size == line.size and 0.8 * line.size < gap < 2.5 * line.size:
                pitches[round(gap, 1)] += len(line.text)
        for line in page.lines:
            sizes[line.size] += len(line.text)
            weights[line.weight] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 11.0
    pitch = pitches.most_common(1)[0][0] if pitches else 1.2 * size
    return Face(size, weights.most_common(1)[0][0] if weights else 0, pitch)


def _drop_contents(pages: list[Page]) -> list[int]:
    """Take away tables of contents, in place: lines with leaders, or a page of lines that end in rising numbers."""
    found = []
    for page in pages:
        marks = _led(page.lines) | _rising(page.lines, len(pages))
        if marks:
            marks |= {id(line) for line in page.lines if _CONTENTS_HEADING.match(line.text)}
            page.lines = [line for line in page.lines if id(line) not in marks]
            found.append(page.index)
    return found


def _led(lines: list[Line]) -> set[int]:
    """Ids of lines with leaders, and of the line or two that such an entry may begin with."""
    leaders = [number for number, line in enumerate(lines) if _has_leaders(line.text)]
    if len(leaders) < 3:
        return set()
    found = set(leaders)
    for before, number in pairwise(leaders):
        if number - before <= 3:
            found |= set(range(before, number))
    return {id(lines[number]) for number in found}


def _has_leaders(text: str) -> bool:
    dotted = "..." in text or ". ." in text or "……" in text
    return dotted and len(text) > 12 and _LEADERS.search(text) is not None


def _rising(lines: list[Line], pages: int) -> set[int]:
    """Ids of the lines from the first to the last of a page that mostly ends its lines in rising page numbers."""
    ends = [
        (number, int(match.group(1))) for number, line in enumerate(lines) if (match := _PAGE_AT_END.search(line.text))
    ]
    kept: list[tuple[int, int]] = []
    for number, page in ends:
        if page <= pages + 50 and (not kept or page >= kept[-1][1]):
            kept.append((number, page))
    if len(kept) < 6 or len(kept) < 0.8 * len(ends) or kept[-1][1] - kept[0][1] < 2:
        return set()
    first, last = kept[0][0], kept[-1][0]
    if len(kept) < 0.6 * (last - first + 1):
        return set()
    return {id(line) for line in lines[first : last + 1]}


# Running text


def _page(state: _State, page: Page, ruled: list[Table]) -> None:
    rest = _without(page, ruled).lines
    foot = _footnote_lines(rest, page.height, state.face)
    tables = {id(line): table for table in (*ruled, *aligned_tables(rest, state.levels, foot)) for line in table.lines}
    for line in page.lines:
        table = tables.get(id(line))
        if table is not None:
            if line is table.lines[0]:
                _add_table(state, table, page.index)
        elif id(line) in foot:
            _add_footnote(state, line)
        else:
            _add_line(state, line)


def _add_table(state: _State, table: Table, page: int) -> None:
    """The table as a block; what goes on from the page before is added to it, a header printed again left out."""
    state.close()
    rows = [" | ".join(row) for row in table.rows]
    last = state.blocks[-1] if state.blocks else None
    if last is None or last.kind != "table" or last.page is None:
        state.blocks.append(Block("table", "\n".join(rows), 0, page))
        return
    turns = page - last.page - last.text.count(PAGE_BREAK)
    again = last.text.partition("\n")[0] == rows[0]
    goes_on = turns == 1 and len(table.rows[0]) == last.text.partition("\n")[0].count(" | ") + 1
    if not again and not goes_on:
        state.blocks.append(Block("table", "\n".join(rows), 0, page))
    elif rows[again:]:
        text = "\n".join([last.text + "\n" + PAGE_BREAK * turns + rows[again], *rows[again + 1 :]])
        state.blocks[-1] = Block("table", text, 0, last.page)


def _footnote_lines(lines: list[Line], height: float, face: Face) -> set[int]:
    """Ids of the lines at the foot of the page that are smaller than the text, from the first with a mark onward."""
    found: list[int] = []
    marked = 0
    for line in reversed(lines):
        if line.size > face.size * 0.92 or line.y1 > height * 0.6:
            break
        found.append(id(line))
        if _FOOTNOTE.match(line.text):
            marked = len(found)
    return set(found[:marked])


def _add_footnote(state: _State, line: Line) -> None:
    grown = state.notes[-1] if state.notes else None
    if grown is not None and grown.page == line.page and not _FOOTNOTE.match(line.text):
        grown.text = joined(grown.text, line.text, hyphen=grown.last.hyphen)
        grown.last = line
    else:
        state.notes.append(_Growing("footnote", line.page, line.text, line, line.x0, line.x1))


def _add_line(state: _State, line: Line) -> None:
    """Let the line go on with the open block, or begin a new one."""
    kind, level = _kind(state, line)
    grown = state.open
    if grown is not None and _goes_on(grown, line, kind, level, state.face):
        turn = PAGE_BREAK * max(0, line.page - grown.last.page)
        grown.text = joined(grown.text, line.text, hyphen=grown.last.hyphen, between=turn)
        grown.right = max(grown.right, line.x1)
        grown.last, grown.lines = line, grown.lines + 1
        return
    state.close()
    text = _BULLET.sub("• ", line.text) if kind == "item" else line.text
    state.open = _Growing(kind, line.page, text, line, line.x0, line.x1, level)


def _kind(state: _State, line: Line) -> tuple[BlockKind, int]:
    level = state.levels.get(id(line), 0)
    if level:
        return "heading", level
    if _BULLET.match(line.text) or (_NUMBERED.match(line.text) and not _mid_sentence(state.open, line, state.face)):
        return "item", 0
    return "paragraph", 0


def _mid_sentence(grown: _Growing | None, line: Line, face: Face) -> bool:
    """Whether the number that a line begins with belongs to a sentence that the line before left open."""
    if grown is None or grown.kind != "paragraph" or _ENDS.search(grown.last.text) or grown.last.text[-1] == ",":
        return False
    return 0 < grown.last.y0 - line.y0 < 1.3 * face.pitch and abs(grown.last.x0 - line.x0) < line.size / 2


def _goes_on(grown: _Growing, line: Line, kind: BlockKind, level: int, face: Face) -> bool:
    """Whether a line belongs to the open block."""
    last = grown.last
    gap = last.y0 - line.y0
    if grown.kind == "heading" or kind == "heading":
        near = -2 < gap < 2.0 * max(line.size, last.size)
        return (
            grown.kind == kind
            and grown.level == level
            and near
            and same_face(last, line)
            and grown.lines < 4
            and (len(grown.text) + len(line.text) < LONGEST_HEADING and not SECTION.match(line.text))
        )
    if last.hyphen:
        return True
    if kind == "item":
        return False
    ended = bool(_ENDS.search(last.text))
    if abs(last.size - line.size) > (0.15 if ended else 0.3) * face.size and abs(gap) > 2:
        return False
    if line.page != last.page or gap < -2:  # the next page or column
        return not ended and (line.text[0].islower() or not line.text[0].isupper() or last.text[-1] == ",")
    if gap < 2:  # the same line, in another piece
        return True
    if gap > 1.45 * max(face.pitch, 1.0) and gap > 1.3 * line.size:
        return not ended and line.text[0].islower() and gap < 2.2 * face.pitch
    if PARAGRAPH_SIGN.match(line.text) and ended:
        return False
    if abs(line.x0 - last.x0) > 4 * line.size and line.text[0].isupper():  # a term beside its definition, a cell
        return False
    if grown.kind == "item" and ended and line.x0 < grown.left + 0.5 * line.size:
        return False
    short = last.x1 < grown.right - 6 * line.size
    indented = line.x0 > last.x0 + 0.7 * line.size and grown.lines > 1
    return not (ended and (short or indented)) and not (last.weight != line.weight and ended and last.weight == 2)
