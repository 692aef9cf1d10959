"""Finds personal data: every recogniser and every lookalike reads the text, and one rule settles what overlaps.

Pure and thread-safe; knows nothing of pseudonyms, of who asks, or of models.
"""

from collections.abc import Collection, Sequence

from samverk.masking import lookalikes as lookalike_files
from samverk.masking import recognisers as recogniser_files
from samverk.masking.overlaps import settle
from samverk.masking.ports import Recogniser, Span

BALANCED = 0.5
"""Threshold for what is as likely personal data as not. A rule that is sure enough to find something gives at least this."""

CAREFUL = 0.2
"""Threshold for who would rather mask too much than leave something open."""


class Engine:
    """Every recogniser that there is, or those given; and every lookalike, or those given."""

    def __init__(
        self, recognisers: Sequence[Recogniser] | None = None, lookalikes: Sequence[Recogniser] | None = None
    ) -> None:
        self._recognisers = tuple(recogniser_files.discover() if recognisers is None else recognisers)
        every = lookalike_files.discover() if lookalikes is None else lookalikes
        self._lookalikes = tuple((_surest(lookalike), _against(lookalike), lookalike) for lookalike in every)
        self.labels: tuple[str, ...] = tuple(dict.fromkeys(recogniser.label for recogniser in self._recognisers))

    def find(
        self,
        text: str,
        *,
        threshold: float = BALANCED,
        off: Collection[str] = (),
        extra: Sequence[Recogniser] = (),
    ) -> list[Span]:
        """The personal data in the text, apart and in order, in code points of the text as given.

        What is less sure than `threshold` (0–1) is left out; labels in `off` are not looked for; `extra` recognisers,
        such as an organisation's own patterns, read the text beside the others.
        """
        wanted = (recogniser for recogniser in (*self._recognisers, *extra) if recogniser.label not in off)
        found = [span for recogniser in wanted for span in recogniser.find(text) if span.score >= threshold]
        if not found:
            return []
        able = self._able(found)
        return settle(found, [span for lookalike in able for span in lookalike.find(text)]) if able else settle(found)

    def _able(self, found: Sequence[Span]) -> list[Recogniser]:
        """The lookalikes that can beat something that was found. What cannot need not read the text."""
        weakest: dict[str, float] = {}
        for span in found:
            weakest[span.label] = min(span.score, weakest.get(span.label, span.score))
        least = min(weakest.values())
        return [
            lookalike
            for surest, against, lookalike in self._lookalikes
            if surest >= (min(weakest.get(label, 2.0) for label in against) if against else least)
        ]


def _surest(lookalike: Recogniser) -> float:
    """The highest score that it gives, where it says so."""
    return float(getattr(lookalike, "surest", 1.0))


def _against(lookalike: Recogniser) -> tuple[str, ...]:
    """The labels that it is mistaken for, where it says so; else it may be mistaken for any."""
    return tuple(getattr(lookalike, "against", ()))
