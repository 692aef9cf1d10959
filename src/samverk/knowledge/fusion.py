"""Words and vectors in one ranking, and whether that is better: pure.

Scores are brought to 0–1 over the candidates of one question and added with a weight: the convex combination that Bruch,
Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), find better than fusing ranks, which
loses here. The weight is tuned on questions of the organisation's own, and tried on those that it was not tuned on.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from statistics import fmean
from typing import Any

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # of the vectors; the words have the rest
FEWEST_QUESTIONS = 20  # below, chance decides
LEAST_GAIN = 0.01  # of nDCG@10: less is not worth what vectors cost
SURE = 0.95  # share of the resamples in which the gain is above 0
RESAMPLES = 2_000

Gain = Callable[[float], Sequence[float]]  # the figure of each question with a weight


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial gave: nDCG@10 by words alone and with vectors, each question with a weight tuned on the other half.

    `sure` is the share of paired bootstrap resamples in which vectors win; `weight` is tuned on all questions.
    """

    questions: int
    words: float
    fused: float
    sure: float
    weight: float

    @property
    def wins(self) -> bool:
        """Whether vectors are worth switching on."""
        enough = self.questions >= FEWEST_QUESTIONS and self.weight > 0
        return enough and self.fused - self.words >= LEAST_GAIN and self.sure >= SURE

    def as_json(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {**asdict(self), "wins": self.wins}


def fused(words: Mapping[str, float], vectors: Mapping[str, float], weight: float) -> list[str]:
    """The candidates of both, best first.

    What the words did not find counts as their worst, and a candidate without a vector as the middle one of those that have:
    it neither gains nor loses by what nobody knows.
    """
    by_words, by_vectors = _levelled(words), _levelled(vectors)
    middle = sorted(by_vectors.values())[len(by_vectors) // 2] if by_vectors else 0.0
    every = {
        key: (1 - weight) * by_words.get(key, 0.0) + weight * by_vectors.get(key, middle) for key in {*words, *vectors}
    }
    return sorted(every, key=lambda key: (-every[key], -words.get(key, 0.0), key))


def dealt(order: Sequence[str], words: Mapping[str, float]) -> list[float]:
    """A score for each of the order: those of the words, dealt out from the best on.

    What is read out of the scores' course (how sure the search is) then means what it means without vectors.
    """
    scores = sorted((score for score in words.values() if score > 0), reverse=True) or [1.0]
    return [scores[min(place, len(scores) - 1)] for place in range(len(order))]


def tried(keys: Sequence[str], figures: Gain) -> Verdict:
    """Whether vectors win. `keys` name the questions, `figures` gives the figure of each, in their order, with a weight.

    The questions are parted in two; each half is measured with the weight that is best for the other.
    """
    by_weight = {weight: list(figures(weight)) for weight in WEIGHTS}
    halves: tuple[list[int], list[int]] = ([], [])
    for place, number in enumerate(sorted(range(len(keys)), key=lambda i: sha256(keys[i].encode()).digest())):
        halves[place % 2].append(number)
    pairs: list[tuple[float, float]] = []
    for tuned_on, tried_on in (halves, halves[::-1]):
        weight = _best(by_weight, tuned_on)
        pairs += [(by_weight[0.0][i], by_weight[weight][i]) for i in tried_on]
    words, with_vectors = (fmean([pair[side] for pair in pairs] or [0.0]) for side in (0, 1))
    sure = _sure([b - a for a, b in pairs])
    return Verdict(
        len(keys), round(words, 4), round(with_vectors, 4), round(sure, 4), _best(by_weight, range(len(keys)))
    )


def _best(by_weight: Mapping[float, Sequence[float]], places: Sequence[int]) -> float:
    """The weight that is best for these questions; the least of equals."""
    return max(WEIGHTS, key=lambda weight: (sum(by_weight[weight][i] for i in places), -weight))


def _sure(gains: Sequence[float]) -> float:
    """In which share of the resamples of the questions the mean gain is above 0 (paired bootstrap; always the same)."""
    if not gains:
        return 0.0
    chance = random.Random(1)
    return sum(sum(chance.choices(gains, k=len(gains))) > 0 for _ in range(RESAMPLES)) / RESAMPLES


def _levelled(scores: Mapping[str, float]) -> dict[str, float]:
    """The scores from 0 to 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {key: (score - low) / (high - low) if high > low else 1.0 for key, score in scores.items()}
