"""Writes the quotes of an answer as Markdown: running text, lists, and tables of the chosen rows. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from samverk.library.sentences import Kind, cells


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of the answer: verbatim text of source number `n`, and what it is there.

    `opens` says of a table's row that a table begins with it: its first row, as a rule the header.
    """

    n: int
    text: str
    kind: Kind = "prose"
    opens: bool = False


def written(quotes: Iterable[Quote]) -> Iterator[str]:
    """The quotes as pieces of Markdown, each with its citation; a header claims nothing and has none."""
    before: Quote | None = None
    for quote in quotes:
        yield _apart(before, quote) + _QUOTED.get(quote.kind, _sentence)(quote)
        before = quote


def _apart(before: Quote | None, quote: Quote) -> str:
    """What parts a quote from the one before it: rows of a table and items of a list stand close."""
    if before is None:
        return ""
    if quote.kind in _ROWS:
        return "\n" if before.kind in _ROWS and not quote.opens else "\n\n"
    if before.kind in _ROWS:
        return "\n\n"
    if quote.kind in _ITEMS:
        return "\n"
    return "\n\n" if before.kind in _ITEMS else " "


def _sentence(quote: Quote) -> str:
    return f"{quote.text} [{quote.n}]"


def _item(quote: Quote) -> str:
    return f"- {quote.text} [{quote.n}]"


def _pair(quote: Quote) -> str:
    """Name and value as an item."""
    return f"- {': '.join(filter(None, cells(quote.text)))} [{quote.n}]"


def _row(quote: Quote) -> str:
    """A row with its citation in the last cell that says something; under the first one the line that makes a table."""
    parts = [cell.replace("|", "\\|") for cell in cells(quote.text)]
    if quote.kind == "row":
        last = max(number for number, cell in enumerate(parts) if cell)
        parts[last] += f" [{quote.n}]"
    line = f"| {' | '.join(parts)} |"
    return f"{line}\n|{' --- |' * len(parts)}" if quote.opens else line


_ROWS = {"row", "header"}
_ITEMS = {"item", "pair"}
_QUOTED = {"item": _item, "pair": _pair, "row": _row, "header": _row}
