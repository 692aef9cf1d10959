"""The pages of groups: made, renamed, filled with members; deleted once nothing is open to them."""

from collections.abc import Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, SamverkError
from samverk.http.rooms import rooms_of
from samverk.identity.groups import GroupInUse
from samverk.identity.members import PAGE, Sought
from samverk.identity.principal import Principal, system
from samverk.web.asked import known_id, page_number
from samverk.web.organisation.frame import HOME, admin, around, ask, draw, id_of, sent_by_admin, wrong
from samverk.web.pages import see_other, texts_of
from samverk.web.said import Said, say

CANDIDATES = 20


async def show_all(request: Request) -> Response:
    """The groups, and a form for another."""
    return await _all(request, await admin(request))


async def _all(request: Request, who: Principal, error: SamverkError | None = None, name: str = "") -> Response:
    context = {
        "groups": await rooms_of(request).identity.groups.all(who.org_id),
        "errors": wrong(request, error) if error else {},
        "name": name,
    }
    return await draw(request, who, "groups", "groups", context, status=error.status if error else 200)


async def create(request: Request) -> Response:
    """A new group."""
    who, fields = await sent_by_admin(request)
    try:
        group = await rooms_of(request).identity.groups.create(who, fields.get("name", ""))
    except (Invalid, Conflict) as error:
        return await _all(request, who, error, fields.get("name", ""))
    return say(request, see_other(f"{HOME}/grupper/{group.id}"), Said("group.created", {"name": group.name}))


async def show(request: Request) -> Response:
    """One group: its members, and who could join."""
    return await _one(request, await admin(request))


async def _one(
    request: Request, who: Principal, error: SamverkError | None = None, name: str | None = None
) -> Response:
    identity, number = rooms_of(request).identity, page_number(request)
    group = await identity.groups.get(who.org_id, id_of(request, "group"))
    inside = await identity.members.find(who.org_id, Sought(group=group.slug), number)
    text = request.query_params.get("q", "")[:200]
    found = await identity.members.find(who.org_id, Sought(text=text), 1, CANDIDATES) if text.strip() else None
    before, after = around(number, PAGE, inside.total)
    context = {
        "group": group,
        "name": group.name if name is None else name,
        "inside": inside,
        "q": text,
        "found": found,
        "before": before,
        "after": after,
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "group", "groups", context, status=error.status if error else 200)


async def rename(request: Request) -> Response:
    """Another name."""
    who, fields = await sent_by_admin(request)
    group_id = id_of(request, "group")
    try:
        await rooms_of(request).identity.groups.rename(who, group_id, fields.get("name", ""))
    except (Invalid, Conflict) as error:
        return await _one(request, who, error, fields.get("name", ""))
    return say(request, see_other(f"{HOME}/grupper/{group_id}"), Said("group.renamed"))


async def add(request: Request) -> Response:
    """A member into the group."""
    who, fields = await sent_by_admin(request)
    group_id = id_of(request, "group")
    name = await rooms_of(request).identity.groups.add(who, group_id, known_id(fields.get("member", ""), "member"))
    return say(request, see_other(f"{HOME}/grupper/{group_id}"), Said("group.joined", {"name": name}))


async def remove(request: Request) -> Response:
    """A member out of the group; one click takes it back."""
    who, fields = await sent_by_admin(request)
    group_id, member_id = id_of(request, "group"), known_id(fields.get("member", ""), "member")
    name = await rooms_of(request).identity.groups.remove(who, group_id, member_id)
    undo = f"{HOME}/grupper/{group_id}/lagg-till"
    said = Said("group.left", {"name": name}, undo=undo, fields={"member": str(member_id)})
    return say(request, see_other(f"{HOME}/grupper/{group_id}"), said)


async def ask_delete(request: Request) -> Response:
    """What the group opens, and whether it can be deleted."""
    who = await admin(request)
    group = await rooms_of(request).identity.groups.get(who.org_id, id_of(request, "group"))
    uses = await _uses(request, who.org_id, group.slug)
    here = f"{HOME}/grupper/{group.id}"
    if any(uses.values()):
        return await draw(request, who, "group_in_use", "groups", {"group": group, "uses": uses})
    words = texts_of(request)
    return await ask(
        request,
        title=words("groups.delete.title", name=group.name),
        text=words.count("groups.delete.text", group.members),
        act=words("groups.delete.act"),
        back=here,
    )


async def delete(request: Request) -> Response:
    """Delete the group, unless something is open to it."""
    who, _ = await sent_by_admin(request)
    group_id, groups = id_of(request, "group"), rooms_of(request).identity.groups
    group = await groups.get(who.org_id, group_id)
    uses = await _uses(request, who.org_id, group.slug)
    try:
        await groups.delete(who, group_id, [*uses["assistants"], *uses["collections"]])
    except GroupInUse as error:
        context = {"group": group, "uses": uses, "errors": wrong(request, error)}
        return await draw(request, who, "group_in_use", "groups", context, status=error.status)
    return say(request, see_other(f"{HOME}/grupper"), Said("group.deleted", {"name": group.name}))


async def _uses(request: Request, org_id: UUID, slug: str) -> dict[str, Sequence[str]]:
    """What is open to the group, by what it is: names of assistants, collections and keys."""
    rooms = rooms_of(request)
    collections = await rooms.knowledge.collections(system(org_id))
    return {
        "assistants": await rooms.assistants.open_to(org_id, slug),
        "collections": sorted({each.name for each in collections if each.own and slug in each.groups}),
        "keys": await rooms.identity.groups.keys_of(org_id, slug),
    }
