"""The search terms of a text and of a question: pure, and the same for every engine, so that engines agree.

A text has two kinds of terms: the stems of its words, and the character n-grams of its words, which find compounds and
misspellings. Stop words make none. A question's terms carry weights; an index multiplies them with its term statistics, and
tells the best passages apart by how near the question's words stand in them (see `proximity`).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from samverk.core import swedish, thesaurus
from samverk.knowledge import proximity

Kind = Literal["stem", "gram"]

VERSION = "5"  # of the terms: raised when they change, so that an index made with others is rebuilt

# Tuned on one half of two sets of questions to Swedish authorities, confirmed on the other; see benchmarks/retrieval.py.
WEIGHTS: dict[Kind, float] = {"stem": 1.0, "gram": 0.25}
# A term written r times in the index is scored by BM25 with k1 / r: the way to a k1 of one's own where an engine has 1.2.
COPIES: dict[Kind, int] = {"stem": 2, "gram": 3}
KINDS = tuple(WEIGHTS)
B = 0.75  # tantivy's own
K1 = 0.45  # of the kinds together, as they share in a score

RELATED = 0.8  # of a stem that the thesaurus leads to, times its closeness
NEED = 4  # power of how rare the word that led to it is: what the passages themselves say needs no other word

GRAM = 5  # characters; words that are shorter make none, since their stem says as much
LONGEST_WORD = 64  # characters; longer ones are cut, so that a file of noise makes no monstrous terms
LONGEST_QUERY = 20_000  # characters of a question that are read
MOST_WORDS = 500  # of a question that are looked up
MOST_TERMS = 200  # of a question that are searched: the strongest
WORDS_KNOWN = 50_000  # whose terms are kept: nearly all of what is read, in 20 MB


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a question and its weight there; `instead_of` is the stem of the question that it may stand for."""

    kind: Kind
    text: str
    weight: float
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an index keeps of a passage: each kind of terms as one text parted by spaces, with repetitions; the words in order.

    `length` is the number of words that are no stop words.
    """

    kinds: dict[Kind, str]
    order: bytes
    length: int


class _Word(NamedTuple):
    """What a word gives: its stem and its grams as texts ready to be indexed (empty for stop words), its sign."""

    stem: str
    grams: str
    sign: str


class _Words(dict[str, _Word]):
    """The terms of words as written in lower case, made when first met."""

    def __missing__(self, word: str) -> _Word:
        cut = word[:LONGEST_WORD]
        stem = swedish.stem(cut)
        found = _Word("", "", proximity.sign(stem))
        if word not in swedish.STOP_WORDS:
            grams = [cut[at : at + GRAM] for at in range(len(cut) - GRAM + 1)]
            found = _Word(" ".join([stem] * COPIES["stem"]), " ".join(grams * COPIES["gram"]), found.sign)
        if len(self) >= WORDS_KNOWN:
            self.clear()
        self[word] = found
        return found


_WORDS = _Words()


def _of_words(words: Sequence[str]) -> Terms:
    """The terms of words in order."""
    stems, grams, signs = zip(*map(_WORDS.__getitem__, words), strict=True) if words else ((), (), ())
    told = list(filter(None, stems))
    kinds: dict[Kind, str] = {"stem": " ".join(told), "gram": " ".join(filter(None, grams))}
    return Terms(kinds, proximity.in_order(signs), len(told))


def of_text(title: str, text: str) -> Terms:
    """The terms of a passage, title and text as one field."""
    return _of_words(swedish.tokens(f"{title}\n{text}"))


def _asked(query: str) -> list[str]:
    return swedish.tokens(query[:LONGEST_QUERY])[:MOST_WORDS]


def near_words(query: str, passages: int) -> proximity.Proximity:
    """The near words of a question, to tell apart the best of so many passages that are searched."""
    return proximity.Proximity(_asked(query), proximity.WEIGHT * rarity(1, passages))


def of_query(query: str) -> list[Term]:
    """The weighted terms of a question, each once. Bounded for a question of any length."""
    weights: defaultdict[tuple[Kind, str], float] = defaultdict(float)
    words = _asked(query)
    for kind, text in _of_words(words).kinds.items():
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


def damping(length: float, average: float) -> float:
    """What BM25 divides a term by that occurs once in a passage of this length: 1 + k1 (1 - b + b length / average)."""
    return 1 + K1 * (1 - B + B * length / max(1.0, average))
