"""What the link of an invitation leads to: who invites to what, and the form that makes its reader a member."""

from collections import defaultdict
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Conflict, Invalid, SamverkError, TooMany
from samverk.http.rooms import rooms_of
from samverk.http.sessions import SESSION, checked_form, set_cookie
from samverk.identity.errors import InvitationClosed, WrongCredentials
from samverk.identity.invitations import Welcome
from samverk.web.organisation.frame import wrong
from samverk.web.pages import page, see_other
from samverk.web.said import Said, say


async def show(request: Request) -> Response:
    """The invitation; one that is closed says so kindly. Raises NotFound for a link that nobody gave out."""
    welcome = await rooms_of(request).identity.invitations.open(request.path_params["secret"])
    return _page(request, welcome, {})


async def accept(request: Request) -> Response:
    """Become a member, logged in at once."""
    fields = await checked_form(request)
    invitations, secret = rooms_of(request).identity.invitations, request.path_params["secret"]
    welcome = await invitations.open(secret)
    address = request.client.host if request.client else ""
    try:
        _check_again(fields, welcome)
        session, who = await invitations.accept(secret, fields.get("name", ""), fields.get("password", ""), address)
    except (InvitationClosed, Conflict):  # somebody was faster, perhaps this very form
        return _page(request, await invitations.open(secret), fields)
    except (Invalid, WrongCredentials, TooMany) as error:
        return _page(request, welcome, fields, error)
    response = see_other("/")
    set_cookie(request, response, SESSION, session)
    return say(
        request, response, Said("invitation.accepted", {"organisation": welcome.organisation.name, "name": who.name})
    )


def _check_again(fields: Mapping[str, str], welcome: Welcome) -> None:
    if not welcome.known and fields.get("password") != fields.get("again"):
        raise Invalid(sv="Lösenorden är inte lika.", en="The passwords are not the same.", param="again")


def _page(request: Request, welcome: Welcome, fields: Mapping[str, str], error: SamverkError | None = None) -> Response:
    status = error.status if error else 200 if welcome.is_open else InvitationClosed.status
    errors = wrong(request, error) if error else {}
    if isinstance(error, WrongCredentials):
        errors = {"password": errors["form"]}
    context = {
        "welcome": welcome,
        "invitation": welcome.invitation,
        "name": fields.get("name", welcome.invitation.name),
        "errors": defaultdict(str, errors),
    }
    # The address is a secret: it is not even told to our own pages.
    return page(
        request, "organisation/welcome.html", context, status=status, headers={"Referrer-Policy": "no-referrer"}
    )
