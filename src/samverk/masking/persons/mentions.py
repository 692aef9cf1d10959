"""What a name that is certain in one place says of a lone first name or surname in another: Anna Ek … enligt Ek."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from samverk.masking.persons.lexicon import class_of

CERTAIN = 0.8
"""The least chance of a name that speaks for others."""
LEAST_CHANCE = 0.015
"""Below it the sentence itself speaks against: Ekskolan, Karl Johans gata."""
RAISED = 0.6
_SHORTEST = 2
_MANY = 20_000


class Doubt(NamedTuple):
    """A word with a capital that is no sure name where it stands, with a chance of LEAST_CHANCE or more."""

    start: int
    word: str


def remember(known: set[str], name: str, score: float) -> None:
    """Take the words of a certain name of several words, unless they are ordinary words too."""
    words = name.replace(",", " ").split()
    if score < CERTAIN or len(words) < 2 or len(known) >= _MANY:
        return
    known.update(word for word in words if len(word) >= _SHORTEST and word[0].isupper() and not _is_ordinary(word))


def _is_ordinary(word: str) -> bool:
    return class_of(word.lower())[2] >= "2"


def raised(doubts: Iterable[Doubt], known: set[str]) -> Iterator[tuple[int, int, float]]:
    """The doubtful words that a certain name elsewhere speaks for."""
    for start, word in doubts:
        if word in known or (word[-1] == "s" and word[:-1] in known):
            yield start, start + len(word), RAISED
