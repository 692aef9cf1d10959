"""OpenDocument workbooks: each sheet a heading, cells as they are shown, dates as year-month-day."""

from collections.abc import Iterator
from pathlib import Path

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import odf, sheets
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.titles import sensible

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PARAGRAPH = odf.TEXT + "p"
_MOST_REPEATED = 1000  # of a row that holds something: more is a sheet that was filled to its end


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    root = package.xml("content.xml")
    book = root.find(f"{odf.OFFICE}body/{odf.OFFICE}spreadsheet") if root is not None else None
    unseen = _hidden_styles(root)
    pages, budget = sheets.Pages(), sheets.Budget()
    hidden = []
    for table in book.findall(odf.TABLE + "table") if book is not None else ():
        name = table.get(odf.TABLE + "name", "")
        if table.get(odf.TABLE + "style-name") in unseen:
            hidden.append(name)
        else:
            sheets.add_sheet(pages, name, _rows(table, budget))
    told = [note("sheets_hidden", ", ".join(hidden))] if hidden else []
    return pages.parsed(sensible(package.title("meta.xml")), [*told, *odf.left_out(book), *package.told()])


def _hidden_styles(root: Element | None) -> set[str]:
    """The styles of sheets that are not shown."""
    found = set()
    for style in root.iter(_STYLE + "style") if root is not None else ():
        properties = style.find(_STYLE + "table-properties")
        if properties is not None and properties.get(odf.TABLE + "display") == "false":
            found.add(style.get(_STYLE + "name", ""))
    return found


def _rows(table: Element, budget: sheets.Budget) -> Iterator[sheets.Row]:
    """The rows that hold something. Repeated empty rows, which fill every sheet to its end, cost nothing."""
    number = 1
    for row in table.iter(odf.TABLE + "table-row"):
        cells = _cells(row)
        times = _repeated(row, "number-rows-repeated")
        if any(cells):
            for again in range(min(times, _MOST_REPEATED)):
                budget.spend(len(cells))
                yield number + again, cells
        number += times


def _cells(row: Element) -> list[str]:
    """The cells of a row up to its last one with a content; one that another covers is empty."""
    cells: list[str] = []
    empty = 0
    for cell in row:
        name = local(cell)
        if name not in ("table-cell", "covered-table-cell"):
            continue
        times = _repeated(cell, "number-columns-repeated")
        text = _written(cell) if name == "table-cell" else ""
        if not text:
            empty += times
            continue
        room = max(0, sheets.MOST_COLUMNS - len(cells))
        cells.extend([""] * min(empty, room) + [text] * min(times, max(0, room - empty)))
        empty = 0
    return cells


def _repeated(element: Element, name: str) -> int:
    times = element.get(odf.TABLE + name, "1")
    return int(times) if times.isdigit() and len(times) < 9 else 1


def _written(cell: Element) -> str:
    """The cell as it is shown; a date with its year, whatever the sheet shows of it."""
    kind = cell.get(odf.OFFICE + "value-type", "")
    if kind == "date" and (day := cell.get(odf.OFFICE + "date-value", "")):
        return str(day.replace("T00:00:00", "").replace("T", " "))[:16]
    if kind == "boolean":
        return "ja" if cell.get(odf.OFFICE + "boolean-value") == "true" else "nej"
    shown = " ".join("".join(paragraph.itertext()) for paragraph in cell if paragraph.tag == _PARAGRAPH)
    return sheets.one_line(shown) or cell.get(odf.OFFICE + "value", "")
