"""From what the rooms below tell to what the templates show: an answer as a turn of a conversation, a model as its chips."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from samverk.answers.conclusion import opening
from samverk.answers.model import Answer
from samverk.assistants.model import Assistant
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal
from samverk.web.chat.answer_text import finished_text
from samverk.web.chat.citations import Check
from samverk.web.chat.live import sources_context
from samverk.web.texts import LANGUAGES, Texts, in_language


@dataclass(frozen=True, slots=True)
class Chips:
    """What is always in sight: the model, where it runs, and the level of information."""

    model: str
    hosting: str
    level: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, as drawn. `blocks` are the answer's HTML; `sources` fills the template of the sources.

    `says_so`: the text itself opens by saying that the sources are silent, so that the page need not say it again.
    """

    run: str
    question: str
    status: str
    answered: bool
    blocks: list[str]
    sources: Mapping[str, Any]
    checks: list[Check]
    says_so: bool
    chips: Chips | None
    contact: Mapping[str, str] | None
    problem: str
    reference: str

    @property
    def running(self) -> bool:
        """Whether the answer is still being written."""
        return self.status == "running"

    @property
    def unsure(self) -> bool:
        """Whether this is an answer that is none."""
        return self.status == "done" and not self.answered


async def chips_of(request: Request, principal: Principal, assistants: list[Assistant]) -> dict[str, Chips]:
    """The chips of each assistant by its slug: its first model, as the library describes it."""
    cards = {adopted.card.slug: adopted.card for adopted in await rooms_of(request).library.models(principal.org_id)}
    chips = {}
    for assistant in assistants:
        first = assistant.body.models[0] if assistant.body.models else ""
        card = cards.get(first)
        chips[assistant.slug] = Chips(
            card.name if card else first, card.hosting if card else "", assistant.body.level.slug
        )
    return chips


def turn_of(answer: Answer, words: Texts, prefix: str) -> Turn:
    """An answer as it is stored; one that is still running shows its question, and the stream fills the rest."""
    running = answer.status == "running"
    bodies = [] if running else [citation.body() for citation in answer.citations]
    run = str(answer.run)
    checks = [Check.from_body({**body, "ordinal": i}, words.language, run) for i, body in enumerate(bodies, 1)]
    text = finished_text(f"k-{run}", words, "" if running else answer.text, checks)
    return Turn(
        run=run,
        question=answer.question,
        status=answer.status,
        answered=answer.answered,
        blocks=text.blocks(),
        sources=sources_context(text, prefix, answer.answered or running),
        checks=checks,
        says_so=not answer.answered and says_so(answer.text),
        chips=Chips(answer.model["name"], answer.model["hosting"], answer.level) if answer.model else None,
        contact=answer.contact,
        problem=in_language(answer.error, words.language),
        reference=(answer.error or {}).get("reference", ""),
    )


def says_so(text: str) -> bool:
    """Whether an answer opens by saying that the sources are silent, in either language."""
    first = text.partition(".")[0]
    return bool(first) and any(opening(language).startswith(f"{first}.") for language in LANGUAGES)
