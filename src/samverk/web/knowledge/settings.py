"""What is said of a collection, as a form: name, description, level, who may read; and whom it is shared with."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, NotFound, SamverkError
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.knowledge.collections import LONGEST_DESCRIPTION, LONGEST_NAME, CollectionFields
from samverk.knowledge.views import CollectionInfo
from samverk.web.knowledge import reached, telling
from samverk.web.knowledge.reached import changing, group_names, own
from samverk.web.pages import language_of, page, reader_of, see_other
from samverk.web.said import Said, say

_GROUP = "group:"  # before the slug of a group that may read
ALL = "alla"  # stands for all organisations
_SHARED = {  # what is said, by whether it was taken back and whether it was for all
    (False, False): Said("collection.shared"),
    (False, True): Said("collection.shared_all"),
    (True, False): Said("collection.unshared"),
    (True, True): Said("collection.unshared_all"),
}


async def new(request: Request) -> Response:
    """An empty form."""
    return await _form(request, await changing(request), {"level": "internal", "who": "all"})


async def create(request: Request) -> Response:
    """Make the collection; what cannot be used is said beside its field, and nothing typed is lost."""
    who, fields = await posted(request, changing)
    try:
        said = _fields(fields)
        info = await rooms_of(request).knowledge.create_collection(
            who.org_id,
            fields.get("slug", "").strip(),
            said.name,
            said.level,
            said.groups,
            description=said.description,
            by=who,
        )
    except (Invalid, Conflict) as error:
        return await _form(request, who, fields, error=error)
    return say(request, see_other(telling.address(info)), Said("collection.created", {"name": info.name}))


async def edit(request: Request) -> Response:
    """The form as the collection is."""
    who = await changing(request)
    info = await own(request, who)
    values = {"name": info.name, "description": info.description, "level": info.level.slug}
    values |= {"who": "groups" if info.groups else "all", **{_GROUP + slug: "1" for slug in info.groups}}
    return await _form(request, who, values, info=info)


async def save(request: Request) -> Response:
    """Change the collection; who may read it changes at once."""
    who, fields = await posted(request, changing)
    info = await own(request, who)
    try:
        changed = await rooms_of(request).knowledge.change_collection(who.org_id, info.slug, _fields(fields), by=who)
    except Invalid as error:
        return await _form(request, who, fields, info=info, error=error)
    return say(request, see_other(telling.address(changed)), Said("collection.changed", {"name": changed.name}))


async def sharing(request: Request) -> Response:
    """Whom the collection is shared with, and whom it could be."""
    who = await reached.sharing(request)
    info = await own(request, who)
    rooms = rooms_of(request)
    readers = await rooms.knowledge.catalogue.readers(info)
    known = {reader.org_id for reader in readers} | {who.org_id}
    others = [org for org in await rooms.identity.organisation.all() if org.id not in known]
    context = {
        "info": info,
        "address": telling.address(info),
        "readers": readers,
        "used": await rooms.knowledge.uses.lately(info.org_id, info.id),
        "others": sorted(((str(org.id), org.name) for org in others), key=lambda pair: pair[1].casefold()),
        "all": ALL,
    }
    return page(request, "knowledge/sharing.html", context, reader=await reader_of(request, who))


async def share(request: Request) -> Response:
    """Share the collection with one organisation or all of them, or take that back."""
    who, fields = await posted(request, reached.sharing)
    info, knowledge = await own(request, who), rooms_of(request).knowledge
    back = fields.get("back") == "1"
    to, name = await _organisation(request, fields.get("organisation", ""))
    work = knowledge.unshare if back else knowledge.share
    await work(who.org_id, info.slug, to, by=who)
    facts = {"name": info.name, "to": name}
    undo = f"{telling.address(info)}/delning"
    again = {"organisation": str(to or ALL), "back": "" if back else "1"}
    return say(request, see_other(undo), replace(_SHARED[back, to is None], facts=facts, undo=undo, fields=again))


async def _organisation(request: Request, text: str) -> tuple[UUID | None, str]:
    if text == ALL:
        return None, ""
    for org in await rooms_of(request).identity.organisation.all():
        if str(org.id) == text:
            return org.id, org.name
    raise NotFound("organisation")


def _fields(fields: Mapping[str, str]) -> CollectionFields:
    """What the form says. Raises Invalid for a level that is none, and for groups without a group."""
    try:
        level = Level.parse(fields.get("level", ""))
    except ValueError as error:
        raise Invalid(why="level", param="level") from error
    chosen = tuple(name.removeprefix(_GROUP) for name in fields if name.startswith(_GROUP))
    if fields.get("who") == "groups" and not chosen:
        raise Invalid(
            sv="Välj minst en grupp, eller låt alla medarbetare läsa.",
            en="Choose at least one group, or let all of the staff read.",
            param="groups",
        )
    groups = chosen if fields.get("who") == "groups" else ()
    return CollectionFields(fields.get("name", ""), fields.get("description", ""), level, groups)


async def _form(
    request: Request,
    who: Principal,
    values: Mapping[str, str],
    *,
    info: CollectionInfo | None = None,
    error: SamverkError | None = None,
) -> Response:
    groups = {slug: slug for slug in info.groups} if info else {}
    groups |= await group_names(rooms_of(request), who)
    context = {
        "info": info,
        "address": telling.address(info) if info else "/kunskap",
        "values": values,
        "groups": sorted(groups.items(), key=lambda pair: pair[1].casefold()),
        "chosen": {name.removeprefix(_GROUP) for name in values if name.startswith(_GROUP)},
        "levels": [level.slug for level in Level],
        "wrong": {
            str(error.facts.get("param", "name" if "what" not in error.facts else "slug")): error.message(
                language_of(request)
            )
        }
        if error
        else {},
        "longest": {"name": LONGEST_NAME, "description": LONGEST_DESCRIPTION},
    }
    status = error.status if error else 200
    reader = await reader_of(request, who)
    return page(request, "knowledge/collection_form.html", context, reader=reader, status=status)
