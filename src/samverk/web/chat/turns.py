"""From what the rooms below tell to what the templates show: an answer as a turn of a conversation, a model as its chips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from samverk.answers.branches import Versions
from samverk.answers.cited import without_marks
from samverk.answers.conclusion import opening
from samverk.answers.model import Answer, RunEvent
from samverk.assistants.model import Assistant
from samverk.core.errors import Denied
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal
from samverk.web.chat.answer_text import finished_text
from samverk.web.chat.citations import Check
from samverk.web.chat.live import LiveAnswer, sources_context
from samverk.web.labels import told
from samverk.web.texts import LANGUAGES, Texts, in_language


@dataclass(frozen=True, slots=True)
class Chips:
    """What is always in sight: the model, where it runs, and the level of information."""

    model: str
    hosting: str
    level: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that comes near a question that has no answer: where it stands, and its words."""

    title: str
    place: str
    address: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What the policy did with a question other than letting it through: the action, its reasons, and what one can do (keys)."""

    action: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...] = ()


# What helps against a refusal, by the reasons for it; the last holds whatever they are.
ADVICE = {"personal_data": "mask", "marked": "level", "source": "source"}
_ANYHOW = "assistant"
_PROTECTED = ("protected", "protected_who")  # nothing else helps where an identity is protected


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, as drawn. `blocks` are the answer's HTML; `sources` fills the template of the sources.

    `says_so`: the text itself opens by saying that the sources are silent, so that the page need not say it again. `level` is
    what the person marked the question with. While it is written, `seen` is the number of the last event that is drawn, and
    `activity` says what is being done.
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
    versions: Versions
    level: str
    nearest: list[Nearest]
    course: Course | None
    seen: int = 0
    activity: str = ""

    @property
    def running(self) -> bool:
        """Whether the answer is still being written."""
        return self.status == "running"

    @property
    def unsure(self) -> bool:
        """Whether this is an answer that is none."""
        return self.status == "done" and not self.answered

    @property
    def refused(self) -> bool:
        """Whether the policy let no model have the question."""
        return self.course is not None and self.course.action == "deny"


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


def running_turn(answer: Answer, words: Texts, prefix: str, events: Sequence[RunEvent]) -> Turn:
    """An answer that is still being written, as far as it has come; the stream goes on from there."""
    live = LiveAnswer.of(str(answer.run), words, prefix, events)
    turn = turn_of(answer, words, prefix)
    return replace(turn, blocks=live.blocks(), sources=live.sources(), seen=live.seen, activity=live.status)


def turn_of(answer: Answer, words: Texts, prefix: str) -> Turn:
    """An answer as it is stored; one that is still running shows its question, and the stream fills the rest."""
    running = answer.status == "running"
    bodies = [] if running else [citation.body() for citation in answer.citations]
    checks = [
        Check.from_body({**body, "ordinal": i}, words.language, str(answer.run)) for i, body in enumerate(bodies, 1)
    ]
    silent = not answer.answered and answer.status == "done" and says_so(answer.text)
    quotes_alone = silent and _is_quotes(answer.text, checks)
    shown = checks if not quotes_alone else []
    text = finished_text(f"k-{answer.run}", words, "" if running else answer.text, shown)
    return Turn(
        run=str(answer.run),
        question=answer.question,
        status=answer.status,
        answered=answer.answered,
        blocks=text.blocks()[:1] if quotes_alone else text.blocks(),
        sources=sources_context(text, prefix, answer.answered or running),
        checks=checks,
        says_so=silent,
        chips=Chips(answer.model["name"], answer.model["hosting"], answer.level) if answer.model else None,
        contact=answer.contact,
        problem=in_language(answer.error, words.language),
        reference=(answer.error or {}).get("reference", ""),
        versions=answer.versions,
        level=answer.marked_level,
        nearest=_nearest(checks) if quotes_alone else [],
        course=_course(answer, words),
        activity=words("live.waiting"),
    )


def says_so(text: str) -> bool:
    """Whether an answer opens by saying that the sources are silent, in either language."""
    first = text.partition(".")[0]
    return bool(first) and any(opening(language).startswith(f"{first}.") for language in LANGUAGES)


def _is_quotes(text: str, checks: Sequence[Check]) -> bool:
    """Whether nothing stands below the first paragraph but words of the sources."""
    said = without_marks(text.partition("\n\n")[2])
    for check in checks:
        said = said.replace(check.quote, "") if check.verdict == "verified" and check.quote else said
    return not any(character.isalnum() for character in said)


def _nearest(checks: Sequence[Check]) -> list[Nearest]:
    """The passages that were quoted, each once, in order."""
    by_passage: dict[str, list[Check]] = {}
    for check in checks:
        if check.passage and check.quote:
            by_passage.setdefault(check.passage, []).append(check)
    return [
        Nearest(group[0].title, group[0].place, group[0].address, tuple(dict.fromkeys(check.quote for check in group)))
        for group in by_passage.values()
    ]


def _course(answer: Answer, words: Texts) -> Course | None:
    """What the policy did, where a person should hear of it."""
    if answer.error and answer.error.get("code") == Denied.code:
        reasons = answer.error.get("reasons", [])
        if any(reason["code"] == "protected_identity" for reason in reasons):
            return Course("deny", _told(reasons[-1:], words), _PROTECTED)
        advice = [ADVICE[reason["code"]] for reason in reasons if reason["code"] in ADVICE]
        return Course("deny", _told(reasons, words), (*advice, _ANYHOW))
    verdict = answer.verdict or {}
    if verdict.get("action") in ("mask", "reroute"):
        return Course(verdict["action"], _told(verdict["reasons"], words))
    return None


def _told(reasons: Sequence[Mapping[str, Any]], words: Texts) -> tuple[str, ...]:
    return tuple(told(reason, words) for reason in reasons)


async def helped(rooms: Rooms, who: Principal, turn: Turn) -> Turn:
    """The turn with the organisation's contact where a person is needed to go on, and the assistant names none."""
    if turn.contact or not (turn.course and turn.course.advice == _PROTECTED):
        return turn
    return replace(turn, contact=(await rooms.identity.habits(who.org_id)).contact)
