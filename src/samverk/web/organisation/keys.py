"""The pages of keys: made with a secret that is shown once, listed with their use, revoked."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, SamverkError
from samverk.core.ids import new_id, now
from samverk.http.rooms import rooms_of
from samverk.identity.keys import NewKey, state_of
from samverk.identity.principal import PERMISSIONS, Principal
from samverk.web.asked import form_id
from samverk.web.organisation.frame import HOME, admin, ask, draw, id_of, sent_by_admin, ticked, wrong
from samverk.web.pages import see_other, texts_of
from samverk.web.said import Said, say

LIFETIMES = ("30", "90", "365", "730", "")  # days; the last lives until it is revoked
USUAL_LIFETIME = "365"
OVER = ("expired", "revoked")


async def show_all(request: Request) -> Response:
    """The keys: those that open something first, then those that no longer do."""
    who = await admin(request)
    identity, at = rooms_of(request).identity, now()
    rows = [(key, state_of(key, at)) for key in reversed(await identity.api_keys.all(who.org_id))]
    context = {
        "living": [row for row in rows if row[1] not in OVER],
        "over": [row for row in rows if row[1] in OVER][:100],
        "names": await identity.members.names(who.org_id, [key.created_by for key, _ in rows]),
        "groups": {group.slug: group.name for group in await identity.groups.all(who.org_id)},
    }
    return await draw(request, who, "keys", "keys", context)


async def new(request: Request) -> Response:
    """The form of a key."""
    return await _form(request, await admin(request), {"scope.chat": "on", "days": USUAL_LIFETIME})


async def _form(
    request: Request, who: Principal, fields: Mapping[str, str], error: SamverkError | None = None
) -> Response:
    context = {
        "id": fields.get("id") or str(new_id()),
        "name": fields.get("name", ""),
        "days": fields.get("days", USUAL_LIFETIME),
        "lifetimes": LIFETIMES,
        "scopes": [(scope, scope.replace(":", "_")) for scope in PERMISSIONS],
        "chosen": ticked(fields, "scope."),
        "groups": await rooms_of(request).identity.groups.all(who.org_id),
        "in_groups": ticked(fields, "group."),
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "key_new", "keys", context, status=error.status if error else 200)


async def create(request: Request) -> Response:
    """Make the key. This page alone shows its secret: it stands in no address, no cookie and no cache."""
    who, fields = await sent_by_admin(request)
    try:
        key, secret = await rooms_of(request).identity.api_keys.create(who, _wanted(fields))
    except (Invalid, Conflict) as error:
        return await _form(request, who, fields, error)
    return await draw(request, who, "key_made", "keys", {"key": key, "secret": secret})


def _wanted(fields: Mapping[str, str]) -> NewKey:
    """The key as the form describes it. Raises Invalid for a form that is none of ours."""
    days = fields.get("days", "")
    if days not in LIFETIMES:
        raise Invalid(why="days")
    key_id = form_id(fields.get("id", ""))
    scopes, groups = ticked(fields, "scope."), ticked(fields, "group.")
    return NewKey(fields.get("name", ""), scopes, groups, int(days) if days else None, key_id)


async def ask_revoke(request: Request) -> Response:
    """What revoking means, before it happens."""
    who = await admin(request)
    key = await rooms_of(request).identity.api_keys.get(who.org_id, id_of(request, "key"))
    words = texts_of(request)
    used = (
        words("keys.revoke.used", when=words.moment(key.last_used_at))
        if key.last_used_at
        else words("keys.revoke.unused")
    )
    return await ask(
        request,
        title=words("keys.revoke.title", name=key.name),
        text=f"{words('keys.revoke.text')} {used}",
        act=words("keys.revoke.act"),
        back=f"{HOME}/nycklar",
    )


async def revoke(request: Request) -> Response:
    """End the key."""
    who, _ = await sent_by_admin(request)
    key = await rooms_of(request).identity.api_keys.revoke(who, id_of(request, "key"))
    return say(request, see_other(f"{HOME}/nycklar"), Said("key.revoked", {"name": key.name}))
