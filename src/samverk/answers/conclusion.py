"""The last step: is this an answer, and what does the person read? Pure: what was said and checked in, outcome out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from samverk.answers.checking import StreamChecker
from samverk.answers.citations import Verdict
from samverk.answers.confidence import THRESHOLD, Confidence
from samverk.answers.model import Citation, shown_model
from samverk.answers.prompt import Prompt
from samverk.assistants.model import AssistantBody
from samverk.core.errors import Language
from samverk.gateway.service import Answering
from samverk.knowledge.views import FoundPassage
from samverk.library import extractive
from samverk.library.cards import ModelCard
from samverk.library.ports import ChatEvent, SourcePart
from samverk.library.quoting import written

ABSTAIN = "abstain"  # the ability of a model to say itself that the sources do not answer

_SILENT = {
    "sv": "Källorna ger inget säkert svar på din fråga.",
    "en": "The sources give no certain answer to your question.",
}
_NEAREST = {"sv": "Det här kommer närmast:", "en": "This comes nearest:"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question. `why` is a code for when it is no answer; `rejected` what the model said instead."""

    text: str
    answered: bool
    citations: tuple[Citation, ...]
    confidence: float
    model: dict[str, str] | None
    level: str
    why: str | None = None
    rejected: str | None = None
    contact: dict[str, str] | None = None
    ms: int = 0
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    currency: str = ""
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def nearest(self) -> list[dict[str, Any]]:
        """What came nearest where this is no answer: each cited passage once."""
        if self.answered:
            return []
        return list({c.passage: c.body() for c in reversed(self.citations) if c.passage}.values())[::-1]


def is_unsure(card: ModelCard, body: AssistantBody, confidence: Confidence) -> bool:
    """Whether the answer must open by saying that the sources are silent: a model that cannot abstain is not trusted to know."""
    return bool(body.collections) and ABSTAIN not in card.abilities and confidence.score < THRESHOLD


def opening(language: Language) -> str:
    """How an answer begins that is none."""
    return f"{_SILENT[language]} {_NEAREST[language]}\n\n"


def conclude(
    question: str,
    body: AssistantBody,
    prompt: Prompt,
    checker: StreamChecker,
    confidence: Confidence,
    answering: Answering[ChatEvent] | None,
) -> Outcome:
    """Decide whether the question was answered.

    Without sources, with too little confidence for a model that cannot abstain, with a model that abstained, or without one
    sentence that holds against its source, it was not. What a model says to a citizen without any ground is replaced by what came
    nearest; staff see it as it is, marked.
    """
    why = _why_not(body, prompt, checker, confidence, answering)
    said = checker.text.strip()
    rejected = None
    replaced = why == "abstained" or why == "nothing_found" or (why == "ungrounded" and body.audience == "citizen")
    if replaced:
        rejected = said or None
        checker = _nearest(question, body.language, prompt.numbered)
        said = checker.text
    return Outcome(
        text=said,
        answered=why is None,
        citations=tuple(checker.citations),
        confidence=round(confidence.score, 3),
        model=shown_model(answering.model.card) if answering else None,
        level=(answering.verdict.level if answering else body.level).slug,
        why=why,
        rejected=rejected,
        contact=body.contact.model_dump() if why and body.contact else None,
        tokens_in=answering.tokens_in if answering else None,
        tokens_out=answering.tokens_out if answering else None,
        cost=answering.cost if answering else 0,
        currency=answering.model.card.currency if answering else "",
    )


def _why_not(
    body: AssistantBody,
    prompt: Prompt,
    checker: StreamChecker,
    confidence: Confidence,
    answering: Answering[ChatEvent] | None,
) -> str | None:
    """Why this is no answer, as a code; None when it is one. Without collections nothing need rest on a source, but a model that
    found nothing in attached files has not answered."""
    if not body.collections:
        return "abstained" if prompt.numbered and not checker.text.strip() else None
    if answering is None or not prompt.numbered:
        return "nothing_found"
    if not checker.text.strip():
        return "abstained"
    if is_unsure(answering.model.card, body, confidence):
        return "unsure"
    grounded = any(citation.verdict != Verdict.UNVERIFIED.value for citation in checker.citations)
    return None if grounded else "ungrounded"


def _nearest(question: str, language: Language, numbered: Mapping[int, FoundPassage]) -> StreamChecker:
    """The text of an answer that is none: says so, and quotes what came nearest, checked like any other answer."""
    sources = [SourcePart(n, passage.title, passage.text) for n, passage in numbered.items()]
    pieces = list(written(extractive.compose(question, sources)))
    checker = StreamChecker(numbered, lambda _: None, lambda *_: None, hold=False)
    checker.feed(opening(language) + "".join(pieces) if pieces else _SILENT[language])
    checker.end()
    return checker
