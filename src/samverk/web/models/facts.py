"""A model card in a reader's words, fact by fact: the same words on the card, in a comparison, and between two versions. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise

from samverk.library.cards import ABILITIES, AdoptedCard, ModelCard, certificate
from samverk.web.texts import Texts


def _price_of(name: str) -> Callable[[ModelCard, Texts], str]:
    """What a minute or an image costs, as `name` says in the catalogue."""

    def said(card: ModelCard, t: Texts) -> str:
        millionths = getattr(card, f"price_{name}")
        return t("models.price_" + name, price=t.money(millionths, card.currency)) if millionths else ""

    return said


def _price(millionths: int, card: ModelCard, t: Texts) -> str:
    return t("models.price", price=t.money(millionths, card.currency)) if millionths else t("models.free")


def _certified(card: ModelCard, t: Texts) -> str:
    stands = certificate(card, date.min)
    until = t("models.until", date=day(stands.until, t)) if stands.until else ""
    return ", ".join(part for part in (stands.by, until) if part) or t("models.not_certified")


def _abilities(card: ModelCard, t: Texts) -> str:
    named = [t("models.ability." + name) if name in ABILITIES else name for name in sorted(card.abilities)]
    return ", ".join(named) or t("models.no_abilities")


# What a card says, in the order in which it is read; each fact has its name in the catalogue under `models.fact`.
FACTS: Mapping[str, Callable[[ModelCard, Texts], str]] = {
    "approved_for": lambda card, t: t("level." + card.approved_for.slug),
    "hosting": lambda card, t: t("hosting." + card.hosting),
    "kind": lambda card, t: t("models.kind." + card.kind),
    "vendor": lambda card, t: card.vendor or t("models.unknown"),
    "certified": _certified,
    "price_in": lambda card, t: _price(card.price_in, card, t),
    "price_out": lambda card, t: _price(card.price_out, card, t),
    "licence": lambda card, t: card.licence or t("models.unknown"),
    "context": lambda card, t: t.count("models.tokens", card.context_tokens),
    "abilities": _abilities,
}


def _energy(card: ModelCard, t: Texts) -> str:
    if card.energy is None:
        return ""
    amount = t.number(round(card.energy.milliwatt_hours / 1000, 2))
    return t("models.energy." + card.energy.per.replace(" ", "_"), amount=amount, source=card.energy.source)


# What a card may say beside, told only where it does.
MORE: Mapping[str, Callable[[ModelCard, Texts], str]] = {
    "price_minute": _price_of("minute"),
    "price_image": _price_of("image"),
    "price_from": lambda card, t: day(date.fromisoformat(card.price_from), t) if card.price_from else "",
    "base_model": lambda card, t: card.base_model,
    "lineage": lambda card, t: " → ".join(card.lineage),
    "knowledge_cutoff": lambda card, t: card.knowledge_cutoff,
    "energy": _energy,
    "demands": lambda card, t: " ".join(sorted(card.demands)),
}


def described(card: ModelCard, t: Texts) -> dict[str, str]:
    """What the card says, by fact."""
    more = {name: text for name, say in MORE.items() if (text := say(card, t))}
    return {name: say(card, t) for name, say in FACTS.items()} | more


def certificates(card: ModelCard, t: Texts) -> list[tuple[str, str, str]]:
    """Who has reviewed the model, the latest first: (by whom, from when to when, where it is written)."""
    every = (*((card.certification,) if card.certification else ()), *card.earlier_certificates)
    return [(one.by, _lasted(one.on, one.until, t), one.report) for one in every]


def _lasted(on: str, until: str, t: Texts) -> str:
    dates = {"on": on, "until": until}
    told = {name: day(date.fromisoformat(text), t) for name, text in dates.items() if text}
    return t("models.lasted." + "_".join(told), **told) if told else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A fact of several models beside each other."""

    fact: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the models are not all the same in it."""
        return len(set(self.values)) > 1


def side_by_side(models: Sequence[AdoptedCard], t: Texts) -> list[Row]:
    """The facts of the models, a row a fact."""
    columns = [_with_version(model, t) for model in models]
    facts = [fact for fact in (*FACTS, *MORE, "version") if any(fact in column for column in columns)]
    return [Row(fact, tuple(column.get(fact, t("models.unknown")) for column in columns)) for fact in facts]


def _with_version(model: AdoptedCard, t: Texts) -> dict[str, str]:
    number = t.number(model.version)
    adopted = t("models.version_of", n=number, date=t.date(model.adopted_at)) if model.adopted_at else number
    return {**described(model.card, t), "version": adopted}


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a card, and what it changed: triples (fact, before, after). The first changed nothing."""

    adopted: AdoptedCard
    changes: tuple[tuple[str, str, str], ...]


def versions(history: Sequence[AdoptedCard], t: Texts) -> list[Version]:
    """The versions, newest first as they are given, each with what was new in it."""
    unsaid = t("models.unknown")
    told = [{"name": version.card.name, **described(version.card, t)} for version in history]
    changes = [
        tuple(
            (fact, before.get(fact, unsaid), after.get(fact, unsaid))
            for fact in after | before
            if before.get(fact) != after.get(fact)
        )
        for after, before in pairwise(told)
    ]
    return [Version(version, changed) for version, changed in zip(history, [*changes, ()], strict=True)]


@dataclass(frozen=True, slots=True)
class Warned:
    """What is to be said about a certificate, and whether it has ended already."""

    text: str
    ended: bool


def warning(card: ModelCard, today: date, t: Texts) -> Warned | None:
    """What is to be said about a certificate that has ended, or soon will."""
    stands = certificate(card, today)
    if stands.until is None or stands.state not in ("ends_soon", "ended"):
        return None
    return Warned(t("models.certificate." + stands.state, date=day(stands.until, t)), stands.state == "ended")


def day(value: date, t: Texts) -> str:
    """A date as it is written; noon, so that it is the same day in every zone of the country."""
    return t.date(datetime.combine(value, time(12), UTC))
