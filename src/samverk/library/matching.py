"""How well a stretch of text matches a question, word by word: what the question asks about, and likeness of words.

Shared by the extractive model and by the confidence of an answer. Pure: knows nothing about models or indexes.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from samverk.core import swedish, thesaurus
from samverk.library import kinds

Rarity = Callable[[str], float]
"""From a stem to how rare it is: its inverse document frequency, ln(1 + (N - df + .5) / (df + .5))."""

QUESTION_CHARACTERS = 4_000  # of a longer question the beginning and the end are read, half each
QUESTION_WORDS = 48
FRAME_WEIGHT = 0.3

# How much a word stands for one that is asked for, when it is not the same.
COMPOUND = 0.9
INFLECTED = 0.8  # a stem that the stemmer missed by a letter or two
RELATED = 1.2  # times the closeness that the thesaurus gives, and never more than a compound
MISSPELT = 0.7
ALIKE = 0.72  # share of common 4-grams (Dice) from which words are held to be one word misspelt

# Words that say how something is asked rather than what about; a match or a miss of them says little.
FRAME = frozenset(
    swedish.stem(word)
    for word in """
    innebär betyder gäller finns finnas får ska skall måste behöver behöva brukar exempel heter kallas kallad gör göra
    görs sker ske händer ingår kommer komma tar ta ges ger ge används använda använder vill kunna bör olika andra
    annan annat fler flera många mer mest samt även bland vanligt vanligtvis typ sätt slags sorts saker sak person
    personer man människor del vilken vilka vilket hurdan går gå väl bara också alltid ofta ibland år dag tid
    what which who when where how does do did is are was were be the a an of in on for to and or can could should must
    may will would i you we they it there any has have had my your our with from at by as this that if
    """.split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: as written in lower case, its stem, and its share of the whole question's weight.

    `leads` are the stems that a phrase in which it stands leads to, with their closeness.
    """

    text: str
    stem: str
    weight: float
    leads: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart: its words, the pairs of words that stand side by side, and the kind of answer wanted."""

    terms: tuple[Term, ...]
    pairs: frozenset[tuple[str, str]]
    kind: str | None

    def covered(self, matches: Sequence[float]) -> float:
        """The share of the question's weight that is matched, 0 to 1. `matches` holds one likeness for each term."""
        return sum(match * term.weight for match, term in zip(matches, self.terms, strict=True))


def content(text: str) -> list[swedish.Word]:
    """The words of a text that say what it is about: all but the stop words."""
    return [word for word in swedish.words(text) if word.text not in swedish.STOP_WORDS]


def shortened(question: str) -> str:
    """The question at a length that can be worked with: the beginning and the end of what is far too long."""
    half = QUESTION_CHARACTERS // 2
    return question if len(question) <= QUESTION_CHARACTERS else f"{question[:half]} {question[-half:]}"


def analyse(question: str, rarity: Rarity) -> Question:
    """Take a question apart, weighing its words by how rare they are; frame words weigh a third."""
    question = shortened(question)
    found = content(question)
    texts = {word.stem: word.text for word in found}
    weights = {stem: rarity(stem) * (FRAME_WEIGHT if stem in FRAME else 1.0) for stem in texts}
    kept = set(sorted(texts, key=lambda stem: -weights[stem])[:QUESTION_WORDS])
    total = sum(weights[stem] for stem in kept) or 1.0
    leads = _phrases(question)
    terms = tuple(Term(texts[s], s, weights[s] / total, leads.get(s, {})) for s in texts if s in kept)
    stems = [word.stem for word in found]
    return Question(terms, frozenset(pairwise(stems)), kinds.asked_for(question))


def _phrases(question: str) -> dict[str, dict[str, float]]:
    """For each stem that stands in a phrase of the question, the stems that the phrase leads to."""
    words = swedish.words(question)
    leads: dict[str, dict[str, float]] = {}
    for positions, aims in thesaurus.phrases([word.text for word in words]):
        for position in positions:
            leads.setdefault(words[position].stem, {}).update(aims)
    return leads


def rarity_within(stretches: Iterable[Iterable[swedish.Word]]) -> Rarity:
    """How rare words are among these stretches of text (the sentences that were found, say)."""
    counts: Counter[str] = Counter()
    total = 0
    for stretch in stretches:
        counts.update({word.stem for word in stretch})
        total += 1
    return lambda stem: math.log(1 + (total - counts[stem] + 0.5) / (counts[stem] + 0.5))


def matches(question: Question, words: Sequence[swedish.Word]) -> tuple[float, ...]:
    """For each term of the question, how much the most alike of these words can stand for it (0 to 1)."""
    distinct = {word.stem: word.text for word in words}
    return tuple(
        1.0
        if term.stem in distinct
        else max(
            (
                max(likeness(term.text, term.stem, text, stem), _related(term.leads.get(stem, 0.0)))
                for stem, text in distinct.items()
            ),
            default=0.0,
        )
        for term in question.terms
    )


def union(*several: Sequence[float]) -> tuple[float, ...]:
    """The better match of each term among several stretches."""
    return tuple(map(max, zip(*several, strict=True)))


def _related(closeness: float) -> float:
    return min(COMPOUND, RELATED * closeness)


@lru_cache(maxsize=200_000)
def likeness(asked: str, asked_stem: str, read: str, read_stem: str) -> float:
    """How much a word that is read can stand for a word that is asked for, 0 to 1.

    A compound stands for its parts ("semesterdagar" for "semester"), but a part not for the compound: what is asked about
    "barnbidrag" is not answered by a text about "barn" or "bidrag".
    """
    if asked_stem == read_stem:
        return 1.0
    if len(asked_stem) >= 4 and (read_stem.startswith(asked_stem) or read_stem.endswith(asked_stem)):
        return COMPOUND
    if len(read_stem) >= 5 and asked_stem.startswith(read_stem) and len(asked_stem) - len(read_stem) <= 2:
        return INFLECTED
    if closeness := thesaurus.related(asked).get(read_stem):
        return _related(closeness)
    if min(len(asked_stem), len(read_stem)) < 6:
        return 0.0
    ours, theirs = set(swedish.grams(asked, 4)), set(swedish.grams(read, 4))
    return MISSPELT if 2 * len(ours & theirs) > ALIKE * (len(ours) + len(theirs)) else 0.0
