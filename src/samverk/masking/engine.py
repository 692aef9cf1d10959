"""Finds personal data: every recogniser and every lookalike reads the text, and one rule settles what overlaps.

Pure and thread-safe; knows nothing of pseudonyms, of who asks, or of models.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from samverk.masking import lookalikes as lookalike_files
from samverk.masking import recognisers as recogniser_files
from samverk.masking.needs import Need, Numbers, is_met, need_of, numbers_of
from samverk.masking.overlaps import settle
from samverk.masking.ports import Recogniser, Span

BALANCED = 0.5
"""Threshold for what is as likely personal data as not. A rule that is sure enough to find something gives at least this."""

CAREFUL = 0.2
"""Threshold for who would rather mask too much than leave something open."""


class _Reader(NamedTuple):
    """A recogniser or a lookalike, and when it need not read."""

    label: str
    need: Need
    find: Callable[[str], list[Span]]


class _Lookalike(NamedTuple):
    """A lookalike, the highest score that it gives, and the labels that it is mistaken for: any, when there are none."""

    surest: float
    against: tuple[str, ...]
    reader: _Reader


class Engine:
    """Every recogniser that there is, or those given; and every lookalike, or those given."""

    def __init__(
        self, recognisers: Sequence[Recogniser] | None = None, lookalikes: Sequence[Recogniser] | None = None
    ) -> None:
        every = recogniser_files.discover() if recognisers is None else recognisers
        alike = lookalike_files.discover() if lookalikes is None else lookalikes
        self._readers = tuple(map(_reader, every))
        self._lookalikes = tuple(
            _Lookalike(float(getattr(one, "surest", 1.0)), tuple(getattr(one, "against", ())), _reader(one))
            for one in alike
        )
        self._latest: tuple[tuple[Recogniser, ...], tuple[_Reader, ...]] = ((), self._readers)
        self.labels: tuple[str, ...] = tuple(dict.fromkeys(reader.label for reader in self._readers))

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
        return self.find_each(text, (threshold,), off=off, extra=extra)[0]

    def find_each(
        self,
        text: str,
        thresholds: Sequence[float],
        *,
        off: Collection[str] = (),
        extra: Sequence[Recogniser] = (),
    ) -> list[list[Span]]:
        """What `find` gives for each of the thresholds. The text is read once."""
        numbers = numbers_of(text)
        readers = self._with(tuple(extra)) if extra else self._readers
        found: list[Span] = []
        for label, need, find in readers:
            if is_met(need, text, numbers) and label not in off:
                found += find(text)
        if not found:
            return [[] for _ in thresholds]
        read: dict[int, list[Span]] = {}
        sure = [[span for span in found if span.score >= threshold] for threshold in thresholds]
        return [settle(spans, self._alike(text, numbers, spans, read)) if spans else [] for spans in sure]

    def _with(self, extra: tuple[Recogniser, ...]) -> tuple[_Reader, ...]:
        """The readers and those of `extra`, made once for texts that come with the same ones."""
        known, readers = self._latest
        if len(known) != len(extra) or any(one is not other for one, other in zip(known, extra, strict=True)):
            readers = (*self._readers, *map(_reader, extra))
            self._latest = (extra, readers)
        return readers

    def _alike(self, text: str, numbers: Numbers, found: Sequence[Span], read: dict[int, list[Span]]) -> list[Span]:
        """What only looks like personal data, and may beat something that was found. What cannot does not read the text.

        `read` is what each lookalike has found in it before.
        """
        weakest: dict[str, float] = {}
        for span in found:
            weakest[span.label] = min(span.score, weakest.get(span.label, span.score))
        least = min(weakest.values())
        alike: list[Span] = []
        for at, (surest, against, reader) in enumerate(self._lookalikes):
            if surest < least or not is_met(reader.need, text, numbers):
                continue
            if not against or surest >= min([weakest.get(label, _NEVER) for label in against]):
                if at not in read:
                    read[at] = reader.find(text)
                alike += read[at]
        return alike


_NEVER = 2.0
"""A score that nothing reaches."""


def _reader(one: Recogniser) -> _Reader:
    return _Reader(one.label, need_of(one), one.find)
