"""Finds the names of persons in a text: sentence by sentence, then what one place says of another."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samverk.masking.persons.mentions import LEAST_CHANCE, Doubt, raised, remember
from samverk.masking.persons.model import Model, model
from samverk.masking.persons.stretches import stretches
from samverk.masking.persons.tokens import Tokens
from samverk.masking.persons.words import AFTER_CUE, INSIDE, NEVER, sort_of, word_of

SURE, LEAST = 0.5, 0.2
"""A token of at least SURE is of a name; a stretch of tokens of at least LEAST is one for a careful reader."""

Chances = list[tuple[float, float]]
"""Of each token of a stretch: that it belongs to a name, and that it begins one."""


class Name(NamedTuple):
    """A half-open range of code points and the lowest chance of its words (0–1)."""

    start: int
    end: int
    score: float


def names(text: str, using: Model | None = None) -> list[Name]:
    """The names in the text, in order and apart. A genitive s belongs to its name."""
    tokens = Tokens(text)
    found: list[Name] = []
    doubtful: list[tuple[int, float]] = []
    for start, chances in _weighed(tokens, using or model()):
        if max(chances)[0] >= LEAST_CHANCE:  # most are of none
            found += _named(tokens, start, chances)
            doubtful += [(at, chance) for at, (chance, _) in enumerate(chances, start) if LEAST_CHANCE <= chance < SURE]
    if not found:
        return []
    known: set[str] = set()
    for name in found:
        if name.score >= SURE:
            remember(known, text[name.start : name.end], name.score)
    doubts = [Doubt(tokens.starts[at], tokens.words[at]) for at, _ in doubtful if tokens.words[at][0].isupper()]
    return _with(found, [Name(*span) for span in raised(doubts, known)])


def _weighed(tokens: Tokens, using: Model) -> Iterator[tuple[int, Chances]]:
    """The stretches of the text that can hold a name: the first token, and the chances of each."""
    sorts = list(map(sort_of, tokens.words))
    for first, stop in tokens.sentences:
        if sorts[first] <= INSIDE and max(sorts[first + 1 : stop], default=NEVER) <= AFTER_CUE:
            continue  # no stretches: most sentences
        places = stretches(sorts[first:stop])
        if places:
            words = list(map(word_of, tokens.words[first:stop]))
            for start, end in places:
                yield first + start, using.chances(words, start, end)


def _named(tokens: Tokens, start: int, chances: Chances) -> Iterator[Name]:
    """The names of a stretch: runs of sure tokens, and runs of half sure ones beside them."""
    at = 0
    while at < len(chances):
        chance = chances[at][0]
        if chance < LEAST:
            at += 1
            continue
        stop = at + 1
        while stop < len(chances) and _continues(chances[stop], chance >= SURE):
            stop += 1
        name = _name(tokens, start + at, start + stop, min(chances[at:stop])[0])
        if name:
            yield name
        at = stop


def _continues(chance: tuple[float, float], sure: bool) -> bool:
    inside, begins = chance
    return inside >= LEAST and (inside >= SURE) == sure and begins <= inside / 2


def _name(tokens: Tokens, first: int, stop: int, chance: float) -> Name | None:
    """The name of a run of tokens, without punctuation at its ends."""
    words = tokens.words
    while first < stop and not words[first][0].isalpha():
        first += 1
    while stop > first and not words[stop - 1][0].isalpha():
        stop -= 1
    if first == stop:
        return None
    return Name(tokens.starts[first], tokens.starts[stop - 1] + len(words[stop - 1]), min(chance, 1.0))


def _with(found: list[Name], raised: Sequence[Name]) -> list[Name]:
    """The names found, and those raised by others; what was half sure of the same place gives way."""
    if not raised:
        return found
    places = {place for name in raised for place in range(name.start, name.end)}
    kept = [name for name in found if name.start not in places and name.end - 1 not in places]
    return sorted([*kept, *raised])
