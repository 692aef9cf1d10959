"""What a steward does with one model: tighten it, note a certificate, say where it is reached, try it, take it out of use."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.core.levels import Level
from samverk.gateway.trial import MOST_BYTES, Asked, Tried, tried
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form, posted, principal
from samverk.http.uploads import received_form
from samverk.identity.principal import Principal
from samverk.library import providers, quirks
from samverk.library.cards import AdoptedCard, Certification, Tightening
from samverk.library.ports import Endpoint
from samverk.web.asked import known_id
from samverk.web.models import trying
from samverk.web.models.cards import LEVELS, USES
from samverk.web.models.facts import described
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say
from samverk.web.texts import Texts


async def steward(request: Request) -> Principal:
    """Who is asking, if they may change the models. Raises NotSignedIn, NotAllowed."""
    who = await principal(request)
    who.require("models:write")
    return who


async def sent(request: Request) -> tuple[Principal, str, Mapping[str, str]]:
    """Who sends a form about a model, the model's slug, and the fields. Raises as `posted` does."""
    who, fields = await posted(request, steward)
    return who, request.path_params["model"], fields


async def show(request: Request) -> Response:
    """Everything that can be done with the model."""
    return await _page(request, await steward(request))


async def _page(
    request: Request,
    who: Principal,
    *,
    error: SamverkError | None = None,
    fields: Mapping[str, str] | None = None,
    form: str = "",
    test: Tried | None = None,
) -> Response:
    """The page. `form` says which of its forms went wrong, `fields` what stood in it."""
    rooms, words, slug = rooms_of(request), texts_of(request), request.path_params["model"]
    language = language_of(request)
    adopted = (await rooms.library.history(who.org_id, slug))[0]
    health = (await rooms.gateway.health(who.org_id)).get(slug, ())
    context = {
        "card": adopted.card,
        "adopted": adopted,
        "facts": described(adopted.card, words),
        "levels": _levels(adopted, words),
        "uses": [(use, words("models.use." + use)) for use in USES if use in adopted.published.allowed_uses],
        "abilities": sorted(adopted.published.abilities),
        "places": await rooms.library.endpoints.list(who.org_id, slug),
        "health": {one.id: one for one in health},
        "providers": [(name, words("models.provider." + name)) for name in _reachable()],
        "flavours": [("", words("models.flavour_none")), *((name, name) for name in sorted(quirks.ROWS))],
        "acts": [trying.sample(act, words) for act in trying.acts_of(adopted.card.kind)],
        "largest": MOST_BYTES >> 20,
        **trying.shown(test, words),
        "form": form,
        "fields": dict(fields or {}),
        "error": error.message(language) if error else "",
    }
    status = error.status if error else 200
    response = page(request, "models/manage.html", context, reader=await reader_of(request, who), status=status)
    return trying.audible(response, test)


def _levels(adopted: AdoptedCard, words: Texts) -> list[tuple[str, str]]:
    """The levels that the organisation may set as the highest: never above what the card itself gives."""
    lower = [level for level in Level if level <= adopted.published.approved_for]
    return [("", words("models.as_the_card")), *((level.slug, words("level." + level.slug)) for level in lower)]


def _reachable() -> list[str]:
    """The kinds of servers that a model can be reached at: all but the one that runs in the process."""
    return [name for name in providers.names() if name != "extractive"]


async def tighten(request: Request) -> Response:
    """Ask more of the model than its card does."""
    who, slug, fields = await sent(request)
    adopted = (await rooms_of(request).library.history(who.org_id, slug))[0]
    try:
        await rooms_of(request).library.curation.tighten(who, slug, _tightening(fields, adopted))
    except Invalid as error:
        return await _page(request, who, error=error, fields=fields, form="tighten")
    return say(request, see_other(f"/modeller/{slug}"), Said("model.tightened", {"name": adopted.card.name}))


def _tightening(fields: Mapping[str, str], adopted: AdoptedCard) -> Tightening:
    """What the form asks: the uses and abilities that are not ticked are taken away. Raises Invalid."""
    demands = {line.strip() for line in fields.get("demands", "").splitlines() if line.strip()}
    if any(len(line) > 200 for line in demands) or len(demands) > 50:
        raise Invalid(
            sv="Skriv högst 50 krav, vart och ett på högst 200 tecken.",
            en="Write at most 50 demands of at most 200 characters each.",
            param="demands",
        )
    card = adopted.published
    return Tightening(
        approved_for=_level(fields.get("level", "")),
        without_uses=frozenset(use for use in card.allowed_uses if f"use.{use}" not in fields),
        without_abilities=frozenset(name for name in card.abilities if f"ability.{name}" not in fields),
        demands=frozenset(demands),
    )


def _level(text: str) -> Level | None:
    """The level that a form names; None where it names none. Raises Invalid for one that does not exist."""
    if text and text not in LEVELS:
        raise Invalid(why="level")
    return Level.parse(text) if text else None


async def certify(request: Request) -> Response:
    """Note who has reviewed the model, until when, and for which level."""
    who, slug, fields = await sent(request)
    try:
        given, level = _certification(fields)
        await rooms_of(request).library.curation.certify(who, slug, given, level)
    except Invalid as error:
        return await _page(request, who, error=error, fields=fields, form="certify")
    return say(request, see_other(f"/modeller/{slug}"), Said("model.certified", {"by": given.by}))


def _certification(fields: Mapping[str, str]) -> tuple[Certification, Level]:
    """The certificate that the form describes, and its level. Raises Invalid."""
    level = _level(fields.get("level", ""))
    if level is None:
        raise Invalid(sv="Välj vilken klass granskningen gäller.", en="Choose the level that the review is for.")
    said = {name: fields.get(name, "").strip() for name in ("by", "on", "until", "report")}
    try:
        return Certification.model_validate(said), level
    except ValueError as error:
        raise Invalid(
            sv="Ange vem som har granskat modellen. Datum skrivs som 2026-12-31.",
            en="Say who has reviewed the model. Dates are written as 2026-12-31.",
        ) from error


async def add_place(request: Request) -> Response:
    """Reach the model in one more place."""
    who, slug, fields = await sent(request)
    said = {name: fields.get(name, "").strip() for name in ("provider", "url", "model", "flavour", "key")}
    if not said["url"] or not said["model"]:
        error = Invalid(
            sv="Ange serverns adress och modellens namn där.",
            en="Give the server's address and the model's name there.",
        )
        return await _page(request, who, error=error, fields=fields, form="place")
    endpoint = Endpoint(said["provider"], said["model"], said["url"], said["key"] or None, flavour=said["flavour"])
    try:
        await rooms_of(request).library.endpoints.add(who, slug, endpoint)
    except Invalid as error:
        return await _page(request, who, error=error, fields=fields, form="place")
    return say(request, see_other(f"/modeller/{slug}/hantera#platser"), Said("model.place_added", {"url": said["url"]}))


async def replace_key(request: Request) -> Response:
    """Use another key at one of the places; none where the field is empty."""
    who, slug, fields = await sent(request)
    place = known_id(request.path_params["place"], "endpoint")
    await rooms_of(request).library.endpoints.replace_key(who, slug, place, fields.get("key", "").strip())
    return say(request, see_other(f"/modeller/{slug}/hantera#platser"), Said("model.key_replaced"))


async def ask_remove_place(request: Request) -> Response:
    """What it means to reach the model there no more."""
    who, words, slug = await steward(request), texts_of(request), request.path_params["model"]
    place = known_id(request.path_params["place"], "endpoint")
    places = await rooms_of(request).library.endpoints.list(who.org_id, slug)
    url = next((one.url for one in places if one.id == place), "")
    last = "models.remove_place.last" if len(places) == 1 else "models.remove_place.text"
    return await confirm(
        request,
        nav="models",
        title=words("models.remove_place.title", url=url),
        text=words(last),
        act=words("models.remove_place.act"),
        back=f"/modeller/{slug}/hantera",
    )


async def remove_place(request: Request) -> Response:
    """Reach the model there no more."""
    who, slug, _ = await sent(request)
    await rooms_of(request).library.endpoints.remove(who, slug, known_id(request.path_params["place"], "endpoint"))
    return say(request, see_other(f"/modeller/{slug}/hantera#platser"), Said("model.place_removed"))


async def ask_retire(request: Request) -> Response:
    """What it means to take the model out of use."""
    who, words, slug = await steward(request), texts_of(request), request.path_params["model"]
    rooms = rooms_of(request)
    card = (await rooms.library.history(who.org_id, slug))[0].card
    users = sum(slug in one.body.models for one in await rooms.assistants.list(who))
    return await confirm(
        request,
        nav="models",
        title=words("models.retire.title", name=card.name),
        text=f"{words('models.retire.text')} {words.count('models.retire.users', users)}",
        act=words("models.retire.act"),
        back=f"/modeller/{slug}/hantera",
    )


async def retire(request: Request) -> Response:
    """Make no more calls with the model; it can be taken into use again."""
    who, slug, _ = await sent(request)
    library = rooms_of(request).library
    await library.curation.retire(who, slug)
    name = (await library.history(who.org_id, slug))[0].card.name
    return say(request, see_other("/modeller"), Said("model.retired", {"name": name}, f"/modeller/{slug}/i-bruk"))


async def restore(request: Request) -> Response:
    """Use the model again."""
    who, slug, _ = await sent(request)
    library = rooms_of(request).library
    await library.curation.restore(who, slug)
    name = (await library.history(who.org_id, slug))[0].card.name
    return say(request, see_other(f"/modeller/{slug}"), Said("model.restored", {"name": name}))


async def attempt(request: Request) -> Response:
    """Ask the model something through the door, as every call goes, and show what came of it."""
    who, slug, fields = await sent(request)
    try:
        asked = trying.asked_in(await _kind(request, who), fields)
    except Invalid as error:
        return await _page(request, who, error=error, fields=fields, form="try")
    return await _page(request, who, test=await tried(rooms_of(request).gateway, who, slug, asked))


async def attempt_recording(request: Request) -> Response:
    """Have the model write down a recording; a tone where none was chosen. Raises NotFound before anything is received."""
    who, rooms, slug = await steward(request), rooms_of(request), request.path_params["model"]
    await _kind(request, who)
    async with received_form(request, MOST_BYTES, rooms.settings.home / "uploads", 1) as form:
        check_form(request, form.fields)
        recording = await asyncio.to_thread(form.files[0].path.read_bytes) if form.files else b""
        name = form.files[0].name if form.files else "prov.wav"
    asked = Asked("transcribe", recording=recording, file_name=name)
    return await _page(request, who, test=await tried(rooms.gateway, who, slug, asked))


async def _kind(request: Request, who: Principal) -> str:
    """The kind of the model that the address names. Raises NotFound."""
    return (await rooms_of(request).library.history(who.org_id, request.path_params["model"]))[0].card.kind
