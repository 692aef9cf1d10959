"""Splits a source into what an answer can be built of: sentences, items with their lead-in, rows with their header.

Works on text alone; knows nothing about questions, models or documents.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from samverk.core import swedish

Kind = Literal["prose", "item", "heading", "row", "header", "pair"]

_BULLET = re.compile(r"^\s*(?:[-–—•●▪◦‣·*+]\s+|\(?(?:\d{1,2}|[a-zåäö])[.)]\s+(?=\S))")
_TERMINAL = re.compile(r"[.!?…:;,][\"”’»)\]]*$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!-\d)")
_CELL_EDGE = re.compile(r"(?:^|(?<= ))\|(?= |$)")
_MARKED = re.compile(r"^#{1,6}\s+")
_UNFINISHED = re.compile(
    r"(?:,|-|\b(?:och|eller|samt|att|som|för|till|av|med|på|i|om|en|ett|the|of|and|or|to|in))$", re.I
)

LONGEST = 1200  # characters; a "sentence" without an end (a table read as text) is cut here, at white space
HEADING_CHARACTERS = 90
HEADING_WORDS = 11


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item, heading or row of a table, verbatim but for its bullet.

    `line` is the ordinal of the block it stands in, `heading` the heading above it, `lead` the ordinal (in the list of
    units) of the sentence that introduces the list which an item belongs to, or of the first row of a row's table. That
    row is a `header` when it only names columns. A `pair` is a row of a table of names and values, which has none.
    """

    text: str
    kind: Kind
    line: int
    heading: str = ""
    lead: int | None = None


def units(text: str) -> list[Unit]:
    """The units of a source in order. Never fails; the time grows with the length of the text."""
    found: list[Unit] = []
    heading = ""
    lead: int | None = None
    lines = list(_lines(text))
    tables = _tables(lines)
    for number, line in enumerate(lines):
        if not line:
            continue
        if number in tables:
            found.append(_row(lines, number, heading, len(found), tables[number]))
            lead = None
            continue
        following = next((other for other in lines[number + 1 : number + 3] if other), "")
        bullet = _BULLET.match(line)
        body = line[bullet.end() :] if bullet else line
        if not bullet and _is_heading(line, following, lead is not None):
            heading, lead = _MARKED.sub("", line), None
            found.append(Unit(heading, "heading", number))
            continue
        is_item = lead is not None and (bool(bullet) or not body.endswith(".") or body[:1].islower())
        if not is_item:
            lead = None
        kind: Kind = "item" if is_item or bullet else "prose"
        found.extend(Unit(part, kind, number, heading, lead) for part in _sentences(body))
        if not is_item and not bullet and _leads_in(line, following):
            lead = len(found) - 1
    return found


def cells(row: str) -> list[str]:
    """The texts of a row's cells; an empty cell is an empty text."""
    return [cell.strip() for cell in _CELL_EDGE.split(row)]


def _row(lines: list[str], number: int, heading: str, ordinal: int, above: int) -> Unit:
    """A row with `above` rows over it as a unit. A first row without figures names the columns."""
    first = lines[number - above]
    named = not any(map(str.isdigit, _YEAR.sub("", first)))
    if not named and len(cells(first)) == 2:
        return Unit(lines[number], "pair", number, heading)
    kind: Kind = "header" if named and not above else "row"
    return Unit(lines[number], kind, number, heading, ordinal - above if above else None)


def _tables(lines: list[str]) -> dict[int, int]:
    """How many rows of its table stand above each row, by the row's line. A row without another beside it is a sentence."""
    above: dict[int, int] = {}
    for number, line in enumerate(lines):
        if _is_row(line):
            above[number] = above.get(number - 1, -1) + 1
    return {number: rows for number, rows in above.items() if rows or number + 1 in above}


def _is_row(line: str) -> bool:
    return "|" in line and len(line) <= LONGEST and len(cells(line)) > 1 and any(cells(line))


def _lines(text: str) -> Iterator[str]:
    """The blocks of a text: its lines, where a line that stops in the middle of a phrase goes on in the next.

    An empty line between them is an empty text.
    """
    pending = ""
    for raw in text.splitlines():
        line = " ".join(raw.split())
        goes_on = line[:1].islower() and pending and _UNFINISHED.search(pending)
        if goes_on and not (_is_row(pending) or _is_row(line)):
            pending = f"{pending} {line}"
            continue
        if pending:
            yield pending
            if not line:
                yield ""
        pending = line
    if pending:
        yield pending


def _leads_in(line: str, following: str) -> bool:
    """Whether a line introduces a list: it ends in a colon, or does not end at all before items begin."""
    return line.endswith(":") or (
        not _TERMINAL.search(line) and bool(following) and (following[0].islower() or bool(_BULLET.match(following)))
    )


def _is_heading(line: str, following: str, in_list: bool) -> bool:
    """Whether a line without a bullet is a heading: marked so, or short, without an end, and above something."""
    if _MARKED.match(line):
        return True
    if not following or _TERMINAL.search(line) or len(line) > HEADING_CHARACTERS or " | " in line:
        return False
    if in_list or not (line[0].isupper() or line[0].isdigit()) or len(line.split()) > HEADING_WORDS:
        return False
    return following[0].isupper() or following[0].isdigit() or bool(_BULLET.match(following))


def _sentences(line: str) -> Iterator[str]:
    for start, end in swedish.sentences(line):
        rest = line[start:end]
        while len(rest) > LONGEST:
            cut = rest.rfind(" ", 1, LONGEST)
            cut = cut if cut > 0 else LONGEST
            yield rest[:cut]
            rest = rest[cut:].lstrip()
        if rest:
            yield rest
