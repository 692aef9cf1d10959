"""The organisation at a glance: what it holds, and what waits for somebody to act. And what each role may do."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.identity import invitations, keys
from samverk.identity.principal import PERMISSIONS, Role
from samverk.web.organisation.frame import admin, draw


async def show(request: Request) -> Response:
    """The first page of the area."""
    who = await admin(request)
    identity, at = rooms_of(request).identity, now()
    waiting = await identity.invitations.waiting(who.org_id)
    all_keys = await identity.api_keys.all(who.org_id)
    states = [keys.state_of(key, at) for key in all_keys]
    roles = await identity.members.count(who.org_id)
    context = {
        "roles": roles,
        "members": sum(roles.values()),
        "groups": len(await identity.groups.all(who.org_id)),
        "keys": sum(state in ("living", "expiring") for state in states),
        "waiting": len(waiting),
        "soon": [row for row in waiting if invitations.state_of(row, at) == "expiring"],
        "ending": [key for key, state in zip(all_keys, states, strict=True) if state == "expiring"],
        "alone": roles[Role.ADMIN] == 1,
        "failures": await identity.access.failures(who.org_id),
        "changes": await rooms_of(request).journal.read(who.org_id, limit=1),
    }
    return await draw(request, who, "overview", "overview", context)


async def roles(request: Request) -> Response:
    """What each role may do, in plain words."""
    who = await admin(request)
    table = [
        (permission.replace(":", "_"), [(role, role.covers(needed)) for role in Role])
        for permission, needed in PERMISSIONS.items()
    ]
    return await draw(request, who, "roles", "members", {"roles": list(Role), "table": table})
