"""Workbooks: each sheet a heading, each stretch of rows a table whose first row is its header."""

import datetime
import mimetypes
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading.archive import open_zip
from samverk.knowledge.reading.package import MOST_BYTES, Package
from samverk.knowledge.reading.titles import sensible
from samverk.knowledge.unreadable import Unreadable

_MOST_CELLS = 2_000_000
_MOST_COLUMNS = 400


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    _within_bounds(path)
    mimetypes.knownfiles.clear()  # openpyxl asks for the system's list of types, which lies outside the walls
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        hidden = len(book.worksheets) - len(sheets)
        blocks = [block for sheet in sheets for block in _sheet(sheet.title, sheet.iter_rows(values_only=True))]
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable("damaged") from error
    notes = (note("sheets_hidden", str(hidden)),) if hidden else ()
    return Parsed(sensible(Package(path).title()), tuple(blocks), (), notes)


def _within_bounds(path: Path) -> None:
    with open_zip(path) as archive:
        if any(entry.file_size > 2 * MOST_BYTES for entry in archive.infolist() if entry.filename.endswith(".xml")):
            size = f"{2 * MOST_BYTES >> 20} MB"
            raise Unreadable(
                "too_large",
                detail=f"ett blad är uppackat större än {size}",
                detail_en=f"a sheet is larger than {size} when unpacked",
            )


def _sheet(title: str, rows: Iterable[tuple[object, ...]]) -> Iterator[Block]:
    """The sheet's heading and its tables; empty rows part the tables."""
    tables: list[list[list[str]]] = [[]]
    left = _MOST_CELLS
    for row in rows:
        left -= len(row)
        if left < 0:
            raise Unreadable(
                "too_large", detail="bladen har för många celler", detail_en="the sheets have too many cells"
            )
        cells = [_written(value) for value in row[:_MOST_COLUMNS]]
        if any(cells):
            tables[-1].append(cells)
        elif tables[-1]:
            tables.append([])
    if any(tables):
        yield Block("heading", title, 1)
    for table in tables:
        yield from _table(table)


def _table(rows: list[list[str]]) -> Iterator[Block]:
    """Rows without the columns that are empty throughout; a lone cell is a line of text."""
    used = [
        number
        for number in range(max(map(len, rows), default=0))
        if any(number < len(row) and row[number] for row in rows)
    ]
    while rows and sum(map(bool, rows[0])) == 1 and len(used) > 1:  # captions above the table
        yield Block("paragraph", next(cell for cell in rows.pop(0) if cell))
    if len(used) == 1:
        for row in rows:
            yield Block("paragraph", row[used[0]])
    elif rows:
        lines = [" | ".join(row[number] if number < len(row) else "" for number in used) for row in rows]
        yield Block("table", "\n".join(lines))


def _written(value: object) -> str:
    """A cell's value as a reader would write it: Swedish dates, no needless decimals, one line."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case float():
            return f"{value:.10g}"
        case datetime.datetime():
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case _:
            return " ".join(str(value).split()).replace(" | ", " / ")
