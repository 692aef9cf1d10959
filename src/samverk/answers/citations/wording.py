"""Sentences in the passage's own wording with a word exchanged: how facts are changed, and paraphrases are not made.

Compares word by word. Where most of the wording is the passage's, every exchanged word must say the same as what it
stands for; where it is not, nothing is said here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

from samverk.answers.citations import lexicon
from samverk.answers.citations.concepts import agree, keys, parts
from samverk.answers.citations.roots import root
from samverk.answers.citations.tokens import masked, tokens

_NEAR = 0.6  # share of the sentence's words that stand in the passage in the same order
_LEAST_WORDS = 5
_LONGEST = 400  # words compared
_ALIKE = {"can": "may", "let": "may", "right": "may", "need": "must"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """The words that only the sentence has and those that only the passage has, where the wording is otherwise shared."""

    said: tuple[str, ...]
    written: tuple[str, ...]
    beyond: tuple[str, ...] = ()  # the passage's words after the last shared one, which a shortening may leave out


def exchange(sentence: str, window: str) -> Exchange | None:
    """What differs between a sentence and the stretch of the passage that it rests on; None when they share too little."""
    said, written = _words(sentence), _words(window)
    if len(said) < _LEAST_WORDS or not written:
        return None
    same = [
        (op.src_start, op.src_end, op.dest_start, op.dest_end)
        for op in LCSseq.opcodes(said, written)
        if op.tag == "equal"
    ]
    shared = sum(end - start for start, end, _, _ in same)
    if not same or shared / len(said) < _NEAR:
        return None
    in_said = {i for start, end, _, _ in same for i in range(start, end)}
    in_written = {i for _, _, start, end in same for i in range(start, end)}
    last = max(in_written)
    return Exchange(
        tuple(w for i, w in enumerate(said) if i not in in_said),
        tuple(w for i, w in enumerate(written[: last + 1]) if i not in in_written),
        tuple(written[last + 1 :]),
    )


def unanswered(found: Exchange) -> list[str]:
    """The exchanged words that have no counterpart on the other side: what was changed."""
    left = [w for w in found.said if _claims(w) and not _answered(w, found.written + found.beyond)]
    left += [w for w in found.written if _claims(w) and not _answered(w, found.said)]
    for kind in ("force", "polarity", "person"):
        said, written = _marks(found.said, kind), _marks(found.written, kind)
        if (said and written and said != written and not _addressed(kind, found)) or (
            kind == "polarity" and said != written
        ):
            left += sorted(said ^ written)
    if {"och", "eller"} <= {*found.said, *found.written} and ("och" in found.said) != ("och" in found.written):
        left += ["och", "eller"]
    return left


def _words(text: str) -> list[str]:
    return [t.text for t in tokens(masked(text)) if t.kind != "mark"][:_LONGEST]


def _claims(word: str) -> bool:
    """Whether the word has content that the rules of amounts, force and scope do not already compare."""
    if word in lexicon.FUNCTION_WORDS or root(word) in lexicon.LIGHT or word[0].isdigit():
        return False
    return word not in lexicon.NUMBERS and word not in lexicon.UNITS and (word,) not in lexicon.MARKERS


def _answered(word: str, others: Sequence[str]) -> bool:
    if root(word) in lexicon.ADDRESSEES and "second" in _marks(others, "person"):
        return True
    return any(_same(word, other) for other in others)


def _marks(words: Sequence[str], kind: str) -> frozenset[str]:
    """What the words of one kind of marker say, those that a paraphrase may exchange taken as one."""
    found = {value for word in words for mark, value in lexicon.MARKERS.get((word,), ()) if mark == kind}
    return frozenset(_ALIKE.get(value, value) for value in found) - {"third"}


def _addressed(kind: str, found: Exchange) -> bool:
    return kind == "person" and any(root(word) in lexicon.ADDRESSEES for word in (*found.said, *found.written))


def _same(one: str, other: str) -> bool:
    if agree(keys(one), keys(other)) is not None:
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(not (modifier | head).isdisjoint(keys(shorter)) for modifier, head in parts(longer))
