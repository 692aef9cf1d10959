"""Sentences in which «…» marks what a recogniser of numbers should find; and hostile texts."""

import re
from itertools import pairwise

from tests.timing import grows_with_length

from samverk.masking.engine import BALANCED
from samverk.masking.ports import Recogniser

HOSTILE = {
    "digits": "0" * 10 + "1234567890" * 4_000,
    "digits apart": "07 " * 13_000,
    "pairs": "12 34 56-7 " * 3_600,
    "fours": "1234 " * 8_000,
    "dashes": "1-" * 20_000,
    "dots": "1." * 20_000,
    "colons": "a:" * 20_000,
    "commas": "59,3333," * 5_000,
    "brackets": "([{<" * 10_000,
    "spaces": " " * 40_000,
    "no space": "a" * 40_000,
    "at": "a@" * 20_000,
    "domains": "@" + "a." * 20_000,
    "spelled": "(at) " * 8_000,
    "words": "noll sju " * 4_500,
    "signs": "+46(0)" * 6_600,
    "stars": "*" * 40_000,
    "degrees": "59°19'" * 6_600,
    "hexadecimal": "abcdef0123456789" * 2_500,
    "letters and digits": "SE45" * 10_000,
    "konto": "konto 1" * 5_700,
}
"""Texts of some 40,000 characters that a careless pattern would need minutes for."""


def sentences(table: str) -> list[str]:
    """The rows of a table; \\n and \\t in a row are a line break and a tab."""
    return [row.replace("\\n", "\n").replace("\\t", "\t") for row in table.strip().splitlines()]


def found(recogniser: Recogniser, text: str, threshold: float = BALANCED) -> list[str]:
    """What the recogniser finds, as written."""
    return [text[span.start : span.end] for span in recogniser.find(text) if span.score >= threshold]


def check(recogniser: Recogniser, marked: str, threshold: float = BALANCED) -> None:
    """What is found in the sentence is what it marks, no more, at the same places."""
    again = text = marked.replace("«", "").replace("»", "")
    spans = [span for span in recogniser.find(text) if span.score >= threshold]
    assert all(span.label == recogniser.label for span in spans)
    for span in reversed(spans):
        again = f"{again[: span.start]}«{again[span.start : span.end]}»{again[span.end :]}"
    assert again == marked


def check_spellings(recogniser: Recogniser, marked: str) -> None:
    """The same with the blanks and dashes that word processors and PDFs put in."""
    for text in {
        marked,
        marked.replace(" ", "\u00a0"),
        marked.replace(" ", "\u202f"),
        re.sub(r"(?<=\d)-(?=\d)", "\u2011", marked),
        re.sub(r"(?<=\d)-(?=\d)", "–", marked),
    }:
        check(recogniser, text)


def check_linear(recogniser: Recogniser, text: str) -> None:
    """Eight times the text takes nothing like 64 times as long, and what it finds is in order and apart."""
    spans = recogniser.find(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    grows_with_length(recogniser.find, text, text * 4, times=12)
