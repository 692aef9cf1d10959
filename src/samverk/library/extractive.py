"""Answers a question with the best sentences of given sources, verbatim, without a model's weights.

Pure: sources in, quotes out. Each sentence is scored by a handful of named features; the coefficients were fitted on
half of a public set of questions to Swedish authorities (SweQUAD-MC) and confirmed on the other half
(`scripts/fit_extractive.py`).
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from samverk.core import swedish
from samverk.library import kinds
from samverk.library.matching import Question, analyse, content, matches, rarity_within, union
from samverk.library.ports import SourcePart
from samverk.library.quoting import Quote
from samverk.library.sentences import Unit, units

MOST_SOURCES = 16
SOURCE_CHARACTERS = 12_000  # of a source; passages are a tenth of that
SOURCE_UNITS = 300  # sentences and items of a source
ANSWER_CHARACTERS = 600  # a fuller answer is seldom better: the words sought are then further down
MOST_SENTENCES = 6
ENOUGH = 0.97  # of the probability that one of the chosen sentences answers
NEGLIGIBLE = 0.004  # a sentence less likely than this adds nothing
REPEATED = 0.8  # of a sentence's words already said: a near-duplicate

_ANAPHOR = re.compile(
    r"(?:den|det|detta|denna|dessa|de|dem|dess|deras|han|hon|hen|där|då|därefter|därför|dock|däremot|även|också|sådana?"
    r"|it|this|these|they|he|she|then|therefore|however)\b",
    re.IGNORECASE,
)

_TABULAR = frozenset({"row", "pair"})
_NAMING = frozenset({"heading", "header"})  # kinds of units that name what follows and answer nothing


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for a sentence, each 0 to 1 unless said. The names are those of `COEFFICIENTS`."""

    covered: float  # of the question's weight, by the sentence itself
    before: (
        float  # what the sentence before covers on top: answers often follow the one that names the subject; no row's
    )
    context: float  # what the title, heading and lead-in cover on top
    source: float  # of the question's weight, by the whole source
    rank: float  # 1 for the first source, 1/2 for the second …
    pairs: float  # of the question's adjacent words that are adjacent here too
    kind: float  # the kind of answer that was asked for is there
    length: float  # ln(characters / 120), clipped: -1.8 to 1.6
    density: float  # of the sentence's own words that match

    def score(self) -> float:
        """The weighed sum: a logit, comparable between sentences of one question only."""
        return sum(weight * float(getattr(self, name)) for name, weight in COEFFICIENTS.items())


# Fitted by scripts/fit_extractive.py as a softmax over the sentences of a question (even-numbered questions).
COEFFICIENTS: dict[str, float] = {
    "covered": 5.3,
    "before": 4.3,
    "context": 1.0,
    "source": 3.8,
    "rank": 1.1,
    "pairs": 1.3,
    "kind": 1.9,
    "length": 0.2,
    "density": 2.5,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could be part of the answer: of which source, where in it, and what speaks for it."""

    source: int  # position among the sources
    position: int  # position among the source's units
    unit: Unit
    words: frozenset[str]
    features: Features


@dataclass(frozen=True, slots=True)
class Reading:
    """All sources read with one question in mind."""

    question: Question
    sources: tuple[SourcePart, ...]
    units: tuple[tuple[Unit, ...], ...]
    candidates: tuple[Candidate, ...]


def compose(question: str, sources: Sequence[SourcePart]) -> list[Quote]:
    """The answer as quotes in reading order; empty when the sources hold no sentence or the question no word."""
    reading = read(question, sources)
    if not reading.candidates or not reading.question.terms:
        return []
    return list(_in_order(reading, _choose(reading)))


def read(question: str, sources: Sequence[SourcePart]) -> Reading:
    """Take the question and the sources apart and describe every sentence. Bounded in time by the limits above."""
    used = tuple(sources[:MOST_SOURCES])
    split = tuple(tuple(units(source.text[:SOURCE_CHARACTERS])[:SOURCE_UNITS]) for source in used)
    words = [[content(unit.text) for unit in of_source] for of_source in split]
    asked = analyse(question, rarity_within(stretch for of_source in words for stretch in of_source))
    candidates: list[Candidate] = []
    for number, source in enumerate(used):
        candidates.extend(_candidates(asked, number, source.title, split[number], words[number]))
    return Reading(asked, used, split, tuple(candidates))


def _candidates(
    asked: Question, number: int, title: str, of_source: Sequence[Unit], words: Sequence[list[swedish.Word]]
) -> Iterator[Candidate]:
    matched = [matches(asked, stretch) for stretch in words]
    in_title = matches(asked, content(title))
    whole = asked.covered(union(in_title, *matched))
    in_heading = {unit.heading: matches(asked, content(unit.heading)) for unit in of_source}
    for position, unit in enumerate(of_source):
        if unit.kind in _NAMING:
            continue
        own = matched[position]
        covered = asked.covered(own)
        around = [in_title, in_heading[unit.heading]] + ([matched[unit.lead]] if unit.lead is not None else [])
        stems = [word.stem for word in words[position]]
        features = Features(
            covered=covered,
            before=asked.covered(union(own, matched[position - 1])) - covered
            if position and unit.kind != "row"
            else 0.0,
            context=asked.covered(union(own, *around)) - covered,
            source=whole,
            rank=1 / (1 + number),
            pairs=sum(pair in asked.pairs for pair in pairwise(stems)) / max(1, len(asked.pairs)),
            kind=kinds.agreement(asked.kind, unit.text),
            length=math.log(min(600, max(20, len(unit.text))) / 120),
            density=sum(own) / max(4, len(stems)),
        )
        yield Candidate(number, position, unit, frozenset(stems), features)


def probabilities(candidates: Sequence[Candidate]) -> list[float]:
    """How likely each sentence is to hold the answer, given that one of them does: softmax of the scores."""
    scores = [candidate.features.score() for candidate in candidates]
    top = max(scores)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    return [value / total for value in raised]


Place = tuple[int, int]  # source, unit


def _choose(reading: Reading) -> dict[Place, float]:
    """The sentences to answer with and their likelihood: best first until enough is said or the answer is full."""
    likely = probabilities(reading.candidates)
    ranked = sorted(zip(likely, reading.candidates, strict=True), key=lambda pair: -pair[0])
    chosen: dict[Place, float] = {}
    said: list[frozenset[str]] = []
    sure = 0.0
    for probability, candidate in ranked[:40]:
        if chosen and (probability < NEGLIGIBLE or sure >= ENOUGH or len(said) >= MOST_SENTENCES):
            break
        sure += probability
        if any(_repeats(candidate.words, other) for other in said):
            continue
        wanted = [place for place in _with_company(reading, candidate) if place not in chosen]
        if chosen and _length(reading, [*chosen, *wanted]) > ANSWER_CHARACTERS:
            if candidate.unit.kind == "row":
                continue  # without its header nobody knows what a cell says
            wanted = [place for place in wanted if place == (candidate.source, candidate.position)]
            if _length(reading, [*chosen, *wanted]) > ANSWER_CHARACTERS:
                continue
        chosen.update(dict.fromkeys(wanted, probability))
        said.append(candidate.words)
    return chosen


def _with_company(reading: Reading, candidate: Candidate) -> list[Place]:
    """The sentence with what it cannot be understood without: lead-in or header, list, the sentence it points back to."""
    of_source = reading.units[candidate.source]
    at, unit = candidate.position, candidate.unit
    places = [at]
    if unit.lead is not None:
        places.append(unit.lead)
    elif at + 1 < len(of_source) and of_source[at + 1].lead == at and unit.kind != "row":
        places.extend(_items_of(of_source, at))
    elif (
        at
        and _ANAPHOR.match(unit.text)
        and of_source[at - 1].kind not in _NAMING
        and of_source[at - 1].line == unit.line
    ):
        places.append(at - 1)
    return [(candidate.source, place) for place in places]


def _items_of(of_source: Sequence[Unit], lead: int) -> Iterable[int]:
    size = len(of_source[lead].text)
    for position in range(lead + 1, len(of_source)):
        size += len(of_source[position].text)
        if of_source[position].lead != lead or size > ANSWER_CHARACTERS:
            return
        yield position


def _length(reading: Reading, places: Sequence[Place]) -> int:
    """Characters of the answer with these sentences, citations included."""
    return sum(len(reading.units[source][position].text) + 5 for source, position in places)


def _repeats(words: frozenset[str], said: frozenset[str]) -> bool:
    return bool(words) and len(words & said) >= REPEATED * min(len(words), len(said) or 1)


def _in_order(reading: Reading, chosen: dict[Place, float]) -> Iterator[Quote]:
    """The chosen sentences run by run, the run with the likeliest sentence first, each in its source's order."""
    runs: list[list[Place]] = []
    for source, position in sorted(chosen):
        if runs and _goes_on(reading, runs[-1], (source, position)):
            runs[-1].append((source, position))
        else:
            runs.append([(source, position)])
    for run in sorted(runs, key=lambda places: -max(chosen[place] for place in places)):
        table: int | None = None  # the place of the first row of the table that is being quoted
        for source, position in run:
            unit = reading.units[source][position]
            inside = table
            table = (unit.lead if unit.lead is not None else position) if unit.kind in ("row", "header") else None
            yield Quote(reading.sources[source].n, unit.text, unit.kind, opens=table is not None and table != inside)


def _goes_on(reading: Reading, run: Sequence[Place], place: Place) -> bool:
    """Whether a sentence continues a run: it stands next in the source, or is an item under a lead-in of the run."""
    (source, last), (other, position) = run[-1], place
    lead = reading.units[other][position].lead
    return source == other and (position == last + 1 or (lead is not None and (source, lead) in run))
