"""What an answer rests on, as both interfaces show it. Pure."""

from collections.abc import Mapping
from typing import Any

from samverk.answers.model import Answer

CITED = (
    "n",
    "passage",
    "document",
    "document_id",
    "heading",
    "page",
    "place",
    "quote",
    "verdict",
    "reasons",
    "sentence",
)


def grounds(answer: Answer) -> dict[str, Any]:
    """Whether it was answered, the citations with their verdicts, what came nearest, and where to read how it came about."""
    return {
        "answered": answer.answered,
        "citations": [shown(citation.body()) for citation in answer.citations],
        "nearest": [shown(body) for body in answer.nearest],
        "contact": answer.contact,
        "confidence": answer.confidence,
        "level": answer.level,
        "trace": str(answer.run),
        "ms": answer.ms,
        "cost": answer.cost,
        "currency": answer.currency,
    }


def shown(citation: Mapping[str, Any]) -> dict[str, Any]:
    """A citation's body, without what is for the platform alone."""
    return {name: citation[name] for name in CITED}


def money(millionths: int) -> str:
    """An amount as a decimal number in a text: exact, and no more digits than it needs."""
    whole, rest = divmod(millionths, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)
