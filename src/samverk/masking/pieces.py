"""A text cut at its spans: what stays open and what is to be replaced. Knows nothing of what replaces it."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from samverk.masking.likeness import ends_in_s, folded
from samverk.masking.ports import Span

_S_AND_NO_MORE = re.compile(r"s(?!\w)")


class Piece(NamedTuple):
    """A stretch of a text; `label` is empty for what stays open."""

    text: str
    label: str = ""


def cut(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text in order. Spans that overlap are one, named after the longer; what lies outside the text is left out."""
    pieces, at = [], 0
    for start, end, label in _settled(text, spans):
        if at < start:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], label))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def _settled(text: str, spans: Sequence[Span]) -> list[tuple[int, int, str]]:
    inside = [(max(0, span.start), min(len(text), span.end), span.label) for span in spans]
    settled: list[tuple[int, int, str]] = []
    for start, end, label in sorted((place for place in inside if place[0] < place[1]), key=lambda place: place[:2]):
        if settled and start < settled[-1][1]:
            first, last, other = settled.pop()
            longer = label if end - start > last - first else other
            settled.append((first, max(last, end), longer))
        else:
            settled.append((start, end, label))
    return settled


def with_genitives_outside(pieces: Sequence[Piece], known: Collection[str], forms: Collection[str]) -> list[Piece]:
    """The pieces with a person's genitive s left open, where the name without it is known: `[PERSON_1]s ansökan`.

    `known` are folded words of names, `forms` names that are kept as they are. An s that such a name does not take ("Larss") goes
    into the piece instead: whoever puts values back leaves it out after a name that ends in s, since models write it there.
    """
    result: list[Piece] = []
    for piece in pieces:
        before = result[-1] if result else Piece("")
        if _is_person(piece) and piece.text not in forms and _is_genitive(piece.text, known):
            result += [Piece(piece.text[:-1], piece.label), Piece("s")]
        elif not piece.label and _is_person(before) and ends_in_s(before.text) and _S_AND_NO_MORE.match(piece.text):
            result[-1] = Piece(before.text + "s", before.label)
            result += [Piece(piece.text[1:])] if piece.text[1:] else []
        elif not piece.label and result and not before.label:
            result[-1] = Piece(before.text + piece.text)
        else:
            result.append(piece)
    return result


def _is_person(piece: Piece) -> bool:
    return piece.label == "PERSON"


def _is_genitive(name: str, known: Collection[str]) -> bool:
    if name[-1:] != "s" or ends_in_s(name[:-1]):
        return False
    words = folded(name[:-1]).split()
    return bool(words) and words[-1] in known
