"""The pages of invitations, for those who invite: the link is shown once, to copy or to mail oneself."""

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, SamverkError
from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.http.seats import require_seat
from samverk.http.sessions import is_secure
from samverk.identity.invitations import PAGE, NewInvitation, state_of
from samverk.identity.principal import Principal, Role
from samverk.identity.tables import Invitation
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
from samverk.web.organisation.members import ROLES
from samverk.web.pages import reader_of, see_other, texts_of
from samverk.web.said import Said, say


async def show_all(request: Request) -> Response:
    """The invitations, the newest first, with what became of them."""
    who = await admin(request)
    number, at, identity = page_number(request), now(), rooms_of(request).identity
    found = await identity.invitations.page(who.org_id, number)
    before, after = around(number, PAGE, found.total)
    context = {
        "rows": [(row, state_of(row, at)) for row in found.invitations],
        "names": await identity.members.names(who.org_id, [row.created_by for row in found.invitations]),
        "before": before,
        "after": after,
    }
    return await draw(request, who, "invitations", "invitations", context)


async def new(request: Request) -> Response:
    """The form of an invitation."""
    return await _form(request, await admin(request), {})


async def _form(
    request: Request, who: Principal, fields: dict[str, str], error: SamverkError | None = None
) -> Response:
    context = {
        "fields": fields,
        "role": fields.get("role", Role.MEMBER.value),
        "roles": list(Role),
        "chosen": ticked(fields, "group."),
        "groups": await rooms_of(request).identity.groups.all(who.org_id),
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "invite", "invitations", context, status=error.status if error else 200)


async def invite(request: Request) -> Response:
    """Invite, and show the link."""
    who, fields = await sent_by_admin(request)
    wanted = NewInvitation(
        email=fields.get("email", ""),
        name=fields.get("name", ""),
        role=ROLES.get(fields.get("role", ""), Role.MEMBER),
        groups=ticked(fields, "group."),
    )
    try:
        await require_seat(rooms_of(request), who.org_id)
        row, secret = await rooms_of(request).identity.invitations.invite(who, wanted)
    except (Invalid, Conflict) as error:
        return await _form(request, who, dict(fields), error)
    return await _link(request, who, row, secret)


async def renew(request: Request) -> Response:
    """A new link and a new week, and show the link."""
    who, _ = await sent_by_admin(request)
    row, secret = await rooms_of(request).identity.invitations.renew(who, id_of(request, "invitation"))
    return await _link(request, who, row, secret)


async def _link(request: Request, who: Principal, row: Invitation, secret: str) -> Response:
    """The only page that shows the link: it stands in no address, no cookie and no cache."""
    words, reader = texts_of(request), await reader_of(request, who)
    link = f"{own_origin(request)}/inbjudan/{secret}"
    facts = {"name": row.name, "organisation": reader.organisation, "by": who.name}
    subject = words("invitations.mail.subject", organisation=reader.organisation)
    body = words("invitations.mail.body", link=link, until=words.date(row.expires_at), **facts)
    mail = f"mailto:{quote(row.email, safe='@')}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"
    context = {"row": row, "link": link, "body": body, "mail": mail}
    return await draw(request, who, "invited", "invitations", context, reader=reader)


async def ask_revoke(request: Request) -> Response:
    """What revoking means, before it happens."""
    who = await admin(request)
    row = await rooms_of(request).identity.invitations.get(who.org_id, id_of(request, "invitation"))
    words = texts_of(request)
    return await ask(
        request,
        title=words("invitations.revoke.title", name=row.name),
        text=words("invitations.revoke.text"),
        act=words("invitations.revoke.act"),
        back=f"{HOME}/inbjudningar",
    )


async def revoke(request: Request) -> Response:
    """Let the link be worth nothing."""
    who, _ = await sent_by_admin(request)
    row = await rooms_of(request).identity.invitations.revoke(who, id_of(request, "invitation"))
    return say(request, see_other(f"{HOME}/inbjudningar"), Said("invitation.revoked", {"name": row.name}))


def own_origin(request: Request) -> str:
    """Where this site is reached from outside; a proxy in front of it may speak https where we do not."""
    return f"{'https' if is_secure(request) else request.url.scheme}://{request.url.netloc}"
