"""The features of a token: itself, its shape and ends, what lists say of it, and the same of its neighbours.

Training and use share this module, so that what is learnt is what is asked. Features are bytes, as CRFsuite writes them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from samverk.masking.persons.runs import runs
from samverk.masking.persons.words import Word, word_of

EDGE = word_of("\n")
"""What stands before the first token of a sentence and after its last."""

Item = list[bytes]


class Alone(NamedTuple):
    """The features that a word gives to itself, to the token after it (it is before), to that before it, and two tokens away."""

    here: tuple[bytes, ...]
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    before2: tuple[bytes, ...]
    after2: tuple[bytes, ...]


def alone(word: Word) -> Alone:
    """The features that depend on one word alone."""
    low, name, kind, meaning, shape = word.low, word.name, word.kind, word.meaning, word.shape.encode()
    end = _encoded(low[-3:])
    here: tuple[bytes, ...] = (b"w=" + name,)
    if word.shape != ".":
        starts = [b"p%d=%b" % (size, _encoded(low[:size])) for size in (2, 3)]
        ends = [b"e%d=%b" % (size, _encoded(low[-size:])) for size in (2, 3, 4, 5)]
        here += (b"k=" + kind, b"s=" + shape, b"c=" + word.code, *starts, *ends, b"t=" + word.tail)
    return Alone(
        here,
        before=(b"-w=" + name, b"-k=" + kind, b"-r=" + meaning, b"-e=" + end),
        after=(b"+w=" + name, b"+k=" + kind, b"+r=" + meaning, b"+e=" + end),
        before2=(b"--w=" + name, b"--k=" + kind),
        after2=(b"++w=" + name, b"++k=" + kind),
    )


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")


def of_kinds(before: bytes, here: bytes, after: bytes) -> tuple[bytes, ...]:
    """The features of a token that depend on its kind together with its neighbours'."""
    pair = before + b"|" + here
    return b"a=" + pair, b"b=" + here + b"|" + after, b"d=" + pair + b"|" + after


def of_names(before2: Word, before: Word, here: Word, after: Word) -> tuple[bytes, ...]:
    """The features of a token that depend on which words stand around it together."""
    name = before.name
    return b"bb=" + before2.name + b"|" + name, b"ba=" + name + b"|" + here.code + b"|" + after.name


def padded(words: Sequence[Word], start: int, end: int) -> list[Word]:
    """The words of a stretch with two more on each side."""
    left, right = max(2 - start, 0), max(end + 2 - len(words), 0)
    return [*[EDGE] * left, *words[max(start - 2, 0) : end + 2], *[EDGE] * right]


def items(words: Sequence[Word], start: int, end: int) -> list[Item]:
    """The features of the tokens of a stretch of a sentence, one list a token."""
    near = padded(words, start, end)
    of_words = [alone(word) for word in near]
    of_runs: dict[int, tuple[bytes, ...]] = {}
    for run in runs(words, start, end, EDGE):
        of_runs |= {at: (*run.features, run.place(at)) for at in run.within(start, end)}
    described = []
    for at in range(end - start):
        before2, before, here, after, after2 = of_words[at : at + 5]
        item: Item = [*here.here, *before.before, *after.after, *before2.before2, *after2.after2]
        kinds = of_kinds(*(word.kind for word in near[at + 1 : at + 4]))
        described.append([*item, *of_runs.get(start + at, ()), *kinds, *of_names(*near[at : at + 4])])
    return described
