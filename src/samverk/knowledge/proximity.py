"""How near a question's words stand to each other in a passage, which finds the one that says the thing and does not
only mention it. Pure.

An index keeps the words of a passage in order, two bytes each, beside its terms. The passages that the terms put first are
then told apart by how many pairs of near words ("får du", "du får") they share with the question in one place. To index
the pairs instead costs as much as everything else together, and ranks no better.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from zlib import crc32

from samverk.core import swedish

CANDIDATES = 50  # passages that are told apart, at least; more change nothing
NEAR = 3  # words from one of a pair to the other, at most
STRETCH = 12  # words in which they are counted together: a sentence or the half of one; 5 to 24 do as well
WEIGHT = 0.25  # of a pair, beside 1 of a stem as rare as stems can be; flat from .2 to .3
LETTERS = 4  # of each stem: as good as whole stems
MOST_WORDS = 2_000  # of a passage that are kept in order
MOST_ASKED = 100  # words of a question whose pairs are looked for

_FIRST, _SIGNS = 0x20, 0xD000  # characters of two bytes in UTF-16, and no halves of longer ones


def sign(stem: str) -> str:
    """The one character that stands for the first letters of a stem; two words share one by chance once in 50,000."""
    return chr(_FIRST + crc32(stem[:LETTERS].encode("utf-8", "surrogatepass")) % _SIGNS)


def in_order(signs: Sequence[str]) -> bytes:
    """The words of a passage, by their signs, as an index keeps them."""
    return "".join(signs[:MOST_WORDS]).encode("utf-16-le")


class Proximity:
    """The pairs of near words in a question; one of each is no stop word. `weight` is what a pair adds to a score."""

    def __init__(self, words: Sequence[str], weight: float) -> None:
        self._weight = weight
        asked = [(sign(swedish.stem(word)), word in swedish.STOP_WORDS) for word in words[:MOST_ASKED]]
        self._near: defaultdict[str, set[str]] = defaultdict(set)  # of each sign that is no stop word's
        for distance in range(1, NEAR + 1):
            for (one, is_stop), (other, is_also) in zip(asked, asked[distance:], strict=False):
                if not is_stop and one != other:
                    self._near[one].add(other)
                if not is_also and one != other:
                    self._near[other].add(one)
        self._any = re.compile(f"[{re.escape(''.join(sorted(self._near)))}]") if self._near else None

    def found_in(self, order: bytes) -> int:
        """How many of the pairs, each once, stand together in the passage's best stretch of words, in either order."""
        if self._any is None:
            return 0
        text = order.decode("utf-16-le")
        found: list[tuple[int, set[str]]] = []
        for match in self._any.finditer(text):
            one, at = match.group(), match.start()
            if others := self._near[one].intersection(text[max(0, at - NEAR) : at + NEAR + 1]):
                found.append((at, {one + other if one < other else other + one for other in others}))
        most = end = reached = 0
        for number, (begins, _) in enumerate(found):
            while end < len(found) and found[end][0] < begins + STRETCH:
                end += 1
            if end > reached:  # else it is part of the one before
                reached = end
                most = max(most, len(set[str]().union(*[pairs for _, pairs in found[number:end]])))
        return most

    def gain(self, order: bytes) -> float:
        """What the pairs add to the score of a passage, however long it is."""
        return self._weight * self.found_in(order)
