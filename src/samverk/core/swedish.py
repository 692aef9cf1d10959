"""Swedish text: normalised words, stems, character n-grams and sentences, with offsets. Every engine uses these tokens.

Measured on questions to Swedish authorities: stems with 0.3 x character 5-grams beat stems alone by 2 to 5 points of
nDCG@10; compound splitting adds nothing on top.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

_stemmer = Stemmer.Stemmer("swedish", 0)
_WORD = re.compile(r"[^\W_]+(?:[-’'.:/,](?=\d)\d+)*", re.UNICODE)

STOP_WORDS = frozenset(
    [
        "och",
        "det",
        "att",
        "i",
        "en",
        "jag",
        "hon",
        "som",
        "han",
        "på",
        "den",
        "med",
        "var",
        "sig",
        "för",
        "så",
        "till",
        "är",
        "men",
        "ett",
        "om",
        "hade",
        "de",
        "av",
        "icke",
        "mig",
        "du",
        "henne",
        "då",
        "sin",
        "nu",
        "har",
        "inte",
        "hans",
        "honom",
        "skulle",
        "hennes",
        "där",
        "min",
        "man",
        "ej",
        "vid",
        "kunde",
        "något",
        "från",
        "ut",
        "när",
        "efter",
        "upp",
        "vi",
        "dem",
        "vara",
        "vad",
        "över",
        "än",
        "dig",
        "kan",
        "sina",
        "här",
        "ha",
        "mot",
        "alla",
        "under",
        "någon",
        "eller",
        "allt",
        "mycket",
        "sedan",
        "ju",
        "denna",
        "själv",
        "detta",
        "åt",
        "utan",
        "varit",
        "hur",
        "ingen",
        "mitt",
        "ni",
        "bli",
        "blev",
        "oss",
        "din",
        "dessa",
        "några",
        "deras",
        "blir",
        "mina",
        "samma",
        "vilken",
        "er",
        "sådan",
        "vår",
        "blivit",
        "dess",
        "inom",
        "mellan",
        "sådant",
        "varför",
        "varje",
        "vilka",
        "ditt",
        "vem",
        "vilket",
        "sitta",
        "sådana",
        "vart",
        "dina",
        "vars",
        "vårt",
        "våra",
        "ert",
        "era",
        "vilkas",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a text: where it stands (half-open character range), as written in lower case, and its stem."""

    start: int
    end: int
    text: str
    stem: str


def normalise(text: str) -> str:
    """NFKC and lower case, soft hyphens removed; å ä ö stay letters of their own. Does not keep offsets."""
    return unicodedata.normalize("NFKC", text).replace("\u00ad", "").lower()


@lru_cache(maxsize=200_000)
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
    return [normalise(match) for match in _WORD.findall(text)]


@lru_cache(maxsize=200_000)
def grams(word: str, n: int = 5) -> tuple[str, ...]:
    """The character n-grams of a word with its edges marked; a shorter word is one gram."""
    marked = f"_{word}_"
    return tuple(marked[i : i + n] for i in range(max(1, len(marked) - n + 1)))


_ABBREVIATIONS = frozenset(
    [
        "bl.a",
        "t.ex",
        "d.v.s",
        "dvs",
        "m.m",
        "m.fl",
        "o.s.v",
        "osv",
        "s.k",
        "t.o.m",
        "fr.o.m",
        "f.d",
        "ca",
        "kap",
        "st",
        "nr",
        "tel",
        "kl",
        "jfr",
        "resp",
        "inkl",
        "exkl",
        "max",
        "min",
        "ev",
        "mm",
        "dr",
        "prof",
        "art",
        "bil",
        "forts",
        "f.n",
        "p.g.a",
        "pga",
        "e.d",
        "el.dyl",
        "o.d",
        "prop",
    ]
)
_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s+|$)|\n{2,}|\n(?=\s*(?:[-•*–]\s|\d+[.)]\s))")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text as half-open character ranges, without surrounding white space."""
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _runs_on(text, match.start(), match.end()):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _runs_on(text: str, dot: int, end: int) -> bool:
    """Whether the full stop belongs to an abbreviation or a number, so that the sentence goes on."""
    before = text[max(0, dot - 12) : dot].rsplit(None, 1)
    last = before[-1].lower().lstrip("(") if before else ""
    following = text[end : end + 3].lstrip()
    if last in _ABBREVIATIONS:
        return not following[:1].isupper() or last in {"kap", "nr", "prop", "bil", "art", "st", "kl"}
    return bool(following) and following[0].islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
