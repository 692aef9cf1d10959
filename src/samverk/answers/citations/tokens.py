"""Words, numbers and marks of a text with their places, and its sentences. Knows no grammar."""

import re
import unicodedata
from dataclasses import dataclass

from samverk.core import swedish

_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*)"
    r"|(?P<word>[^\W\d_][\w\u00ad\u0300-\u036f]*(?:-(?:[ \t]*\r?\n[ \t]*)?[^\W\d_][\w\u00ad\u0300-\u036f]*)*)"
    r"|(?P<mark>[,;:()–—.!?%§€°/+²³])"
)
_NOISE = re.compile(r"\[\d+(?:[ ,–-]+\d+)*\]|[*_#|`>\"”“’'»«~]+")
_LINE_BREAK = re.compile(r"\r?\n(?=[ \t]*[A-ZÅÄÖ\d•*–-])")
_BROKEN = re.compile(r"-[ \t]*\r?\n[ \t]*")
_HEADING_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark: half-open range in the text, and its normalised lower-case form."""

    start: int
    end: int
    text: str
    kind: str  # word, number, iso, mark
    capital: bool = False


def masked(text: str) -> str:
    """The text with citation marks, quotation marks and markdown blanked, so that offsets stay."""
    return _NOISE.sub(lambda match: " " * len(match.group()), text)


def normal(word: str) -> str:
    """A word in comparable form: NFKC, lower case, no soft hyphens, no hyphenation at a line's end."""
    return swedish.normalise(_BROKEN.sub("", word)) if len(word) > 1 else unicodedata.normalize("NFKC", word).lower()


def tokens(text: str) -> list[Token]:
    """The tokens of a masked text."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        found.append(Token(match.start(), match.end(), normal(match.group()), kind, match.group()[0].isupper()))
    return found


def sentence_ranges(text: str) -> list[tuple[int, int]]:
    """Sentences, with headings and list items on lines of their own parted from what follows."""
    found = []
    for start, end in swedish.sentences(text):
        at = start
        for match in _LINE_BREAK.finditer(text, start, end):
            line_start = max(at, text.rfind("\n", at, match.start()) + 1)
            if match.start() - line_start <= _HEADING_LENGTH or text[match.start() - 1 : match.start()] in ".:;!?":
                found.append((at, match.start()))
                at = match.end()
        found.append((at, end))
    return [(a, b) for a, b in found if text[a:b].strip()]
