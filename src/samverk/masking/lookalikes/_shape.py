"""A kind that a regular expression tells. Patterns begin with a digit or a literal, so that the search skips fast."""

import re
from collections.abc import Iterable
from functools import cached_property

from samverk.masking.ports import Span

FIRST_DIGIT = r"[0-9](?<![0-9][0-9])"
"""The first digit of a run of digits."""


def one_of(words: Iterable[str], end: str = r"(?!\w)") -> str:
    """Any of the words, whole unless `end` says otherwise; those that begin alike share what they begin with."""
    return _branches(sorted(set(words))) + end


def _branches(words: list[str]) -> str:
    groups = {
        first: [word[1:] for word in words if word[:1] == first] for first in dict.fromkeys(word[:1] for word in words)
    }
    ways = [re.escape(first) + _branches(rest) for first, rest in groups.items() if first]
    return f"(?:{'|'.join([*ways, *([''] if '' in groups else [])])})" if ways else ""


class Shape:
    """Everything that the pattern matches is of the kind; `against` are the labels that it is mistaken for, any unless given."""

    def __init__(self, label: str, pattern: str, score: float = 1.0, against: tuple[str, ...] = ()) -> None:
        self.label = label
        self.surest = score
        self.against = against
        self._written = pattern

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when the kind first reads a text."""
        return re.compile(self._written)

    def find(self, text: str) -> list[Span]:
        return [Span(m.start(), m.end(), self.label, self.surest) for m in self._pattern.finditer(text)]
