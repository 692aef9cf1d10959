"""Logging in and out, and choosing an organisation."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotSignedIn, SamverkError, TooMany
from samverk.http.rooms import rooms_of
from samverk.http.sessions import (
    SESSION,
    begin_session,
    checked_form,
    drop_cookie,
    principal,
    safe_next,
    session_secret,
    set_cookie,
)
from samverk.web.kept import Kept, returned
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
    fields = await checked_form(request)
    identity, email, target = rooms_of(request).identity, fields.get("email", ""), safe_next(fields.get("next"))
    kept = returned(fields)
    address = request.client.host if request.client else ""
    try:
        secret, _ = await identity.log_in(email, fields.get("password", ""), address)
    except (NotSignedIn, TooMany) as error:
        return _refused(request, error, {"email": email, "next": target, "kept": kept})
    begin_session(request, secret)
    several = len(await identity.organisations(secret)) > 1
    if kept:
        response = await (_choice(request, target, kept) if several else _resumed(request, kept))
    else:
        response = see_other(f"/byt-organisation?next={quote(target)}" if several else target)
    set_cookie(request, response, SESSION, secret)
    return response


def _refused(request: Request, error: SamverkError, given: Mapping[str, Any]) -> Response:
    context = {**given, "error": error.message(language_of(request))}
    headers = {"Retry-After": str(error.facts["seconds"])} if isinstance(error, TooMany) else {}
    return page(request, "account/login.html", context, status=error.status, headers=headers)


async def organisations(request: Request) -> Response:
    """The organisations to choose from."""
    return await _choice(request, safe_next(request.query_params.get("next")), None)


async def _choice(request: Request, target: str, kept: Kept | None) -> Response:
    who = await principal(request)
    found = await rooms_of(request).identity.organisations(session_secret(request) or "")
    context = {"organisations": found, "current": who.org_id, "next": target, "kept": kept}
    return page(request, "account/organisations.html", context, reader=await reader_of(request, who))


async def choose_organisation(request: Request) -> Response:
    """Go on in another organisation, with a new session."""
    fields = await checked_form(request)
    identity, old = rooms_of(request).identity, session_secret(request) or ""
    secret, _ = await identity.switch(old, fields.get("organisation", ""))
    begin_session(request, secret)
    kept = returned(fields)
    response = await _resumed(request, kept) if kept else see_other(safe_next(fields.get("next")))
    set_cookie(request, response, SESSION, secret)
    return response


async def _resumed(request: Request, kept: Kept) -> Response:
    """Back at the question that was on its way when the session had ended; it is for the person to send."""
    reader = await reader_of(request, await principal(request))
    return page(request, "account/resume.html", {"kept": kept}, reader=reader)


async def log_out(request: Request) -> Response:
    """End the session, and with it the temporary conversations."""
    await checked_form(request)
    rooms, secret = rooms_of(request), session_secret(request)
    if secret:
        with suppress(NotSignedIn):  # a session that has ended meanwhile: its temporary conversations are swept
            await rooms.conversations.end_all(await principal(request))
        await rooms.identity.log_out(secret)
    response = see_other("/logga-in")
    drop_cookie(request, response, SESSION)
    return response
