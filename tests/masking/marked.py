"""Texts with what should be found between « and », and what a recogniser finds in them."""

from collections.abc import Iterable

from tests.timing import grows_with_length

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
        short, long = ((piece * (size // len(piece) + 1))[:size] for size in (20_000, 80_000))
        grows_with_length(recogniser.find, short, long, times=12)


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
