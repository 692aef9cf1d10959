"""Finds the sentences of an answer that cite, while the answer still grows. Pure.

An answer is Markdown in which `[3]` cites source 3. A mark belongs to the sentence that it stands in, or that it follows;
a row of a table is one sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from samverk.core import swedish

MARK = re.compile(r"\[(\d{1,2})\](?!\()")
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_NOTE_MARK = re.compile(r"(?<=[.!?])[¹²³⁰-⁹]+")  # of a footnote: hides the sentence's end
_LIST_MARKER = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+|\s*#{1,6}\s+|\s*>\s?")


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence with citations: its half-open range in the answer, its words without marks, and the numbers it cites."""

    start: int
    end: int
    words: str
    numbers: tuple[int, ...]


def cited_sentences(text: str, *, complete: bool) -> list[Cited]:
    """The citing sentences of an answer, in order.

    Of an answer that still grows the last line's last sentence is left out, since it may go on or get another mark.
    """
    found = [cited for start, end in _lines(text) for cited in _of_line(text, start, end)]
    if complete or not found:
        return found
    return [cited for cited in found if _is_settled(text, cited.end)]


def without_marks(text: str) -> str:
    """The text as it reads without its citations."""
    unmarked = re.sub(r"[ \t]{2,}", " ", MARK.sub("", text))
    return re.sub(r"[ \t]+([.,;:!?])", r"\1", unmarked).strip()


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _row(text: str) -> str:
    """The cells of a Markdown row as a passage writes them: parted by bars, with none around them."""
    parts = [cell.strip().replace("\\|", "|") for cell in _CELL_EDGE.split(text)]
    return re.sub(r" {2,}", " ", " | ".join(parts)).strip(" |")


def _is_settled(text: str, end: int) -> bool:
    """Whether something that is no citation follows, so that the sentence cannot change any more."""
    rest = text[end:].lstrip(" \t")
    return rest.startswith("\n") or (bool(rest) and not rest.startswith("["))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        body = line.rstrip("\r\n")
        marker = _LIST_MARKER.match(body)
        yield start + (marker.end() if marker else 0), start + len(body)
        start += len(line)


def _of_line(text: str, start: int, end: int) -> Iterator[Cited]:
    """Split a line into sentences as if the marks were not there, then give each mark to the sentence before its end."""
    line = text[start:end]
    marks = list(MARK.finditer(line))
    if not marks:
        return
    if _is_row(line):
        end = start + len(line.rstrip())
        yield Cited(start, end, _row(without_marks(line)), _numbers(marks))
        return
    unmarked = _NOTE_MARK.sub(_blank, MARK.sub(_blank, line))
    ranges = list(swedish.sentences(unmarked)) or [(0, len(line))]
    for number, (begin, stop) in enumerate(ranges):
        until = ranges[number + 1][0] if number + 1 < len(ranges) else len(line)
        own = [mark for mark in marks if (begin if number else 0) <= mark.start() < until]
        if own:
            reach = max(stop, own[-1].end())
            yield Cited(start + begin, start + reach, without_marks(line[begin:reach]), _numbers(own))


def _numbers(marks: list[re.Match[str]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(mark[1]) for mark in marks))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
