"""Everyday Swedish beside the words of administration: what people ask in, and what documents are written in.

Read from `thesaurus.txt`, which says at its top how it is written. Looser than synonyms: good for finding, never for
judging whether two sentences say the same. A word is known as written, and by its stem; phrases are recognised in order,
with a word or two between ("säger jag upp mig"). Pure, but for reading that file once.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from samverk.core import swedish
from samverk.core.errors import Invalid

FORM = 0.95  # another form of the same word
SAME = 0.5  # words in one list
LEADS = 0.7  # from the left of > to its right
BACK = 0.2  # from the right of > to its left
NEAR = 0.4  # across ~
DOUBTFUL = 0.5  # times, for a word marked with ?
SHARED = 0.5  # times, for what is said of another written word with the same stem (bil, billig)

GAP = 2  # other words between two words of a phrase, at most
MOST_EACH = 12  # stems that one word or phrase leads to, the strongest
MOST = 48  # stems that a whole question leads to, the strongest

# Words that a phrase needs to be recognised, and that say nothing by themselves when a phrase is led to.
_LIGHT = frozenset("bli få från ge gå göra ha inte komma mer säga ta tillbaka vara villa viss vissa".split())
_STOPPED = frozenset(map(swedish.stem, swedish.STOP_WORDS))
_SELF = dict.fromkeys("mig dig oss er sig".split(), "sig") | dict.fromkeys(
    "min mitt mina din ditt dina sin sitt sina vår vårt våra ert era".split(), "sin"
)

Stems = tuple[str, ...]


class Word(NamedTuple):
    """A word or phrase of the file: its forms as written and as stems in order, whether it is doubtful, and the stems
    by which it is found in a text."""

    written: tuple[str, ...]  # of a single word only
    forms: tuple[Stems, ...]
    doubtful: bool
    aims: tuple[Stems, ...]


class Group(NamedTuple):
    """A line of the file: words on the left, and for `>` and `~` words on the right."""

    left: tuple[Word, ...]
    sign: str
    right: tuple[Word, ...]


class Lead(NamedTuple):
    """How close what is led to is, above 0 and up to 1, and the stem that led there: empty for a phrase."""

    closeness: float
    source: str


class Thesaurus(NamedTuple):
    """What words as written lead to, what stems lead to, and what phrases lead to, the latter by their first stem."""

    written: Mapping[str, Mapping[str, float]]
    stems: Mapping[str, Mapping[str, float]]
    phrases: Mapping[str, tuple[tuple[Stems, Mapping[str, float]], ...]]


@lru_cache(maxsize=20_000)
def related(word: str) -> Mapping[str, float]:
    """The stems that a word in lower case leads to, each with its closeness, above 0 and up to 1. Empty if unknown.

    A word that the file does not have leads where others with its stem do.
    """
    told, stem = thesaurus(), swedish.stem(word)
    shared = told.stems.get(stem, {})
    if word not in told.written:
        return shared
    found = {other: closeness * SHARED for other, closeness in shared.items()}
    _add(found, told.written[word])
    return MappingProxyType(found)


def expand(words: Sequence[str]) -> dict[str, Lead]:
    """The stems that the words of a question (lower case, in order) and its phrases lead to, and what led there.

    Without the stems of the question itself; the strongest `MOST` only. Linear in the question.
    """
    found: dict[str, Lead] = {}
    leads = [(_plain(word), related(word)) for word in words if word not in swedish.STOP_WORDS]
    for source, aims in [*leads, *(("", aims) for _, aims in phrases(words))]:
        for aim, closeness in aims.items():
            found[aim] = max(found.get(aim, Lead(0.0, "")), Lead(closeness, source))
    for stem in {swedish.stem(word) for word in words}:
        found.pop(stem, None)
    return dict(sorted(found.items(), key=lambda pair: -pair[1].closeness)[:MOST])


def phrases(words: Sequence[str]) -> Iterator[tuple[tuple[int, ...], Mapping[str, float]]]:
    """The phrases that stand among these words: the positions of their words, and the stems that they lead to."""
    known, stems = thesaurus().phrases, [_plain(word) for word in words]
    for at, stem in enumerate(stems):
        for phrase, aims in known.get(stem, ()):
            if positions := _positions(stems, at, phrase):
                yield positions, aims


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The one that travels with the product, read when first asked for."""
    return build(parse(resources.files("samverk.core").joinpath("thesaurus.txt").read_text("utf-8")))


def parse(text: str) -> list[Group]:
    """The groups of a file of this form. Raises Invalid with the number of a line that cannot be read."""
    groups = []
    for number, line in enumerate(text.splitlines(), 1):
        told = line.partition("#")[0].strip()
        if told:
            try:
                groups.append(_group(told))
            except ValueError as error:
                raise Invalid(why=f"thesaurus, line {number}: {error}") from error
    return groups


def build(groups: Iterable[Group]) -> Thesaurus:
    """Join groups into one thesaurus: the closest of several ways from one word to another counts."""
    written: defaultdict[str, dict[str, float]] = defaultdict(dict)
    led: defaultdict[Stems, dict[str, float]] = defaultdict(dict)
    for group in groups:
        for source, target, closeness in _ways(group):
            aims = _aims(target, closeness)
            for word in source.written:
                _add(written[word], aims)
            for form in source.forms:
                _add(led[form], aims)
    phrases: defaultdict[str, list[tuple[Stems, Mapping[str, float]]]] = defaultdict(list)
    for form, aims in led.items():
        if len(form) > 1:
            phrases[form[0]].append((form, _strongest(aims)))
    return Thesaurus(
        {word: _strongest(aims, swedish.stem(word)) for word, aims in written.items()},
        {form[0]: _strongest(aims, form[0]) for form, aims in led.items() if len(form) == 1},
        {first: tuple(several) for first, several in phrases.items()},
    )


def _strongest(aims: Mapping[str, float], own: str = "") -> Mapping[str, float]:
    ranked = sorted(aims.items(), key=lambda pair: -pair[1])
    return MappingProxyType(dict([pair for pair in ranked if pair[0] != own][:MOST_EACH]))


def _group(line: str) -> Group:
    parts = re.split(r"\s([>~])\s", line)
    if len(parts) not in (1, 3):
        raise ValueError("more than one > or ~")
    left = _cells(parts[0])
    if len(parts) == 3:
        return Group(left, parts[1], _cells(parts[2]))
    if len(left) < 2 and len(left[0].forms) < 2:
        raise ValueError("one word alone leads nowhere")
    return Group(left, ",", ())


def _cells(text: str) -> tuple[Word, ...]:
    cells = [cell.strip() for cell in text.split(",")]
    if len(set(cells)) < len(cells):
        raise ValueError("a word stands there twice")
    return tuple(_cell(cell) for cell in cells)


def _cell(cell: str) -> Word:
    if not re.fullmatch(r"[\w /-]+\??", cell):
        raise ValueError(f"not a word: {cell!r}")
    spelt = [" ".join(forms) for forms in product(*(part.split("/") for part in cell.rstrip("?").split()))]
    tokens = [swedish.tokens(form) for form in spelt]
    if not all(tokens) or any(len(form) == 1 and form[0] in swedish.STOP_WORDS for form in tokens):
        raise ValueError(f"a word that leads nowhere: {cell!r}")
    forms = dict.fromkeys(tuple(_plain(word) for word in form) for form in tokens)
    telling = dict.fromkeys(tuple(swedish.stem(word) for word in form if _tells(word)) for form in tokens)
    single = tuple(form[0] for form in tokens if len(form) == 1)
    return Word(single, tuple(forms), cell.endswith("?"), tuple(telling))


def _tells(word: str) -> bool:
    return len(word) > 1 and swedish.stem(word) not in _STOPPED and word not in _LIGHT


def _ways(group: Group) -> Iterator[tuple[Word, Word, float]]:
    """From each word to each that it leads to, with the closeness; a word leads to its own forms too."""
    for word in (*group.left, *group.right):
        if len(word.forms) > 1 and all(len(form) == 1 for form in word.forms):
            yield word, word, FORM
    if group.sign == ",":
        yield from ((one, other, SAME) for one, other in product(group.left, repeat=2) if one is not other)
        return
    there, back = (LEADS, BACK) if group.sign == ">" else (NEAR, NEAR)
    for one, other in product(group.left, group.right):
        doubt = DOUBTFUL if one.doubtful or other.doubtful else 1.0
        yield one, other, there * doubt
        if all(len(form) == 1 for form in one.forms):  # a turn of phrase is asked with, not written
            yield other, one, back * doubt


def _aims(target: Word, closeness: float) -> dict[str, float]:
    """The stems of a target; the words of a phrase share its closeness."""
    return {stem: closeness / math.sqrt(len(stems)) for stems in target.aims for stem in stems}


def _plain(word: str) -> str:
    """The stem of a word; the pronouns that vary with the person in one form."""
    return _SELF.get(word) or swedish.stem(word)


def _positions(stems: Sequence[str], at: int, phrase: Stems) -> tuple[int, ...]:
    """Where the words of a phrase stand that begins here, in order and near each other; empty when it does not."""
    positions = [at]
    for wanted in phrase[1:]:
        near = stems[positions[-1] + 1 : positions[-1] + 2 + GAP]
        if wanted not in near:
            return ()
        positions.append(positions[-1] + 1 + near.index(wanted))
    return tuple(positions)


def _add(found: dict[str, float], more: Mapping[str, float]) -> None:
    for stem, weight in more.items():
        found[stem] = max(weight, found.get(stem, 0.0))
