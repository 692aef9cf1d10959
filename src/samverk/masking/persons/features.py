"""The features of a token: itself, its shape and ends, what lists say of it, and the same of its neighbours.

Only stretches that can hold a name are described at all: a word with a capital that is no ordinary word at the beginning of a
sentence, a well-known name in small letters, or what follows a word such as *heter*. Everything else is no name.
Training and use share this module, so that what is learnt is what is asked.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from samverk.masking.persons.lexicon import class_of, own_class
from samverk.masking.persons.roles import role
from samverk.masking.persons.runs import around

MARGIN = 1
"""Tokens around a candidate that the model sees as a sequence; their neighbours still count as features."""

ORDINARY = "0030"
_LONGEST_WORD = 40
_CACHED = 20_000  # words, of about 1.7 kB each
_LEAST_HEAD, _LEAST_TAIL = 3, 4
_JOINS = frozenset(". &".split())
_CUES = frozenset({"call", "field", "title", "kin"})

Item = list[bytes]


class Word(NamedTuple):
    """What is known of a word wherever it stands. Features are bytes, as the model reads them."""

    here: tuple[bytes, ...]
    before: tuple[bytes, ...]
    after: tuple[bytes, ...]
    before2: tuple[bytes, ...]
    after2: tuple[bytes, ...]
    name: bytes
    kind: bytes
    code: bytes
    meaning: bytes
    tail: bytes
    ends: bytes
    holds: bool
    joins: bool
    is_initial: bool
    candidate: int
    cue: bool
    is_mail: bool


NEVER, AFTER_CUE, INITIAL, INSIDE, ALWAYS = range(5)
"""When a word may be of a name: never; after a cue; a lone letter beside another part of a name; with a capital that is not
only the sentence's; always."""

_known: dict[str, Word] = {}


def word(text: str) -> Word:
    """The word's description, remembered."""
    found = _known.get(text)
    if found is None:
        if len(_known) >= _CACHED:
            _known.clear()
        found = _known[text] = describe(text)
    return found


def words(texts: Sequence[str]) -> list[Word]:
    """The descriptions of words."""
    return [_known.get(text) or word(text) for text in texts]


def describe(text: str) -> Word:
    """The word's description. A word longer than any name is known by its beginning."""
    plain = unicodedata.normalize("NFC", text[:_LONGEST_WORD]).replace("\u00ad", "")
    low = plain.lower()
    shape = _shape(plain)
    meaning = role(low)
    is_ordinary = shape == "x" and bool(meaning)  # "hans bror", "sa han": Bror and Han are names only with a capital
    code = ORDINARY if is_ordinary else class_of(low) if low[:1].isalpha() else ""
    kind = f"{shape}{code}{meaning}"
    name = low if shape != "0" else f"#{min(len(plain), 9)}"
    tail = _tail(low) if shape not in ".0@I" else ""
    candidate = _candidate(shape, code, meaning)
    here = (
        f"w={name}", f"k={kind}", f"s={shape}", f"c={code}", f"p2={low[:2]}", f"p3={low[:3]}",
        f"e2={low[-2:]}", f"e3={low[-3:]}", f"e4={low[-4:]}", f"e5={low[-5:]}", f"t={tail}",
    ) if shape != "." else (f"w={name}",)  # fmt: skip
    return Word(
        here=_bytes(here),
        before=_bytes((f"-w={name}", f"-k={kind}", f"-r={meaning}", f"-e={low[-3:]}")),
        after=_bytes((f"+w={name}", f"+k={kind}", f"+r={meaning}", f"+e={low[-3:]}")),
        before2=_bytes((f"--w={name}", f"--k={kind}")),
        after2=_bytes((f"++w={name}", f"++k={kind}")),
        name=name.encode(errors="replace"),
        kind=kind.encode(errors="replace"),
        code=code.encode(),
        meaning=meaning.encode(),
        tail=tail.encode(),
        ends=b"s" if low[-1:] == "s" else b"",
        holds=candidate == ALWAYS or (candidate >= INITIAL and shape != "x"),
        joins=meaning == "particle" or text in _JOINS,
        is_initial=shape == "I",
        candidate=candidate,
        cue=meaning in _CUES,
        is_mail=shape == "@",
    )


def _bytes(features: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(feature.encode(errors="replace") for feature in features)


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


def _candidate(shape: str, code: str, meaning: str) -> int:
    if shape in ".0@":
        return NEVER
    if shape == "I":
        return INITIAL
    first, last, common, _ = map(int, code)
    if shape != "x":
        return INSIDE if common >= 2 and not first and not last else ALWAYS
    if meaning:
        return NEVER
    if not common:
        return ALWAYS if first >= 2 or last >= 2 else AFTER_CUE
    return AFTER_CUE if first >= 2 or last >= 2 else NEVER


def stretches(words: list[Word]) -> list[tuple[int, int]]:
    """The half-open ranges of tokens that can hold a name, apart and in order."""
    found: list[tuple[int, int]] = []
    for at in [at for at, known in enumerate(words) if known.candidate]:
        if words[at].candidate < ALWAYS and not _may(words, at):
            continue
        start, end = max(at - MARGIN, 0), min(at + MARGIN + 1, len(words))
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _may(words: list[Word], at: int) -> bool:
    candidate = words[at].candidate
    if candidate == INSIDE:
        return at > 0
    if candidate == INITIAL:
        return any(other.candidate > INITIAL for other in words[max(at - 2, 0) : at + 5])
    return any(other.cue for other in words[max(at - 3, 0) : at])


def _tail(low: str) -> str:
    """The longest ordinary word that a longer one ends with: skolan in Karl-Johansskolan."""
    for at in range(_LEAST_HEAD, len(low) - _LEAST_TAIL + 1):
        if own_class(low[at:])[2] >= "2":
            return low[at:]
    return ""


_EDGE = describe("\n")


def items(words: list[Word], start: int, end: int) -> list[Item]:
    """The features of the tokens of a stretch, one list a token."""
    padded = [_EDGE, _EDGE, *words[max(start - 2, 0) : end + 2], _EDGE, _EDGE]
    shift = 2 + min(start, 2) - start
    described = []
    run = around(words, start, end, _EDGE)
    for at in range(start + shift, end + shift):
        before2, before, here, after, after2 = padded[at - 2 : at + 3]
        item: Item = [*here.here, *before.before, *after.after, *before2.before2, *after2.after2, *run(at - shift)]
        kinds = b"|".join((before.kind, here.kind, after.kind))
        item += (
            b"a=" + before.kind + b"|" + here.kind,
            b"b=" + here.kind + b"|" + after.kind,
            b"d=" + kinds,
            b"bb=" + before2.name + b"|" + before.name,
            b"ba=" + before.name + b"|" + here.code + b"|" + after.name,
        )
        described.append(item)
    return described
