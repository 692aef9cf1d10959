"""What text recognition saw on a page, and how that becomes lines like those of a text layer. Pure.

A recognised page is kept as JSON: [width, height, [[size, [[text, x, y, w, h], …]], …]]; the page's size in points, the
rest in fractions of the page as shown.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from samverk.knowledge.reading.pdf_source import Line, Page

_LIKE_THE_TEXT = 0.15  # share by which a line's measured print may differ from the text's and still be the text's
_CELL_GAP = 2.5  # a gap, in sizes of print, that parts two cells
_LETTERS_OF_MARGIN = 100  # a text layer with fewer is a stamp or a number on a scanned page


class RecognisedWord(NamedTuple):
    """A word and its box: left edge, top edge, width and height."""

    text: str
    x: float
    y: float
    w: float
    h: float


class RecognisedLine(NamedTuple):
    """The words of a line from left to right, and the size of its print as a fraction of the page's height."""

    words: tuple[RecognisedWord, ...]
    size: float


class RecognisedPage(NamedTuple):
    """A page's size in points, and its lines in reading order."""

    width: float
    height: float
    lines: tuple[RecognisedLine, ...]

    def as_json(self) -> list[Any]:
        """As it is sent and kept."""
        lines = [[round(line.size, 5), [[word.text, *_short(word[1:])] for word in line.words]] for line in self.lines]
        return [round(self.width, 1), round(self.height, 1), lines]

    @classmethod
    def of(cls, kept: Any) -> "RecognisedPage":
        """The page that was kept. Raises ValueError or TypeError for what is not one."""
        width, height, lines = kept
        return cls(float(width), float(height), tuple(_line(*line) for line in lines))


def _short(box: Iterable[float]) -> list[float]:
    return [round(number, 4) for number in box]


def _line(size: Any, words: Any) -> RecognisedLine:
    return RecognisedLine(tuple(_word(*word) for word in words), float(size))


def _word(text: Any, *box: Any) -> RecognisedWord:
    if not isinstance(text, str) or len(box) != 4:
        raise ValueError("not a word")
    x, y, w, h = (min(1.0, max(0.0, float(number))) for number in box)
    return RecognisedWord(text, x, y, w, h)


def fill(pages: list[Page], recognised: Mapping[int, RecognisedPage]) -> None:
    """Give the recognised lines to the pages, in place, where they say more than the page's own text."""
    body = _usual_size(recognised.values())
    for page in pages:
        seen = recognised.get(page.index)
        if seen is None:
            continue
        page.pictured = False
        lines = [_as_line(line, seen, page.index, body) for line in seen.lines]
        if _letters(lines) > _letters(page.lines):
            page.width, page.height, page.lines, page.grids, page.ciphered = seen.width, seen.height, lines, (), 0


def needs_recognition(page: Page) -> bool:
    """Whether what a page shows is a picture: without text, or with no more of it than a stamp."""
    return page.pictured and _letters(page.lines) < _LETTERS_OF_MARGIN


def _letters(lines: list[Line]) -> int:
    return sum(map(str.isalnum, "".join(line.text for line in lines)))


def _usual_size(pages: Iterable[RecognisedPage]) -> float:
    """The print of the running text in points, as most characters have it."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * page.height * 2) / 2] += sum(len(word.text) for word in line.words)
    near: Counter[float] = Counter({size: sum(sizes[size + step] for step in (-0.5, 0, 0.5)) for size in sizes})
    return near.most_common(1)[0][0] if near else 11.0


def _as_line(line: RecognisedLine, page: RecognisedPage, index: int, body: float) -> Line:
    """The line in points from the page's lower left corner. Print that is nearly the text's is the text's."""
    measured = line.size * page.height
    size = body if abs(measured - body) <= _LIKE_THE_TEXT * body else float(round(measured))
    text = " ".join(word.text for word in line.words)
    left = min(word.x for word in line.words) * page.width
    right = max(word.x + word.w for word in line.words) * page.width
    top = min(word.y for word in line.words)
    bottom = max(word.y + word.h for word in line.words)
    made = Line(text, index, left, right, (1 - bottom) * page.height, (1 - top) * page.height, size, 0)
    made.cells = _cells(line, page.width, size)
    return made


def _cells(line: RecognisedLine, width: float, size: float) -> tuple[tuple[float, str], ...]:
    """The parts of a line that wide gaps set apart; empty when there is only one."""
    cells: list[tuple[float, str]] = []
    end = None
    for word in line.words:
        if end is not None and (word.x - end) * width <= _CELL_GAP * size:
            cells[-1] = (cells[-1][0], f"{cells[-1][1]} {word.text}")
        else:
            cells.append((word.x * width, word.text))
        end = word.x + word.w
    return tuple(cells) if len(cells) > 1 else ()
