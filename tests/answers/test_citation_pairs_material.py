"""Guards the hand-written citation pairs: evenly spread, no doubles, and shared words tell nothing.

Knows nothing about the citation check that the pairs measure.
"""

import json
import re
from collections import Counter
from pathlib import Path

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "citation_pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def overlap(pair: dict[str, str]) -> float:
    """Share of the sentence's words that stand in the passage, 0 to 1."""
    passage = set(words(pair["passage"]))
    sentence = words(pair["sentence"])
    return sum(word in passage for word in sentence) / len(sentence)


def area_under_curve(positive: list[float], negative: list[float]) -> float:
    """Probability that a positive scores above a negative, ties counted half."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def test_pairs_are_spread_evenly_over_the_kinds() -> None:
    kinds = Counter((pair["faithful"], pair["kind"]) for pair in PAIRS)
    assert sorted(count for (faithful, _), count in kinds.items() if faithful) == [20] * 10
    assert sorted(count for (faithful, _), count in kinds.items() if not faithful) == [25] * 8


def test_pairs_are_distinct_and_rest_on_many_passages() -> None:
    assert len({(pair["passage"], pair["sentence"]) for pair in PAIRS}) == 400
    assert len({pair["passage"] for pair in PAIRS}) >= 80


def test_shared_words_do_not_tell_faithful_from_unfaithful() -> None:
    faithful = [overlap(pair) for pair in PAIRS if pair["faithful"]]
    unfaithful = [overlap(pair) for pair in PAIRS if not pair["faithful"]]
    assert 0.45 <= area_under_curve(faithful, unfaithful) <= 0.58
