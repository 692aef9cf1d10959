"""What differs between two bodies: field by field, and within long texts word by word. Pure; knows no page and no language."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, Literal

from samverk.assistants.model import AssistantBody

Kind = Literal["same", "removed", "added"]

TEXTS = frozenset({"name", "description", "instructions", "tone"})
LISTS = frozenset({"models", "collections", "groups", "sample_questions", "masking_off"})
CONTACT = ("unit", "phone", "email", "url", "note")
FIELDS = tuple(AssistantBody.model_fields)

_WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")
# Comparing takes time that grows with one text times the other: longer ones were written anew.
_MOST_LINE_PAIRS, _MOST_WORD_PAIRS = 100_000, 40_000
_SHORT = 3  # words of common text between two changes that read better as one


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or that only the older or the newer has."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one field differs. Texts and lists come as pieces, of lists one piece an item; values as before and after."""

    field: str
    pieces: tuple[Piece, ...] = ()
    before: Any = None
    after: Any = None


def compare(old: AssistantBody | None, new: AssistantBody) -> list[Difference]:
    """The fields that differ, in their own order. Without an older body, everything that the newer says is added."""
    return [difference for name in FIELDS if (difference := _field(name, old, new)) is not None]


def _field(name: str, old: AssistantBody | None, new: AssistantBody) -> Difference | None:
    before, after = getattr(old, name, None), getattr(new, name)
    if before == after or (old is None and after in ("", (), None)):
        return None
    if name in TEXTS:
        return Difference(name, words(before or "", after))
    if name in LISTS:
        return Difference(name, items(before or (), after))
    if name == "contact":
        return Difference(name, items(_lines(before), _lines(after)))
    return Difference(name, before=before, after=after)


def _lines(contact: Any) -> tuple[str, ...]:
    return tuple(text for part in CONTACT if contact and (text := getattr(contact, part)))


def items(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """The items of two lists in order: kept, removed, added. One that moved is both removed and added."""
    return tuple(Piece(kind, item) for kind, stretch in _stretches(old, new) for item in stretch)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """What was removed from and added to a text: the lines that differ, word by word."""
    a, b = (text.splitlines(keepends=True) for text in (f"{old}\n", f"{new}\n"))
    if len(a) * len(b) > _MOST_LINE_PAIRS:
        return tuple(_joined([Piece("removed", old), Piece("added", new)]))
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        before, after = "".join(a[i:j]), "".join(b[k:m])
        pieces += [Piece("same", before)] if tag == "equal" else _within(before, after)
    return tuple(_joined(_without_last_line_end(pieces)))


def _without_last_line_end(pieces: list[Piece]) -> list[Piece]:
    """Without the line end that was put after both texts, so that a last line is a line like the others."""
    last = {max(i for i, piece in enumerate(pieces) if piece.kind != other) for other in ("added", "removed")}
    return [Piece(piece.kind, piece.text[:-1]) if i in last else piece for i, piece in enumerate(pieces)]


def _within(old: str, new: str) -> list[Piece]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if not a or not b or len(a) * len(b) > _MOST_WORD_PAIRS:
        return [Piece("removed", old), Piece("added", new)]
    return [Piece(kind, "".join(stretch)) for kind, stretch in _readable(_stretches(a, b))]


Stretches = Iterator[tuple[Kind, Sequence[str]]]


def _stretches(old: Sequence[str], new: Sequence[str]) -> Stretches:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", old[a:b]
            continue
        if a < b:
            yield "removed", old[a:b]
        if c < d:
            yield "added", new[c:d]


def _readable(stretches: Stretches) -> Stretches:
    """Changes with next to nothing in common between them become one: a sentence that was written anew is not confetti."""
    gone: list[str] = []
    come: list[str] = []
    every = list(stretches)
    for i, (kind, stretch) in enumerate(every):
        between = kind == "same" and 0 < i < len(every) - 1
        if between and sum(bool(word.strip()) for word in stretch) <= _SHORT and "\n" not in "".join(stretch):
            gone += stretch
            come += stretch
        elif kind == "same":
            yield from _flushed(gone, come)
            gone, come = [], []
            yield "same", stretch
        else:
            (gone if kind == "removed" else come).extend(stretch)
    yield from _flushed(gone, come)


def _flushed(gone: list[str], come: list[str]) -> Stretches:
    if gone:
        yield "removed", gone
    if come:
        yield "added", come


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; empty ones not at all."""
    last: Piece | None = None
    for piece in chain(pieces, [Piece("same", "")]):
        if last is not None and piece.kind == last.kind:
            last = Piece(last.kind, last.text + piece.text)
            continue
        if last is not None and last.text:
            yield last
        last = piece
    if last is not None and last.text:
        yield last
