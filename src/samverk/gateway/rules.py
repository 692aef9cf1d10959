"""The policy: facts in, verdict out, no I/O. Unknown means deny."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
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
    "unmarked": (
        "Ingen har märkt informationen, så den räknas som {level}.",
        "Nobody has marked the information, so it counts as {level}.",
    ),
    "unread": (
        "Ljud och bilder går inte att söka igenom, så de räknas som {level}.",
        "Sound and pictures cannot be searched, so they count as {level}.",
    ),
    "personal_data": ("Personuppgifter hittades: {found}.", "Personal data was found: {found}."),
    "approved": ("{model} är godkänd för {level}.", "{model} is approved for {level}."),
    "not_approved": ("{model} är inte godkänd för {level}.", "{model} is not approved for {level}."),
    "masked": ("Personuppgifter maskeras före anropet.", "Personal data is masked before the call."),
    "rerouted": ("{model} används i stället.", "{model} is used instead."),
    "protected_identity": (
        "Texten verkar handla om någon med skyddade personuppgifter. Ta bort det, eller fråga den som ansvarar för modellerna.",
        "The text seems to be about somebody with a protected identity. Take it out, or ask who is responsible for the models.",
    ),
    "unknown": ("{model} finns inte i organisationen.", "The organisation has no model {model}."),
    "retired": ("{model} används inte längre i organisationen.", "The organisation no longer uses {model}."),
    "withdrawn": (
        "{model} finns inte längre i katalogen som den kommer från.",
        "{model} is no longer in the catalogue that it comes from.",
    ),
    "no_endpoint": ("Ingen har angett var {model} nås.", "Nobody has said where {model} is reached."),
    "other_kind": ("{model} är en modell av ett annat slag.", "{model} is a model of another kind."),
    "other_use": ("{model} får inte användas till det här.", "{model} may not be used for this."),
    "ability_lacking": (
        "Modellen {model} kan inte det som anropet behöver ({what}).",
        "The model {model} cannot do what the call needs ({what}).",
    ),
    "ability_off": (
        "Organisationen har stängt av {what} för {model}.",
        "The organisation has switched {what} off for {model}.",
    ),
    "not_in_plan": ("Er plan omfattar inte {what}.", "Your plan does not cover {what}."),
    "unanswered": ("{model} svarade inte.", "{model} did not answer."),
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
    """A model that may be used: the highest level that it is approved for, its kind, and what its card lets it be used for.

    `uses` None: for everything. `lacks` are abilities that it is known not to have, `off` those that the organisation has
    switched off; `stopped` says why it is not used.
    """

    slug: str
    approved_for: Level
    kind: str = "chat"
    uses: frozenset[str] | None = None
    off: frozenset[str] = frozenset()
    stopped: str | None = None
    lacks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision rests on. `models` are in the order wished for; `found` names the personal data in the text.

    `marked` None: nobody has said. `unread`: there is sound or a picture, which nothing searches. `protected`: the text speaks of
    somebody whose identity is protected. `kind`, `use` and `needs` say what the call is: the kind of model, what it serves, the
    abilities that it asks for. `plan_kinds` and `plan_abilities` are those that the organisation's plan covers; None: all.
    """

    models: Sequence[Candidate]
    assistant: Level = Level.OPEN
    sources: Level = Level.OPEN
    marked: Level | None = Level.OPEN
    unread: bool = False
    found: frozenset[str] = frozenset()
    masking_allowed: bool = False
    protected: bool = False
    kind: str = "chat"
    use: str = ""
    needs: frozenset[str] = frozenset()
    plan_kinds: frozenset[str] | None = None
    plan_abilities: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may happen: with which model, at which level, and why."""

    action: Action
    level: Level
    model: str | None
    reasons: tuple[Reason, ...]


def level_without_findings(facts: Facts) -> Level:
    """The level that stands whatever the recognisers find."""
    return max(facts.assistant, facts.sources, _said(facts))


def _said(facts: Facts) -> Level:
    """What the person's mark comes to. What nobody marked is internal; what cannot be searched either may hold personal data."""
    if facts.marked is None:
        return Level.SENSITIVE if facts.unread else Level.INTERNAL
    return max(facts.marked, Level.INTERNAL) if facts.unread else facts.marked


def scan_matters(facts: Facts) -> bool:
    """Whether a finding could change the verdict: not when the first model may take personal data anyway."""
    first = next((model for model in facts.models if unfit(model, facts) is None), None)
    return first is not None and first.approved_for < max(level_without_findings(facts), Level.SENSITIVE)


def unfit(model: Candidate, facts: Facts) -> Reason | None:
    """Why a model cannot serve a call at all, whatever the information is worth; None where it can."""
    if model.stopped is not None:
        return Reason(model.stopped, {"model": model.slug})
    if model.kind != facts.kind:
        return Reason("other_kind", {"model": model.slug})
    if facts.plan_kinds is not None and facts.kind not in facts.plan_kinds:
        return Reason("not_in_plan", {"what": facts.kind})
    if facts.plan_abilities is not None and facts.needs - facts.plan_abilities:
        return Reason("not_in_plan", {"what": ", ".join(sorted(facts.needs - facts.plan_abilities))})
    if model.uses is not None and facts.use not in model.uses:
        return Reason("other_use", {"model": model.slug})
    if facts.needs & model.lacks:
        return Reason("ability_lacking", {"model": model.slug, "what": ", ".join(sorted(facts.needs & model.lacks))})
    if facts.needs & model.off:
        return Reason("ability_off", {"model": model.slug, "what": ", ".join(sorted(facts.needs & model.off))})
    return None


def without(facts: Facts, tried: Collection[str]) -> Facts:
    """The same facts with the models that are left when some have not answered. Everything else stands."""
    return replace(facts, models=tuple(model for model in facts.models if model.slug not in tried))


def counts(level: Level | None) -> bool:
    """Whether personal data raises the level of a call when it stands in a text that is known to be worth this.

    Not in what is open to all, since it was published, nor in what is sensitive anyway. None: nobody has said.
    """
    return level is None or level is Level.INTERNAL


def decide(facts: Facts) -> Verdict:
    """Stop what would give away a protected identity, unless it was marked secret by somebody who knew.

    Else allow when the first model is approved; else mask, if only findings raise the level; else the first that is; else deny.
    Models that cannot serve the call are passed over, and named.
    """
    base = level_without_findings(facts)
    level = _raised(facts, base)
    judged = [(model, unfit(model, facts)) for model in facts.models]
    models = [model for model, why in judged if why is None]
    reasons = _why_this_level(facts, level)
    passed_over = tuple(why for _, why in judged if why is not None)
    if facts.protected and base < Level.SECRET:
        return Verdict("deny", level, None, (*reasons, Reason("protected_identity")))
    if not models:
        return Verdict("deny", level, None, (*reasons, *(passed_over or (_no_model(level),))))
    first, reasons = models[0], (*reasons, *passed_over)
    if first.approved_for >= level:
        approved = Reason("approved", {"model": first.slug, "level": level})
        return Verdict("allow", level, first.slug, (*reasons, approved))
    reasons = (*reasons, Reason("not_approved", {"model": first.slug, "level": level}))
    if first.approved_for >= base and facts.masking_allowed:
        return Verdict("mask", level, first.slug, (*reasons, Reason("masked")))
    for other in models[1:]:
        if other.approved_for >= level:
            return Verdict("reroute", level, other.slug, (*reasons, Reason("rerouted", {"model": other.slug})))
    return Verdict("deny", level, None, (*reasons, _no_model(level)))


def _no_model(level: Level) -> Reason:
    return Reason("no_model", {"level": level})


def _raised(facts: Facts, base: Level) -> Level:
    if facts.protected:
        return Level.SECRET
    return max(base, Level.SENSITIVE) if facts.found else base


def _why_this_level(facts: Facts, level: Level) -> tuple[Reason, ...]:
    """What raised the level; the assistant's own mark when nothing did."""
    said = "marked" if facts.marked == _said(facts) else "unread" if facts.unread else "unmarked"
    marks = {"assistant": facts.assistant, "source": facts.sources, said: _said(facts)}
    reasons = [Reason(code, {"level": mark}) for code, mark in marks.items() if mark == level]
    if facts.found:
        reasons.append(Reason("personal_data", {"found": ", ".join(sorted(facts.found))}))
    return tuple(reasons[:1] if not facts.found else reasons)
