"""Cuts text into sentences of tokens with their places. Linear in the length of the text, whatever the text holds.

A token is a word (with its hyphens, apostrophes and combining marks), a number, an e-mail address, a run of punctuation
marks, a tab, or the beginning of a line. Spaces are none.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_SENTENCE = 200
"""Tokens. A sentence that never ends is cut here, so that time and memory stay bounded."""

_JOINT = r"[\u0300-\u036f\u00ad\u200b-\u200d'’‐‑-]"
_WORD = rf"[^\W\d_]+(?:{_JOINT}+[^\W\d_]+)*[\u0300-\u036f]*"
_REST = rf"{_WORD}|\d+(?:[.,:/–-]\d+)*|\n\s*|\t|[^\w\s]+|_+"
_TOKENS = re.compile(_REST)
_TOKENS_AND_MAIL = re.compile(rf"[\w.+-]{{1,64}}@[\w.-]{{1,100}}|{_REST}")

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
    """The sentences of the text in order. A line's beginning is the token `"\\n"` when the sentence goes on over it."""
    pattern = _TOKENS_AND_MAIL if "@" in text else _TOKENS
    words: list[str] = []
    starts: list[int] = []
    line = 0
    for match in pattern.finditer(text):
        word, start = match.group(), match.start()
        if word[0] == "\n":
            goes_on = _goes_on(text, line, start, match.end(), words)
            line = match.end()
            word = "\n"
        else:
            goes_on = len(words) < LONGEST_SENTENCE and not _is_new(word, words)
        if not goes_on and words:
            yield Sentence(words, starts)
            words, starts = [], []
        if word != "\n" or words:
            words.append(word)
            starts.append(start)
    if words:
        yield Sentence(words, starts)


def _is_new(word: str, before: list[str]) -> bool:
    """Whether the word begins a sentence after those before it."""
    if not before or before[-1] not in _ENDS or not (word[0].isupper() or word[0].isdigit()):
        return False
    if before[-1] == ":":
        return False
    last = before[-2] if len(before) > 1 else ""
    return before[-1] != "." or not (len(last) == 1 or last.lower() in _ABBREVIATIONS)


def _goes_on(text: str, line: int, end: int, following: int, words: list[str]) -> bool:
    """Whether a sentence goes on over the end of a line: the next line begins small, or this one was full."""
    if not words or words[-1] in _ENDS or text.find("\n", end + 1, following) >= 0 or following >= len(text):
        return False
    return text[following].islower() or end - line >= _WIDE_LINE
