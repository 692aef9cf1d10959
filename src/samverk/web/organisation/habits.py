"""The pages of what the organisation keeps for how long, and how long a log-in lasts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.identity.organisations import check_retention
from samverk.identity.principal import Principal
from samverk.identity.providers import names as ways_in
from samverk.web.asked import number_in
from samverk.web.organisation.frame import HOME, admin, ask, draw, sent_by_admin, wrong
from samverk.web.pages import see_other, texts_of
from samverk.web.said import Said, say

TERMS = ("30", "90", "180", "365")  # days that are offered; any other number is written
FOR_EVER, OWN = "", "own"


async def retention(request: Request) -> Response:
    """How long conversations are kept."""
    who = await admin(request)
    days = (await rooms_of(request).identity.habits(who.org_id)).retention_days
    return await _retention(request, who, _chosen(days), days)


def _chosen(days: int | None) -> dict[str, str]:
    """The form's fields for a number of days."""
    if days is None:
        return {"keep": FOR_EVER, "days": ""}
    text = str(days)
    return {"keep": text, "days": ""} if text in TERMS else {"keep": OWN, "days": text}


async def _retention(
    request: Request,
    who: Principal,
    fields: Mapping[str, str],
    days: int | None,
    error: SamverkError | None = None,
) -> Response:
    context = {
        "keep": fields.get("keep", FOR_EVER),
        "days": fields.get("days", ""),
        "now_days": days,
        "terms": TERMS,
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "retention", "retention", context, status=error.status if error else 200)


async def change_retention(request: Request) -> Response:
    """Keep them so long from now on. What erases older conversations is asked for once more, with the date."""
    who, fields = await sent_by_admin(request)
    identity = rooms_of(request).identity
    before = (await identity.habits(who.org_id)).retention_days
    try:
        days = _days(fields)
        check_retention(days)
        if _is_shorter(days, before) and not fields.get("sure"):
            return await _sure(request, days, fields, now())
        await identity.organisation.change_retention(who, days)
    except Invalid as error:
        return await _retention(request, who, fields, before, error)
    return say(request, see_other(f"{HOME}/gallring"), Said("retention.changed"))


def _days(fields: Mapping[str, str]) -> int | None:
    keep = fields.get("keep", FOR_EVER)
    if keep == FOR_EVER:
        return None
    text = fields.get("days", "").strip() if keep == OWN else keep
    return number_in(text) or 0  # which is refused like any other wrong number


def _is_shorter(days: int | None, before: int | None) -> bool:
    return days is not None and (before is None or days < before)


async def _sure(request: Request, days: int | None, fields: Mapping[str, str], at: datetime) -> Response:
    words, here = texts_of(request), f"{HOME}/gallring"
    return await ask(
        request,
        title=words.count("retention.sure.title", days or 0),
        text=words("retention.sure.text", date=words.date(at - timedelta(days=days or 0))),
        act=words("retention.sure.act"),
        back=here,
        fields={"keep": fields.get("keep", ""), "days": fields.get("days", ""), "sure": "yes"},
    )


async def sign_in(request: Request) -> Response:
    """How people log in, and for how long."""
    return await _sign_in(request, await admin(request))


async def _sign_in(
    request: Request, who: Principal, error: SamverkError | None = None, hours: str | None = None
) -> Response:
    identity = rooms_of(request).identity
    own = (await identity.habits(who.org_id)).session_hours
    most = identity.access.hours
    context = {
        "hours": str(min(own or most, most)) if hours is None else hours,
        "most": most,
        "ways": ways_in(),
        "sessions": await identity.access.living_sessions(who.org_id),
        "failures": await identity.access.failures(who.org_id),
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "signin", "signin", context, status=error.status if error else 200)


async def change_sign_in(request: Request) -> Response:
    """Another length of a log-in."""
    who, fields = await sent_by_admin(request)
    text = fields.get("hours", "").strip()
    try:
        await rooms_of(request).identity.organisation.change_session_hours(who, number_in(text) or 0)
    except Invalid as error:
        return await _sign_in(request, who, error, text)
    return say(request, see_other(f"{HOME}/inloggning"), Said("signin.changed"))


async def ask_end_all(request: Request) -> Response:
    """What it means to log everybody out."""
    await admin(request)
    words = texts_of(request)
    return await ask(
        request,
        title=words("signin.end.title"),
        text=words("signin.end.text"),
        act=words("signin.end.act"),
        back=f"{HOME}/inloggning",
    )


async def end_all(request: Request) -> Response:
    """Log everybody out, oneself too."""
    who, _ = await sent_by_admin(request)
    await rooms_of(request).identity.access.end_all(who)
    return say(request, see_other("/logga-in"), Said("signin.ended"))
