"""The weights: opened once, asked under a lock, since a tagger of crfsuite serves one thread at a time."""

from functools import cache
from pathlib import Path
from threading import Lock

from samverk.masking.persons.features import Item

FOLDER = Path(__file__).parent
FREE = FOLDER / "persons.crfsuite"
"""Weights of texts under CC BY 4.0 or without copyright: always there."""
SHARE_ALIKE = FOLDER / "persons-sharealike.crfsuite"
"""Weights that learnt from a text under CC BY-SA 4.0 too. May be left out: then the others serve."""

BEGIN, INSIDE, OTHER, OUT = "B", "I", "X", "O"
"""The tags: a name's first token, its next ones, names of other things (places, institutions), and the rest."""


class Model:
    """Says of each token how sure it is of a name, and of a name's beginning."""

    def __init__(self, file: Path) -> None:
        import pycrfsuite  # here, for it costs as much as the rest of the room to import

        self._tagger = pycrfsuite.Tagger()
        self._tagger.open(str(file))
        self._lock = Lock()

    def chances(self, items: list[Item]) -> list[tuple[float, float]]:
        """For each token of a sequence: the chance that it belongs to a name, and that it begins one (0–1)."""
        with self._lock:
            tagger = self._tagger
            tagger.set(items)
            begins = [tagger.marginal(BEGIN, at) for at in range(len(items))]
            return [(begin + tagger.marginal(INSIDE, at), begin) for at, begin in enumerate(begins)]


@cache
def model(file: Path | None = None) -> Model:
    """The model of a file; by itself the best that is there."""
    return Model(file or (SHARE_ALIKE if SHARE_ALIKE.exists() else FREE))
