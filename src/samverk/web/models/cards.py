"""The models of the organisation: the gallery of cards, one card, and several beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.ids import now
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.library.cards import AdoptedCard, Hosting, ModelCard, Use
from samverk.web.models.facts import certificates, described, side_by_side, versions, warning
from samverk.web.models.standing import at_levels, in_assistants, with_personal_data
from samverk.web.pages import language_of, page, reader_of, texts_of
from samverk.web.texts import Texts

FEWEST, MOST = 2, 4  # models beside each other
MOST_ASSISTANTS = 50  # on a card
HOSTINGS: tuple[Hosting, ...] = get_args(Hosting)
KINDS: tuple[str, ...] = get_args(ModelCard.model_fields["kind"].annotation)
LEVELS = tuple(level.slug for level in Level)
USES: tuple[Use, ...] = get_args(Use)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cards are shown: each part empty for all. `level` is the lowest that a card must be approved for."""

    hosting: str = ""
    level: str = ""
    kind: str = ""

    @classmethod
    def of(cls, request: Request) -> "Filter":
        """The filter of an address; what is no value of ours is no filter."""

        def one(name: str, known: Sequence[str]) -> str:
            value = request.query_params.get(name, "")
            return value if value in known else ""

        return cls(one("drift", HOSTINGS), one("klass", LEVELS), one("typ", KINDS))

    def passes(self, card: ModelCard) -> bool:
        """Whether the card is shown."""
        return (
            self.hosting in ("", card.hosting)
            and self.kind in ("", card.kind)
            and (not self.level or card.approved_for >= Level.parse(self.level))
        )


async def gallery(request: Request) -> Response:
    """The cards in force, narrowed by hosting, level and kind; `?m=` marks those that are to be compared."""
    who, words = await principal(request), texts_of(request)
    models = await rooms_of(request).library.models(who.org_id, stopped=who.may("models:write"))
    chosen = Filter.of(request)
    shown = sorted((model for model in models if chosen.passes(model.card)), key=lambda one: one.card.name.casefold())
    context = {
        "models": [(model, described(model.card, words), warning(model.published, _today(), words)) for model in shown],
        "total": len(models),
        "filter": chosen,
        "choices": _choices(words),
        "marked": request.query_params.getlist("m"),
        "fewest": FEWEST,
        "most": MOST,
    }
    return page(request, "models/models.html", context, reader=await reader_of(request, who))


def _choices(t: Texts) -> dict[str, list[tuple[str, str]]]:
    """What each part of the filter can be: pairs (value, text)."""
    everything = ("", t("models.all"))
    return {
        "hosting": [everything, *((value, t("hosting." + value)) for value in HOSTINGS)],
        "level": [everything, *((value, t("models.at_least", level=t("level." + value))) for value in LEVELS)],
        "kind": [everything, *((value, t("models.kind." + value)) for value in KINDS)],
    }


async def card(request: Request) -> Response:
    """One card: what it says, its versions, where it may be used, and which of the reader's assistants do."""
    who, rooms, words = await principal(request), rooms_of(request), texts_of(request)
    history = await rooms.library.history(who.org_id, request.path_params["model"])
    current = history[0]
    cards = {model.card.slug: model.card for model in await rooms.library.models(who.org_id)}
    mine = await rooms.assistants.list(who)
    uses = in_assistants(current.card.slug, mine, cards, language_of(request))
    context = {
        "card": current.card,
        "adopted": current,
        "facts": described(current.card, words),
        "warning": warning(current.published, _today(), words),
        "uses_allowed": [words("models.use." + use) for use in USES if use in current.card.allowed_uses],
        "every_use": current.card.allowed_uses == frozenset(USES),
        "certificates": certificates(current.published, words),
        "levels": at_levels(current.card, language_of(request)),
        "personal_data": with_personal_data(current.card),
        "uses": uses[:MOST_ASSISTANTS],
        "more": max(0, len(uses) - MOST_ASSISTANTS),
        "has_assistants": bool(mine),
        "versions": versions(history, words),
    }
    return page(request, "models/card.html", context, reader=await reader_of(request, who))


async def compare(request: Request) -> Response:
    """Two to four models beside each other (`?m=…&m=…`); with `?skillnader=1` only what tells them apart."""
    who, words = await principal(request), texts_of(request)
    wanted = list(dict.fromkeys(request.query_params.getlist("m")))
    known = {model.card.slug: model for model in await rooms_of(request).library.models(who.org_id)}
    models = [known[slug] for slug in wanted if slug in known]
    shown, only = models[:MOST], request.query_params.get("skillnader") == "1"
    rows = side_by_side(shown, words) if len(shown) >= FEWEST else []
    context = {
        "models": shown,
        "rows": [row for row in rows if row.differs or not only],
        "only": only,
        "left_out": models[MOST:],
        "missing": [slug for slug in wanted if slug not in known],
        "others": _others(shown),
        "fewest": FEWEST,
        "most": MOST,
    }
    return page(request, "models/compare.html", context, reader=await reader_of(request, who))


def _others(models: Sequence[AdoptedCard]) -> dict[str, list[str]]:
    """For each model that is compared, the rest: what stays when it is taken away."""
    slugs = [model.card.slug for model in models]
    return {slug: [other for other in slugs if other != slug] for slug in slugs}


def _today() -> date:
    return now().date()
