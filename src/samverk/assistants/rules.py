"""Whether a body can be kept, and whether it can be put in force: facts in, problems out, no I/O.

What blocks must be mended before the assistant is published; the rest is worth knowing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from samverk.assistants.model import AssistantBody
from samverk.core.errors import Language
from samverk.core.levels import Level
from samverk.gateway.rules import LEVEL_NAMES
from samverk.library.cards import ModelCard

# How long each text may be, in characters; of lists, how many items.
LONGEST = {
    "name": 120,
    "description": 1_000,
    "instructions": 20_000,
    "tone": 1_000,
    "sample_questions": 20,
    "models": 20,
    "collections": 50,
    "groups": 50,
    "masking_off": 50,
}
QUESTION_CHARACTERS = 500
CONTACT_CHARACTERS = 500

PROBLEMS: dict[str, tuple[str, str]] = {
    "no_name": ("Ge assistenten ett namn.", "Give the assistant a name."),
    "too_long": (
        "Texten är {n} tecken lång. Den får vara högst {limit}.",
        "The text is {n} characters long. It may be at most {limit}.",
    ),
    "too_many": ("Det är {n} stycken. De får vara högst {limit}.", "There are {n}. There may be at most {limit}."),
    "question_too_long": (
        "En av frågorna är {n} tecken lång. Varje fråga får vara högst {limit}.",
        "One of the questions is {n} characters long. Each may be at most {limit}.",
    ),
    "no_unit": (
        "Skriv vem man kan fråga, eller ta bort de andra kontaktuppgifterna.",
        "Say whom to ask, or take the other contact details away.",
    ),
    "no_model": ("Välj minst en modell.", "Choose at least one model."),
    "unknown_model": (
        "Modellen {name} finns inte i din organisation.",
        "The model {name} does not exist in your organisation.",
    ),
    "unknown_group": (
        "Gruppen {name} finns inte i din organisation.",
        "The group {name} does not exist in your organisation.",
    ),
    "unknown_collection": (
        "Kunskapssamlingen {name} finns inte, eller så har du inte tillgång till den.",
        "The collection {name} does not exist, or you do not have access to it.",
    ),
    "level_too_low": (
        "Informationsklassen måste vara minst {level}, eftersom kunskapssamlingen {name} är {level}.",
        "The level must be at least {level}, because the collection {name} is {level}.",
    ),
    "level_kept": (
        "Informationsklassen kan inte sänkas under {level}: assistenten har en kunskapssamling som du inte har tillgång till.",
        "The level cannot be lowered below {level}: the assistant has a collection that you do not have access to.",
    ),
    "no_model_approved": (
        "Ingen av modellerna är godkänd för {level} information. Välj en annan modell eller en lägre klass.",
        "None of the models is approved for {level} information. Choose another model or a lower level.",
    ),
    "model_not_approved": (
        "{name} är inte godkänd för {level} information och används därför inte.",
        "{name} is not approved for {level} information and is therefore not used.",
    ),
    "closed_to_citizens": (
        "Invånare får inga svar ur {name}: samlingen är inte öppen för alla.",
        "Citizens get no answers from {name}: the collection is not open to all.",
    ),
}
WARNINGS = frozenset({"model_not_approved", "closed_to_citizens"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a field of a body (`where`): a code of PROBLEMS and what fills it."""

    where: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether it must be mended before the assistant is published."""
        return self.code not in WARNINGS

    def message(self, language: Language) -> str:
        """The problem as a person reads it."""
        column = 0 if language == "sv" else 1
        facts = {k: LEVEL_NAMES[v][column] if isinstance(v, Level) else v for k, v in self.facts.items()}
        return PROBLEMS[self.code][column].format(**facts)


class Shelf(Protocol):
    """A collection, as far as an assistant cares."""

    @property
    def ref(self) -> str:
        """How the organisation names it."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def level(self) -> Level:
        """The level of what it holds."""
        ...

    @property
    def groups(self) -> frozenset[str]:
        """The groups that may read it; empty for all."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a builder can build with: the organisation's models and groups, the collections that the builder may read.

    `before` is the body in force: what it names already may stay, even where this builder cannot see it.
    """

    models: Mapping[str, ModelCard]
    collections: Mapping[str, Shelf]
    groups: Mapping[str, str]
    before: AssistantBody | None = None

    def hidden(self, body: AssistantBody) -> tuple[str, ...]:
        """The collections of a body that this builder may not read, and that it has kept from the version in force."""
        kept = self.before.collections if self.before else ()
        return tuple(ref for ref in body.collections if ref not in self.collections and ref in kept)

    def least_level(self, body: AssistantBody) -> Level:
        """The lowest level that a body may have, with its collections."""
        levels = [self.collections[ref].level for ref in body.collections if ref in self.collections]
        if self.before and self.hidden(body):
            levels.append(self.before.level)
        return max(levels, default=Level.OPEN)


def misfits(body: AssistantBody) -> list[Problem]:
    """What keeps a body from being kept at all: it is too large."""
    found = []
    for name, limit in LONGEST.items():
        if (n := len(getattr(body, name))) > limit:
            code = "too_long" if isinstance(getattr(body, name), str) else "too_many"
            found.append(Problem(name, code, {"n": n, "limit": limit}))
    longest = max((len(question) for question in body.sample_questions), default=0)
    if longest > QUESTION_CHARACTERS:
        found.append(Problem("sample_questions", "question_too_long", {"n": longest, "limit": QUESTION_CHARACTERS}))
    for name, text in dict(body.contact or {}).items():
        if len(text) > CONTACT_CHARACTERS:
            found.append(Problem(f"contact_{name}", "too_long", {"n": len(text), "limit": CONTACT_CHARACTERS}))
    return found


def strangers(body: AssistantBody, around: Surroundings) -> list[Problem]:
    """What a body names that does not exist for this builder."""
    known = {
        "models": (set(around.models), "unknown_model"),
        "collections": ({*around.collections, *around.hidden(body)}, "unknown_collection"),
        "groups": (set(around.groups), "unknown_group"),
    }
    return [
        Problem(name, code, {"name": item})
        for name, (there, code) in known.items()
        for item in getattr(body, name)
        if item not in there
    ]


def problems(body: AssistantBody, around: Surroundings) -> list[Problem]:
    """All that is wrong with a body, in the order of its fields; what blocks and what does not."""
    return [*misfits(body), *strangers(body, around), *_models(body, around), *_level(body, around)]


def _models(body: AssistantBody, around: Surroundings) -> Iterator[Problem]:
    if not body.models:
        yield Problem("models", "no_model")
        return
    cards = [around.models[slug] for slug in body.models if slug in around.models]
    too_low = [card for card in cards if card.approved_for < body.level]
    if cards and len(too_low) == len(cards):
        yield Problem("models", "no_model_approved", {"level": body.level})
        return
    for card in too_low:
        yield Problem("models", "model_not_approved", {"name": card.name, "level": body.level})


def _level(body: AssistantBody, around: Surroundings) -> Iterator[Problem]:
    shelves = [around.collections[ref] for ref in body.collections if ref in around.collections]
    highest = max(shelves, key=lambda shelf: shelf.level, default=None)
    if highest is not None and highest.level > body.level:
        yield Problem("level", "level_too_low", {"level": highest.level, "name": highest.name})
    elif body.level < around.least_level(body):
        yield Problem("level", "level_kept", {"level": around.least_level(body)})
    if body.audience == "citizen":
        for shelf in shelves:
            if shelf.level > Level.OPEN or shelf.groups:
                yield Problem("collections", "closed_to_citizens", {"name": shelf.name})
