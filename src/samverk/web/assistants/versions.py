"""What an assistant has been: versions side by side, an older one put in force again, retiring it, and showing it to others."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.access import can_share
from samverk.assistants.workshop import NotReady, Version, Workshop
from samverk.core.errors import NotFound
from samverk.core.ids import new_id
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.asked import number_in
from samverk.web.assistants.words import rows
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say


async def show(request: Request) -> Response:
    """The versions, the newest first, and what can be done with the whole assistant."""
    who, workshop = await principal(request), rooms_of(request).workshop
    slug = request.path_params["assistant"]
    work = await workshop.work(who, slug)
    context: dict[str, Any] = {
        "work": work,
        "versions": await workshop.versions(who, slug),
        "may_share": can_share(who) and work.may_change,
        "key": new_id(),
    }
    return page(request, "assistants/versions.html", context, reader=await reader_of(request, who))


async def compared(request: Request) -> Response:
    """Two versions field by field: `fran` is the older, `till` the newer. Without `fran`, all that one says."""
    who, workshop, words = await principal(request), rooms_of(request).workshop, texts_of(request)
    slug = request.path_params["assistant"]
    work = await workshop.work(who, slug)
    new = await workshop.version(who, slug, _number(request, "till"))
    old = await workshop.version(who, slug, _number(request, "fran")) if request.query_params.get("fran") else None
    if old and old.version > new.version:
        old, new = new, old
    around = await workshop.surroundings(who, new.body)
    context: dict[str, Any] = {
        "work": work,
        "old": old,
        "new": new,
        "rows": rows(old.body if old else None, new.body, around, words),
    }
    return page(request, "assistants/comparison.html", context, reader=await reader_of(request, who))


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    number = number_in(text)
    if number is None:
        raise NotFound("version", text[:20])
    return number


async def confirm_roll_back(request: Request) -> Response:
    """What would change if an older version came back in force."""
    return await _roll_back_page(request, await _version(request))


async def _version(request: Request) -> Version:
    who, workshop = await principal(request), rooms_of(request).workshop
    return await workshop.version(who, request.path_params["assistant"], request.path_params["version"])


async def _roll_back_page(request: Request, old: Version, error: str = "", note: str = "") -> Response:
    who, workshop, words = await principal(request), rooms_of(request).workshop, texts_of(request)
    work = await workshop.work(who, request.path_params["assistant"])
    if not work.may_change or work.current is None:
        raise NotFound("version")
    around = await workshop.surroundings(who, work.current.body)
    context: dict[str, Any] = {
        "work": work,
        "old": old,
        "rows": rows(work.current.body, old.body, around, words),
        "error": error,
        "note": note,
    }
    reader = await reader_of(request, who)
    return page(request, "assistants/roll_back.html", context, reader=reader, status=422 if error else 200)


async def roll_back(request: Request) -> Response:
    """Put it in force again, as a new version."""
    who, fields = await posted(request)
    workshop, slug = rooms_of(request).workshop, request.path_params["assistant"]
    before = (await workshop.work(who, slug)).current
    try:
        version = await workshop.roll_back(who, slug, request.path_params["version"], fields.get("note", ""))
    except NotReady as error:
        return await _roll_back_page(
            request, await _version(request), error.message(language_of(request)), fields.get("note", "")
        )
    facts = {"version": version.version, "old": request.path_params["version"]}
    undo = f"/bygg/{slug}/aterga/{before.version}" if before and before.version != version.version else ""
    return _done(request, "", Said("assistant.rolled_back", facts, undo=undo))


async def retire(request: Request) -> Response:
    """Take the assistant out of use."""
    who, workshop, slug = await _sent(request)
    name = await workshop.retire(who, slug)
    return _done(request, "", Said("assistant.retired", {"name": name}, undo=f"/bygg/{slug}/aterstall"))


async def restore(request: Request) -> Response:
    """Take it in use again."""
    who, workshop, slug = await _sent(request)
    name = await workshop.restore(who, slug)
    return _done(request, "", Said("assistant.restored", {"name": name}))


async def share(request: Request) -> Response:
    """Show the version in force to the other organisations."""
    who, workshop, slug = await _sent(request)
    version = await workshop.share(who, slug)
    return _done(request, "#dela", Said("assistant.shared", {"version": version}, undo=f"/bygg/{slug}/sluta-dela"))


async def unshare(request: Request) -> Response:
    """Show it no longer."""
    who, workshop, slug = await _sent(request)
    await workshop.unshare(who, slug)
    return _done(request, "#dela", Said("assistant.unshared", undo=f"/bygg/{slug}/dela"))


async def _sent(request: Request) -> tuple[Principal, Workshop, str]:
    """Who sent a form, the workshop, and the assistant that it is about."""
    who, _ = await posted(request)
    return who, rooms_of(request).workshop, request.path_params["assistant"]


def _done(request: Request, place: str, said: Said) -> Response:
    """Back at the versions, at a place on their page."""
    return say(request, see_other(f"/bygg/{request.path_params['assistant']}/versioner{place}"), said)
