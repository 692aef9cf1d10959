"""What the page shows of a sheet: the text in pieces, how many of each sort, and each thing that was found, once. Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from samverk.masking.ports import Span
from samverk.web.labels import LABELS
from samverk.web.masking.sheet import Sheet, folded, place_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text; with a label where it is masked, and the place that its form names it by."""

    text: str
    label: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Find:
    """The same words masked as the same: how they stand first, where, and how often."""

    words: str
    label: str
    place: str
    times: int


def pieces(sheet: Sheet) -> Iterator[Piece]:
    """The text from beginning to end."""
    at = 0
    for span in sheet.found:
        if at < span.start:
            yield Piece(sheet.text[at : span.start])
        yield Piece(sheet.words(span), span.label, place_of(span))
        at = span.end
    if at < len(sheet.text):
        yield Piece(sheet.text[at:])


def counts(sheet: Sheet) -> list[tuple[str, int]]:
    """How many places of each label, in the order of the families; an organisation's own last."""
    found = Counter(span.label for span in sheet.found)
    return sorted(found.items(), key=lambda pair: (_order(pair[0]), pair[0]))


def finds(sheet: Sheet) -> list[Find]:
    """Each thing that was found, once, in the order in which they come."""
    alike: dict[tuple[str, str], list[Span]] = {}
    for span in sheet.found:
        alike.setdefault((span.label, folded(sheet.words(span))), []).append(span)
    return [Find(sheet.words(first), first.label, place_of(first), 1 + len(rest)) for first, *rest in alike.values()]


def _order(label: str) -> int:
    return LABELS.index(label) if label in LABELS else len(LABELS)
