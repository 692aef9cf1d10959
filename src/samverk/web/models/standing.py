"""Where a model may be used, as the door itself would say: every yes and no here is a verdict of `gateway.rules`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from samverk.assistants.model import Assistant
from samverk.core.errors import Language
from samverk.core.levels import Level
from samverk.gateway import rules
from samverk.library.cards import ModelCard

_BY_ITSELF = ("approved", "not_approved")  # the reasons that speak of the model rather than of the list or the marks


@dataclass(frozen=True, slots=True)
class AtLevel:
    """Whether information of a level may go to the model, and why."""

    level: str
    allowed: bool
    why: str


@dataclass(frozen=True, slots=True)
class InAssistant:
    """What becomes of the model in an assistant that has it in its list, at place `place` from 1.

    `outcome`: it `answers`; another does `instead`, whose name is `other`; or `nobody` can.
    """

    slug: str
    name: str
    place: int
    level: str
    outcome: str
    other: str
    why: tuple[str, ...]


def at_levels(card: ModelCard, language: Language) -> list[AtLevel]:
    """The model alone, asked about information of each level."""
    verdicts = [(level, rules.decide(rules.Facts(models=[_candidate(card)], marked=level))) for level in Level]
    return [
        AtLevel(
            level.slug, verdict.action == "allow", " ".join(_said(verdict, {card.slug: card}, language, _BY_ITSELF))
        )
        for level, verdict in verdicts
    ]


def with_personal_data(card: ModelCard) -> rules.Action:
    """What happens to an open text in which personal data is found, in an assistant that may mask it."""
    facts = rules.Facts(models=[_candidate(card)], found=frozenset({"PERSON"}), masking_allowed=True)
    return rules.decide(facts).action


def in_assistants(
    slug: str, assistants: Sequence[Assistant], cards: Mapping[str, ModelCard], language: Language
) -> list[InAssistant]:
    """The assistants that have the model in their list, as each would choose before it has seen question and sources."""
    return [_in(slug, one, cards, language) for one in assistants if slug in one.body.models]


def _in(slug: str, assistant: Assistant, cards: Mapping[str, ModelCard], language: Language) -> InAssistant:
    body = assistant.body
    adopted = [cards[model] for model in body.models if model in cards]  # the door passes by what is not adopted
    facts = rules.Facts(
        models=[_candidate(card) for card in adopted], assistant=body.level, masking_allowed=body.masking
    )
    verdict = rules.decide(facts)
    chosen = cards.get(verdict.model) if verdict.model else None
    return InAssistant(
        slug=assistant.slug,
        name=assistant.name,
        place=body.models.index(slug) + 1,
        level=body.level.slug,
        outcome="nobody" if chosen is None else "answers" if chosen.slug == slug else "instead",
        other=chosen.name if chosen else "",
        why=_said(verdict, cards, language),
    )


def _candidate(card: ModelCard) -> rules.Candidate:
    return rules.Candidate(card.slug, card.approved_for)


def _said(
    verdict: rules.Verdict, cards: Mapping[str, ModelCard], language: Language, codes: Sequence[str] = ()
) -> tuple[str, ...]:
    """The reasons of a verdict, with models by their names; of those codes, where some are named."""
    told = [reason for reason in verdict.reasons if not codes or reason.code in codes]
    return tuple(_named(reason, cards).message(language) for reason in told)


def _named(reason: rules.Reason, cards: Mapping[str, ModelCard]) -> rules.Reason:
    card = cards.get(reason.facts.get("model", ""))
    return replace(reason, facts={**reason.facts, "model": card.name}) if card else reason
