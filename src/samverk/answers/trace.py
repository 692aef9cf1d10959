"""The trace of an answer: a snapshot that stands by itself and says how the answer came about."""

import time
from dataclasses import dataclass, field
from typing import Any

from samverk import __version__
from samverk.answers.conclusion import Outcome
from samverk.answers.model import places, shown_model
from samverk.answers.prompt import Prompt
from samverk.assistants.model import Assistant
from samverk.core.ids import now
from samverk.gateway.service import Answering
from samverk.knowledge.views import Found
from samverk.library.ports import ChatEvent


@dataclass(slots=True)
class Course:
    """What happened on the way, gathered for the trace. Times are in seconds."""

    started: float = field(default_factory=time.perf_counter)
    steps: list[dict[str, Any]] = field(default_factory=list)
    _last: float = field(default_factory=time.perf_counter)

    def step(self, name: str) -> None:
        """Note that a step is done."""
        at = time.perf_counter()
        self.steps.append({"name": name, "ms": round((at - self._last) * 1000, 1)})
        self._last = at

    @property
    def ms(self) -> int:
        """Milliseconds since the question came."""
        return round((time.perf_counter() - self.started) * 1000)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer rests on."""

    assistant: Assistant
    question: str
    query: str
    found: Found
    prompt: Prompt


_LEFT_OUT = {
    "too_many": {
        "code": "too_many",
        "sv": "Fler stycken än modellen får på en gång.",
        "en": "More passages than the model is given at once.",
    },
    "no_room": {
        "code": "no_room",
        "sv": "Stycket ryms inte i modellens minne.",
        "en": "The passage does not fit the model's window.",
    },
}


def snapshot(
    grounds: Grounds, outcome: Outcome, answering: Answering[ChatEvent] | None, course: Course
) -> dict[str, Any]:
    """All that the page *Så kom svaret till* shows."""
    assistant = grounds.assistant
    return {
        "assistant": {
            "slug": assistant.slug,
            "name": assistant.name,
            "version": assistant.version,
            "version_id": str(assistant.version_id),
            "instructions": assistant.body.instructions,
        },
        "model": _model(answering),
        "level": outcome.level,
        "verdict": _verdict(answering),
        "question": grounds.question,
        "query": grounds.query,
        "passages": _passages(grounds),
        "left_out": [{"title": item.title, "reason": item.reason.as_json()} for item in grounds.found.left_out],
        "checks": [citation.body() for citation in outcome.citations],
        "answered": outcome.answered,
        "why": outcome.why,
        "rejected": outcome.rejected,
        "confidence": outcome.confidence,
        "steps": course.steps,
        "ms": course.ms,
        "tokens_in": outcome.tokens_in,
        "tokens_out": outcome.tokens_out,
        "cost": outcome.cost,
        "currency": outcome.currency,
        "record": str(answering.id) if answering else None,
        "invented": list(answering.invented) if answering else [],
        "attempts": [attempt.body() for attempt in answering.attempts] if answering else [],
        "code": __version__,
        "finished": now().isoformat(),
    }


def _passages(grounds: Grounds) -> list[dict[str, Any]]:
    """Every passage that was found: under which number the model got it, or why it did not."""
    dropped = {passage.id: _LEFT_OUT[why] for passage, why in grounds.prompt.left_out}
    number = {passage.id: n for n, passage in grounds.prompt.numbered.items()}
    return [
        {
            "n": number.get(hit.id),
            "id": str(hit.id),
            "document": hit.title,
            "document_id": str(hit.document_id),
            "version_id": str(hit.version_id),
            "place": places(hit.heading, hit.label),
            "collection": hit.collection,
            "score": round(hit.score, 3),
            "kept": hit.id in number,
            "reason": dropped.get(hit.id),
        }
        for hit in grounds.found.hits
    ]


def _verdict(answering: Answering[ChatEvent] | None) -> dict[str, Any]:
    if answering is None:
        return {"action": "none", "reasons": [], "scanned": False}
    verdict = answering.verdict
    reasons = [reason.body() for reason in verdict.reasons]
    return {"action": verdict.action, "reasons": reasons, "scanned": answering.scanned}


def _model(answering: Answering[ChatEvent] | None) -> dict[str, Any] | None:
    if answering is None:
        return None
    card, endpoint = answering.model.card, answering.model.endpoint
    return {
        **shown_model(card),
        "vendor": card.vendor,
        "provider": endpoint.provider,
        "version": answering.model.adopted.version,
        "card": str(answering.model.adopted.id),
        "approved_for": card.approved_for.slug,
        "certified_by": card.certified_by,
        "certified_until": card.certified_until,
    }
