"""The pages of what is kept of calls' content: for how long, what there is, and reading it for a reason that the log tells."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, SamverkError
from samverk.gateway.calls import ASSISTANT
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal
from samverk.ledger.content import Content, Kept
from samverk.web.asked import number_in, page_number
from samverk.web.organisation.frame import HOME, admin, around, ask, draw, id_of, sent_by_admin, wrong
from samverk.web.pages import see_other, texts_of
from samverk.web.said import Said, say
from samverk.web.texts import Texts

PLACE = f"{HOME}/innehall"
PAGE = 25
TERMS = ("30", "90", "365")  # days that are offered; any other number is written
NOTHING, OWN = "", "own"


async def show(request: Request) -> Response:
    """How long content is kept, and the calls that there is content of."""
    who = await admin(request)
    days = await rooms_of(request).keeping.days(who.org_id)
    return await _page(request, who, _chosen(days), days)


def _chosen(days: int) -> dict[str, str]:
    """The form's fields for a number of days."""
    text = str(days or "")
    return {"keep": text, "days": ""} if text in (NOTHING, *TERMS) else {"keep": OWN, "days": text}


async def _page(
    request: Request, who: Principal, fields: Mapping[str, str], days: int, error: SamverkError | None = None
) -> Response:
    number, words = page_number(request), texts_of(request)
    found = await rooms_of(request).keeping.list(who, PAGE + 1, (number - 1) * PAGE)
    context = {
        "keep": fields.get("keep", NOTHING),
        "days": fields.get("days", ""),
        "now_days": days,
        "terms": TERMS,
        "kept": [(one, _purpose(one, words)) for one in found[:PAGE]],
        "pages": around(number, PAGE, (number - 1) * PAGE + len(found)),
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "kept", "content", context, status=error.status if error else 200)


def _purpose(kept: Kept, words: Texts) -> str:
    """What the call was for, in words."""
    purpose = str(kept.opened.get("purpose", ""))
    if purpose.startswith(ASSISTANT):
        return words("content.of_assistant", slug=purpose.removeprefix(ASSISTANT))
    return words("content.of_program")


async def change(request: Request) -> Response:
    """Keep it so long from now on. What erases something is asked for once more."""
    who, fields = await sent_by_admin(request)
    keeping = rooms_of(request).keeping
    before = await keeping.days(who.org_id)
    try:
        days = _days(fields)
        if 0 <= days < before and not fields.get("sure"):
            return await _sure(request, days, fields)
        await keeping.choose(who, days)
    except Invalid as error:
        return await _page(request, who, fields, before, error)
    return say(request, see_other(PLACE), Said("content.kept") if days else Said("content.ended"))


def _days(fields: Mapping[str, str]) -> int:
    keep = fields.get("keep", NOTHING)
    if keep == NOTHING:
        return 0
    text = fields.get("days", "").strip() if keep == OWN else keep
    return number_in(text) or -1  # which is refused like any other wrong number


async def _sure(request: Request, days: int, fields: Mapping[str, str]) -> Response:
    words = texts_of(request)
    return await ask(
        request,
        title=words.count("content.sure.title", days) if days else words("content.sure.none"),
        text=words("content.sure.text"),
        act=words("content.sure.act"),
        back=PLACE,
        fields={"keep": fields.get("keep", ""), "days": fields.get("days", ""), "sure": "yes"},
    )


async def show_one(request: Request) -> Response:
    """One call: what its record says, and the question why one wants to read what was said."""
    who = await admin(request)
    kept = await rooms_of(request).keeping.get(who, id_of(request, "content"))
    return await _one(request, who, kept)


async def read(request: Request) -> Response:
    """What was asked and answered in the call, once the log says who reads it and why."""
    who, fields = await sent_by_admin(request)
    keeping, why = rooms_of(request).keeping, fields.get("why", "")
    kept = await keeping.get(who, id_of(request, "content"))
    try:
        content = await keeping.read(who, kept.call_id, why)
    except Invalid as error:
        return await _one(request, who, kept, why=why, error=error)
    return await _one(request, who, kept, content)


async def _one(
    request: Request,
    who: Principal,
    kept: Kept,
    content: Content | None = None,
    why: str = "",
    error: SamverkError | None = None,
) -> Response:
    context = {
        "kept": kept,
        "purpose": _purpose(kept, texts_of(request)),
        "content": content,
        "why": why,
        "errors": wrong(request, error) if error else {},
    }
    return await draw(request, who, "kept_call", "content", context, status=error.status if error else 200)
