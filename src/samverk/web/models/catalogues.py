"""Catalogues of model cards that others publish and sign: followed, brought up to date, adopted from, left."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, NotFound, SamverkError
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.library.cards import ModelCard
from samverk.library.catalogues import CatalogueRefused
from samverk.library.ports import Endpoint
from samverk.library.subscriptions import Subscription
from samverk.web.models.facts import described
from samverk.web.models.managing import steward
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say
from samverk.web.texts import Texts

HOME = "/modeller/kataloger"
FIELDS = ("name", "address", "key")


async def show_all(request: Request) -> Response:
    """The catalogues that the organisation follows, and the form that follows one more."""
    return await _list(request, await steward(request))


async def _list(
    request: Request, who: Principal, fields: Mapping[str, str] | None = None, error: SamverkError | None = None
) -> Response:
    context = {
        "followed": await rooms_of(request).library.catalogues.list(who.org_id),
        "fields": {name: (fields or {}).get(name, "") for name in FIELDS},
        "wrong": str(error.facts.get("param", "")) if error else "",
        "error": error.message(language_of(request)) if error else "",
    }
    status = error.status if error else 200
    return page(request, "models/catalogues.html", context, reader=await reader_of(request, who), status=status)


async def follow(request: Request) -> Response:
    """Follow a catalogue, and fetch its newest edition where it has an address."""
    who, fields = await posted(request, steward)
    said = {name: fields.get(name, "").strip() for name in FIELDS}
    catalogues = rooms_of(request).library.catalogues
    try:
        await catalogues.subscribe(who, said["name"], said["address"], said["key"])
    except Invalid as error:
        return await _list(request, who, said, error)
    if said["address"]:
        return await _updated(request, who, said["name"])
    return say(request, see_other(f"{HOME}/{said['name']}"), Said("catalogue.followed", {"name": said["name"]}))


async def show(request: Request) -> Response:
    """One catalogue: its edition, and what it has that the organisation has not adopted."""
    who = await steward(request)
    return await _page(request, who)


async def _page(request: Request, who: Principal, error: SamverkError | None = None) -> Response:
    words, name = texts_of(request), request.path_params["catalogue"]
    catalogues = rooms_of(request).library.catalogues
    known = await _known(request, who, name)
    cards, changes = await catalogues.cards(who.org_id, name), await catalogues.changes(who.org_id, name)
    context = {
        "catalogue": known,
        "added": [_told(cards[slug], words) for slug in changes.added],
        "changed": [(_told(cards[one.slug], words), bool(one.looser)) for one in changes.changed],
        "withdrawn": changes.withdrawn,
        "same": len(cards) - len(changes.added) - len(changes.changed),
        "error": error.message(language_of(request)) if error else "",
    }
    status = error.status if error else 200
    return page(request, "models/catalogue.html", context, reader=await reader_of(request, who), status=status)


async def _known(request: Request, who: Principal, name: str) -> Subscription:
    """The subscription of a name. Raises NotFound."""
    followed = await rooms_of(request).library.catalogues.list(who.org_id)
    known = next((one for one in followed if one.name == name), None)
    if known is None:
        raise NotFound("catalogue", name)
    return known


def _told(card: ModelCard, words: Texts) -> tuple[ModelCard, dict[str, str]]:
    return card, described(card, words)


async def update(request: Request) -> Response:
    """Fetch the newest edition."""
    who, _ = await posted(request, steward)
    return await _updated(request, who, request.path_params["catalogue"])


async def _updated(request: Request, who: Principal, name: str) -> Response:
    """The edition in use stays where the new one is refused, and the page of the catalogue says why."""
    try:
        found = await rooms_of(request).library.catalogues.update(who, name)
    except CatalogueRefused:
        return see_other(f"{HOME}/{name}")
    said = Said("catalogue.updated", {"name": name}) if found else Said("catalogue.unchanged", {"name": name})
    return say(request, see_other(f"{HOME}/{name}"), said)


async def adopt(request: Request) -> Response:
    """Adopt a card as the edition in use has it, reached where the form says or where it was."""
    who, fields = await posted(request, steward)
    name, slug = request.path_params["catalogue"], fields.get("slug", "")
    said = {field: fields.get(field, "").strip() for field in ("url", "model", "key")}
    endpoint = None
    if said["url"]:
        endpoint = Endpoint("openai_compatible", said["model"] or slug, said["url"], said["key"] or None)
    try:
        adopted = await rooms_of(request).library.catalogues.adopt(who, name, slug, endpoint)
    except Invalid as error:
        return await _page(request, who, error)
    target = f"/modeller/{slug}" if not adopted.stopped else f"/modeller/{slug}/hantera#platser"
    return say(request, see_other(target), Said("model.adopted", {"name": adopted.card.name}))


async def ask_leave(request: Request) -> Response:
    """What it means to follow the catalogue no more."""
    who, words = await steward(request), texts_of(request)
    known = await _known(request, who, request.path_params["catalogue"])
    return await confirm(
        request,
        nav="models",
        title=words("catalogues.leave.title", name=known.name),
        text=words("catalogues.leave.text"),
        act=words("catalogues.leave.act"),
        back=f"{HOME}/{known.name}",
    )


async def leave(request: Request) -> Response:
    """Follow the catalogue no more."""
    who, _ = await posted(request, steward)
    name = request.path_params["catalogue"]
    await rooms_of(request).library.catalogues.leave(who, name)
    return say(request, see_other(HOME), Said("catalogue.left", {"name": name}))
