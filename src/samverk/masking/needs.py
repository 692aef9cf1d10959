"""What a text must at least hold for a recogniser to find anything in it, so that most texts are read by few of them.

Pure; knows no sort of personal data. A recogniser (or a lookalike) says what it needs in `need`; one that says nothing reads all.
"""

import re
from typing import NamedTuple

_LETTERS = "A-Za-zÅÄÖåäö"
_NUMBER = re.compile(rf"[0-9][0-9]*+(?:[^0-9{_LETTERS}]{{0,8}}+[A-Z]?[0-9]++)*+")
_NOT_DIGITS = bytes(range(256)).translate(None, b"0123456789")
_BEFORE, _AFTER = 8, 6
"""Characters around a number that are seen together with it."""

LONG = 20_000
"""Characters of a text that holds a bit of everything: it is not looked at, but read."""


class Need(NamedTuple):
    """A number of so many digits, and one where `near` matches; or one of the marks: else nothing can be found.

    `near` sees the numbers, each with the few characters around it. Marks stand anywhere in the text.
    """

    digits: int = 0
    marks: tuple[str, ...] = ()
    near: re.Pattern[str] | None = None


ANYTHING = Need()


def need_of(recogniser: object) -> Need:
    """What the recogniser says that it needs."""
    need: Need = getattr(recogniser, "need", ANYTHING)
    return need


class Numbers(NamedTuple):
    """The numbers of a text: the digits of the longest, and all of them, each with what stands around it.

    A number is a run of digits with up to eight signs other than letters between two of them, and one capital, as in an interim
    number. A long text has more digits than any number.
    """

    longest: int
    written: str


def numbers_of(text: str) -> Numbers:
    """The numbers of the text."""
    if len(text) > LONG:
        return Numbers(LONG, "")
    longest, written = 0, []
    for number in _NUMBER.finditer(text):
        start, end = number.span()
        written.append(text[max(0, start - _BEFORE) : end + _AFTER])
        if end - start > longest:
            longest = max(longest, len(number[0].encode(errors="replace").translate(None, _NOT_DIGITS)))
    return Numbers(longest, "\0".join(written))


def is_met(need: Need, text: str, numbers: Numbers) -> bool:
    """Whether the text, that has these numbers, holds what is needed."""
    digits, marks, near = need
    longest, written = numbers
    if longest >= digits and (near is None or longest == LONG or near.search(written)):
        return True
    return bool(marks) and holds(text, marks)


def holds(text: str, marks: tuple[str, ...]) -> bool:
    """Whether one of the marks stands in the text."""
    for mark in marks:  # noqa: SIM110 - a generator costs more than the search
        if mark in text:
            return True
    return False
