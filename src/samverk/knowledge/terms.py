"""The search terms of a text and of a question: pure, and the same for every engine, so that engines agree.

A text has two kinds of terms: the stems of its words, and the character n-grams of its words, which find compounds and
misspellings. Stop words have none. A question's terms carry weights; an index multiplies them with its term statistics.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from samverk.core import swedish

Kind = Literal["stem", "gram"]
KINDS: tuple[Kind, ...] = ("stem", "gram")

VERSION = "1"  # of the terms: raised when they change, so that an index made with others is rebuilt

GRAM_WEIGHT = 0.3  # of a gram beside a stem; tuned on questions to Swedish authorities
LONGEST_WORD = 64  # characters; longer ones are cut, so that a file of noise makes no monstrous terms
LONGEST_QUERY = 20_000  # characters of a question that are read
MOST_LOOKED_UP = 2_000  # distinct terms of a question whose rarity is looked up
MOST_SEARCHED = 250  # the rarest of them, which are searched


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a question and its weight there."""

    kind: Kind
    text: str
    weight: float


@lru_cache(maxsize=200_000)
def _of_word(word: str) -> tuple[str, str]:
    """The stem and the grams of a word as written in lower case, as texts parted by spaces; nothing of stop words."""
    if word in swedish.STOP_WORDS:
        return "", ""
    cut = word[:LONGEST_WORD]
    return swedish.stem(cut), " ".join(swedish.grams(cut))


def of_text(title: str, text: str) -> dict[Kind, str]:
    """The terms of a passage, title and text as one field: each kind as one text parted by spaces, with repetitions."""
    pairs = [pair for word in swedish.tokens(f"{title}\n{text}") if (pair := _of_word(word))[0]]
    return {"stem": " ".join(stem for stem, _ in pairs), "gram": " ".join(grams for _, grams in pairs)}


def of_query(query: str) -> list[Term]:
    """The weighted terms of a question, each once. Bounded for a question of any length."""
    weights: defaultdict[tuple[Kind, str], float] = defaultdict(float)
    for word in swedish.tokens(query[:LONGEST_QUERY]):
        stem, grams = _of_word(word)
        if stem:
            weights["stem", stem] += 1
        for gram in grams.split():
            weights["gram", gram] += GRAM_WEIGHT
        if len(weights) > MOST_LOOKED_UP:
            break
    return [Term(kind, text, weight) for (kind, text), weight in weights.items()]


def weigh(terms: Iterable[Term], frequency: Callable[[Term], int], passages: int) -> list[Term]:
    """The terms that occur, each with its weight times its rarity; the strongest only, when there are many.

    `frequency` gives the number of passages that hold a term, of `passages` searched.
    """
    present = [(term, count) for term in terms if (count := frequency(term))]
    weighed = [Term(t.kind, t.text, t.weight * rarity(count, passages)) for t, count in present]
    return sorted(weighed, key=lambda t: -t.weight)[:MOST_SEARCHED]


def rarity(count: int, passages: int) -> float:
    """The inverse document frequency of BM25 as Lucene and tantivy have it: ln(1 + (N - n + .5) / (n + .5))."""
    return math.log(1 + (max(passages, count) - count + 0.5) / (count + 0.5))
