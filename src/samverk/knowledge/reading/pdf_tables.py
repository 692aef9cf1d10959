"""Tables of a page: those that ruling lines draw exactly, others best effort from gaps that fall into columns. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from samverk.knowledge.reading.hyphens import joined
from samverk.knowledge.reading.pdf_grids import Grid
from samverk.knowledge.reading.pdf_source import Line, Page, Word

_FEWEST_ROWS = 3
_LONGEST_CELL = 90  # characters: two columns of running text are no table
_LONGEST_RULED = 300  # characters of the mean cell of a ruled table: what holds more is a frame around running text
_WORDED = re.compile(r"[^\W\d_]{4}")
_MARKER = re.compile(r"[^\w\s]|[o\ue000-\uf8ff]|\(?(?:\d{1,2}|[a-zåäö])[.)]")  # of an item in a list


@dataclass(slots=True)
class Table:
    """A table: the lines that it takes up, in order, and its rows of cell texts."""

    lines: list[Line]
    rows: list[list[str]]


def ruled_tables(page: Page) -> list[Table]:
    """The tables that the page's ruling lines draw, from its top down."""
    found = []
    for number, grid in enumerate(page.grids):
        lines = [line for line in page.lines if line.grid == number]
        rows = _ruled_rows(grid, lines)
        if _is_table(rows) and not _rows_unruled(grid, lines):
            found.append(Table(lines, rows))
    return found


def _is_table(rows: list[list[str]]) -> bool:
    """Whether the cells hold what tables hold: drawings, frames and forms have rules too."""
    texts = [cell for row in rows for cell in row if cell]
    beside = sum(sum(map(bool, row)) > 1 for row in rows)  # rows of several cells
    worded = sum(_WORDED.search(cell) is not None for cell in texts)
    return beside >= max(2, len(rows) / 3) and worded >= 2 and sum(map(len, texts)) <= _LONGEST_RULED * len(texts)


def _rows_unruled(grid: Grid, lines: list[Line]) -> bool:
    """Whether the rules part columns, and perhaps a header, but not the rows."""
    if len(grid.rows) > 3:
        return False
    heights: dict[tuple[int, int], set[int]] = {}
    for line in lines:
        for word in line.words:
            heights.setdefault(grid.cell((word.x0 + word.x1) / 2, word.y), set()).add(round(word.y / 4))
    tall = [cell for cell, found in heights.items() if len(found) > 3]
    return len(tall) > 1


def _ruled_rows(grid: Grid, lines: list[Line]) -> list[list[str]]:
    """The texts of the grid's cells, rows and columns without any left out."""
    cells: dict[tuple[int, int], list[tuple[Word, bool]]] = {}
    for line in lines:
        for word in line.words:
            cell = grid.cell((word.x0 + word.x1) / 2, word.y)
            cells.setdefault(cell, []).append((word, line.hyphen and word is line.words[-1]))
    rows, columns = sorted({row for row, _ in cells}), sorted({column for _, column in cells})
    return [[_cell_text(cells.get((row, column), ())) for column in columns] for row in rows]


def _cell_text(words: Iterable[tuple[Word, bool]]) -> str:
    """The words of a cell as running text, line by line from the top; with each word whether a hyphen was broken off."""
    text, hyphen = "", False
    height = None
    for word, broken in _by_lines(words):
        if not text:
            text = word.text
        elif height is not None and word.y < height - 1:
            text = joined(text, word.text, hyphen=hyphen)
        else:
            text = f"{text} {word.text}"
        height, hyphen = word.y, broken
    return text


def _by_lines(words: Iterable[tuple[Word, bool]]) -> list[tuple[Word, bool]]:
    """The words from the top down and from left to right; heights that differ by little are one line's."""
    lines: list[list[tuple[Word, bool]]] = []
    for word, broken in sorted(words, key=lambda pair: -pair[0].y):
        if lines and lines[-1][0][0].y - word.y < 4:
            lines[-1].append((word, broken))
        else:
            lines.append([(word, broken)])
    return [pair for line in lines for pair in sorted(line, key=lambda pair: pair[0].x0)]


def aligned_tables(lines: list[Line], headings: dict[int, int], foot: set[int]) -> list[Table]:
    """The tables among the lines of a page that show only by their gaps."""
    found: list[Table] = []
    run: list[Line] = []
    for line in lines:
        if id(line) in headings or id(line) in foot:
            _close(run, found)
        elif (line.cells and not _is_item(line)) or (run and _continues(run[-1], line)):
            run.append(line)
        else:
            _close(run, found)
    _close(run, found)
    return found


def _is_item(line: Line) -> bool:
    """Whether the gap only sets the mark of a list's item apart."""
    return len(line.cells) == 2 and _MARKER.fullmatch(line.cells[0][1]) is not None


def _continues(last: Line, line: Line) -> bool:
    """Whether a line without gaps is the rest of a cell of the row above: near, and not at the row's left edge."""
    if not 0 < last.y0 - line.y0 < 1.8 * line.size or len(line.text) > _LONGEST_CELL:
        return False
    edges = [left for left, _ in last.cells[1:]] if last.cells else [last.x0]
    return any(abs(line.x0 - left) < 2 * line.size for left in edges)


def _close(run: list[Line], found: list[Table]) -> None:
    lines = list(run)
    run.clear()
    while lines and not lines[-1].cells:
        lines.pop()
    rows = [line for line in lines if line.cells]
    if len(rows) < _FEWEST_ROWS and not (len(rows) == 2 and min(len(line.cells) for line in rows) >= 3):
        return
    texts = [len(text) for line in rows for _, text in line.cells]
    if sum(texts) / len(texts) > _LONGEST_CELL / 2 or max(len(line.cells) for line in rows) > 40:
        return
    found.append(Table(lines, _rows(lines)))


def _rows(lines: list[Line]) -> list[list[str]]:
    """Each line a row; a line without gaps goes on with the cell above it."""
    columns = _columns(lines)
    rows: list[list[str]] = []
    for line in lines:
        if not line.cells and rows:
            column = _column(columns, line.x0)
            rows[-1][column] = f"{rows[-1][column]} {line.text}".strip()
            continue
        row = [""] * len(columns)
        for left, text in line.cells or ((line.x0, line.text),):
            column = _column(columns, left)
            row[column] = f"{row[column]} {text}".strip()
        rows.append(row)
    return rows


def _columns(lines: list[Line]) -> list[float]:
    """Left edges of the columns: those of the row with the most cells, joined by edges that stand clear of them."""
    fullest = max(lines, key=lambda line: len(line.cells))
    return [left for left, _ in fullest.cells]


def _column(columns: list[float], left: float) -> int:
    """The column whose edge is nearest."""
    return min(range(len(columns)), key=lambda number: abs(columns[number] - left))
