"""The pages of members: found, given roles and groups, let go and taken back."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.http.rooms import rooms_of
from samverk.identity.members import PAGE, LastAdmin, Sought
from samverk.identity.principal import Principal, Role
from samverk.web.asked import page_number
from samverk.web.organisation.frame import (
    HOME,
    admin,
    around,
    ask,
    draw,
    id_of,
    sent_by_admin,
    ticked,
    wrong,
)
from samverk.web.pages import see_other, texts_of
from samverk.web.said import Said, say

ROLES = {role.value: role for role in Role}


async def show_all(request: Request) -> Response:
    """The members, searched and filtered."""
    who = await admin(request)
    asked, number = request.query_params, page_number(request)
    sought = Sought(
        text=asked.get("q", "")[:200],
        role=ROLES.get(asked.get("roll", "")),
        group=asked.get("grupp", ""),
        ended=asked.get("visa") == "tidigare",
    )
    members = rooms_of(request).identity.members
    found = await members.find(who.org_id, sought, number)
    before, after = around(number, PAGE, found.total)
    context = {
        "found": found,
        "sought": sought,
        "role": sought.role.value if sought.role else "",
        "narrowed": sought != Sought(ended=sought.ended),
        "roles": list(Role),
        "groups": await rooms_of(request).identity.groups.all(who.org_id),
        "before": before,
        "after": after,
    }
    return await draw(request, who, "members", "members", context)


async def show(request: Request) -> Response:
    """One member."""
    return await _one(request, await admin(request))


async def _one(request: Request, who: Principal, error: SamverkError | None = None) -> Response:
    identity = rooms_of(request).identity
    member = await identity.members.get(who.org_id, id_of(request, "member"))
    context = {
        "member": member,
        "myself": str(member.id) == who.id,
        "roles": list(Role),
        "groups": await identity.groups.all(who.org_id),
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "member", "members", context, status=error.status if error else 200)


async def change_role(request: Request) -> Response:
    """Another role; to give away one's own power is asked for once more."""
    who, fields = await sent_by_admin(request)
    role = ROLES.get(fields.get("role", ""))
    if role is None:
        raise Invalid(why="role")
    member_id, members = id_of(request, "member"), rooms_of(request).identity.members
    myself = str(member_id) == who.id
    if myself and not role.covers(Role.ADMIN) and not fields.get("sure"):
        return await _sure(request, who, role)
    try:
        await members.change_role(who, member_id, role)
    except LastAdmin as error:
        return await _one(request, who, error)
    member = await members.get(who.org_id, member_id)
    words = texts_of(request)
    said = Said("member.changed", {"name": member.name, "role": words("role." + role.value)})
    away = myself and not role.covers(Role.ADMIN)
    return say(request, see_other("/" if away else f"{HOME}/medlemmar/{member_id}"), said)


async def _sure(request: Request, who: Principal, role: Role) -> Response:
    words, here = texts_of(request), f"{HOME}/medlemmar/{who.id}"
    return await ask(
        request,
        title=words("members.own.title"),
        text=words("members.own.text", role=words("role." + role.value)),
        act=words("members.own.act"),
        back=here,
        fields={"role": role.value, "sure": "yes"},
    )


async def change_groups(request: Request) -> Response:
    """Exactly the groups that are ticked."""
    who, fields = await sent_by_admin(request)
    member_id, members = id_of(request, "member"), rooms_of(request).identity.members
    await members.change_groups(who, member_id, ticked(fields, "group."))
    member = await members.get(who.org_id, member_id)
    return say(request, see_other(f"{HOME}/medlemmar/{member_id}"), Said("member.grouped", {"name": member.name}))


async def ask_end(request: Request) -> Response:
    """What ending the membership means, before it happens."""
    who = await admin(request)
    member = await rooms_of(request).identity.members.get(who.org_id, id_of(request, "member"))
    words, myself = texts_of(request), str(member.id) == who.id
    return await ask(
        request,
        title=words("members.end.title", name=member.name),
        text=words("members.end.myself") if myself else words("members.end.text", name=member.name),
        act=words("members.end.act"),
        back=f"{HOME}/medlemmar/{member.id}",
    )


async def end(request: Request) -> Response:
    """End the membership; it can be taken back."""
    who, _ = await sent_by_admin(request)
    member_id = id_of(request, "member")
    try:
        name = await rooms_of(request).identity.members.end(who, member_id)
    except LastAdmin as error:
        return await _one(request, who, error)
    said = Said("member.ended", {"name": name}, undo=f"{HOME}/medlemmar/{member_id}/aterstall")
    return say(request, see_other(f"{HOME}/medlemmar"), said)


async def restore(request: Request) -> Response:
    """Take the end of a membership back."""
    who, _ = await sent_by_admin(request)
    member_id = id_of(request, "member")
    name = await rooms_of(request).identity.members.restore(who, member_id)
    return say(request, see_other(f"{HOME}/medlemmar/{member_id}"), Said("member.restored", {"name": name}))
