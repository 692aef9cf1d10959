"""What somebody has written and not yet asked: its fields, what stands in its way, and the choices around the field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request

from samverk.assistants.model import Assistant
from samverk.core.errors import Invalid
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal
from samverk.library.cards import ModelCard
from samverk.web.asked import known_id
from samverk.web.labels import own_names, title
from samverk.web.pages import texts_of

# What stands in public texts every day: a question that holds nothing else is held back where the policy would act on it.
EVERYDAY = frozenset({"PERSON", "POSTORT", "ORGNR"})
_PERSONAL = ("mask", "send")  # what may be chosen where personal data was found


class EmptyQuestion(Invalid):
    """Nothing was asked."""

    sv = "Skriv en fråga först."
    en = "Write a question first."


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was sent. `run` is the id that the page made for it, so that it is asked once however often it is sent."""

    question: str = ""
    run: UUID | None = None
    conversation: UUID | None = None
    after: UUID | None = None
    replaces: UUID | None = None
    attached: UUID | None = None
    level: Level | None = None
    temporary: bool = False
    personal: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Written":
        """The form in its fields. Raises NotFound for an id that is none."""
        ids = {name: _id(fields, name) for name in ("run", "conversation", "after", "replaces", "attached")}
        personal, level = fields.get("personal", ""), fields.get("level", "")
        return cls(
            question=(fields.get("sample") or fields.get("question", "")).replace("\r\n", "\n"),
            level=Level.parse(level) if level in {known.slug for known in Level} else None,
            temporary=fields.get("temporary") == "yes",
            personal=personal if personal in _PERSONAL else "",
            **ids,
        )

    def marked(self, assistant: Assistant) -> Level:
        """The level that was chosen, where it says more than the assistant's own."""
        return self.level if self.level is not None and self.level > assistant.body.level else Level.OPEN


@dataclass(frozen=True, slots=True)
class Caution:
    """Personal data in what was written: what was found, and whether it may be sent.

    `found` are (what it is, the words). `action` is what the policy would do with it: allow, mask, reroute or deny; `why`
    its last reason, in both languages; `contact` whom to turn to.
    """

    found: tuple[tuple[str, str], ...]
    action: str
    why: Mapping[str, Any]
    contact: Mapping[str, str]

    @property
    def protected(self) -> bool:
        """Whether it seems to be about somebody with a protected identity: then a person is needed, and masking is not enough."""
        return bool(self.why["code"] == "protected_identity")

    @property
    def may_send(self) -> bool:
        """Whether there is a model that may have it as it is, or masked on the way."""
        return self.action != "deny"


async def cautioned(request: Request, who: Principal, assistant: Assistant, written: Written) -> Caution | None:
    """What to say before this is sent; nothing where it may go. Nothing is stored."""
    rooms = rooms_of(request)
    masker = await rooms.masking.bound(who.org_id, assistant.body.masking_off)
    spans = masker.find(written.question)
    if not spans or written.personal == "mask":
        return None
    verdict = await rooms.answers.foresee(who, assistant.slug, written.question, written.marked(assistant))
    if verdict.action == "allow" and EVERYDAY.issuperset(span.label for span in spans):
        return None
    words, own = texts_of(request), own_names(masker.settings)
    found = dict.fromkeys((title(words, span.label, own), written.question[span.start : span.end]) for span in spans)
    contact = assistant.body.contact
    turn_to = contact.model_dump() if contact else (await rooms.identity.habits(who.org_id)).contact
    caution = Caution(tuple(found), verdict.action, verdict.reasons[-1].body(), turn_to)
    return None if written.personal == "send" and caution.may_send else caution


async def redacted(request: Request, who: Principal, assistant: Assistant, written: Written) -> str:
    """The question as it is asked: without its personal data where that was wished for, for good."""
    if written.personal != "mask":
        return written.question
    return (await rooms_of(request).masking.bound(who.org_id, assistant.body.masking_off)).redacted(written.question)


def composer(
    assistant: Assistant, cards: Sequence[ModelCard], written: Written, remembered: str, after: str
) -> dict[str, Any]:
    """What the template of the field needs: which levels can be chosen, and which models answer at each.

    `remembered` is the level that the question before was marked with; `after` the run that this page ends with.
    """
    own = assistant.body.level
    chosen = written.level if written.level is not None else Level.parse(remembered)
    reach = max((card.approved_for for card in cards), default=Level.OPEN)
    return {
        "levels": [(level.slug, level <= reach) for level in Level if level >= own],
        "level": max(chosen, own).slug,
        "written": written,
        "after": after,
    }


def _id(fields: Mapping[str, str], name: str) -> UUID | None:
    text = fields.get(name, "")
    return known_id(text, "conversation" if name == "conversation" else "answer") if text else None
