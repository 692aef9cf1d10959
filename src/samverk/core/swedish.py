"""Swedish text: normalised words, stems, character n-grams and sentences, with offsets. Every engine uses these tokens.

Measured on questions to Swedish authorities: stems with character 5-grams beat stems alone by 2 to 7 points of nDCG@10;
compound splitting adds nothing on top. English text goes the same way, acceptably. Every function is linear in the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

_stemmer = Stemmer.Stemmer("swedish", 0)

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # soft hyphen, joiners, marks of no width
# Invisible characters, and two letters that are lowered by what stands around them, or to more than one.
_PARTICULAR = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeffΣİ]")
# Letters and digits, with the marks that NFKC joins to them and the invisible ones; then numbers such as 08.00, 2001:453
_WORD = re.compile(
    r"[^\W_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W_]+)*[\u0300-\u036f]*(?:[-’'.:/,](?=\d)\d+)*"
)

STOP_WORDS = frozenset(
    """
    och det att i en jag hon som han på den med var sig för så till är men ett om hade de av icke mig du henne då
    sin nu har inte hans honom skulle hennes där min man ej vid kunde något från ut när efter upp vi dem vara vad
    över än dig kan sina här ha mot alla under någon eller allt mycket sedan ju denna själv detta åt utan varit hur
    ingen mitt ni bli blev oss din dessa några deras blir mina samma vilken er sådan vår blivit dess inom mellan
    sådant varför varje vilka ditt vem vilket sitta sådana vart dina vars vårt våra ert era vilkas
    """.split()
)


class Word(NamedTuple):
    """A word in a text: where it stands (half-open character range), as written in lower case, and its stem."""

    start: int
    end: int
    text: str
    stem: str


def normalise(text: str) -> str:
    """NFKC and lower case, soft hyphens and the like removed; å ä ö stay letters of their own. Does not keep offsets."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).lower()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-case word; tokens with a digit are left alone."""
    return word if any(c.isdigit() for c in word) else str(_stemmer.stemWord(word))


def words(text: str) -> list[Word]:
    """The words of a text in order, with their offsets in the text as given."""
    found = []
    for match in _WORD.finditer(text):
        lower = normalise(match.group())
        found.append(Word(match.start(), match.end(), lower, stem(lower)))
    return found


def tokens(text: str) -> list[str]:
    """The words of a text as written in lower case: what `words` gives, without the offsets."""
    if unicodedata.is_normalized("NFKC", text) and not _PARTICULAR.search(text):
        return _WORD.findall(text.lower())  # nearly every text, at half the price
    return [normalise(match) for match in _WORD.findall(text)]


@lru_cache(maxsize=200_000)
def stems(text: str) -> frozenset[str]:
    """The stems of a text, each once, without stop words."""
    return frozenset(word.stem for word in words(text) if word.text not in STOP_WORDS)


def grams(word: str, n: int = 5) -> tuple[str, ...]:
    """The character n-grams of a word with its edges marked; a shorter word is one gram."""
    marked = f"_{word}_"
    return tuple(marked[i : i + n] for i in range(max(1, len(marked) - n + 1)))


# Abbreviations that something always follows, and those (nouns among them) that only a number shows to go on; without
# their last full stop.
_LEADING = frozenset(
    """
    a avd bl bl.a ca d.v.s dnr dr dvs e.g ev ex exkl f f.d f.n forts fr fr.o.m i.e ifr inkl jfr jmf k kap kl mr mrs ms
    nr p.g.a pga prof resp s s.a.s s.k sid skr t t.ex t.o.m t.v tel tex tfn ung v.g vs
    """.split()
)
_BEFORE_NUMBERS = frozenset(
    """
    art bil dir e.d e.dyl el.dyl etc fig h kr m m.fl m.m max mfl min mm mnkr mom o.d o.dyl o.s.v osv p prop ref reg sou
    st tab tim tkr vol
    """.split()
)
_LETTERED = frozenset("alternativ avsnitt bilaga del grupp klass nivå plan punkt steg tabell typ zon".split())

_BREAK = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+(?=\s|$)|\n(?:[^\S\n]*\n)+|\n")
_ITEM = re.compile(r"[^\S\n]*(?:[-–—•●▪◦‣·*+]\s|\(?\d{1,2}[.)]\s|\(?[a-zåäö]\)\s)")
_MARKER = re.compile(r"\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-zåäöA-ZÅÄÖ])")
_UNFINISHED = re.compile(
    r"(?:[,;:/–-]|\b(?:och|eller|samt|att|som|för|till|av|med|på|i|om|en|ett|den|det|de|the|of|and|or))$"
)
_HEADING_CHARACTERS = 80
_HEADING_WORDS = 4  # in a line that is a heading whatever the length of the next


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as half-open character ranges, without surrounding white space.

    A blank line ends a sentence, and so does the end of a line before a list item or after what looks like a heading;
    other ends of lines are white space, as in text from a PDF.
    """
    start = _skip(text, 0)
    for match in _BREAK.finditer(text):
        if match.start() < start:
            continue
        mark = match.group()
        if mark == "\n":
            goes_on = not _line_stands_alone(text, start, match.start())
        else:
            goes_on = mark[0] in ".…" and _runs_on(text, start, match.start(), match.end())
        if not goes_on:
            yield from _trimmed(text, start, match.end())
            start = _skip(text, match.end())
    yield from _trimmed(text, start, len(text))


def _runs_on(text: str, start: int, dot: int, end: int) -> bool:
    """Whether the sentence that began at `start` goes on after the full stop: an abbreviation, a number, an initial."""
    gap = text[end : end + 40]
    following = gap.lstrip()
    if not following or gap.count("\n", 0, len(gap) - len(following)) > 1:
        return False
    if _ITEM.match(following) and not following[0].isdigit():
        return False
    if following[0].islower() or following[0] in ",;)":
        return True
    before = text[max(start, dot - 32) : dot].split()
    token = before[-1] if before else ""
    last = token.lstrip("([\"”'’»")
    known = last.lower() if len(last) > 1 else last
    if known in _LEADING or (following[0].isdigit() and known in _BEFORE_NUMBERS):
        return True
    if _MARKER.fullmatch(token) and dot - len(token) == start:
        return True  # the number of a list item or a section
    initial = len(last) == 1 and last.isupper() and following[0].isupper()
    return initial and (len(before) < 2 or before[-2].lower() not in _LETTERED)


def _line_stands_alone(text: str, start: int, newline: int) -> bool:
    """Whether the line that ends here is a heading or an item, or the next line begins an item."""
    if _ITEM.match(text, newline + 1):
        return True
    if newline - start > _HEADING_CHARACTERS or "\n" in text[start:newline]:
        return False  # prose that began on an earlier line
    line = text[start:newline].rstrip()
    stop = text.find("\n", newline + 1, newline + 1 + 2 * _HEADING_CHARACTERS)
    following = text[newline + 1 : stop if stop != -1 else newline + 1 + 2 * _HEADING_CHARACTERS].strip()
    if not following[:1].isupper() or line[:1].islower() or _UNFINISHED.search(line):
        return False
    return len(line.split()) <= _HEADING_WORDS or 4 * len(following) > 5 * len(line)


def _skip(text: str, at: int) -> int:
    """The next place that is not white space."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
