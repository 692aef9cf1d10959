"""The policy: facts in, verdict out, no I/O. Unknown means deny."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from samverk.core.errors import Language
from samverk.core.levels import Level

Action = Literal["allow", "mask", "reroute", "deny"]
LEVEL_NAMES = {
    Level.OPEN: ("öppen", "open"),
    Level.INTERNAL: ("intern", "internal"),
    Level.SENSITIVE: ("känslig", "sensitive"),
    Level.SECRET: ("sekretess", "secret"),
}

REASONS: dict[str, tuple[str, str]] = {
    "assistant": ("Assistenten är märkt {level}.", "The assistant is marked {level}."),
    "source": ("Källor som används är märkta {level}.", "Sources in use are marked {level}."),
    "marked": ("Du har märkt informationen {level}.", "You marked the information {level}."),
    "personal_data": ("Personuppgifter hittades: {found}.", "Personal data was found: {found}."),
    "approved": ("{model} är godkänd för {level}.", "{model} is approved for {level}."),
    "not_approved": ("{model} är inte godkänd för {level}.", "{model} is not approved for {level}."),
    "masked": ("Personuppgifter maskeras före anropet.", "Personal data is masked before the call."),
    "rerouted": ("{model} används i stället.", "{model} is used instead."),
    "protected_identity": (
        "Texten verkar handla om någon med skyddade personuppgifter. Ta bort det, eller fråga den som ansvarar för modellerna.",
        "The text seems to be about somebody with a protected identity. Take it out, or ask who is responsible for the models.",
    ),
    "no_model": ("Ingen modell i listan är godkänd för {level}.", "No listed model is approved for {level}."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A step of the decision, as data: a code of REASONS and what fills it."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """The reason as a person reads it."""
        column = 0 if language == "sv" else 1
        shown = {k: LEVEL_NAMES[v][column] if isinstance(v, Level) else v for k, v in self.facts.items()}
        return REASONS[self.code][column].format(**shown)

    def body(self) -> dict[str, Any]:
        """The reason with its texts, for traces and interfaces."""
        return {"code": self.code, "sv": self.message("sv"), "en": self.message("en")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may be used: its slug and the highest level that it is approved for."""

    slug: str
    approved_for: Level


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on. `models` are in the order wished for; `found` names the personal data in the text.

    `protected` says that the text speaks of somebody whose identity is protected.
    """

    models: Sequence[Candidate]
    assistant: Level = Level.OPEN
    sources: Level = Level.OPEN
    marked: Level = Level.OPEN
    found: frozenset[str] = frozenset()
    masking_allowed: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may happen: with which model, at which level, and why."""

    action: Action
    level: Level
    model: str | None
    reasons: tuple[Reason, ...]


def level_without_findings(facts: Facts) -> Level:
    """The level that stands whatever the recognisers find."""
    return max(facts.assistant, facts.sources, facts.marked)


def scan_matters(facts: Facts) -> bool:
    """Whether a finding could change the verdict: not when the first model may take personal data anyway."""
    return not facts.models or facts.models[0].approved_for < max(level_without_findings(facts), Level.SENSITIVE)


def counts(level: Level | None) -> bool:
    """Whether personal data raises the level of a call when it stands in a text that is known to be worth this.

    Not in what is open to all, since it was published, nor in what is sensitive anyway. None: nobody has said.
    """
    return level is None or level is Level.INTERNAL


def decide(facts: Facts) -> Verdict:
    """Stop what would give away a protected identity, unless it was marked secret by somebody who knew.

    Else allow when the first model is approved; else mask, if only findings raise the level; else the first that is; else deny.
    """
    base = level_without_findings(facts)
    level = _raised(facts, base)
    reasons = _why_this_level(facts, level)
    if facts.protected and base < Level.SECRET:
        return Verdict("deny", level, None, (*reasons, Reason("protected_identity")))
    if not facts.models:
        return Verdict("deny", level, None, (*reasons, Reason("no_model", {"level": level})))
    first = facts.models[0]
    if first.approved_for >= level:
        approved = Reason("approved", {"model": first.slug, "level": level})
        return Verdict("allow", level, first.slug, (*reasons, approved))
    reasons = (*reasons, Reason("not_approved", {"model": first.slug, "level": level}))
    if first.approved_for >= base and facts.masking_allowed:
        return Verdict("mask", level, first.slug, (*reasons, Reason("masked")))
    for other in facts.models[1:]:
        if other.approved_for >= level:
            return Verdict("reroute", level, other.slug, (*reasons, Reason("rerouted", {"model": other.slug})))
    return Verdict("deny", level, None, (*reasons, Reason("no_model", {"level": level})))


def _raised(facts: Facts, base: Level) -> Level:
    if facts.protected:
        return Level.SECRET
    return max(base, Level.SENSITIVE) if facts.found else base


def _why_this_level(facts: Facts, level: Level) -> tuple[Reason, ...]:
    """What raised the level; the assistant's own mark when nothing did."""
    marks = {"assistant": facts.assistant, "source": facts.sources, "marked": facts.marked}
    reasons = [Reason(code, {"level": mark}) for code, mark in marks.items() if mark == level]
    if facts.found:
        reasons.append(Reason("personal_data", {"found": ", ".join(sorted(facts.found))}))
    return tuple(reasons[:1] if not facts.found else reasons)
