"""Vectors in little room, words and vectors in one ranking, and when that is better."""

import base64
import math
import random
import struct

import pytest

from samverk.knowledge import fusion, quantised


def directions(count: int, size: int = 64) -> list[list[float]]:
    """Vectors in directions of chance, always the same."""
    chance = random.Random(3)
    return [[chance.gauss(0, 1) for _ in range(size)] for _ in range(count)]


def exact(a: list[float], b: list[float]) -> float:
    """The cosine, as the numbers have it."""
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.hypot(*a) / math.hypot(*b)


def test_a_packed_vector_keeps_its_direction() -> None:
    vectors = directions(30)
    for vector in vectors:
        packed = quantised.packed([number / 50 for number in vector])
        assert len(packed) == 64
        assert quantised.cosine(packed, quantised.packed(vectors[0])) == pytest.approx(
            exact(vector, vectors[0]), abs=0.02
        )


def test_a_vector_comes_as_numbers_or_as_base64() -> None:
    numbers = [0.5, -0.25, 1.0]
    assert quantised.packed(base64.b64encode(struct.pack("<3f", *numbers)).decode()) == quantised.packed(numbers)


@pytest.mark.parametrize("vector", [[], [0.0, 0.0], [float("nan"), 1.0], [float("inf")], "not base64!"])
def test_what_has_no_direction_is_refused(vector: list[float] | str) -> None:
    with pytest.raises(ValueError):
        quantised.packed(vector)


def test_the_nearest_by_signs_hold_the_nearest() -> None:
    vectors = directions(2_000)
    packed = [quantised.packed(vector) for vector in vectors]
    codes = [quantised.signs(vector) for vector in packed]
    asked = [number + noise / 3 for number, noise in zip(vectors[77], directions(1)[0], strict=True)]
    near = quantised.nearest(codes, quantised.signs(quantised.packed(asked)), 50)
    assert near[0] == 77
    assert len(near) == len(set(near)) == 50


def test_fusing_ranks_by_both() -> None:
    words, vectors = {"a": 9.0, "b": 8.0, "c": 1.0}, {"b": 0.9, "d": 0.95, "a": 0.1}
    assert fusion.fused(words, vectors, 0.0)[:3] == ["a", "b", "c"]
    assert fusion.fused(words, vectors, 0.5)[0] == "b"
    assert fusion.fused(words, vectors, 0.8)[:2] == ["b", "d"]
    assert set(fusion.fused(words, vectors, 0.5)) == {"a", "b", "c", "d"}


def test_without_vectors_the_order_of_the_words_stands() -> None:
    words = {"a": 3.0, "b": 2.0, "c": 1.0}
    assert fusion.fused(words, {}, 0.5) == ["a", "b", "c"]
    assert fusion.fused({}, {"x": 0.3, "y": 0.4}, 0.5) == ["y", "x"]


def test_a_passage_without_a_vector_neither_gains_nor_loses() -> None:
    words = {"a": 5.0, "new": 5.0, "b": 5.0}
    assert fusion.fused(words, {"a": 0.9, "b": 0.1, "c": 0.5}, 0.5)[:3] == ["a", "new", "b"]


def test_scores_keep_their_course() -> None:
    assert fusion.dealt(["c", "a", "x"], {"a": 4.0, "b": 2.0}) == [4.0, 2.0, 2.0]
    assert min(fusion.dealt(["x", "y"], {})) > 0


def test_vectors_that_help_win() -> None:
    keys = [f"q{number}" for number in range(60)]
    verdict = fusion.tried(keys, lambda weight: [0.5 + (0.2 if weight == 0.4 else 0.0) for _ in keys])
    assert verdict.wins
    assert (verdict.weight, verdict.words, verdict.fused) == (0.4, 0.5, 0.7)


@pytest.mark.parametrize("seed", range(5))
def test_chance_does_not_win(seed: int) -> None:
    """With every weight some questions gain and as many lose: the best weight of one half is no better in the other."""
    keys = [f"q{number}" for number in range(60)]
    chance = random.Random(seed)
    by_weight = {
        weight: [0.5 + (chance.choice([-0.3, 0.3]) if weight else 0.0) for _ in keys] for weight in fusion.WEIGHTS
    }
    verdict = fusion.tried(keys, by_weight.__getitem__)
    assert not verdict.wins


def test_few_questions_decide_nothing() -> None:
    keys = [f"q{number}" for number in range(fusion.FEWEST_QUESTIONS - 1)]
    assert not fusion.tried(keys, lambda weight: [weight for _ in keys]).wins
    assert not fusion.tried([], lambda weight: []).wins
