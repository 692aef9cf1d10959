"""Models in reach that nobody has reviewed: a steward looks at them, and adopts one at the level that the steward gives."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.web.models.cards import HOSTINGS, LEVELS
from samverk.web.models.managing import steward
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say


async def show(request: Request) -> Response:
    """The models in reach. Looking takes up to a second, so they have their own page."""
    return await _page(request, await steward(request))


async def _page(
    request: Request, who: Principal, error: SamverkError | None = None, fields: Mapping[str, str] | None = None
) -> Response:
    words, said = texts_of(request), fields or {}
    offers = await rooms_of(request).library.unreviewed(who.org_id)
    context = {
        "offers": [offer.card for offer in offers],
        "levels": [("", words("models.choose_level")), *((level, words("level." + level)) for level in LEVELS)],
        "hostings": [(hosting, words("hosting." + hosting)) for hosting in HOSTINGS],
        "wrong": said.get("slug", ""),
        "error": error.message(language_of(request)) if error else "",
    }
    status = error.status if error else 200
    return page(request, "models/unreviewed.html", context, reader=await reader_of(request, who), status=status)


async def adopt(request: Request) -> Response:
    """Adopt the one that the form names."""
    who, fields = await posted(request, steward)
    slug, level = fields.get("slug", ""), fields.get("level", "")
    hosting = next((one for one in HOSTINGS if one == fields.get("hosting")), None)
    if level not in LEVELS or hosting is None:
        error = Invalid(
            sv="Välj vilken informationsklass modellen får ta emot innan du antar den.",
            en="Choose the level of information that the model may receive before you adopt it.",
        )
        return await _page(request, who, error, fields)
    adopted = await rooms_of(request).library.curation.adopt_offer(who, slug, Level.parse(level), hosting)
    return say(request, see_other(f"/modeller/{slug}"), Said("model.adopted", {"name": adopted.card.name}))
