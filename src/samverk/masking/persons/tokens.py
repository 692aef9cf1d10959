"""Cuts text into sentences of tokens with their places. Linear in the length of the text, whatever the text holds.

A token is a word (with its hyphens, apostrophes and combining marks), a number, an e-mail address, a run of punctuation
marks, a tab, or the beginning of a line. Spaces are none.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

LONGEST_SENTENCE = 200
"""Tokens. A sentence that never ends is cut here, so that time and memory stay bounded."""

_JOINT = r"[\u0300-\u036f\u00ad\u200b-\u200d'’‐‑-]"
_PLAIN = r"[A-Za-zÅÄÖåäöé]++(?![^ .,\n])"  # most words: told quickly
_WORD = rf"{_PLAIN}|[^\W\d_]++(?:{_JOINT}+[^\W\d_]++)*+[\u0300-\u036f]*+"
_REST = rf"{_WORD}|\d++(?:[.,:/–-]\d++)*+|\n\s*+|\t|[^\w\s]++|_++"
_TOKENS = re.compile(f"({_REST})")
_TOKENS_AND_MAIL = re.compile(rf"([\w.+-]{{1,64}}+@[\w.-]{{1,100}}|{_REST})")

_ENDS = frozenset('. ! ? … .” !” ?” ." !" ?" ). .) : ...'.split())
_ABBREVIATIONS = frozenset(
    "adj ang art bl bla bitr ca civ dir dipl doc docent dr d.v.s el ev f.d fil fr frk hr herr ing jfr jur kand kap kl leg lic mag"
    " med mm m.m mfl nr obs o osv pol prof red s.k sid sign st t.ex tel tfn tf tekn teol tom tr v vik vice".split()
)
_WIDE_LINE = 60
"""Characters. A line this long may have been broken by its width, in the middle of a name."""


class Sentence(NamedTuple):
    """The words of a sentence and where each begins, in code points of the text."""

    words: list[str]
    starts: list[int]


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of the text in order."""
    tokens = Tokens(text)
    return (Sentence(tokens.words[first:stop], tokens.starts[first:stop]) for first, stop in tokens.sentences)


class Tokens:
    """The words of a text, and which of them are sentences: half-open ranges, apart and in order.

    A line's beginning is the token `"\\n"` in a sentence that goes on over it.
    """

    def __init__(self, text: str) -> None:
        self._parts = (_TOKENS_AND_MAIL if "@" in text else _TOKENS).split(text)
        self.words: list[str] = self._parts[1::2]
        self.sentences = self._cut(text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins, in code points of the text."""
        return list(accumulate(map(len, self._parts)))[:-1:2]  # by turns what stands between tokens, and a token

    def _cut(self, text: str) -> list[tuple[int, int]]:
        words, found = self.words, list[tuple[int, int]]()
        first = line = 0
        for at in [at for at, word in enumerate(words) if word in _ENDS or word[0] == "\n"]:
            first = _bounded(found, first, at)
            if words[at][0] != "\n":
                if _begins_anew(words, first, at):
                    found.append((first, at + 1))
                    first = at + 1
                continue
            end, following = self.starts[at], self.starts[at] + len(words[at])
            if first < at and _goes_on(text, line, end, following, words[at - 1]):
                words[at], line = "\n", following
            else:
                if first < at:
                    found.append((first, at))
                first, line = at + 1, following
        first = _bounded(found, first, len(words))
        return [*found, (first, len(words))] if first < len(words) else found


def _bounded(found: list[tuple[int, int]], first: int, stop: int) -> int:
    """Add sentences of the greatest length while there are so many tokens. Returns where what is left begins."""
    while stop - first >= LONGEST_SENTENCE:
        found.append((first, first + LONGEST_SENTENCE))
        first += LONGEST_SENTENCE
    return first


def _begins_anew(words: list[str], first: int, stop: int) -> bool:
    """Whether the word after a stop begins a sentence; the one that the stop is in begins at `first`."""
    following = words[stop + 1] if stop + 1 < len(words) else ""
    if words[stop] == ":" or not (following[:1].isupper() or following[:1].isdigit()):
        return False
    last = words[stop - 1] if stop > first else ""
    return words[stop] != "." or not (len(last) == 1 or last.lower() in _ABBREVIATIONS)


def _goes_on(text: str, line: int, end: int, following: int, last: str) -> bool:
    """Whether a sentence goes on over the end of a line: the next line begins small, or this one was full."""
    if last in _ENDS or text.find("\n", end + 1, following) >= 0 or following >= len(text):
        return False
    return text[following].islower() or end - line >= _WIDE_LINE
