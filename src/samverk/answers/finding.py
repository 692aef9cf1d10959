"""Finding what was said: a query as stems, the words of a text that match it, and a snippet around them. Pure.

Words match by their Swedish stems; the last word of a query, which may still be on its way, by its beginning. Knows no table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from samverk.answers.cited import without_marks
from samverk.core.swedish import STOP_WORDS, normalise, stem, words

MOST_WORDS = 12
SNIPPET_CHARACTERS = 220
_MOST_WINDOWS = 50
_LEAD = 70  # characters before the first word that matches
_MARKUP = re.compile(r"[*_`#>|~]+|-{3,}|^\s*[-+]\s+|^\s*\d+\.\s+|\]\([^)\s]*\)|!?\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet: its text, and whether it is a word that was sought."""

    text: str
    found: bool = False


@dataclass(frozen=True)
class Sought:
    """What a query asks for: `whole` are stems that must be said, `begins` how a further one begins (empty: none)."""

    whole: tuple[str, ...] = ()
    begins: str = ""

    @classmethod
    def of(cls, query: str) -> "Sought":
        """The query's words without stop words. One that has nothing else is taken by the beginning of its last word."""
        said = words(query)[:MOST_WORDS]
        if not said:
            return cls()
        telling = [word for word in said if word.text not in STOP_WORDS]
        if not telling:
            return cls(begins=said[-1].stem)
        roots = list(dict.fromkeys(word.stem for word in telling))
        if telling[-1] is not said[-1]:
            return cls(tuple(roots))
        return cls(tuple(root for root in roots if root != telling[-1].stem), telling[-1].stem)

    def __bool__(self) -> bool:
        return bool(self.whole or self.begins)

    @cached_property
    def _candidate(self) -> re.Pattern[str]:
        """Words that begin as one that is sought: a stem is always a beginning of its word, so nothing is missed."""
        beginnings = "|".join(re.escape(text) for text in (*self.whole, self.begins) if text)
        return re.compile(rf"(?<![^\W_])(?:{beginnings})[^\W_]*(?:[-’'.:/,](?=\d)\d+)*", re.IGNORECASE)

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """Where the text says what is sought, as (start, end, which)."""
        found = []
        for match in self._candidate.finditer(text) if self else ():
            root = stem(normalise(match.group()))
            if root in self.whole:
                found.append((match.start(), match.end(), root))
            elif self.begins and root.startswith(self.begins):
                found.append((match.start(), match.end(), self.begins))
        return found

    def said_in(self, text: str) -> int:
        """How many of the things sought the text says."""
        return len({which for _, _, which in self.places(text)})


def snippet(sought: Sought, texts: Sequence[str]) -> tuple[Piece, ...]:
    """The stretch of the texts that says most of what is sought, of equal ones the first; its words marked. Empty for none."""
    best = max(texts, key=sought.said_in, default="")
    text = " ".join(_MARKUP.sub(" ", without_marks(best)).split())
    places = sought.places(text)
    if not places:
        return ()
    start, end = _window(text, _densest(places))
    pieces = [Piece("… ")] if start else []
    at = start
    for first, last, _ in places:
        if first >= at and last <= end:
            pieces += [Piece(text[at:first]), Piece(text[first:last], found=True)]
            at = last
    pieces += [Piece(text[at:end]), Piece(" …" if end < len(text) else "")]
    return tuple(piece for piece in pieces if piece.text)


def _densest(places: Sequence[tuple[int, int, str]]) -> int:
    """Where a window begins that holds most of what is sought; of equal ones the first."""
    starts = [start for start, _, _ in places]

    def held(at: int) -> int:
        return len({which for start, _, which in places if at <= start < at + SNIPPET_CHARACTERS - _LEAD})

    return max(starts[:_MOST_WINDOWS], key=held)


def _window(text: str, at: int) -> tuple[int, int]:
    """A stretch of the text around a place, from a word's beginning to a word's end."""
    start = 0 if at <= _LEAD else text.find(" ", at - _LEAD, at) + 1 or at
    end = start + SNIPPET_CHARACTERS
    if end >= len(text):
        return start, len(text)
    return start, max(text.rfind(" ", start, end), at + 1) if " " in text[at:end] else end
