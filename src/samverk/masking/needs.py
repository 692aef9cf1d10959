"""What a text must at least hold for a recogniser to find anything in it, so that most texts are read by few of them.

Pure; knows no sort of personal data. A recogniser (or a lookalike) says what it needs in `need`; one that says nothing reads all.
"""

import re
from typing import NamedTuple

_LETTERS = "A-Za-zÅÄÖåäö"
_NUMBER = re.compile(rf"[0-9]++(?:[^0-9{_LETTERS}]{{0,8}}+[A-Z]?[0-9]++)*+")
_NOT_DIGITS = bytes(range(256)).translate(None, b"0123456789")

LONG = 20_000
"""Characters of a text that holds a bit of everything: it is not looked at, but read."""


class Need(NamedTuple):
    """So many digits in one number, or one of the marks somewhere in the text: with neither, nothing can be found."""

    digits: int = 0
    marks: tuple[str, ...] = ()


ANYTHING = Need()


def need_of(recogniser: object) -> Need:
    """What the recogniser says that it needs."""
    need: Need = getattr(recogniser, "need", ANYTHING)
    return need


def longest_number(text: str) -> int:
    """The digits of the longest number of the text: a run of digits with up to eight signs other than letters between two of
    them, and one capital, as in an interim number. More than any number has in a long text.
    """
    if len(text) > LONG:
        return LONG
    longest = 0
    for number in _NUMBER.findall(text):
        if len(number) > longest:
            longest = max(longest, len(number.encode(errors="replace").translate(None, _NOT_DIGITS)))
    return longest


def holds(text: str, marks: tuple[str, ...]) -> bool:
    """Whether one of the marks stands in the text."""
    for mark in marks:  # noqa: SIM110 - a generator costs more than the search
        if mark in text:
            return True
    return False
