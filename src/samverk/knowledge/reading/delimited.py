"""Delimited files (csv, tsv): the encoding and the delimiter are found, and every piece keeps the header row. Pure.

Commas are what the standard says (RFC 4180) and semicolons what Swedish spreadsheets write, since the comma parts decimals.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import sheets
from samverk.knowledge.reading.plain import decode
from samverk.knowledge.unreadable import Unreadable

_DELIMITERS = ";\t,|"
_LOOKED_AT = 50  # rows of the beginning
_SAMPLE = 65_536  # characters
_LONGEST_LINE = 1 << 20
_NAMED = "sep="  # Excel's own first line


def parse(content: bytes) -> Parsed:
    """The rows as one table. Raises `Unreadable`: too_large."""
    text = decode(content).lstrip("\ufeff").replace("\x00", "")
    first = text[:200].partition("\n")[0]
    named = first.strip().lower()
    skipped = 0
    if named.startswith(_NAMED) and len(named) == len(_NAMED) + 1:
        delimiter, text, skipped = named[-1], text[len(first) + 1 :], 1
    else:
        delimiter = delimiter_of(text[:_SAMPLE])
    pages = sheets.Pages()
    sheets.add_sheet(pages, "", _rows(text, delimiter, skipped))
    return pages.parsed("")


def delimiter_of(sample: str) -> str:
    """The delimiter that parts most rows of the sample into the same number of cells, of several the one that parts more."""
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: scores[delimiter])


def _evenness(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that have the commonest number of cells, and that number; nothing where it is one."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(reader, range(_LOOKED_AT), strict=False):
            if any(row):
                widths[len(row)] += 1
    except csv.Error:
        return 0.0, 0
    wide = Counter({width: count for width, count in widths.items() if width > 1})
    if not wide:
        return 0.0, 0
    width, count = wide.most_common(1)[0]
    return count / widths.total(), width


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[sheets.Row]:
    """The rows by number; those of a file are counted as a spreadsheet shows them."""
    csv.field_size_limit(_LONGEST_LINE)
    budget = sheets.Budget()
    try:
        for number, row in enumerate(csv.reader(_lines(text), delimiter=delimiter), 1 + skipped):
            budget.spend(len(row))
            yield number, [sheets.one_line(cell) for cell in row[: sheets.MOST_COLUMNS]]
    except csv.Error as error:  # a field beyond the limit: a quotation mark that is never closed, or no table at all
        raise _too_long() from error


def _lines(text: str) -> Iterator[str]:
    """The lines one by one: a copy of a large text would cost four times its size."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        if end - begin > _LONGEST_LINE:
            raise _too_long()
        yield text[begin:end]
        begin = end


def _too_long() -> Unreadable:
    size = f"{_LONGEST_LINE >> 20} MB"
    return Unreadable("too_large", detail=f"en rad är längre än {size}", detail_en=f"a row is longer than {size}")
