"""The model: a conditional random field, whose weights are read once and asked by any thread.

What a word's own features weigh is added up when it is first met, and remembered; of a token in its place only what it makes
together with its neighbours is left to look up.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import cast

from samverk.masking.persons.chain import Chain, Three
from samverk.masking.persons.features import EDGE, alone, of_kinds, of_names, padded
from samverk.masking.persons.runs import runs
from samverk.masking.persons.weights import read
from samverk.masking.persons.words import Word

FOLDER = Path(__file__).parent
FREE = FOLDER / "persons.crfsuite"
"""Weights of texts under CC BY 4.0 or without copyright: always there."""
SHARE_ALIKE = FOLDER / "persons-sharealike.crfsuite"
"""Weights that learnt from a text under CC BY-SA 4.0 too. May be left out: then the others serve."""

BEGIN, INSIDE, OTHER, OUT = TAGS = "BIXO"
"""The tags: a name's first token, its next ones, names of other things (places, institutions), and the rest."""

_CACHED = 10_000  # words, of about 1 kB each; and kinds of three words beside each other
_NOUGHT: Three = (0.0, 0.0, 0.0)
_NO_NAME = (0.0, 0.0)


_Sums = tuple[Three, ...]
"""What the features of each place of a word (`Alone`) weigh together, for each tag but OUT."""

HERE, BEFORE, AFTER, BEFORE2, AFTER2 = range(5)


class Model:
    """Says of each token how sure it is of a name, and of a name's beginning."""

    def __init__(self, file: Path) -> None:
        weights = read(file, TAGS)
        self._weights = cast(dict[bytes, Three], weights.features)
        self._chain = Chain(weights.transitions)
        self._sums: dict[Word, _Sums] = {}
        self._kinds: dict[tuple[bytes, bytes, bytes], Three] = {}

    def chances(self, words: Sequence[Word], start: int, end: int) -> list[tuple[float, float]]:
        """For each token of a stretch of a sentence: the chance that it belongs to a name, and that it begins one (0–1)."""
        chances = self._chain.chances(self._scores(words, start, end))
        return [
            _NO_NAME if words[at].is_mail else (begin + inside, begin)
            for at, (begin, inside, _) in enumerate(chances, start)
        ]

    def _scores(self, words: Sequence[Word], start: int, end: int) -> list[Three]:
        """For each token how much higher each tag scores than OUT: what all its features weigh."""
        near = padded(words, start, end)
        sums = [self._sums.get(word) or self._added(word) for word in near]
        of_runs = self._of_runs(words, start, end)
        scores: list[Three] = []
        for at in range(end - start):
            before2, before, here, after = near[at : at + 4]
            kinds = before.kind, here.kind, after.kind
            b1, i1, x1 = sums[at][BEFORE2]
            b2, i2, x2 = sums[at + 1][BEFORE]
            b3, i3, x3 = sums[at + 2][HERE]
            b4, i4, x4 = sums[at + 3][AFTER]
            b5, i5, x5 = sums[at + 4][AFTER2]
            b6, i6, x6 = self._kinds.get(kinds) or self._of_kinds(kinds)
            b7, i7, x7 = self._sum(of_names(before2, before, here, after))
            b8, i8, x8 = of_runs.get(start + at, _NOUGHT)
            scores.append(
                (
                    b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8,
                    i1 + i2 + i3 + i4 + i5 + i6 + i7 + i8,
                    x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8,
                )
            )
        return scores

    def _of_kinds(self, kinds: tuple[bytes, bytes, bytes]) -> Three:
        if len(self._kinds) >= _CACHED:
            self._kinds.clear()
        found = self._kinds[kinds] = self._sum(of_kinds(*kinds))
        return found

    def _of_runs(self, words: Sequence[Word], start: int, end: int) -> dict[int, Three]:
        """What the runs that tokens are in add to their scores."""
        added: dict[int, Three] = {}
        for run in runs(words, start, end, EDGE):
            b, i, x = self._sum(run.features)
            for at in run.within(start, end):
                b2, i2, x2 = self._weights.get(run.place(at), _NOUGHT)
                added[at] = b + b2, i + i2, x + x2
        return added

    def _added(self, word: Word) -> _Sums:
        if len(self._sums) >= _CACHED:
            self._sums.clear()
        found = self._sums[word] = tuple(map(self._sum, alone(word)))
        return found

    def _sum(self, features: Iterable[bytes]) -> Three:
        """What the features weigh together. Most weigh nothing."""
        b = i = x = 0.0
        for feature in features:
            if row := self._weights.get(feature):
                b, i, x = b + row[0], i + row[1], x + row[2]
        return (b, i, x) if b or i or x else _NOUGHT


@cache
def model(file: Path | None = None) -> Model:
    """The model of a file; by itself the best that is there."""
    return Model(file or (SHARE_ALIKE if SHARE_ALIKE.exists() else FREE))
