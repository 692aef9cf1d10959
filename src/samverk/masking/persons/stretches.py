"""The stretches of a sentence that can hold a name: the rest is no name, and costs nothing.

A word with a capital that is no ordinary word at the beginning of a sentence, a well-known name in small letters, or what follows
a word such as *heter*. Knows no words, only of what sort each is (`words.py`).
"""

from collections.abc import Sequence

from samverk.masking.persons.words import ALWAYS, CUE, INITIAL, INSIDE

MARGIN = 1
"""Tokens around a candidate that the model sees as a sequence; their neighbours still count as features."""


def stretches(sorts: Sequence[int]) -> list[tuple[int, int]]:
    """The half-open ranges of tokens that can hold a name, apart and in order."""
    found: list[tuple[int, int]] = []
    for at, sort in enumerate(sorts):
        if not sort or sort == CUE or (sort % CUE < ALWAYS and not _may(sorts, at)):
            continue
        start, end = max(at - MARGIN, 0), min(at + MARGIN + 1, len(sorts))
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _may(sorts: Sequence[int], at: int) -> bool:
    candidate = sorts[at] % CUE
    if candidate == INSIDE:
        return at > 0
    if candidate == INITIAL:
        return any(other % CUE > INITIAL for other in sorts[max(at - 2, 0) : at + 5])
    return any(other >= CUE for other in sorts[max(at - 3, 0) : at])
