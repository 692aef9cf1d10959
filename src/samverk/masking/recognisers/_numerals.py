"""What the recognisers of numbers share: the blanks and dashes of real texts, and groups of digits. Knows no sort of number."""

import re
from collections.abc import Iterable, Sequence

from samverk.masking.ports import Span

BLANK = " \u00a0\u2007\u2009\u202f"
"""Spaces within a line, for a character class: plain, no-break, figure, thin and narrow no-break."""

DASH = "\u2010-\u2015\u2212-"
"""Hyphens, dashes and the minus sign, for the end of a character class."""

MONEY = rf"[{BLANK}]?(?:kr|kronor|tkr|mnkr|mkr|SEK|EUR|euro|%|procent|:-)"
"""What stands after an amount."""

Group = re.Match[str]
"""A group of digits and its place in the text."""

_GROUP = re.compile(r"[0-9]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")


def digits(text: str) -> str:
    """The ASCII digits of the text."""
    return _NOT_DIGIT.sub("", text)


def groups_of(text: str, start: int, end: int) -> list[Group]:
    """The groups of digits between two places."""
    return list(_GROUP.finditer(text, start, end))


def fitting(groups: Sequence[Group], least: int, most: int) -> Sequence[Group]:
    """The first groups, as many as hold from `least` to `most` digits together; none when no number of them does.

    Over the end of a line only when those before it do not suffice.
    """
    chosen, size = 0, 0
    for place, group in enumerate(groups):
        size += len(group[0])
        breaks = place > 0 and "\n" in group.string[groups[place - 1].end() : group.start()]
        if size > most or (chosen and breaks):
            break
        if size >= least:
            chosen = place + 1
    return groups[:chosen]


def follows_number(text: str, at: int, joints: str = "-–/.,:+") -> bool:
    """Whether the place is the inside of a longer number: a digit and a sign that joins numbers stand before it."""
    return at >= 2 and text[at - 1] in joints and text[at - 2].isdigit()


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order; of two that overlap the one that begins first, or else the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
