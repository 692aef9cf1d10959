"""What tells two editions of cards apart: added, changed field by field, withdrawn. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samverk.core.levels import Level
from samverk.library.cards import ModelCard
from samverk.library.tightening import looser

Cards = Mapping[str, ModelCard]
"""Cards by slug."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says something else, as it can be written: levels by their slugs, sets as sorted lists."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """A card that says something else. `looser` are the respects in which it now lets more through than before."""

    slug: str
    fields: tuple[Difference, ...]
    looser: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the cards, each by slug. Empty where nothing did."""

    added: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    withdrawn: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn)


def compare(before: Cards, after: Cards) -> Comparison:
    """What tells the later cards from the earlier ones."""
    kept = sorted(before.keys() & after.keys())
    return Comparison(
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(changed(before[slug], after[slug]) for slug in kept if before[slug] != after[slug]),
        withdrawn=tuple(sorted(before.keys() - after.keys())),
    )


def changed(before: ModelCard, after: ModelCard) -> Changed:
    """What a card says now that it did not say before."""
    one, other = plain(before), plain(after)
    fields = tuple(Difference(name, one[name], other[name]) for name in one if one[name] != other[name])
    return Changed(after.slug, fields, tuple(looser(after, before)))


def plain(card: ModelCard) -> dict[str, Any]:
    """All that a card says, said or unsaid, as people write it."""
    said = card.model_dump(mode="json")
    sets = {name: sorted(said[name]) for name in ("abilities", "allowed_uses", "demands")}
    levels = {name: Level(said[name]).slug for name in ("approved_for", "uncertified_for")}
    return said | sets | levels
