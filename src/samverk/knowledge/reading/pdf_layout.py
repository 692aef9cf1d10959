"""From lines on pages to headings, paragraphs, items, tables and footnotes. Pure: lines in, blocks out.

Headings come from the outline where there is one, then from the file's tags, then from size, weight and numbering. Levels
of faces are learnt from the headings that outline and tags name, and ranked by size where nothing names any.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from samverk.knowledge.passages import PAGE_BREAK, Block, BlockKind
from samverk.knowledge.reading.pdf_source import Bookmark, Line, Page
from samverk.knowledge.reading.pdf_tables import Table, tables_of

_BULLET = re.compile(r"^(?:[•●▪■◦‣⁃∙·\uf0b7\uf0a7\uf0d8\u2013\u2014*-]|o(?=\s)|[\ue000-\uf8ff])\s+(?=\S)")
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-zåäö][.)])\s+(?=\S)")
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÅÄÖÉ])")
_CHAPTER = re.compile(
    r"^(?:\d+\s*kap\.?|kapitel\s+\d+|chapter\s+\d+|bilaga\s*\d*|appendix\s+\w+|del\s+[ivx\d]+)\b", re.IGNORECASE
)
_PARAGRAPH_SIGN = re.compile(r"^\d+\s*[a-z]?\s*§")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d*$|…{2,}\s*\d*$")
_ENDS = re.compile(r"[.!?:;…][\"”’»)\]]*$")
_FOOTNOTE = re.compile(r"^(?:\d{1,3}|\*{1,3})\s*\S")
_JOINERS = frozenset({"och", "eller", "samt", "respektive", "and", "or", "till", "men"})
_LONGEST_HEADING = 180

Style = tuple[float, bool]


@dataclass(slots=True)
class Face:
    """How the running text looks: size, weight and the usual distance from line to line."""

    size: float
    bold: bool
    pitch: float


@dataclass(slots=True)
class _Growing:
    """A block as its lines come."""

    kind: BlockKind
    page: int
    text: str
    last: Line
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
    notes: list[Block] = field(default_factory=list)  # footnotes, held until the paragraph above them is whole

    def close(self) -> None:
        if self.open is not None:
            self.blocks.append(self.open.block())
            self.open = None
        self.blocks.extend(self.notes)
        self.notes.clear()


def blocks_of(pages: list[Page], outline: list[Bookmark]) -> tuple[list[Block], list[int]]:
    """The blocks of a document without its margins, and the indices of pages whose tables of contents were left out."""
    contents = _drop_contents(pages)
    face = face_of(pages)
    state = _State(face, heading_levels(pages, outline, face))
    for page in pages:
        _page(state, page)
    state.close()
    return state.blocks, contents


def face_of(pages: list[Page]) -> Face:
    """The most usual size, weight and pitch, weighed by characters."""
    sizes: Counter[float] = Counter()
    weights: Counter[bool] = Counter()
    pitches: Counter[float] = Counter()
    for page in pages:
        for before, line in zip(page.lines, page.lines[1:], strict=False):
            gap = before.y0 - line.y0
            if before.size == line.size and 0.8 * line.size < gap < 2.5 * line.size:
                pitches[round(gap, 1)] += len(line.text)
        for line in page.lines:
            sizes[line.size] += len(line.text)
            weights[line.bold] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 11.0
    pitch = pitches.most_common(1)[0][0] if pitches else 1.2 * size
    return Face(size, bool(weights) and weights.most_common(1)[0][0], pitch)


def _drop_contents(pages: list[Page]) -> list[int]:
    """Take away lines of tables of contents (leaders that end in a page number), in place."""
    found = []
    for page in pages:
        leaders = [line for line in page.lines if _LEADERS.search(line.text) and len(line.text) > 12]
        if len(leaders) >= 3:
            marks = {id(line) for line in leaders}
            page.lines = [line for line in page.lines if id(line) not in marks]
            found.append(page.index)
    return found


# Headings


def heading_levels(pages: list[Page], outline: list[Bookmark], face: Face) -> dict[int, int]:
    """The level of every line that is a heading or a part of one, by the line's id."""
    named = _from_outline(pages, outline)
    if not named:
        named = {id(line): line.tag for page in pages for line in page.lines if line.tag}
    else:
        deepest = max(named.values())
        for page in pages:
            for line in page.lines:
                if line.tag and id(line) not in named and len(line.text) < _LONGEST_HEADING:
                    named[id(line)] = max(line.tag, min(deepest, line.tag + 1))
    return named | _from_faces(pages, face, named)


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _from_outline(pages: list[Page], outline: list[Bookmark]) -> dict[int, int]:
    """Lines that say what an entry of the outline says, on the page where it points."""
    found: dict[int, int] = {}
    for mark in outline:
        wanted = _key(mark.title)
        if len(wanted) < 2 or not 0 <= mark.page < len(pages):
            continue
        for index in (mark.page, mark.page + 1):
            lines = _matching(pages[index].lines, wanted) if index < len(pages) else []
            if lines:
                found.update((id(line), min(mark.level, 6)) for line in lines if id(line) not in found)
                break
    return found


def _matching(lines: list[Line], wanted: str) -> list[Line]:
    """The line, or the few lines in a row, whose letters are the wanted ones; a leading number may be missing."""
    for first, line in enumerate(lines):
        key = _key(line.text)
        bare = key.lstrip("0123456789")
        if not key or not (wanted.startswith(key) or (bare and wanted.startswith(bare)) or key.endswith(wanted)):
            continue
        if wanted in (key, bare) or (key.endswith(wanted) and len(key) - len(wanted) <= 8):
            return [line]
        for start in {key, bare} - {""}:
            grown, last = start, first
            while grown != wanted and wanted.startswith(grown) and last + 1 < len(lines) and last - first < 3:
                last += 1
                grown += _key(lines[last].text)
            if grown == wanted:
                return lines[first : last + 1]
    return []


def _from_faces(pages: list[Page], face: Face, named: dict[int, int]) -> dict[int, int]:
    """Lines that look like headings: larger, or bold where the text is not, short, and not the end of a sentence."""
    learnt: dict[Style, Counter[int]] = {}
    candidates: list[Line] = []
    for page in pages:
        for before, line, after in _neighbours(page.lines):
            if id(line) in named:
                learnt.setdefault((line.size, line.bold), Counter())[named[id(line)]] += 1
            elif _looks_like_heading(before, line, after, face):
                candidates.append(line)
    styles = Counter((line.size, line.bold) for line in candidates)
    levels = {style: counts.most_common(1)[0][0] for style, counts in learnt.items()}
    floor = max(levels.values(), default=0)
    ranked = sorted((style for style in styles if style not in levels), key=lambda style: (-style[0], not style[1]))
    for rank, style in enumerate(ranked):
        larger = [level for known, level in levels.items() if known[0] > style[0]]
        levels[style] = min(6, max(larger, default=0) + 1 if floor else rank + 1)
    return {id(line): _numbered_level(line, levels[line.size, line.bold]) for line in candidates}


def _numbered_level(line: Line, level: int) -> int:
    """A section number of several parts ("3.2") is never above the level that its depth says."""
    section = _SECTION.match(line.text)
    return min(6, max(level, section.group(1).count(".") + 1)) if section else level


def _neighbours(lines: list[Line]) -> Iterator[tuple[Line | None, Line, Line | None]]:
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        yield before, line, lines[number + 1] if number + 1 < len(lines) else None


def _looks_like_heading(before: Line | None, line: Line, after: Line | None, face: Face) -> bool:
    text = line.text
    letters = sum(map(str.isalpha, text))
    if len(text) > 120 or letters < 3 or letters < 0.5 * len(text) or line.cells or (line.hyphen and len(text) > 60):
        return False
    if text[-1] in ".,;:" and not _CHAPTER.match(text) and not text.endswith(("kap.", "§.")):
        return False
    larger = line.size >= face.size * 1.12
    heavier = line.bold and not face.bold and line.size >= face.size * 0.95
    numbered = bool(_SECTION.match(text)) and line.size >= face.size and len(text) < 80
    if not (larger or heavier):
        return numbered and "." in text.split()[0].rstrip(".") and _alone(before, line, after, face)
    if text[0].islower() and not (before and _same_face(before, line)):
        return False
    if _BULLET.match(text) or (not larger and _PARAGRAPH_SIGN.match(text)):
        return False
    return larger or _alone(before, line, after, face)


def _same_face(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.3 and one.bold == other.bold


def _alone(before: Line | None, line: Line, after: Line | None, face: Face) -> bool:
    """Whether the line has air above it, or starts a page, and is not the first line of a bold paragraph."""
    if before is not None and abs(before.y0 - line.y0) < 2:
        return False
    if after is not None and abs(after.y0 - line.y0) < 2:
        return False
    air = before is None or before.y0 - line.y0 > 1.15 * face.pitch or before.y0 < line.y0 or _ENDS.search(before.text)
    return bool(air) or (before is not None and _same_face(before, line))


# Running text


def _page(state: _State, page: Page) -> None:
    foot = _footnote_lines(page, state.face)
    tables = {id(line): table for table in tables_of(page.lines, state.levels, foot) for line in table.lines}
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
    state.close()
    text = "\n".join(" | ".join(row) for row in table.rows)
    last = state.blocks[-1] if state.blocks else None
    if last is not None and last.kind == "table" and last.text.split("\n", 1)[0] == text.split("\n", 1)[0]:
        text = text.partition("\n")[2]  # the table goes on, its header printed again
        if not text:
            return
    state.blocks.append(Block("table", text, 0, page))


def _footnote_lines(page: Page, face: Face) -> set[int]:
    """Ids of the lines at the foot of the page that are smaller than the text, from the first with a mark onward."""
    found: list[int] = []
    marked = 0
    for line in reversed(page.lines):
        if line.size > face.size * 0.92 or line.y1 > page.height * 0.6:
            break
        found.append(id(line))
        if _FOOTNOTE.match(line.text):
            marked = len(found)
    return set(found[:marked])


def _add_footnote(state: _State, line: Line) -> None:
    last = state.notes[-1] if state.notes else None
    if last is not None and last.page == line.page and not _FOOTNOTE.match(line.text):
        state.notes[-1] = Block(
            "footnote", joined(last.text, line.text, hyphen=last.text.endswith("\ufffe")), 0, line.page
        )
    else:
        state.notes.append(Block("footnote", line.text, 0, line.page))
    if line.hyphen:
        state.notes[-1] = Block("footnote", state.notes[-1].text + "\ufffe", 0, line.page)


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
    state.open = _Growing(kind, line.page, text, line, line.x1, level)


def _kind(state: _State, line: Line) -> tuple[BlockKind, int]:
    level = state.levels.get(id(line), 0)
    if level:
        return "heading", level
    if _BULLET.match(line.text) or _NUMBERED.match(line.text):
        return "item", 0
    return "paragraph", 0


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
            and _same_face(last, line)
            and grown.lines < 4
            and (len(grown.text) + len(line.text) < _LONGEST_HEADING and not _SECTION.match(line.text))
        )
    if last.hyphen:
        return True
    if kind == "item":
        return False
    if abs(last.size - line.size) > 0.15 * face.size and abs(gap) > 2:
        return False
    ended = bool(_ENDS.search(last.text))
    if line.page != last.page or gap < -2:  # the next page or column
        return not ended and (line.text[0].islower() or not line.text[0].isupper() or last.text[-1] == ",")
    if gap < 2:  # the same line, in another piece
        return True
    if gap > 1.45 * max(face.pitch, 1.0) and gap > 1.3 * line.size:
        return not ended and line.text[0].islower() and gap < 2.2 * face.pitch
    if _PARAGRAPH_SIGN.match(line.text) and ended:
        return False
    short = last.x1 < grown.right - 6 * line.size
    indented = line.x0 > last.x0 + 0.7 * line.size and grown.lines > 1
    return not (ended and (short or indented)) and not (last.bold != line.bold and ended and last.bold)


def joined(text: str, following: str, *, hyphen: bool = False, between: str = "") -> str:
    """Two lines as one text. A hyphen made by the line break goes; one that belongs to the word stays."""
    if text.endswith("\ufffe"):
        text, hyphen = text[:-1], True
    if not hyphen:
        if text.endswith("-") and len(text) > 1 and text[-2].isalpha() and following[:1].islower():
            if following.split(None, 1)[0].strip(".,;:") in _JOINERS:
                return f"{text} {between}{following}"
            return f"{text[:-1]}{between}{following}"
        return f"{text} {between}{following}"
    word = following.split(None, 1)[0].strip(".,;:)")
    if word in _JOINERS:
        return f"{text}- {between}{following}"
    before = re.split(r"\s", text)[-1] if text else ""
    if following[:1].isupper() or following[:1].isdigit() or before[-1:].isdigit() or _acronym(before):
        return f"{text}-{between}{following}"
    return f"{text}{between}{following}"


def _acronym(word: str) -> bool:
    """Whether a word is written in capitals: "EU-" before "rätten" keeps its hyphen."""
    letters = [letter for letter in word.rpartition("-")[2] if letter.isalpha()]
    return len(letters) > 1 and all(letter.isupper() for letter in letters)


def lines_between(lines: Iterable[Line]) -> str:
    """The text of lines, for judging and for titles."""
    return " ".join(line.text for line in lines)
