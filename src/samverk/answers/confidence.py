"""How sure we are that the found passages answer the question, before any model is called.

A small logistic model over named signals. It decides for models that cannot abstain themselves, and is shown for all.
Pure: text and search scores in, a probability with its reasons out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from samverk.library.extractive import Candidate, Reading, read
from samverk.library.matching import Term, content, matches, union
from samverk.library.ports import SourcePart

MOST_PASSAGES = 10  # the best ones; further passages say nothing about whether there is an answer
MATCHED = 0.5  # a term less alike than this to every word is missing

THRESHOLD = 0.18
"""Below this the sources are held not to answer: of such questions fewer than one in ten were answered on the development
sets. Far under one half, since a weak answer still shows its grounds; not lower, since a question about something else must
be told so, and one that is refused by mistake still gets the nearest passages. What it gives is printed by
`python -m benchmarks.answers` and `python benchmarks/golden.py`."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for there being an answer. Shares are of the question's words, weighed by how rare they are here."""

    best: float  # score of the best sentence as an answer (`library.extractive`), in tens
    covered: float  # largest share found in a sentence, its neighbours, heading and title, likenesses included
    margin: float  # ln(score of the first hit / score of the fifth): a topic of its own stands out


@dataclass(frozen=True, slots=True)
class Confidence:
    """The probability that the passages answer, 0 to 1; what it was made of; and the question's words that are missing."""

    score: float
    signals: Signals | None = None
    missing: tuple[str, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether the passages are held to answer the question."""
        return self.score >= THRESHOLD

    @property
    def reasons(self) -> dict[str, float]:
        """What each signal adds to the logit of the score."""
        if self.signals is None:
            return {}
        return {name: round(weight * getattr(self.signals, name), 3) for name, weight in COEFFICIENTS.items()}


# Fitted by scripts/fit_confidence.py on half of two sets of questions to authorities (SweQUAD-MC, SweFAQ), together with
# everyday questions on the demo's documents and with questions that have nothing to do with them; the mean of the two
# halves, rounded. Five further signals (coverage of the best passage, kind of answer, missing names and terms, lead,
# certainty among the sentences) added nothing on either half.
INTERCEPT = -3.7
COEFFICIENTS: dict[str, float] = {"best": 2.45, "covered": 1.45, "margin": 0.65}
USUAL_MARGIN = 0.6  # the mean on the development sets, which stands in where the search gives no scores


def assess(
    question: str, passages: Sequence[str], titles: Sequence[str] = (), scores: Sequence[float] = ()
) -> Confidence:
    """How likely these passages, best first, answer the question.

    `titles` (with headings) and the search's `scores` belong to the passages one by one; without them the assessment
    is a little less sure. 0 when there are no passages, or the question has no words to look for.
    """
    sources = [
        SourcePart(number, titles[number - 1] if number <= len(titles) else "", text)
        for number, text in enumerate(passages[:MOST_PASSAGES], 1)
    ]
    reading = read(question, sources)
    if not reading.candidates or not reading.question.terms:
        return Confidence(0.0)
    signals, missing = _signals(reading, _margin(scores[:MOST_PASSAGES]))
    return Confidence(probability(signals), signals, tuple(term.text for term in missing))


def probability(signals: Signals) -> float:
    """The logistic function of the weighed signals."""
    logit = INTERCEPT + sum(weight * getattr(signals, name) for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _margin(scores: Sequence[float]) -> float:
    if len(scores) < 2 or min(scores) <= 0:
        return USUAL_MARGIN
    return math.log(scores[0] / scores[min(4, len(scores) - 1)])


def _signals(reading: Reading, margin: float) -> tuple[Signals, list[Term]]:
    asked = reading.question
    titles = [matches(asked, content(source.title)) for source in reading.sources]
    matched = [[matches(asked, content(unit.text)) for unit in units] for units in reading.units]
    windows = [_window(reading, candidate, titles, matched) for candidate in reading.candidates]
    best = max(windows, key=asked.covered)
    missing = [term for term, match in zip(asked.terms, best, strict=True) if match < MATCHED]
    top = max(candidate.features.score() for candidate in reading.candidates)
    return Signals(best=top / 10, covered=asked.covered(best), margin=margin), missing


Match = tuple[float, ...]


def _window(
    reading: Reading, candidate: Candidate, titles: Sequence[Match], matched: Sequence[Sequence[Match]]
) -> Match:
    """What a sentence matches together with its neighbours, the heading it stands under and the title."""
    around = matched[candidate.source][max(0, candidate.position - 1) : candidate.position + 2]
    heading = matches(reading.question, content(candidate.unit.heading))
    return union(titles[candidate.source], heading, *around)


SIGNALS = tuple(field.name for field in fields(Signals))
