"""The chances of tags along a chain of tokens: forward-backward for four tags, written out since it is asked often.

Sources: Lafferty, McCallum and Pereira, "Conditional random fields" (2001); Rabiner, "A tutorial on hidden Markov models" (1989),
for the sums, which are scaled at each token. Only how much more one tag weighs than another counts, so that the last tag's score
is always nought, and left out. Pure; knows nothing of words, nor what the tags mean.
"""

from collections.abc import Sequence
from math import exp
from typing import cast

Three = tuple[float, float, float]
"""A number for each tag but the last."""

Four = tuple[float, float, float, float]
"""A number for each tag."""

Ways = tuple[Four, Four, Four, Four]
"""A row for each tag: what each tag weighs after it."""


class Chain:
    """Knows what tags follow each other, from a row of scores for each tag: of each tag after it."""

    def __init__(self, transitions: Sequence[Sequence[float]]) -> None:
        ways = [[exp(score) for score in row] for row in transitions]
        self._onwards = cast(Ways, tuple(map(tuple, ways)))
        self._back = cast(Ways, tuple(zip(*ways, strict=True)))

    def chances(self, scores: Sequence[Three]) -> list[Three]:
        """For each token the chance of each tag but the last (0–1), given how much higher they score than the last."""
        tokens = [(exp(a), exp(b), exp(c)) for a, b, c in scores]
        before = _told(tokens, self._onwards)
        after = _told(tokens[::-1], self._back)
        found = []
        for (a, b, c), (e, f, g, h), (i, j, k, m) in zip(tokens, before, reversed(after), strict=True):
            one, two, three = a * e * i, b * f * j, c * g * k
            whole = one + two + three + h * m
            found.append((one / whole, two / whole, three / whole))
        return found


def _told(tokens: Sequence[Three], ways: Ways) -> list[Four]:
    """What all tokens before a token tell of its tag, for each token in order; together always 1."""
    (aa, ab, ac, ad), (ba, bb, bc, bd), (ca, cb, cc, cd), (da, db, dc, dd) = ways
    told = []
    one = two = three = four = 0.25
    for a, b, c in tokens:
        told.append((one, two, three, four))
        i, j, k = a * one, b * two, c * three
        one, two = i * aa + j * ba + k * ca + four * da, i * ab + j * bb + k * cb + four * db
        three, four = i * ac + j * bc + k * cc + four * dc, i * ad + j * bd + k * cd + four * dd
        whole = one + two + three + four
        one, two, three, four = one / whole, two / whole, three / whole, four / whole
    return told
