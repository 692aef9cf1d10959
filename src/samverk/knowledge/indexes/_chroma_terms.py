"""Terms as Chroma can hold them: pure.

Chroma's own server and the embedded one rank by dense vectors alone. A passage's terms are therefore projected into one: each
term has a number, by its hash, which gives it two places in the vector; there it adds as much as BM25 gives for it, with a
sign. The inner product with a question's vector is then the BM25 score and some noise (random projection; Achlioptas,
"Database-friendly random projections", 2003): good enough to choose the candidates that are scored exactly.
"""

import json
import zlib
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from samverk.knowledge import terms

K1 = 1.2  # as in tantivy and Lucene
B = terms.B
DIMENSIONS = 1024  # of a vector, a power of two; half as many cost .01 of nDCG@10 on swequad
_SHARE: dict[terms.Kind, float] = {"stem": 1.0, "gram": 0.35}  # in a passage's vector: many grams would drown few stems
_DIGITS = 4

Average = Mapping[terms.Kind, float]  # the lengths of a passage


class Counts:
    """How often each term occurs, or in how many passages, by the term's number: eight bytes a term."""

    def __init__(self, numbers: Iterable[int] = (), counts: Iterable[int] = ()) -> None:
        self._numbers = array("I", numbers)
        self._counts = array("I", counts)

    def __getitem__(self, number: int) -> int:
        at = bisect_left(self._numbers, number)
        return self._counts[at] if at < len(self._numbers) and self._numbers[at] == number else 0

    def numbers(self) -> Iterable[int]:
        """The numbers of the terms that occur."""
        return self._numbers

    def changed(self, by: Mapping[int, int]) -> "Counts":
        """With these terms' counts changed by so much."""
        every = Counter(dict(zip(self._numbers, self._counts, strict=True)))
        every.update(by)
        kept = sorted(number for number, count in every.items() if count > 0)
        return Counts(kept, (every[number] for number in kept))

    def packed(self) -> str:
        """As a text: the numbers in steps from one to the next, then the counts."""
        steps = array("I", (b - a for a, b in zip((0, *self._numbers), self._numbers, strict=False)))
        return b64encode(zlib.compress(steps.tobytes() + self._counts.tobytes(), 1)).decode("ascii")

    @classmethod
    def unpacked(cls, text: str) -> "Counts":
        """The counts in a text."""
        both = array("I", zlib.decompress(b64decode(text)))
        half = len(both) // 2
        return cls(accumulate(both[:half]), both[half:])


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as it is scored: how often each term occurs, its lengths in terms of each kind, its words in order."""

    counts: Counts
    lengths: Mapping[terms.Kind, int]
    order: bytes

    def facts(self) -> dict[str, str]:
        """As a record holds it."""
        order = b64encode(self.order).decode("ascii")
        return {"terms": self.counts.packed(), "lengths": json.dumps(self.lengths), "order": order}

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> "Passage":
        """The passage that a record holds."""
        return cls(Counts.unpacked(facts["terms"]), json.loads(facts["lengths"]), b64decode(facts["order"]))


@lru_cache(maxsize=200_000)
def number(kind: terms.Kind, text: str) -> int:
    """The number of a term: 32 bits. Two terms share one in four billion times."""
    return zlib.crc32(f"{kind[0]}{text}".encode("utf-8", "replace"))


def taken(title: str, body: str, average: Average | None = None) -> tuple[Passage, list[float]]:
    """A passage and its vector. `average` is of the shelf; without it, the passage counts as a middling one."""
    made = terms.of_text(title, body)
    counts: Counter[int] = Counter()
    lengths: dict[terms.Kind, int] = {}
    vector = [0.0] * DIMENSIONS
    for kind, told in made.kinds.items():
        found = Counter(told.split())
        lengths[kind] = found.total()
        norm = _norm(lengths[kind], average[kind] if average else lengths[kind])
        for text, count in found.items():
            term = number(kind, text)
            counts[term] += count
            _add(vector, term, _SHARE[kind] * _saturated(count, norm))
    passage = Passage(Counts().changed(counts), lengths, made.order)
    return passage, [round(value, _DIGITS) for value in vector]


def of_query(weighed: Iterable[terms.Term]) -> list[float]:
    """The vector of a question's weighed terms."""
    vector = [0.0] * DIMENSIONS
    for term in weighed:
        _add(vector, number(term.kind, term.text), term.weight / _SHARE[term.kind])
    return vector


def score(passage: Passage, weighed: Iterable[terms.Term], average: Average) -> float:
    """BM25: the weight of each term times its saturated, length-normalised frequency."""
    norms = {kind: _norm(passage.lengths[kind], average[kind]) for kind in terms.KINDS}
    found = ((term, passage.counts[number(term.kind, term.text)]) for term in weighed)
    return sum(term.weight * _saturated(count, norms[term.kind]) for term, count in found if count)


def _add(vector: list[float], term: int, value: float) -> None:
    """Add to the two places of a term, which its bits name, each with its sign."""
    for bits in (term, term // (2 * DIMENSIONS)):
        vector[bits % DIMENSIONS] += value if bits & DIMENSIONS else -value


def _norm(length: float, average: float) -> float:
    return K1 * (1 - B + B * length / max(1.0, average))


def _saturated(count: int, norm: float) -> float:
    return (K1 + 1) * count / (count + norm)
