"""Patterns that an organisation writes for ids of its own, such as the numbers of its cases or its pupils' cards.

They run on RE2, whose time is linear whatever is written, with a bound on its memory. RE2 knows no look-around and no
back-references; `\\b`, `\\w` and `\\d` mean ASCII. Syntax: https://github.com/google/re2/wiki/Syntax
"""

import re
from collections.abc import Iterator
from typing import Any

import re2  # type: ignore[import-untyped]

from samverk.core.errors import SamverkError
from samverk.masking.ports import Span

LONGEST_PATTERN = 500
"""Characters that a pattern may have."""

LONGEST_MATCH = 1_000
"""Bytes of UTF-8 that one finding may take: what bounds the time of a search that begins at any place of the text."""

_MEMORY = 2 << 20
_LARGEST_PROGRAM = 2_000
_CONTINUATION = bytes(range(0x80, 0xC0))  # the bytes of UTF-8 that do not begin a character
_LABEL = re.compile(r"[A-Z][A-Z0-9_]{0,29}")

_REASONS: dict[str, tuple[str, str]] = {
    "label": (
        "beteckningen ska börja med en stor bokstav A–Z och bara ha A–Z, siffror och understreck, högst 30 tecken",
        "the label must begin with a capital letter A–Z and hold only A–Z, digits and underscores, at most 30 characters",
    ),
    "empty": ("det är tomt", "it is empty"),
    "long": (f"det är längre än {LONGEST_PATTERN} tecken", f"it is longer than {LONGEST_PATTERN} characters"),
    "matches nothing": (
        "det passar in på tom text, och skulle då hittas överallt. Kräv minst ett tecken",
        "it matches empty text, and would be found everywhere. Ask for at least one character",
    ),
    "example": ("exemplet innehåller inget som mönstret hittar", "the example holds nothing that the pattern finds"),
    "character": ("det innehåller ett ogiltigt tecken", "it holds an invalid character"),
    "pattern too large": ("det är för stort. Upprepa färre gånger", "it is too large. Repeat fewer times"),
    "missing )": ("en parentes avslutas inte", "a parenthesis is not closed"),
    "unexpected )": ("det finns en slutparentes för mycket", "there is one closing parenthesis too many"),
    "missing ]": ("en hakparentes avslutas inte", "a square bracket is not closed"),
    "invalid perl operator": (
        "{part} kan inte användas. Att titta framåt eller bakåt i texten går inte",
        "{part} cannot be used. Looking ahead or behind in the text is not possible",
    ),
    "invalid escape sequence": ("{part} betyder ingenting här", "{part} means nothing here"),
    "no argument for repetition operator": (
        "det finns inget före {part} som kan upprepas",
        "there is nothing before {part} that can be repeated",
    ),
    "bad repetition operator": ("{part} upprepar en upprepning", "{part} repeats a repetition"),
    "invalid repetition size": (
        "{part} är inte ett antal som kan användas. Högst 1000, och det minsta först",
        "{part} is not a number of times that can be used. At most 1000, and the smaller first",
    ),
    "invalid character class range": (
        "{part} är ingen giltig grupp av tecken",
        "{part} is not a valid group of characters",
    ),
    "invalid named capture group": ("gruppen {part} har inget giltigt namn", "the group {part} has no valid name"),
    "trailing \\": ("det slutar med ett ensamt omvänt snedstreck", "it ends with a lone backslash"),
}
_OTHER = ("det går inte att läsa", "it cannot be read")


class BadPattern(SamverkError):
    """The pattern cannot be used; the message says what is wrong with it."""

    code = "bad_pattern"
    status = 400
    sv = "Mönstret går inte att använda: {why_sv}."
    en = "The pattern cannot be used: {why_en}."

    def __init__(self, reason: str, part: str = "") -> None:
        """`reason` is a key of the table of reasons, or the first words of one of RE2's; `part` is what it is about."""
        sv, en = (why.format(part=part) for why in _REASONS.get(reason, _OTHER))
        super().__init__(why_sv=sv, why_en=en, reason=reason)


class Pattern:
    """A recogniser that an organisation wrote: finds what the pattern matches, from the left, without overlap."""

    def __init__(self, label: str, pattern: str, example: str = "") -> None:
        """Raise BadPattern for what cannot be used, or for an example, if one is given, in which nothing is found."""
        if not _LABEL.fullmatch(label):
            raise BadPattern("label")
        self.label = label
        self._shape = _compiled(pattern)
        if example and not self.find(example):
            raise BadPattern("example")

    def find(self, text: str) -> list[Span]:
        """The spans that the pattern matches; one is at most LONGEST_MATCH bytes long."""
        data = text.encode("utf-8", "replace")  # half a surrogate pair is one character, and becomes one: "?"
        found = [(start, end) for start, end in _matches(self._shape, data) if start < end]
        if len(data) != len(text):
            found = list(_in_characters(found, data))
        return [Span(start, end, self.label) for start, end in found if start < end]


def _compiled(pattern: str) -> Any:
    if not pattern.strip():
        raise BadPattern("empty")
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern("long")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        shape = re2.compile(pattern.encode(), options)
    except UnicodeEncodeError as error:
        raise BadPattern("character") from error
    except re2.error as error:
        reason, _, part = error.args[0].decode("utf-8", "replace").partition(": ")
        raise BadPattern(reason.partition(" - ")[0], part) from error
    if shape.programsize > _LARGEST_PROGRAM:
        raise BadPattern("pattern too large")
    if shape.search(b""):
        raise BadPattern("matches nothing")
    return shape


def _matches(shape: Any, data: bytes) -> Iterator[tuple[int, int]]:
    """What matches, in bytes. Each search sees a window that is twice the longest match, so that all together are linear."""
    at = 0
    while at < len(data):
        stop = min(len(data), at + 2 * LONGEST_MATCH)
        match = shape.search(data, at, stop)
        if match and (match.start() < at + LONGEST_MATCH or stop == len(data)):
            end = min(match.end(), match.start() + LONGEST_MATCH)
            yield match.start(), end
            at = max(end, match.start() + 1)
        else:
            at += LONGEST_MATCH


def _in_characters(spans: list[tuple[int, int]], data: bytes) -> Iterator[tuple[int, int]]:
    """The spans in characters instead of bytes, in one pass over the data."""
    seen = at = 0
    for span in spans:
        places = []
        for place in span:
            seen += len(data[at:place].translate(None, _CONTINUATION))
            at = place
            places.append(seen)
        yield places[0], places[1]
