"""Finds the names of persons in a text: sentence by sentence, then what one place says of another."""

from collections.abc import Iterator
from typing import NamedTuple

from samverk.masking.persons.mentions import Doubt, raised, remember
from samverk.masking.persons.model import Model, model
from samverk.masking.persons.stretches import stretches
from samverk.masking.persons.tokens import Sentence, cut
from samverk.masking.persons.words import sort_of, word_of

SURE, LEAST = 0.5, 0.2
"""A token of at least SURE is of a name; a stretch of tokens of at least LEAST is one for a careful reader."""


class Name(NamedTuple):
    """A half-open range of code points and the lowest chance of its words (0–1)."""

    start: int
    end: int
    score: float


def names(text: str, using: Model | None = None) -> list[Name]:
    """The names in the text, in order and apart. A genitive s belongs to its name."""
    using = using or model()
    found: list[Name] = []
    doubts: list[Doubt] = []
    known: set[str] = set()
    words, starts, ranges = cut(text)
    sorts = list(map(sort_of, words))
    for first, stop in ranges:
        places = stretches(sorts[first:stop])
        if not places:
            continue
        sentence = Sentence(words[first:stop], starts[first:stop])
        described = list(map(word_of, sentence.words))
        for start, end in places:
            chances = using.chances(described, start, end)
            for name in _runs(sentence, start, end, chances):
                found.append(name)
                if name.score >= SURE:
                    remember(known, text[name.start : name.end], name.score)
            doubts += _doubts(sentence, start, chances)
    return _with(found, [Name(*span) for span in raised(doubts, known)])


def _runs(sentence: Sentence, start: int, end: int, chances: list[tuple[float, float]]) -> Iterator[Name]:
    """The names of a stretch: runs of sure tokens, and runs of half sure ones beside them."""
    at = start
    while at < end:
        chance = chances[at - start][0]
        if chance < LEAST:
            at += 1
            continue
        sure = chance >= SURE
        stop = at + 1
        while stop < end and _continues(chances[stop - start], sure):
            stop += 1
        name = _name(sentence, at, stop, min(chances[i - start][0] for i in range(at, stop)))
        if name:
            yield name
        at = stop


def _continues(chance: tuple[float, float], sure: bool) -> bool:
    inside, begins = chance
    return inside >= LEAST and (inside >= SURE) == sure and begins <= inside / 2


def _name(sentence: Sentence, first: int, stop: int, chance: float) -> Name | None:
    """The name of a run of tokens, without punctuation at its ends."""
    while first < stop and not sentence.words[first][0].isalpha():
        first += 1
    while stop > first and not sentence.words[stop - 1][0].isalpha():
        stop -= 1
    if first == stop:
        return None
    end = sentence.starts[stop - 1] + len(sentence.words[stop - 1])
    return Name(sentence.starts[first], end, min(chance, 1.0))


def _doubts(sentence: Sentence, start: int, chances: list[tuple[float, float]]) -> Iterator[Doubt]:
    for at, (chance, _) in enumerate(chances, start):
        text = sentence.words[at]
        if chance < SURE and text[0].isupper():
            yield Doubt(sentence.starts[at], text, chance)


def _with(found: list[Name], raised: list[Name]) -> list[Name]:
    """The names found, and those raised by others; what was half sure of the same place gives way."""
    if not raised:
        return found
    places = {place for name in raised for place in range(name.start, name.end)}
    kept = [name for name in found if name.start not in places and name.end - 1 not in places]
    return sorted(kept + raised)
