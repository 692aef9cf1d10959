"""The builder's form as it is typed: from fields to a body and back, with what cannot be a body kept as it was typed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from samverk.assistants.comparison import CONTACT
from samverk.assistants.model import AssistantBody
from samverk.assistants.rules import LONGEST, Problem
from samverk.core.errors import Invalid
from samverk.core.levels import Level

MOST_FIELDS = 400  # ticks for collections and groups, models in order, and the fields themselves
TEXTS = ("name", "description", "instructions", "tone", "samples", "language", "audience", "level")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in the form. `samples` has a question a line."""

    name: str = ""
    description: str = ""
    instructions: str = ""
    tone: str = ""
    samples: str = ""
    language: str = "sv"
    audience: str = "staff"
    level: str = "open"
    masking: bool = False
    masking_off: tuple[str, ...] = ()
    keep_content: bool = False
    models: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    contact: tuple[str, ...] = ("",) * len(CONTACT)

    @classmethod
    def typed(cls, pairs: Iterable[tuple[str, str]]) -> "Sheet":
        """From the fields of the form."""
        every = [(name, value.replace("\x00", "").replace("\r\n", "\n")) for name, value in pairs]
        last = dict(every)

        def ticked(wanted: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(value for name, value in every if name == wanted))

        return cls(
            **{name: last[name] for name in TEXTS if name in last},
            masking=last.get("masking") == "yes",
            masking_off=ticked("masking_off"),
            keep_content=last.get("keep_content") == "yes",
            models=ticked("model"),
            collections=ticked("collection"),
            groups=ticked("group"),
            contact=tuple(last.get(f"contact_{part}", "") for part in CONTACT),
        )

    @classmethod
    def of(cls, body: AssistantBody) -> "Sheet":
        """As a body fills it."""
        return cls(
            body.name,
            body.description,
            body.instructions,
            body.tone,
            "\n".join(body.sample_questions),
            body.language,
            body.audience,
            body.level.slug,
            body.masking,
            body.masking_off,
            body.keep_content,
            body.models,
            body.collections,
            body.groups,
            tuple(getattr(body.contact, part) if body.contact else "" for part in CONTACT),
        )

    def body(self) -> tuple[AssistantBody | None, list[Problem]]:
        """The body that it says, or why it says none. Raises Invalid for what no form of ours sends."""
        name, contact = " ".join(self.name.split()), [text.strip() for text in self.contact]
        level, found = _level(self.level), []
        if not name:
            found.append(Problem("name", "no_name"))
        if len(name) > LONGEST["name"]:
            found.append(Problem("name", "too_long", {"n": len(name), "limit": LONGEST["name"]}))
        if any(contact) and not contact[0]:
            found.append(Problem("contact_unit", "no_unit"))
        if found:
            return None, found
        values = {
            "name": name,
            "description": self.description.strip(),
            "instructions": self.instructions.strip(),
            "models": self.models,
            "collections": self.collections,
            "level": level,
            "audience": self.audience,
            "groups": self.groups,
            "tone": self.tone.strip(),
            "language": self.language,
            "sample_questions": tuple(line.strip() for line in self.samples.splitlines() if line.strip()),
            "contact": dict(zip(CONTACT, contact, strict=True)) if contact[0] else None,
            "masking": self.masking,
            "masking_off": self.masking_off,
            "keep_content": self.keep_content,
        }
        try:
            return AssistantBody.model_validate(values), []
        except ValidationError as error:
            raise Invalid(why=str(error.errors()[0]["loc"][0])) from error

    def after(self, act: str, item: str) -> "Sheet":
        """With a model added, removed or moved one step: `act` is add, remove, up or down."""
        models = [slug for slug in self.models if slug != item]
        if act != "remove" and item:
            at = self.models.index(item) if item in self.models else len(models)
            step = {"up": -1, "down": 1}.get(act, 0)
            models.insert(max(0, at + step), item)
        return replace(self, models=tuple(models))


def moves(models: Sequence[str], slug: str) -> tuple[bool, bool]:
    """Whether a model can move up, and down."""
    at = models.index(slug)
    return at > 0, at < len(models) - 1


def _level(slug: str) -> Level:
    try:
        return Level.parse(slug)
    except ValueError as error:
        raise Invalid(why="level") from error
