"""A plain BM25 over stems and character 5-grams in memory: the reference that measurements and fits search with.

Knows nothing of the product's index, so that a figure that uses it moves only when what it measures moves.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from samverk.core import swedish

K1, B = 1.2, 0.75
GRAMS = 0.3  # weight of the 5-grams beside the stems


class Field:
    """One kind of token over all texts, scored by BM25."""

    def __init__(self, documents: Sequence[Counter[str]]) -> None:
        self.size = len(documents)
        lengths = [document.total() for document in documents]
        average = sum(lengths) / max(1, self.size)
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, document in enumerate(documents):
            norm = K1 * (1 - B + B * lengths[number] / average)
            for token, count in document.items():
                self.postings[token].append((number, count * (K1 + 1) / (count + norm)))

    def idf(self, token: str) -> float:
        """ln(1 + (N - df + .5) / (df + .5))."""
        found = len(self.postings.get(token, ()))
        return math.log(1 + (self.size - found + 0.5) / (found + 0.5))

    def add(self, scores: dict[int, float], tokens: Counter[str], weight: float) -> None:
        """Add the weighted scores of the tokens to each text's score."""
        for token in tokens:
            idf = self.idf(token)
            for number, value in self.postings.get(token, ()):
                scores[number] += weight * idf * value


class Bm25:
    """The texts, searchable."""

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [_tokens(text) for text in texts]
        self.stems = Field([stems for stems, _ in tokens])
        self.grams = Field([grams for _, grams in tokens])

    def search(self, query: str) -> list[tuple[int, float]]:
        """All texts that share anything with the query, best first: (position, score)."""
        scores: dict[int, float] = defaultdict(float)
        stems, grams = _tokens(query)
        self.stems.add(scores, stems, 1.0)
        self.grams.add(scores, grams, GRAMS)
        return sorted(scores.items(), key=lambda pair: -pair[1])


def _tokens(text: str) -> tuple[Counter[str], Counter[str]]:
    words = [word for word in swedish.words(text) if word.text not in swedish.STOP_WORDS]
    return Counter(word.stem for word in words), Counter(gram for word in words for gram in swedish.grams(word.text))
