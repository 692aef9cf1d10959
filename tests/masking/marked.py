"""Texts with what should be found between « and », and what a recogniser finds in them."""

import gc
import time
from collections.abc import Iterable

from samverk.masking.engine import BALANCED
from samverk.masking.ports import Recogniser


def unmarked(marked: str) -> tuple[str, list[str]]:
    """The text without its marks, and what stood between them."""
    pieces = marked.split("«")
    values = [piece.partition("»")[0] for piece in pieces[1:]]
    return marked.replace("«", "").replace("»", ""), values


def found(recogniser: Recogniser, text: str, threshold: float = BALANCED) -> list[str]:
    """What is found, as it stands in the text, in order."""
    return [text[span.start : span.end] for span in recogniser.find(text) if span.score >= threshold]


def time_grows_with_the_text(recogniser: Recogniser, pieces: Iterable[str]) -> None:
    """Assert that four times the text takes some four times as long, on inputs that are all of one piece."""
    for piece in pieces:
        short, long = (_seconds(recogniser, (piece * (size // len(piece) + 1))[:size]) for size in (50_000, 200_000))
        assert long < 12 * short + 0.05, piece


def _seconds(recogniser: Recogniser, text: str) -> float:
    """CPU seconds of finding in the text: the best of three, with the collector of garbage at rest.

    What stood in the memory before the test, and what shares the machine, then count for little.
    """
    gc.collect()
    gc.disable()
    try:
        times = []
        for _ in range(3):
            start = time.process_time()
            recogniser.find(text)
            times.append(time.process_time() - start)
            if times[-1] < 0.02:
                break
        return min(times)
    finally:
        gc.enable()


HOSTILE = (
    "1",
    "12 ",
    "[",
    "(",
    " ",
    "\n",
    "a",
    "å",
    "a@",
    "A 1 ",
    "Aa ",
    "1:1 ",
    "-",
    ".",
    "1-",
    "född ",
    "Storgatan 1 ",
    "c/o A ",
    "|",
)
