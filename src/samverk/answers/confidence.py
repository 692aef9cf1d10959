"""How sure we are that the found passages answer the question, before any model is called.

A small logistic model over named signals. It decides for models that cannot abstain themselves, and is shown for all.
Pure: text and search scores in, a probability with its reasons out.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from samverk.core import swedish
from samverk.library import kinds
from samverk.library.extractive import Candidate, Reading, probabilities, read
from samverk.library.matching import Term, content, matches, shortened, union
from samverk.library.ports import SourcePart

MOST_PASSAGES = 10  # the best ones; further passages say nothing about whether there is an answer
LIKELIEST = 5  # sentences in which the kind of answer is looked for
MATCHED = 0.5  # a term less alike than this to every word is missing

_NAME = re.compile(r"(?<=[\wåäö,] )[A-ZÅÄÖ][\wåäöÅÄÖ-]+")
_TERM = re.compile(
    r"\w{3}(?:bidrag|stöd|tjänst|lov|penning|ersättning|nämnd|familj|assistans|service|pension|avgift|tillägg|intyg|tillstånd"
    r"|vård|hem|boende|rapport|kort|lån|arvode|taxa|beredskap|anmälan|mottagning|rätt|plan)"
    r"(?:s|e[nt]|et|er|erna|en|ar|arna|or|orna|n)?$"
)

THRESHOLD = 0.2
"""Below this the sources are held not to answer. Under one half, since a wrong refusal sends a person away with nothing
but the nearest passages, while a weak answer still shows its grounds. What it gives on the development sets is printed
by `python -m benchmarks.answers`: few questions in the document's words are refused, those in other words more often."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for there being an answer. Shares are of the question's words, weighed by how rare they are here."""

    best: float  # score of the best sentence as an answer (`library.extractive`), in tens
    sure: float  # probability that one of the three best sentences holds the answer, given that one does
    passage: float  # share of the question found in the first passage and its title, likenesses included
    kind: float  # the kind of answer asked for (an amount, a period …) is there, in the likeliest sentences
    unnamed: float  # weight of the names and terms of administration that are missing where most is covered
    lead: float  # how far the best sentence of the best passage is ahead of that of any other passage, in tens
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


# Fitted by scripts/fit_confidence.py on half of the questions to authorities (SweQUAD-MC) together with the demo's golden
# questions, which weigh 0.3 as much: the former are asked in the words of the text, the latter in others. Then rounded,
# with some weight moved from `sure` to `passage` (no loss on either half), since among few passages one is soon sure.
INTERCEPT = -4.0
COEFFICIENTS: dict[str, float] = {
    "best": 1.4,
    "sure": 0.4,
    "passage": 1.4,
    "kind": 1.0,
    "unnamed": -3.0,
    "lead": 1.0,
    "margin": 1.3,
}
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
    signals, missing = _signals(question, reading, _margin(scores[:MOST_PASSAGES]))
    return Confidence(probability(signals), signals, tuple(term.text for term in missing))


def probability(signals: Signals) -> float:
    """The logistic function of the weighed signals."""
    logit = INTERCEPT + sum(weight * getattr(signals, name) for name, weight in COEFFICIENTS.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def _margin(scores: Sequence[float]) -> float:
    if len(scores) < 2 or min(scores) <= 0:
        return USUAL_MARGIN
    return math.log(scores[0] / scores[min(4, len(scores) - 1)])


def _signals(question: str, reading: Reading, margin: float) -> tuple[Signals, list[Term]]:
    asked = reading.question
    titles = [matches(asked, content(source.title)) for source in reading.sources]
    matched = [[matches(asked, content(unit.text)) for unit in units] for units in reading.units]
    likely = probabilities(reading.candidates)
    windows = [_window(reading, candidate, titles, matched) for candidate in reading.candidates]
    best = max(windows, key=asked.covered)
    missing = [term for term, match in zip(asked.terms, best, strict=True) if match < MATCHED]
    tops = _best_of_each_source(reading)
    named = named_terms(question)
    signals = Signals(
        best=tops[0] / 10,
        sure=sum(sorted(likely)[-3:]),
        passage=asked.covered(union(titles[0], *matched[0])),
        kind=_kind(reading, likely),
        unnamed=sum(term.weight for term in missing if term.stem in named),
        lead=(tops[0] - tops[1]) / 10 if len(tops) > 1 else 0.0,
        margin=margin,
    )
    return signals, missing


def named_terms(question: str) -> frozenset[str]:
    """The stems of the words that a text would use too: names, and compounds with the head of a term of administration.

    An everyday word is said otherwise in documents, and its absence says little; a term is said in one way.
    """
    text = shortened(question)
    names = {swedish.stem(match.group().lower()) for match in _NAME.finditer(text)}
    return frozenset(names | {word.stem for word in content(text) if len(word.text) >= 8 and _TERM.search(word.text)})


def _kind(reading: Reading, likely: Sequence[float]) -> float:
    """How far the likeliest sentences hold the kind of answer that is asked for."""
    best = sorted(zip(likely, reading.candidates, strict=True), key=lambda pair: -pair[0])[:LIKELIEST]
    agreed = sum(share * kinds.agreement(reading.question.kind, candidate.unit.text) for share, candidate in best)
    return agreed / sum(share for share, _ in best)


Match = tuple[float, ...]


def _window(
    reading: Reading, candidate: Candidate, titles: Sequence[Match], matched: Sequence[Sequence[Match]]
) -> Match:
    """What a sentence matches together with its neighbours, the heading it stands under and the title."""
    around = matched[candidate.source][max(0, candidate.position - 1) : candidate.position + 2]
    heading = matches(reading.question, content(candidate.unit.heading))
    return union(titles[candidate.source], heading, *around)


def _best_of_each_source(reading: Reading) -> list[float]:
    best: dict[int, float] = {}
    for candidate in reading.candidates:
        best[candidate.source] = max(best.get(candidate.source, -math.inf), candidate.features.score())
    return sorted(best.values(), reverse=True)


SIGNALS = tuple(field.name for field in fields(Signals))
