"""What makes a card stricter, and never looser: an organisation's own conditions, and what its catalogue says today. Pure.

Cards are ordered: one is at most as loose as another when it is so in every respect of `RESPECTS`. Both rules here give a
card that is at most as loose as the one that they were given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from samverk.core.levels import Level
from samverk.library.cards import Hosting, ModelCard, Tightening

_HOSTINGS: tuple[str, ...] = get_args(Hosting)


@dataclass(frozen=True, slots=True)
class Respect:
    """How two values of a field become the stricter one. A value is at most as loose as another if that changes nothing."""

    stricter: Callable[[Any, Any], Any]


def _earlier(one: str, other: str) -> str:
    """The earlier of two last days; the empty one never comes."""
    return min(one, other) if one and other else one or other


RESPECTS: dict[str, Respect] = {
    "approved_for": Respect(min),
    "uncertified_for": Respect(min),
    "certified_on": Respect(max),  # ISO 8601: the later one
    "certified_until": Respect(_earlier),
    "hosting": Respect(lambda one, other: max(one, other, key=_HOSTINGS.index)),
    "allowed_uses": Respect(lambda one, other: one & other),
    "abilities": Respect(lambda one, other: one & other),
    "demands": Respect(lambda one, other: one | other),
    "context_tokens": Respect(min),
}


def looser(card: ModelCard, than: ModelCard) -> list[str]:
    """The respects in which a card is looser than another."""
    return [
        name
        for name, respect in RESPECTS.items()
        if respect.stricter(getattr(card, name), getattr(than, name)) != getattr(card, name)
    ]


def stricter(card: ModelCard, other: ModelCard) -> ModelCard:
    """The card, made at most as loose as another is; what is no respect stays the card's own."""
    return card.model_copy(
        update={name: respect.stricter(getattr(card, name), getattr(other, name)) for name, respect in RESPECTS.items()}
    )


def tightened(card: ModelCard, by: Tightening) -> ModelCard:
    """The card as the organisation lets it be used."""
    ceiling = Level.SECRET if by.approved_for is None else by.approved_for
    return card.model_copy(
        update={
            "approved_for": min(card.approved_for, ceiling),
            "uncertified_for": min(card.uncertified_for, ceiling),
            "allowed_uses": card.allowed_uses - by.without_uses,
            "abilities": card.abilities - by.without_abilities,
            "demands": card.demands | by.demands,
        }
    )
