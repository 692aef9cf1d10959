"""Where in a file something stands, as a label that is stored and as words that a person understands. Pure.

A label names a page as it is printed ("12", "iv"), or is made of parts: "sheet: Avgifter › cells: A,B 4,5-9" says that
lines of the text are the rows 4 and 5 to 9 of the columns A and B. `said` gives "blad Avgifter, cellerna A4:B9", and
`narrowed` the very cell. What stands in a file within the file begins with "attachment: karta.pdf".
"""

import re
from collections.abc import Sequence

from samverk.core.errors import Language

LONGEST_LABEL = 300
_BETWEEN = " › "
_LONGEST_NAME = 80
_PARTS: dict[str, tuple[str, str]] = {
    "message": ("meddelandet", "the message"),
    "attachment": ("Bilaga: {detail}", "Attachment: {detail}"),
    "sheet": ("blad {detail}", "sheet {detail}"),
    "slide": ("bild {detail}", "slide {detail}"),
    "cell": ("cell {detail}", "cell {detail}"),
    "cells": ("cellerna {detail}", "cells {detail}"),
    "row": ("rad {detail}", "row {detail}"),
    "rows": ("raderna {detail}", "rows {detail}"),
}
_PAGE = ("s. {detail}", "p. {detail}")
_WHOLE = ("sida {detail}", "page {detail}")
_OWN_HEADING = frozenset({"sheet", "attachment"})  # their name is also the first heading of what they hold
_EDGE = re.compile(r"(?:(?<=\s)|^)\|(?=\s)")  # between two cells, also where the first ones of a row are empty
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def part(kind: str, detail: str) -> str:
    """A part of a label. `kind` is a key of the table above."""
    if kind not in _PARTS:
        raise ValueError(f"unknown part of a label: {kind}")
    detail = " ".join(detail.replace("›", ">").split())
    return f"{kind}: {detail if len(detail) <= _LONGEST_NAME else detail[: _LONGEST_NAME - 1] + '…'}"


def within(*parts: str) -> str:
    """The label of what stands in something that stands in something; empty parts count for nothing."""
    return _BETWEEN.join(part for part in parts if part)


def cells(columns: Sequence[int], rows: Sequence[int]) -> str:
    """The cells of a table's piece whose lines are these rows (numbered from 1) and whose columns are these (from 0)."""
    return f"cells: {','.join(map(letters, columns))} {_ranges(rows)}"


def rows(numbers: Sequence[int]) -> str:
    """The rows (from 1) that the lines of a table's piece are, where cells cannot be told."""
    return f"rows: {_ranges(numbers)}"


def letters(column: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _ranges(numbers: Sequence[int]) -> str:
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


# Said to a person


def said(label: str | None, language: Language = "sv") -> str:
    """The label as it stands in a citation: "s. 12", "bild 4", "blad Avgifter, cell B12". Empty without one."""
    return _said(label, language, _PAGE)


def said_in_full(label: str, language: Language = "sv") -> str:
    """The label where it stands alone: "Sida 12", "Bild 4"."""
    words = _said(label, language, _WHOLE)
    return words[:1].upper() + words[1:]


def _said(label: str | None, language: Language, page: tuple[str, str]) -> str:
    if not label:
        return ""
    words = []
    for one in label.split(_BETWEEN):
        kind, _, detail = one.partition(": ")
        form = _PARTS.get(kind, page)
        if form is page:
            detail = one
        elif kind in ("cells", "rows"):
            form, detail = _of_table(kind, detail)
        words.append(form[language == "en"].replace("{detail}", detail))
    return ", ".join(words)


def _of_table(kind: str, detail: str) -> tuple[tuple[str, str], str]:
    """The form and the words of cells or rows: "A4:B9", "4-9"; of a lone one in the singular."""
    columns, _, numbers = detail.rpartition(" ")
    found = _RANGE.findall(numbers)
    if not found:
        return _PARTS[kind], detail
    first, last = found[-1][0], found[-1][1] or found[-1][0]  # what comes before a gap is the header
    if kind == "rows":
        return _PARTS["row" if first == last else "rows"], first if first == last else f"{first}–{last}"
    names = columns.split(",")
    corners = f"{names[0]}{first}", f"{names[-1]}{last}"
    return _PARTS["cell" if corners[0] == corners[1] else "cells"], ":".join(dict.fromkeys(corners))


def page_of(label: str | None) -> str | None:
    """The printed page alone, for who asks for nothing else; None where the label names none."""
    last = label.rpartition(_BETWEEN)[2] if label else ""
    kind, _, detail = last.partition(": ")
    return (detail if kind == "slide" else None if kind in _PARTS else last) or None


def is_page(label: str) -> bool:
    """Whether the label is that of a page or a slide, and not of a piece of a table."""
    return label.rpartition(_BETWEEN)[2].partition(": ")[0] not in ("cells", "rows", "message")


def parted(label: str | None) -> tuple[str, str]:
    """The label's attachments, and what it says of the place within the last of them."""
    held = label.split(_BETWEEN) if label else []
    number = sum(one.startswith("attachment: ") for one in held)
    return within(*held[:number]), within(*held[number:])


def heading_beside(heading: Sequence[str], label: str | None) -> tuple[str, ...]:
    """The headings that say something beside the label: not the name of a sheet or an attachment that it holds already."""
    held = label.split(_BETWEEN) if label else []
    named = sum(one.partition(": ")[0] in _OWN_HEADING for one in held)
    return tuple(heading[named:])


# The very cell


def narrowed(label: str | None, stretch: str, start: int, end: int) -> str | None:
    """The label of the characters `start` to `end` of a stretch of text that has this label as a whole.

    Cells and rows become those where the characters stand, when the lines of the stretch are the rows of the label;
    otherwise the label stays.
    """
    outer, between, last = (label or "").rpartition(_BETWEEN)
    kind, _, detail = last.partition(": ")
    if kind not in ("cells", "rows", "message"):
        return label
    names, _, ranges = detail.rpartition(" ")
    numbers = [
        number
        for first, to in _RANGE.findall(ranges)
        for number in range(int(first), min(int(to or first), int(first) + len(stretch)) + 1)
    ]
    if stretch.strip("\n").count("\n") + 1 != len(numbers):
        return label
    row, column = _at(stretch, start)
    last_row, last_column = _at(stretch, max(start, end - 1))
    if last_row >= len(numbers):
        return label
    where = numbers[row : last_row + 1]
    if kind == "rows":
        return f"{outer}{between}{rows(where)}"
    columns = names.split(",")
    span = columns[column : last_column + 1] if row == last_row else columns
    return f"{outer}{between}cells: {','.join(span or columns)} {_ranges(where)}"


def _at(stretch: str, offset: int) -> tuple[int, int]:
    """The line and the column, both from 0, of a character of a table's text."""
    before = stretch[:offset]
    return before.count("\n"), len(_EDGE.findall(before.rpartition("\n")[2] + " "))
