"""What is known of a word wherever it stands: its form, what lists and roles say of it, and whether a name may be made of it.

Most words of a text are asked only that last thing, so it is remembered apart, as a number. Knows nothing of neighbours.
"""

import unicodedata
from typing import NamedTuple

from samverk.masking.persons.lexicon import class_of, own_class
from samverk.masking.persons.roles import role

NEVER, AFTER_CUE, INITIAL, INSIDE, ALWAYS = range(5)
"""When a word may be of a name: never; after a cue; a lone letter beside another part of a name; with a capital that is not
only the sentence's; always."""
CUE = 8
"""Added to these for a word that often stands right before a name: *heter*, *mvh*, *fru*."""

ORDINARY = "0030"
_LONGEST_WORD = 40  # one longer than any name is known by its beginning
_SORTS_CACHED = 50_000  # of about .1 kB each
_WORDS_CACHED = 20_000  # of about .5 kB each
_LEAST_HEAD, _LEAST_TAIL = 3, 4
_JOINS = frozenset(". &".split())
_CUES = frozenset({"call", "field", "title", "kin"})


class Word:
    """A word that stands in or near a name. Two are the same only when they are the same object."""

    __slots__ = (
        "code",
        "ends",
        "holds",
        "is_initial",
        "is_mail",
        "joins",
        "kind",
        "low",
        "meaning",
        "name",
        "shape",
        "tail",
    )

    def __init__(self, text: str) -> None:
        seen = _look(text)
        self.low, self.shape = seen.low, seen.shape
        self.name = (seen.low if seen.shape != "0" else f"#{min(len(seen.plain), 9)}").encode(errors="replace")
        self.kind = f"{seen.shape}{seen.code}{seen.meaning}".encode()
        self.code = seen.code.encode()
        self.meaning = seen.meaning.encode()
        self.tail = _tail(seen.low) if seen.shape not in ".0@I" else b""
        self.ends = b"s" if seen.low[-1:] == "s" else b""
        candidate = _candidate(seen)
        self.holds = candidate == ALWAYS or (candidate >= INITIAL and seen.shape != "x")
        self.joins = seen.meaning == "particle" or text in _JOINS
        self.is_initial = seen.shape == "I"
        self.is_mail = seen.shape == "@"


class _Sorts(dict[str, int]):
    def __missing__(self, text: str) -> int:
        if len(text) > _LONGEST_WORD:
            return self[text[:_LONGEST_WORD]]
        if len(self) >= _SORTS_CACHED:
            self.clear()
        seen = _look(text)
        sort = self[text] = _candidate(seen) + CUE * (seen.meaning in _CUES)
        return sort


class _Words(dict[str, Word]):
    def __missing__(self, text: str) -> Word:
        if len(text) > _LONGEST_WORD:
            return self[text[:_LONGEST_WORD]]
        if len(self) >= _WORDS_CACHED:
            self.clear()
        word = self[text] = Word(text)
        return word


sort_of = _Sorts().__getitem__
"""When the word may be of a name, and whether it is a cue; remembered."""

word_of = _Words().__getitem__
"""The word as it is described, remembered."""


class _Seen(NamedTuple):
    plain: str
    low: str
    shape: str
    code: str
    meaning: str


def _look(text: str) -> _Seen:
    """The word composed and in small letters, its shape, its class in the lexicon, its role."""
    plain = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    low = plain.lower()
    shape = _shape(plain)
    meaning = role(low)
    is_ordinary = shape == "x" and bool(meaning)  # "hans bror", "sa han": Bror and Han are names only with a capital
    code = ORDINARY if is_ordinary else class_of(low) if low[:1].isalpha() else ""
    return _Seen(plain, low, shape, code, meaning)


def _shape(text: str) -> str:
    first = text[:1]
    if "@" in text:
        return "@"
    if not first.isalpha():
        return "0" if first.isdigit() else "."
    if text.islower():
        return "x"
    if len(text) == 1:
        return "I"
    if text.isupper():
        return "X"
    rest = text[1:]
    if first.isupper():
        return "Xx" if rest.islower() else "X-X" if "-" in text else "XxX"
    return "xX"


def _candidate(seen: _Seen) -> int:
    if seen.shape in ".0@":
        return NEVER
    if seen.shape == "I":
        return INITIAL
    first, last, common, _ = map(int, seen.code)
    if seen.shape != "x":
        return INSIDE if common >= 2 and not first and not last else ALWAYS
    if seen.meaning:
        return NEVER
    if not common:
        return ALWAYS if first >= 2 or last >= 2 else AFTER_CUE
    return AFTER_CUE if first >= 2 or last >= 2 else NEVER


def _tail(low: str) -> bytes:
    """The longest ordinary word that a longer one ends with: skolan in Karl-Johansskolan."""
    for at in range(_LEAST_HEAD, len(low) - _LEAST_TAIL + 1):
        if own_class(low[at:])[2] >= "2":
            return low[at:].encode(errors="replace")
    return b""
