"""What the room speaks of: citations, answers, events. Shapes only; knows neither storage nor pages."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from samverk.answers.branches import ALONE, Versions
from samverk.core.errors import Language
from samverk.knowledge import places as labels
from samverk.library.cards import ModelCard

EventKind = Literal["started", "searched", "text", "checked", "done", "stopped", "failed"]
LAST_KINDS = frozenset({"done", "stopped", "failed"})
FEEDBACK_REASONS = ("wrong", "incomplete", "source", "language", "other")

_NUMBERED = re.compile(r"(\d+)(?:\.(?!\d)|\s|$)")


def place(heading: Sequence[str], page: str | None, language: Language) -> str:
    """Where a passage stands, as it is printed in a citation: "kap. 3, s. 12", "blad Avgifter, cell B12".

    `page` is a label (see `knowledge.places`). Without a chapter number, the heading itself.
    """
    heading = labels.heading_beside(heading, page)
    attachment, within = labels.parted(page)
    chapter = next((match[1] for title in heading if (match := _NUMBERED.match(title))), None)
    word = "kap." if language == "sv" else "ch."
    where = f"{word} {chapter}" if chapter else heading[-1] if heading else ""
    return ", ".join(filter(None, (labels.said(attachment, language), where, labels.said(within, language))))


def places(heading: Sequence[str], page: str | None) -> dict[str, str]:
    """Where a passage stands, in both languages."""
    return {"sv": place(heading, page, "sv"), "en": place(heading, page, "en")}


def scope_of(conversation: UUID) -> str:
    """Under what the pseudonyms of a conversation are kept."""
    return f"conversation:{conversation}"


def shown_model(card: ModelCard) -> dict[str, str]:
    """A model as it is always in sight."""
    return {"slug": card.slug, "name": card.name, "hosting": card.hosting}


@dataclass(frozen=True, slots=True)
class Citation:
    """A cited passage beside the sentence that cites it. `n` is the number as cited, never renumbered.

    `sentence` is a half-open character range in the answer's text; `start` and `end` one in the passage, whose words are `quote`.
    `passage` is None where the model cites a source that it was not given.
    """

    n: int
    passage: UUID | None
    document: str
    document_id: UUID | None
    heading: tuple[str, ...]
    page: str | None
    quote: str
    quote_hash: str
    start: int
    end: int
    verdict: str
    reasons: tuple[dict[str, str], ...]
    sentence: tuple[int, int]

    def place(self, language: Language) -> str:
        """Where the passage stands: "kap. 3, s. 12"."""
        return place(self.heading, self.page, language)

    def body(self) -> dict[str, Any]:
        """The citation as it is stored and sent."""
        texts = {"place": places(self.heading, self.page)}
        ids = {"passage": _text(self.passage), "document_id": _text(self.document_id)}
        lists = {name: list(getattr(self, name)) for name in ("heading", "reasons", "sentence")}
        return {**asdict(self), **ids, **lists, **texts}

    @classmethod
    def of(cls, body: dict[str, Any]) -> "Citation":
        """The citation that `body` was made of."""
        known = {name: body[name] for name in cls.__slots__}
        return cls(
            **{
                **known,
                "passage": _uuid(body["passage"]),
                "document_id": _uuid(body["document_id"]),
                "heading": tuple(body["heading"]),
                "reasons": tuple(body["reasons"]),
                "sentence": tuple(body["sentence"]),
            }
        )


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event of a run. `seq` counts from 1 without gaps."""

    seq: int
    kind: EventKind
    body: dict[str, Any]
    at: datetime


def unsaid(said: str, final: str) -> str:
    """What is still to be said when `said` was streamed and `final` is the answer.

    Mostly nothing. An answer that was replaced (the sources did not bear it out) follows in full: nothing said can be taken back.
    """
    if final.strip() == said.strip():
        return ""
    if final.startswith(said):
        return final[len(said) :]
    return f"\n\n{final}"


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, in a conversation before this one.

    `is_open`: the answer was made of nothing but what is open to all, and personal data was looked for.
    """

    question: str
    answer: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with what came of it, as pages and interfaces show it. `versions` is told by its conversation alone."""

    run: UUID
    conversation: UUID | None
    assistant: dict[str, str]  # slug, name
    model: dict[str, str]  # slug, name, hosting
    level: str
    question: str
    text: str
    answered: bool
    status: str
    citations: tuple[Citation, ...]
    nearest: tuple[dict[str, Any], ...] = ()
    contact: dict[str, str] | None = None
    confidence: float | None = None
    ms: int = 0
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    currency: str = ""
    error: dict[str, Any] | None = None
    why: str | None = None  # it is no answer, as a code
    verdict: dict[str, Any] | None = None  # of the policy: action and reasons, where a model was asked
    replaces: UUID | None = None
    after: UUID | None = None
    versions: Versions = ALONE
    marked_level: str = "open"
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """A conversation in a list."""

    id: UUID
    title: str
    assistant: dict[str, str]  # slug, name; both empty for one that its reader may not use any more
    updated_at: datetime
    pinned: bool = False
    folder: UUID | None = None


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation with the turns of one of its branches, oldest first."""

    info: ConversationInfo
    turns: tuple[Answer, ...] = field(default=())
    temporary: bool = False
    attached: UUID | None = None  # the collection of the files that were attached
