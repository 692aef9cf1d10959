"""From a parsed document to its cleaned text and passages. Pure, and linear in the length of the document.

Knows nothing of formats. A passage never crosses a heading, keeps whole sentences, and aims at 500 to 900 characters. A
list stays with the sentence that leads into it; a long table is continued under its header row.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from samverk.core.swedish import sentences
from samverk.knowledge.passages import PAGE_BREAK, Block, BlockKind, Extract, Locator, Parsed, Passage

ENOUGH, FULL, MOST = 500, 900, 1200  # characters: a passage may end, should end, must have ended
LONGEST_HEADER = 200  # characters: a first row that is longer is no header to repeat
SCRAP = 200  # characters: what is left of a section and not worth a passage of its own

_AFTER_LEAD, _NO_BREAK = 3, 9  # costs of ending a passage, beside 0 (paragraphs), 1 (items) and 2 (sentences)

_LIGATURES = str.maketrans({
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
    "\u202a": None, "\u202b": None, "\u202c": None, "\u202d": None, "\u202e": None,
    "\u2066": None, "\u2067": None, "\u2068": None, "\u2069": None,
    "\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\u000b": "\n", "\t": " ", "\r": None,
    **{chr(code): None for code in (*range(9), *range(14, 32), *range(127, 133), *range(134, 160))},
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "), **{chr(code): " " for code in range(0x2000, 0x200B)},
})  # fmt: skip
_SPACES = re.compile(r" {2,}")
_AROUND_BREAK = re.compile(r" *(\f) *")
_LINE_BREAKS = re.compile(r" *\n *")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is never cut: a sentence, a table or a table's piece. Half-open range in the cleaned text."""

    start: int
    end: int
    kind: BlockKind
    block: int  # ordinal of its block: units of one block belong together
    leads: bool  # ends with a colon, so that what follows belongs to it


@dataclass(slots=True)
class _Draft:
    """The cleaned text as it grows, and where its pages and sections begin."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    page_starts: list[int] = field(default_factory=list)
    page_indices: list[int] = field(default_factory=list)
    sections: list[tuple[tuple[str, ...], list[Unit]]] = field(default_factory=list)

    def add(self, text: str, before: str) -> int:
        """Append the text after a separator; returns where the text begins."""
        if self.length:
            self.parts.append(before)
            self.length += len(before)
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        return start

    def turn(self, offset: int, page: int | None) -> None:
        """Note that the page begins at the offset, unless it is the page that we are on."""
        if page is not None and (not self.page_indices or self.page_indices[-1] != page):
            self.page_starts.append(offset)
            self.page_indices.append(page)


def build(parsed: Parsed, *, extractor: str, walls: tuple[str, ...] = (), fallback_title: str = "") -> Extract:
    """The document ready to store. `fallback_title` names a document that does not name itself."""
    draft = _Draft()
    path: list[tuple[int, str]] = []  # level and text of each open heading
    lone: list[Unit] = []  # the last heading, as long as nothing stands under it
    previous: Block | None = None
    for ordinal, block in enumerate(parsed.blocks):
        text, breaks = clean(block)
        if not text:
            if block.kind == "heading":
                _close_headings(draft, path, lone, max(1, block.level))
            continue
        for piece, page, turns in _pieces(text, block, breaks):
            start = draft.add(piece, _separator(previous, block))
            previous = block
            _turn_pages(draft, start, page, turns)
            if block.kind == "heading":
                _open_heading(draft, path, lone, block, piece, ordinal)
                continue
            lone.clear()
            if not draft.sections:
                draft.sections.append(((), []))
            draft.sections[-1][1].extend(_units(piece, start, block.kind, ordinal))
    if lone and draft.sections:
        draft.sections[-1][1].extend(lone)
    text = "".join(draft.parts)
    title = clean(Block("heading", parsed.title))[0].replace("\n", " ") or fallback_title
    passages = tuple(_passages(draft, text, parsed.labels))
    return Extract(title, text, passages, parsed.labels, extractor, parsed.notes, walls, parsed.unread)


def clean(block: Block) -> tuple[str, tuple[int, ...]]:
    """The block's text with tidy characters and spaces, and the offsets in it where further pages begin."""
    text = unicodedata.normalize("NFC", block.text).translate(_LIGATURES)
    text = _LINE_BREAKS.sub("\n", _SPACES.sub(" ", _LONE_SURROGATE.sub("\ufffd", text)))
    if block.kind == "heading":
        text = text.replace("\n", " ")
    text = text.strip(" \n")
    if PAGE_BREAK not in text:
        return text, ()
    parts = _AROUND_BREAK.sub(lambda match: " \f" if " " in match.group() else "\f", text).split(PAGE_BREAK)
    breaks, offset = [], 0
    for part in parts[:-1]:
        offset += len(part)
        breaks.append(offset)
    return "".join(parts).rstrip(), tuple(breaks)


Piece = tuple[str, int | None, tuple[int, ...]]  # text, page where it begins, offsets in it where further pages begin


def _pieces(text: str, block: Block, breaks: tuple[int, ...]) -> Iterator[Piece]:
    """The text whole, except for a table too long for one passage: then each piece begins with the header row."""
    header, _, body = text.partition("\n")
    if block.kind != "table" or len(text) <= FULL or len(header) > LONGEST_HEADER or not body:
        yield text, block.page, breaks
        return
    piece, turned = header, 0  # pages turned before the piece
    turns: list[int] = []
    offset = len(header) + 1
    for row in body.split("\n"):
        begun = len(piece) > len(header)
        if begun and len(piece) + len(row) > FULL:
            yield piece, _later(block.page, turned), tuple(turns)
            piece, turned, turns, begun = header, turned + len(turns), [], False
        for at in breaks[turned + len(turns) :]:
            if at >= offset + len(row):
                break
            if begun:
                turns.append(len(piece) + 1 + at - offset)
            else:
                turned += 1  # the first row begins on a new page: so does the piece
        piece += "\n" + row
        offset += len(row) + 1
    yield piece, _later(block.page, turned), tuple(turns)


def _later(page: int | None, turned: int) -> int | None:
    return None if page is None else page + turned


def _separator(previous: Block | None, block: Block) -> str:
    items = previous is not None and previous.kind == block.kind == "item"
    return "\n" if items else "\n\n"


def _turn_pages(draft: _Draft, start: int, page: int | None, breaks: tuple[int, ...]) -> None:
    draft.turn(start, page)
    if page is not None:
        for number, offset in enumerate(breaks, 1):
            draft.turn(start + offset, page + number)


def _open_heading(
    draft: _Draft, path: list[tuple[int, str]], lone: list[Unit], block: Block, text: str, ordinal: int
) -> None:
    """Begin a section. A heading with nothing under it, before one that is no deeper, stays findable as a passage."""
    start = draft.length - len(text)
    level = max(1, block.level)
    _close_headings(draft, path, lone, level)
    path.append((level, text))
    draft.sections[-1] = (tuple(heading for _, heading in path), [])
    lone[:] = [Unit(start, start + len(text), "heading", ordinal, leads=False)]


def _close_headings(draft: _Draft, path: list[tuple[int, str]], lone: list[Unit], level: int) -> None:
    """End what stands under headings of this level and deeper, as a heading without text does: a slide without title."""
    if lone and path and level <= path[-1][0]:
        draft.sections[-1][1].extend(lone)
    lone.clear()
    while path and path[-1][0] >= level:
        path.pop()
    draft.sections.append((tuple(heading for _, heading in path), []))


def _units(text: str, start: int, kind: BlockKind, ordinal: int) -> Iterator[Unit]:
    """The block's sentences or rows; what is longer than a passage may be is cut at a space."""
    if kind == "table" and len(text) <= MOST:
        yield Unit(start, start + len(text), kind, ordinal, leads=False)
        return
    spans = _rows(text) if kind == "table" else sentences(text)
    for first, end in spans:
        begin = first
        leads = kind != "table" and text[end - 1] == ":"
        while end - begin > MOST:
            cut = text.rfind(" ", begin + ENOUGH, begin + FULL)
            cut = cut + 1 if cut > 0 else begin + FULL
            yield Unit(start + begin, start + cut, kind, ordinal, leads=False)
            begin = cut
        yield Unit(start + begin, start + end, kind, ordinal, leads)


def _rows(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for row in text.split("\n"):
        if row:
            yield begin, begin + len(row)
        begin += len(row) + 1


def _passages(draft: _Draft, text: str, labels: tuple[str, ...]) -> Iterator[Passage]:
    ordinal = 0
    for heading, units in draft.sections:
        for first, last in _group(units):
            start, end = units[first].start, units[last].end
            page, pages = _pages(draft, start, end)
            label = (labels[page] or None) if page is not None and page < len(labels) else None
            yield Passage(ordinal, text[start:end], Locator(heading, page, label, start, end), pages)
            ordinal += 1


def _group(units: list[Unit]) -> Iterator[tuple[int, int]]:
    """Consecutive units that make a passage, as inclusive index ranges."""
    first = 0
    while first < len(units):
        last = _fill(units, first)
        yield first, last
        first = last + 1


def _fill(units: list[Unit], first: int) -> int:
    """The last unit of the passage that begins at `first`: as much as fits, ending where it hurts least."""
    start, end = units[first].start, units[-1].end
    last, best, best_cost = first, first, _NO_BREAK
    while last + 1 < len(units):
        cost = _cost_of_break(units, last)
        if units[last].end - start >= ENOUGH and cost <= best_cost:
            best, best_cost = last, cost
        if units[last + 1].end - start > (FULL if best_cost < _AFTER_LEAD else MOST):
            break
        last += 1
    else:
        return last
    if end - start <= MOST and end - units[best].end < SCRAP:
        return len(units) - 1
    return _before_lead(units, first, best if best_cost < _NO_BREAK else last)


def _cost_of_break(units: list[Unit], last: int) -> int:
    """How much it hurts to end a passage after this unit, which is not the last: 0 between paragraphs."""
    here, following = units[last], units[last + 1]
    if here.leads:
        return _AFTER_LEAD
    if here.block == following.block and here.kind != "table":
        return 2
    return 1 if here.kind == following.kind == "item" else 0


def _before_lead(units: list[Unit], first: int, last: int) -> int:
    """The last unit, or the one before it where it leads into what no longer fits."""
    return last - 1 if units[last].leads and last > first else last


def _pages(draft: _Draft, start: int, end: int) -> tuple[int | None, tuple[tuple[int, int], ...]]:
    """The page where the range begins, and the offsets within the range where pages begin."""
    if not draft.page_starts:
        return None, ()
    first = max(0, bisect_right(draft.page_starts, start) - 1)
    pages = [(0, draft.page_indices[first])]
    for number in range(first + 1, len(draft.page_starts)):
        if draft.page_starts[number] >= end:
            break
        pages.append((draft.page_starts[number] - start, draft.page_indices[number]))
    return pages[0][1], tuple(pages)
