"""The search terms of a text and of a question: pure, and the same for every engine, so that engines agree.

A text has three kinds of terms: the stems of its words; the character n-grams of its words, which find compounds and
misspellings; and pairs of words that stand near each other in either order ("får du", "du får"), which find the passage
that says the thing and not only mentions it. Stop words count in pairs alone. A question's terms carry weights; an index
multiplies them with its term statistics.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from samverk.core import swedish, thesaurus

Kind = Literal["stem", "gram", "pair"]

VERSION = "4"  # of the terms: raised when they change, so that an index made with others is rebuilt

# Tuned on one half of two sets of questions to Swedish authorities, confirmed on the other; see benchmarks/retrieval.py.
WEIGHTS: dict[Kind, float] = {"stem": 1.0, "gram": 0.25, "pair": 0.4}
# A term written r times in the index is scored by BM25 with k1 / r: the way to a k1 of one's own where an engine has 1.2.
COPIES: dict[Kind, int] = {"stem": 2, "gram": 3, "pair": 1}
KINDS = tuple(WEIGHTS)

RELATED = 0.8  # of a stem that the thesaurus leads to, times its closeness
NEED = 4  # power of how rare the word that led to it is: what the passages themselves say needs no other word

NEAR = 3  # words from one of a pair to the other, at most
PAIR_LETTERS = 4  # of each stem in a pair: as good as whole stems, and keeps the dictionary small
LONGEST_WORD = 64  # characters; longer ones are cut, so that a file of noise makes no monstrous terms
LONGEST_QUERY = 20_000  # characters of a question that are read
MOST_WORDS = 500  # of a question that are looked up
MOST_TERMS = 200  # of a question that are searched: the strongest


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a question and its weight there; `instead_of` is the stem of the question that it may stand for."""

    kind: Kind
    text: str
    weight: float
    instead_of: str = ""


class _Word(NamedTuple):
    """What a word gives: its stem and its grams as texts ready to be indexed (empty for stop words), its half of a pair."""

    stem: str
    grams: str
    half: str


@lru_cache(maxsize=200_000)
def _word(word: str) -> _Word:
    """The terms of a word as written in lower case."""
    cut = word[:LONGEST_WORD]
    stem = swedish.stem(cut)
    if word in swedish.STOP_WORDS:
        return _Word("", "", stem[:PAIR_LETTERS])
    grams = " ".join(swedish.grams(cut) * COPIES["gram"])
    return _Word(" ".join([stem] * COPIES["stem"]), grams, stem[:PAIR_LETTERS])


def _pairs(words: Sequence[_Word]) -> list[str]:
    """The pairs of near words, halves in alphabetical order; two stop words make none."""
    halves = [(word.half, bool(word.stem)) for word in words]
    pairs: list[str] = []
    for distance in range(1, NEAR + 1):
        near = zip(halves, halves[distance:], strict=False)
        pairs += [f"{a}+{b}" if a < b else f"{b}+{a}" for (a, told), (b, also) in near if told or also]
    return pairs


def _of_words(words: Sequence[str]) -> dict[Kind, str]:
    """The terms of words in order, each kind as one text parted by spaces, with repetitions."""
    found = [_word(word) for word in words]
    told = [word for word in found if word.stem]
    return {
        "stem": " ".join([word.stem for word in told]),
        "gram": " ".join([word.grams for word in told]),
        "pair": " ".join(_pairs(found)),
    }


def of_text(title: str, text: str) -> dict[Kind, str]:
    """The terms of a passage, title and text as one field: each kind as one text parted by spaces, with repetitions."""
    return _of_words(swedish.tokens(f"{title}\n{text}"))


def of_query(query: str) -> list[Term]:
    """The weighted terms of a question, each once. Bounded for a question of any length."""
    weights: defaultdict[tuple[Kind, str], float] = defaultdict(float)
    words = swedish.tokens(query[:LONGEST_QUERY])[:MOST_WORDS]
    for kind, text in _of_words(words).items():
        for term in text.split():
            weights[kind, term] += WEIGHTS[kind] / COPIES[kind]
    asked = [Term(kind, text, weight) for (kind, text), weight in weights.items()]
    related = thesaurus.expand(words)
    return asked + [Term("stem", stem, RELATED * lead.closeness, lead.source) for stem, lead in related.items()]


def weigh(asked: Sequence[Term], frequency: Callable[[Term], int], passages: int) -> list[Term]:
    """The terms that occur, each with its weight times its rarity; the strongest only, when there are many.

    `frequency` gives the number of passages that hold a term, of `passages` searched.
    """
    counts = {(term.kind, term.text): frequency(term) for term in asked}
    rarest = rarity(0, passages)
    weighed = []
    for term in asked:
        if count := counts[term.kind, term.text]:
            known = counts.get(("stem", term.instead_of), 0) if term.instead_of else 0
            needed = (rarity(known, passages) / rarest) ** NEED
            weighed.append(Term(term.kind, term.text, term.weight * rarity(count, passages) * needed, term.instead_of))
    return sorted(weighed, key=lambda t: -t.weight)[:MOST_TERMS]


def rarity(count: int, passages: int) -> float:
    """The inverse document frequency of BM25 as Lucene and tantivy have it: ln(1 + (N - n + .5) / (n + .5))."""
    return math.log(1 + (max(passages, count) - count + 0.5) / (count + 0.5))
