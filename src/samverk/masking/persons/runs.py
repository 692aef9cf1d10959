"""Runs of words with capitals, and what stands around the whole of a run: Alice Ek Wallenbergs stiftelse, AB Erik Ek & Son.

A word's neighbours tell little within a long name of something else. What follows its last word, and what stands before its
first, tells of all of them. Knows nothing of sentences, and of words only what `features.py` says of each.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samverk.masking.persons.words import Word

_LONGEST = 8
_MOST_TOLD = 4  # tokens of a run that are told apart
_PLACES = {(at, size): b"r=%d/%d" % (at, size) for at in range(_MOST_TOLD) for size in range(1, _MOST_TOLD + 1)}


class Run(NamedTuple):
    """The first and the last token of a run, and what its surroundings tell of all of them."""

    first: int
    last: int
    features: tuple[bytes, ...]

    def within(self, start: int, end: int) -> range:
        """Its tokens in a stretch."""
        return range(max(self.first, start), min(self.last + 1, end))

    def place(self, at: int) -> bytes:
        """The feature of where in the run a token stands, and how long the run is."""
        return _PLACES[min(at - self.first, _MOST_TOLD - 1), min(self.last - self.first + 1, _MOST_TOLD)]


def runs(words: Sequence[Word], start: int, end: int, edge: Word) -> Iterator[Run]:
    """The runs that tokens of a stretch are in."""
    at = start
    while at < end:
        if words[at].holds:
            first, last = _reach(words, at)
            yield Run(first, last, _of_run(words, first, last, edge))
            at = last
        at += 1


def _reach(words: Sequence[Word], at: int) -> tuple[int, int]:
    """The first and the last token of the run around a token."""
    first = last = at
    while first > max(at - _LONGEST, 0) and (step := _step(words, first, -1)):
        first -= step
    while last < min(at + _LONGEST, len(words) - 1) and (step := _step(words, last, 1)):
        last += step
    return first, last


def _step(words: Sequence[Word], at: int, way: int) -> int:
    """How far the next word of the run is that way: the next token, or the one after a particle or the stop of an initial."""
    beside, beyond = at + way, at + 2 * way
    if not 0 <= beside < len(words):
        return 0
    if words[beside].holds:
        return 1
    if not words[beside].joins or not 0 <= beyond < len(words) or not words[beyond].holds:
        return 0
    return 2 if words[beside].name != b"." or words[min(at, beyond)].is_initial else 0


def _of_run(words: Sequence[Word], first: int, last: int, edge: Word) -> tuple[bytes, ...]:
    before = words[first - 1] if first else edge
    after = words[last + 1] if last + 1 < len(words) else edge
    beyond = words[last + 2] if last + 2 < len(words) else edge
    one, other = words[first], words[last]
    ends = other.ends
    of_any = (
        b"rx=" + before.meaning + b"|" + ends + after.meaning,
        b"ry=" + other.code + b"|" + ends + after.kind + b"|" + beyond.kind,
        b"rt=" + ends + after.tail,
    )
    if first == last:  # what stands around the run stands around its only word
        return of_any
    return (
        *of_any,
        b"ra=" + after.name,
        b"rk=" + ends + after.kind,
        b"rb=" + before.name,
        b"rc=" + one.code + b"|" + other.code,
    )
