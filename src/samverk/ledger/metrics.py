"""Numbers for monitoring, in Prometheus' text format: what this process has done since it started. No names of organisations.

Source of the format: prometheus.io/docs/instrumenting/exposition_formats (text, version 0.0.4).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any, Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]

# Each family: what kind it is, and what it tells.
FAMILIES: dict[str, tuple[Literal["counter", "gauge", "histogram"], str]] = {
    "samverk_calls_total": ("counter", "Calls that have ended, by model and outcome."),
    "samverk_tokens_total": ("counter", "Tokens, by model and direction."),
    "samverk_cost_total": ("counter", "What calls have cost, in units of the currency, by model."),
    "samverk_call_seconds": ("histogram", "How long calls took from beginning to end, by model."),
    "samverk_records_total": ("counter", "Events written to the ledger."),
    "samverk_record_batch_seconds": ("histogram", "How long it took to write a batch of events."),
    "samverk_exported_total": ("counter", "Records that an exporter has handed over."),
    "samverk_export_refused_total": ("counter", "Records that a receiver refused for good."),
    "samverk_export_failures": ("gauge", "Failures in a row of an exporter; 0: it works."),
}
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_OUTCOMES = frozenset("stop length tool_calls content_filter denied failed cut left_open".split())
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Metrics:
    """The numbers of one process. Any thread may count; reading takes what is there."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, Labels], float] = {}
        self._histograms: dict[tuple[str, Labels], list[float]] = {}  # a count a bucket, the rest, the sum

    def count(self, name: str, by: float = 1, **labels: str) -> None:
        """Add to a counter of FAMILIES."""
        key = name, tuple(labels.items())
        self._numbers[key] = self._numbers.get(key, 0) + by

    def set(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge of FAMILIES."""
        self._numbers[name, tuple(labels.items())] = value

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add a length of time to a histogram of FAMILIES."""
        counts = self._histograms.setdefault((name, tuple(labels.items())), [0.0] * (len(_BUCKETS) + 2))
        counts[bisect_left(_BUCKETS, seconds)] += 1
        counts[-1] += seconds

    def ended(self, model: str, closed: Mapping[str, Any]) -> None:
        """Count a call that ended, from the body of its second event."""
        outcome = str(closed.get("outcome"))
        self.count("samverk_calls_total", model=model, outcome=outcome if outcome in _OUTCOMES else "other")
        for direction in ("in", "out"):
            if tokens := closed.get(f"tokens_{direction}"):
                self.count("samverk_tokens_total", tokens, model=model, direction=direction)
        if cost := closed.get("cost"):
            self.count("samverk_cost_total", cost / 1_000_000, model=model, currency=str(closed.get("currency") or ""))
        if (ms := closed.get("ms")) is not None:
            self.observe("samverk_call_seconds", ms / 1_000, model=model)

    def text(self) -> str:
        """Everything, as it is scraped."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        numbers, histograms = sorted(self._numbers.items()), sorted(self._histograms.items())
        for family, (kind, told) in FAMILIES.items():
            yield f"# HELP {family} {told}"
            yield f"# TYPE {family} {kind}"
            yield from (
                f"{name}{_labelled(labels)} {value:.15g}" for (name, labels), value in numbers if name == family
            )
            for (name, labels), counts in histograms:
                if name == family:
                    yield from _histogram(name, labels, counts)


def _histogram(name: str, labels: Labels, counts: list[float]) -> Iterator[str]:
    """The lines of a histogram: each bucket holds what the smaller ones hold too."""
    *buckets, total = counts
    so_far = 0.0
    for bound, count in zip((*map(str, _BUCKETS), "+Inf"), buckets, strict=True):
        so_far += count
        yield f"{name}_bucket{_labelled((*labels, ('le', bound)))} {so_far:.15g}"
    yield f"{name}_sum{_labelled(labels)} {total:.15g}"
    yield f"{name}_count{_labelled(labels)} {so_far:.15g}"


def _labelled(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""
