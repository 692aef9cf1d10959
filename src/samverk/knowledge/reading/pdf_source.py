"""What PDFium says about a file: lines with their place and face, outline, tags, labels. No judgement about layout.

Speaks to PDFium's C interface itself, because its convenience layer doubles the start of the reading process.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from ctypes import byref
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import pypdfium2_raw as pdfium  # type: ignore[import-untyped, unused-ignore]

from samverk.knowledge.reading.pdf_grids import Grid, grids_of
from samverk.knowledge.reading.pdf_rules import rules_of, turned
from samverk.knowledge.unreadable import Unreadable

MOST_PAGES = 5_000
_CIPHERED, _NO_FORMULA = 2, 6  # lines on a page, from which on a person is told; characters of a line that counts
_FLAG_ITALIC = 1 << 6  # of a font's descriptor
_ENOUGH_BOOKMARKS = 20  # with an outline of more entries the tags are not asked: reading them takes long
_FEW_LINES, _MOST_OBJECTS = 12, 200  # a page with more lines has its text; objects of a page that are looked at
_MOST_BOOKMARKS, _MOST_DEPTH, _MOST_TAGS = 5_000, 12, 20_000
_ERROR_PASSWORD, _ERROR_SECURITY = 4, 5
_SEPARATOR = re.compile("\r\n|[\r\n\x02\ufffe]")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
_WORD = re.compile(r"[^ ]+")
_WORD_GAP = re.compile(r" +")
_WIDE = 0.6  # mean character width, in font sizes, above which a line may hold cells set apart
_CELL_GAP = 1.1  # a gap, in font sizes, that parts two cells


class Word(NamedTuple):
    """A word with its left and right end and the height of its middle, in points."""

    text: str
    x0: float
    x1: float
    y: float


@dataclass(slots=True)
class Line:
    """A line of text as printed. Coordinates in points, y upward, the page turned as a reader sees it."""

    text: str
    page: int
    x0: float
    x1: float
    y0: float
    y1: float
    size: float
    weight: int  # 2 bold, 1 italic, 0 upright
    hyphen: bool = False  # ended with a hyphen that the line break made
    tag: int = 0  # the level of the heading that the file's tags make of it
    cells: tuple[tuple[float, str], ...] = ()  # left edge and text of each, when wide gaps part the line
    words: tuple[Word, ...] = ()  # told of lines within a grid
    grid: int = -1  # the grid of the page that the line stands in


@dataclass(slots=True)
class Page:
    """A page: its size in points, and its lines in PDFium's reading order."""

    index: int
    width: float
    height: float
    lines: list[Line]
    ciphered: int = 0  # lines whose characters the file does not explain
    grids: tuple[Grid, ...] = ()  # what the ruling lines draw
    pictured: bool = False  # shows more than its text layer says: drawings where it has none, else a picture of a page


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; `page` is an index, -1 when unknown."""

    title: str
    level: int
    page: int


@dataclass(slots=True)
class Source:
    """All that PDFium knows and the layout needs."""

    pages: list[Page]
    outline: list[Bookmark] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    title: str = ""
    broken: list[int] = field(default_factory=list)  # indices of pages that could not be opened
    ciphered: list[int] = field(default_factory=list)  # of pages with lines in a coding that the file does not explain


def read(path: Path) -> Source:
    """Open the file and read all of it. Raises `Unreadable`: encrypted, damaged, too_large."""
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadDocument(str(path).encode(), None)
    if not document:
        encrypted = pdfium.FPDF_GetLastError() in (_ERROR_PASSWORD, _ERROR_SECURITY)
        raise Unreadable("encrypted" if encrypted else "damaged")
    count = pdfium.FPDF_GetPageCount(document)
    if count > MOST_PAGES:
        most = (f"{count} sidor, högst {MOST_PAGES} läses", f"{count} pages, at most {MOST_PAGES} are read")
        raise Unreadable("too_large", detail=most[0], detail_en=most[1])
    source = Source([], outline=list(_bookmarks(document)))
    tagged = len(source.outline) <= _ENOUGH_BOOKMARKS and bool(pdfium.FPDFCatalog_IsTagged(document))
    for index in range(count):
        page = _page(document, index, tagged)
        if page is None:
            source.broken.append(index)
            page = Page(index, 0, 0, [])
        source.pages.append(page)
        if page.ciphered >= _CIPHERED:
            source.ciphered.append(index)
    source.labels = _labels(document, count)
    source.title = _utf16(partial(pdfium.FPDF_GetMetaText, document, b"Title"))
    return source


def _page(document: object, index: int, tagged: bool) -> Page | None:
    page = pdfium.FPDF_LoadPage(document, index)
    if not page:
        return None
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        pdfium.FPDF_ClosePage(page)
        return None
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    count = max(0, pdfium.FPDFText_CountChars(text_page))
    levels = _heading_tags(page) if tagged and count else {}
    rotation = pdfium.FPDFPage_GetRotation(page)
    grids = grids_of(rules_of(page, rotation, width, height)) if count else ()
    reader = _LineReader(text_page, index, (rotation, width, height), levels, grids)
    lines = list(reader.lines(_text(text_page, count)))
    pictured = len(lines) < _FEW_LINES and _pictured(page, width * height, bare=not lines)
    pdfium.FPDFText_ClosePage(text_page)
    pdfium.FPDF_ClosePage(page)
    return Page(index, width, height, lines, reader.ciphered, grids, pictured)


def _pictured(page: object, area: float, *, bare: bool) -> bool:
    """Whether the page shows a picture as large as half of it or, when it is bare of text, anything at all."""
    objects = max(0, pdfium.FPDFPage_CountObjects(page))
    if bare:
        return bool(objects)
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(objects, _MOST_OBJECTS)):
        found = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(found) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        pdfium.FPDFPageObj_GetBounds(found, byref(left), byref(bottom), byref(right), byref(top))
        if (right.value - left.value) * (top.value - bottom.value) > area / 2:
            return True
    return False


def _text(text_page: object, count: int) -> str:
    """The page's text, one UTF-16 unit for each of its characters."""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    return bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "surrogatepass")


class _LineReader:
    """Cuts a page's text into lines and asks PDFium where they stand and how they look."""

    def __init__(
        self,
        text_page: object,
        index: int,
        shown: tuple[int, float, float],
        levels: dict[int, int],
        grids: tuple[Grid, ...],
    ) -> None:
        """`shown`: quarter turns, width and height of the page; `levels`: of the heading that marked content is."""
        self._text_page, self._index, self._levels, self._grids = text_page, index, levels, grids
        self._shown = shown
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self.ciphered = 0

    def lines(self, text: str) -> Iterator[Line]:
        """The lines of the page's text."""
        start = 0
        for match in _SEPARATOR.finditer(text):
            yield from self._line(text, start, match.start(), match.group() in "\x02\ufffe")
            start = match.end()
        yield from self._line(text, start, len(text), hyphen=False)

    def _line(self, text: str, start: int, end: int, hyphen: bool) -> Iterator[Line]:
        raw = text[start:end]
        words = raw.strip()
        if not words:
            return
        first = start + len(raw) - len(raw.lstrip())
        last = first + len(words) - 1
        left, right = self._place(first), self._place(last)
        if " " in words and _apart(left, right):
            turn = self._turn(words, first)
            if turn:
                yield from self._line(text, start, first + turn, hyphen=False)
                yield from self._line(text, first + turn, end, hyphen)
                return
        x0, x1 = min(left[0], right[0]), max(left[2], right[2])
        size = self._size(first, left)
        self.ciphered += len(words) >= _NO_FORMULA and self._unexplained(first) and self._unexplained(last)
        line = Line(
            words, self._index, x0, x1, min(left[1], right[1]), max(left[3], right[3]), size,
            min(self._weight(first), self._weight(last)), hyphen, self._level(first),
        )  # fmt: skip
        self._into_grid(line, words, first)
        if " " in words and x1 - x0 > _WIDE * size * len(words) * 0.8:
            line.cells = self._cells(words, first, line)
        yield line

    def _into_grid(self, line: Line, text: str, first: int) -> None:
        """Where the line stands in a grid, say in which, and where its words stand."""
        x, y = line.x0 + min(line.size, line.x1 - line.x0) / 2, (line.y0 + line.y1) / 2
        line.grid = next((number for number, grid in enumerate(self._grids) if grid.holds(x, y)), -1)
        if line.grid >= 0:
            line.words = tuple(self._words(text, first))

    def _words(self, text: str, first: int) -> Iterator[Word]:
        for match in _WORD.finditer(text):
            left, right = self._place(first + match.start()), self._place(first + match.end() - 1)
            yield Word(match.group(), left[0], right[2], (left[1] + left[3]) / 2)

    def _unexplained(self, index: int) -> bool:
        """Whether the file does not say which letter a character is."""
        return bool(pdfium.FPDFText_HasUnicodeMapError(self._text_page, index) == 1)

    def _turn(self, words: str, first: int) -> int:
        """Where a line jumps to another height: PDFium sometimes runs a margin and the text together. 0 for nowhere."""
        box = self._place(first)
        for gap in _WORD_GAP.finditer(words):
            if _apart(box, self._place(first + gap.end())):
                return gap.end()
        return 0

    def _place(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a character, turned as the page is shown."""
        box = self._box
        if not pdfium.FPDFText_GetLooseCharBox(self._text_page, index, byref(box)):
            return 0.0, 0.0, 0.0, 0.0
        place = box.left, box.bottom, box.right, box.top
        return turned(place, *self._shown) if self._shown[0] else place

    def _size(self, index: int, box: tuple[float, float, float, float]) -> float:
        """The font size in points as printed."""
        size = pdfium.FPDFText_GetFontSize(self._text_page, index)
        if pdfium.FPDFText_GetMatrix(self._text_page, index, byref(self._matrix)):
            size *= (self._matrix.c**2 + self._matrix.d**2) ** 0.5
        return round(size if size > 0.5 else max(1.0, box[3] - box[1]), 1)

    def _weight(self, index: int) -> int:
        length = pdfium.FPDFText_GetFontInfo(self._text_page, index, self._name, 128, byref(self._flags))
        named = _weight_by_name(self._name.value) if 0 < length <= 128 else 0
        if named == 2 or pdfium.FPDFText_GetFontWeight(self._text_page, index) >= 650:
            return 2
        return 1 if named or self._flags.value & _FLAG_ITALIC else 0

    def _level(self, index: int) -> int:
        if not self._levels:
            return 0
        found = pdfium.FPDFText_GetTextObject(self._text_page, index)
        return self._levels.get(pdfium.FPDFPageObj_GetMarkedContentID(found), 0) if found else 0

    def _cells(self, words: str, first: int, line: Line) -> tuple[tuple[float, str], ...]:
        """The parts of a line that wide gaps set apart; empty when there is only one."""
        size = line.size
        gaps = []
        for number, gap in enumerate(_WORD_GAP.finditer(words)):
            if line.words:
                gaps.append((line.words[number + 1].x0 - line.words[number].x1, gap))
                continue
            before, after = self._place(first + gap.start() - 1), self._place(first + gap.end())
            gaps.append((after[0] - before[2], gap))
        widths = [width for width, _ in gaps]
        widest, narrowest = max(widths), min(widths)
        if widest < _CELL_GAP * size or (widest < 2 * _CELL_GAP * size and widest < 2 * narrowest):
            return ()  # a justified line is stretched evenly
        least = max(_CELL_GAP * size, widest / 3 if narrowest > 0.5 * size else 0)
        cells = []
        begin = 0
        for width, gap in gaps:
            if width > least:
                cells.append((self._place(first + begin)[0], words[begin : gap.start()]))
                begin = gap.end()
        return (*cells, (self._place(first + begin)[0], words[begin:]))


@lru_cache(maxsize=1000)
def _weight_by_name(name: bytes) -> int:
    """What the name of a font says of its weight."""
    text = name.decode("latin-1")
    return 2 if _BOLD.search(text) else 1 if _ITALIC.search(text) else 0


def _apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two characters cannot stand on one line: not even a superscript is that high."""
    return one[1] > other[3] or other[1] > one[3]


def _heading_tags(page: object) -> dict[int, int]:
    """The heading level of each piece of marked content that the file's tags call a heading."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    levels: dict[int, int] = {}
    buffer = ctypes.create_string_buffer(64)
    stack = [(pdfium.FPDF_StructTree_GetChildAtIndex(tree, i), 0, 0) for i in range(_count_roots(tree))]
    left = _MOST_TAGS
    while stack and left:
        left -= 1
        element, level, depth = stack.pop()
        if not element or depth > 40:
            continue
        size = pdfium.FPDF_StructElement_GetType(element, buffer, 64)
        kind = buffer.raw[: max(0, min(size, 64) - 2)].decode("utf-16-le", "replace")
        if len(kind) == 2 and kind[0] == "H" and kind[1] in "123456":
            level = int(kind[1])
        elif kind == "H":
            level = 1
        elif kind in ("TOC", "Table"):
            continue
        for i in range(max(0, pdfium.FPDF_StructElement_CountChildren(element))):
            content = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, i) if level else -1
            if content >= 0:
                levels[content] = level
            else:
                stack.append((pdfium.FPDF_StructElement_GetChildAtIndex(element, i), level, depth + 1))
    pdfium.FPDF_StructTree_Close(tree)
    return levels


def _count_roots(tree: object) -> int:
    count: int = pdfium.FPDF_StructTree_CountChildren(tree)
    return max(0, min(_MOST_TAGS, count))


def _bookmarks(document: object) -> Iterator[Bookmark]:
    """The outline in order, bounded in depth and number: a file may make it endless."""
    left = _MOST_BOOKMARKS
    stack = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while stack and left:
        mark, level = stack.pop()
        if not mark:
            continue
        left -= 1
        stack.append((pdfium.FPDFBookmark_GetNextSibling(document, mark), level))
        if level < _MOST_DEPTH:
            stack.append((pdfium.FPDFBookmark_GetFirstChild(document, mark), level + 1))
        title = _utf16(partial(pdfium.FPDFBookmark_GetTitle, mark))
        yield Bookmark(" ".join(title.split()), level, _target(document, mark))


def _target(document: object, mark: object) -> int:
    target = pdfium.FPDFBookmark_GetDest(document, mark)
    if not target:
        action = pdfium.FPDFBookmark_GetAction(mark)
        target = pdfium.FPDFAction_GetDest(document, action) if action else None
    if not target:
        return -1
    index: int = pdfium.FPDFDest_GetDestPageIndex(document, target)
    return index


def _labels(document: object, count: int) -> tuple[str, ...]:
    """The labels of the file's /PageLabels, one a page; empty when it has none."""
    labels = tuple(_utf16(partial(pdfium.FPDF_GetPageLabel, document, i)) for i in range(count))
    return labels if any(labels) else ()


def _utf16(call: Callable[[ctypes.Array[ctypes.c_char] | None, int], int]) -> str:
    """What a function of the kind (buffer, size) -> bytes needed gives, read as UTF-16."""
    size = min(int(call(None, 0)), 4096)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    call(buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()
