"""Logging in and out, and choosing an organisation."""

from contextlib import suppress
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotSignedIn, SamverkError, TooMany
from samverk.http.forms import form
from samverk.http.rooms import rooms_of
from samverk.http.sessions import SESSION, check_form, drop_cookie, principal, safe_next, session_secret, set_cookie
from samverk.web.pages import language_of, page, reader_of, see_other


async def show(request: Request) -> Response:
    """The form; who is logged in already goes on."""
    target = safe_next(request.query_params.get("next"))
    try:
        await principal(request)
    except NotSignedIn:
        return page(request, "account/login.html", {"next": target, "email": "", "error": ""})
    return see_other(target)


async def log_in(request: Request) -> Response:
    """Check e-mail and password. Who belongs to several organisations chooses one next."""
    fields = await form(request)
    check_form(request, fields)
    identity, email, target = rooms_of(request).identity, fields.get("email", ""), safe_next(fields.get("next"))
    address = request.client.host if request.client else ""
    try:
        secret, _ = await identity.log_in(email, fields.get("password", ""), address)
    except (NotSignedIn, TooMany) as error:
        return _refused(request, error, email, target)
    several = len(await identity.organisations(secret)) > 1
    response = see_other(f"/byt-organisation?next={quote(target)}" if several else target)
    set_cookie(request, response, SESSION, secret)
    return response


def _refused(request: Request, error: SamverkError, email: str, target: str) -> Response:
    context = {"next": target, "email": email, "error": error.message(language_of(request))}
    headers = {"Retry-After": str(error.facts["seconds"])} if isinstance(error, TooMany) else {}
    return page(request, "account/login.html", context, status=error.status, headers=headers)


async def organisations(request: Request) -> Response:
    """The organisations to choose from."""
    who = await principal(request)
    found = await rooms_of(request).identity.organisations(session_secret(request) or "")
    context = {"organisations": found, "current": who.org_id, "next": safe_next(request.query_params.get("next"))}
    return page(request, "account/organisations.html", context, reader=await reader_of(request, who))


async def choose_organisation(request: Request) -> Response:
    """Go on in another organisation, with a new session."""
    fields = await form(request)
    check_form(request, fields)
    identity, old = rooms_of(request).identity, session_secret(request) or ""
    secret, _ = await identity.switch(old, fields.get("organisation", ""))
    response = see_other(safe_next(fields.get("next")))
    set_cookie(request, response, SESSION, secret)
    return response


async def log_out(request: Request) -> Response:
    """End the session, and with it the temporary conversations."""
    check_form(request, await form(request))
    rooms, secret = rooms_of(request), session_secret(request)
    if secret:
        with suppress(NotSignedIn):  # a session that has ended meanwhile: its temporary conversations are swept
            await rooms.conversations.end_all(await principal(request))
        await rooms.identity.log_out(secret)
    response = see_other("/logga-in")
    drop_cookie(request, response, SESSION)
    return response
