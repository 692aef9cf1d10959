"""Workbooks: each sheet a heading, each stretch of rows a table, with the values that were last calculated."""

import datetime
import mimetypes
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import sheets
from samverk.knowledge.reading.archive import open_zip
from samverk.knowledge.reading.package import MOST_BYTES, Package
from samverk.knowledge.reading.titles import sensible
from samverk.knowledge.unreadable import Unreadable

_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v ?/>|<v></v>)?</c>")  # a formula that no program has calculated
_PERCENT = re.compile(r"0(?:\.(0+))?\s*%")


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    _within_bounds(path)
    mimetypes.knownfiles.clear()  # openpyxl asks for the system's list of types, which lies outside the walls
    import openpyxl

    pages = sheets.Pages()
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        budget = sheets.Budget()
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                sheets.add_sheet(pages, sheet.title, _rows(sheet, budget))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable("damaged") from error
    package = Package(path)
    notes = (
        ("sheets_hidden", ", ".join(hidden)),
        ("formulas_uncalculated", _uncalculated(package)),
        ("comments_left_out", _comments(package)),
    )
    return pages.parsed(sensible(package.title()), [note(code, detail) for code, detail in notes if detail])


def _uncalculated(package: Package) -> str:
    """How many formulas have no value; empty for none."""
    found = [_WITHOUT_VALUE.findall(package.bytes(name)) for name in package.matching("xl/worksheets/")]
    return str(sum(map(len, found)) or "")


def _comments(package: Package) -> str:
    """How many comments the sheets have; empty for none."""
    found = [package.bytes(name).count(b"<comment ") for name in package.matching("xl/comments")]
    return str(sum(found) or "")


def _within_bounds(path: Path) -> None:
    with open_zip(path) as archive:
        if any(entry.file_size > 2 * MOST_BYTES for entry in archive.infolist() if entry.filename.endswith(".xml")):
            size = f"{2 * MOST_BYTES >> 20} MB"
            raise Unreadable(
                "too_large",
                detail=f"ett blad är uppackat större än {size}",
                detail_en=f"a sheet is larger than {size} when unpacked",
            )


def _rows(sheet: Any, budget: sheets.Budget) -> Iterator[sheets.Row]:
    """The rows that hold something; the number of a row is that of its cells."""
    for row in sheet.iter_rows():
        budget.spend(len(row))
        cells = [_written(cell) for cell in row[: sheets.MOST_COLUMNS]]
        if any(cells):
            yield next(cell.row for cell in row if cell.value is not None), cells


def _written(cell: Any) -> str:
    """A cell's value as a reader would write it: dates as year-month-day, no needless decimals, one line."""
    match cell.value:
        case None:
            return ""
        case bool() as value:
            return "ja" if value else "nej"
        case int() | float() as value:
            percent = _PERCENT.search(cell.number_format or "")
            return f"{100 * value:.{len(percent[1] or '')}f} %" if percent else f"{value:.10g}"
        case datetime.datetime() as value:
            midnight = value.time() == datetime.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
        case value:
            return sheets.one_line(str(value))
