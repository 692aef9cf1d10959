"""One rule settles what overlaps. Pure; knows nothing of what the labels mean.

Personal spans that a lookalike covers fall when it is at least as sure. Of the rest, a span that contains others stands alone,
and spans that overlap partly become one, named after the stronger, so that nothing of either is left open.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from samverk.masking.ports import Span


def settle(personal: Iterable[Span], lookalikes: Iterable[Span] = ()) -> list[Span]:
    """The personal spans that stand, apart and in order; what only looks like it is gone."""
    return _apart(_without(personal, sorted(lookalikes, key=_place)))


def _without(personal: Iterable[Span], lookalikes: Sequence[Span]) -> list[Span]:
    """The spans that no lookalike beats. Linear but for the sorting: only neighbours that reach far enough are compared."""
    if not lookalikes:
        return list(personal)
    starts = [span.start for span in lookalikes]
    reach = list(accumulate((span.end for span in lookalikes), max))
    return [span for span in personal if not _is_beaten(span, lookalikes, starts, reach)]


def _is_beaten(span: Span, lookalikes: Sequence[Span], starts: Sequence[int], reach: Sequence[int]) -> bool:
    at = bisect_right(starts, span.end - 1) - 1
    while at >= 0 and reach[at] > span.start:
        if _beats(lookalikes[at], span):
            return True
        at -= 1
    return False


def _beats(lookalike: Span, span: Span) -> bool:
    """Whether the lookalike covers the whole span, and is as sure."""
    return lookalike.start <= span.start and span.end <= lookalike.end and lookalike.score >= span.score


def _apart(spans: Iterable[Span]) -> list[Span]:
    spans = list(spans)
    if len(spans) < 2:
        return spans
    apart: list[Span] = []
    for span in sorted(spans, key=_place):
        overlaps = bool(apart) and span.start < apart[-1].end
        apart.append(_joined(apart.pop(), span) if overlaps else span)
    return apart


def _joined(first: Span, second: Span) -> Span:
    """One of two that overlap, the first beginning no later: the one that contains the other, or both together."""
    if second.end <= first.end:
        return first
    if second.start == first.start:
        return second
    stronger = max(first, second, key=lambda span: (span.score, span.end - span.start))
    return Span(first.start, second.end, stronger.label, stronger.score)


def _place(span: Span) -> tuple[int, int, float, str]:
    """In order of the text; of what begins together the longest, then the surest first."""
    return span.start, -span.end, -span.score, span.label
