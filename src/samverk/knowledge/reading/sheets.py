"""Sheets of cells as passages' blocks: what workbooks and delimited files share. Pure; knows no file format.

Empty rows part a sheet's tables, and a table's first row is its header. Tables are cut here and not later, since each
piece is a page of its own whose label says which cells it holds; every piece begins with the header.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from samverk.knowledge import places
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.unreadable import Unreadable

MOST_CELLS = 2_000_000
MOST_COLUMNS = 400
_PIECE = 900  # characters: about a passage
_HEADER_ROWS = 3  # at most
_NUMBER = re.compile(r"[-–+]?[\d\s.,]*\d\s*(?:%|kr|tkr|mnkr)?")
_LONGEST_HEADER = 300  # characters: under a longer one, each row names its values itself

Row = tuple[int, list[str]]  # the row's number, from 1, and its cells from the first column on


@dataclass(slots=True)
class Pages:
    """The blocks as they grow, each piece on a page of its own."""

    blocks: list[Block] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def add(self, kind: str, text: str, label: str) -> None:
        """A block on a new page with this label."""
        self.blocks.append(Block(kind, text, 0, len(self.labels)))  # type: ignore[arg-type]
        self.labels.append(label)

    def parsed(self, title: str, notes: Iterable[str] = ()) -> Parsed:
        """The document."""
        return Parsed(title, tuple(self.blocks), tuple(self.labels), tuple(notes))


class Budget:
    """How many cells a document may have yet."""

    def __init__(self) -> None:
        self._left = MOST_CELLS

    def spend(self, cells: int) -> None:
        """Count the cells of a row. Raises `Unreadable`: too_large."""
        self._left -= cells
        if self._left < 0:
            raise Unreadable(
                "too_large", detail="bladen har för många celler", detail_en="the sheets have too many cells"
            )


def add_sheet(pages: Pages, title: str, rows: Iterable[Row]) -> None:
    """The sheet's heading and its tables. Without a title: a file that is one table, whose places are rows."""
    heading = len(pages.blocks)
    for table in _tables(rows):
        _add_table(pages, places.part("sheet", title) if title else "", table)
    if title and len(pages.blocks) > heading:
        pages.blocks.insert(heading, Block("heading", title, 1, pages.blocks[heading].page))


def _tables(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Stretches of rows that hold something; a header that an empty row parts from its numbers stays with them."""
    table: list[Row] = []
    for number, cells in rows:
        if not any(cells):
            continue
        gap = number - table[-1][0] if table else 1
        if gap > 1 and not (gap == 2 and _is_header(table) and _has_numbers(cells)):
            yield table
            table = []
        table.append((number, cells))
    if table:
        yield table


def _is_header(rows: list[Row]) -> bool:
    return (
        len(rows) <= _HEADER_ROWS and sum(map(bool, rows[-1][1])) > 1 and not any(_has_numbers(row) for _, row in rows)
    )


def _has_numbers(cells: list[str]) -> bool:
    return any(_NUMBER.fullmatch(cell) for cell in cells)


def _add_table(pages: Pages, sheet: str, rows: list[Row]) -> None:
    """A table without the columns that are empty throughout; captions above it, and lone cells, are lines of text."""
    used = sorted({column for _, cells in rows for column, cell in enumerate(cells) if cell})
    while rows and len(used) > 1 and sum(map(bool, rows[0][1])) == 1:
        _add_line(pages, sheet, rows.pop(0))
    if len(used) == 1:
        for row in rows:
            _add_line(pages, sheet, row)
        return
    table = [(number, [cells[at] if at < len(cells) else "" for at in used]) for number, cells in rows]
    if not table:
        return
    height = _header_height(table)
    header = [" ".join(filter(None, column)) for column in zip(*(cells for _, cells in table[:height]), strict=True)]
    named = len(" | ".join(header)) > _LONGEST_HEADER and len(table) > height
    for piece in _named_pieces(header, table[height:]) if named else _pieces(table, height):
        numbers = [number for number, _ in piece]
        cells = places.rows(numbers) if named or not sheet else places.cells(used, numbers)
        pages.add("table", "\n".join(text for _, text in piece), places.within(sheet, cells))


def _header_height(table: list[Row]) -> int:
    """How many rows the header has: the first, and those below that fill its gaps without any number."""
    height = 1
    while height < min(_HEADER_ROWS, len(table) - 1):
        above, below = table[height - 1][1], table[height][1]
        fills = any(under and not over for over, under in zip(above, below, strict=True))
        if not fills or _has_numbers(below):
            break
        height += 1
    return height


def _add_line(pages: Pages, sheet: str, row: Row) -> None:
    number, cells = row
    column = next(at for at, cell in enumerate(cells) if cell)
    label = places.cells([column], [number]) if sheet else places.rows([number])
    pages.add("paragraph", cells[column], places.within(sheet, label))


def _pieces(table: list[Row], height: int) -> Iterator[list[tuple[int, str]]]:
    """The rows as lines, cut so that each piece makes a passage; the header stands first in each."""
    lines = [(number, " | ".join(cells)) for number, cells in table]
    header, piece = lines[:height], lines[:height]
    above = sum(len(text) for _, text in header)
    size = above
    for line in lines[height:]:
        if len(piece) > height and size + len(line[1]) > _PIECE:
            yield piece
            piece, size = header[:], above
        piece.append(line)
        size += len(line[1]) + 1
    yield piece


def _named_pieces(header: list[str], table: list[Row]) -> Iterator[list[tuple[int, str]]]:
    """Rows of a wide table: "Namn: Alva | Ort: Björksta", so that each value keeps its header."""
    piece: list[tuple[int, str]] = []
    for number, cells in table:
        pairs = zip(header, cells, strict=True)
        line = " | ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)
        if piece and sum(len(text) for _, text in piece) + len(line) > _PIECE:
            yield piece
            piece = []
        piece.append((number, line))
    if piece:
        yield piece


def one_line(text: str) -> str:
    """A cell's text on one line, without the sign that parts cells."""
    return " ".join(text.split()).replace(" | ", " / ")
