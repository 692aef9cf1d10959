"""Putting a draft in force: what changes, for whom, what stands in the way, and a note for those who come after."""

from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants import rules
from samverk.assistants.workshop import NotReady, Overtaken, Reach, Work
from samverk.core.errors import Invalid, NotFound
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.assistants.words import rows, wrong_fields
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

REACHES: tuple[Reach, ...] = get_args(Reach)


async def show(request: Request) -> Response:
    """What would change."""
    who = await principal(request)
    work = await _work(request, who)
    return await _page(request, who, work)


async def publish(request: Request) -> Response:
    """Put it in force. Where the draft has changed since the page was drawn, the page is drawn anew."""
    who, fields = await posted(request)
    work = await _work(request, who)
    reach = next((known for known in REACHES if known == fields.get("reach")), None)
    if reach is None:
        raise Invalid(why="reach")
    try:
        version = await rooms_of(request).workshop.publish(
            who, work.slug, fields.get("base", ""), reach, fields.get("note", "")
        )
    except (NotReady, Overtaken) as error:
        said = {"error": error.message(language_of(request)), "note": fields.get("note", ""), "reach": reach}
        return await _page(request, who, work, status=error.status, **said)
    facts = {"name": version.body.name, "version": version.version}
    return say(request, see_other(f"/bygg/{work.slug}/versioner"), Said("assistant.published", facts))


async def _work(request: Request, who: Principal) -> Work:
    work = await rooms_of(request).workshop.work(who, request.path_params["assistant"])
    if not work.may_change:
        raise NotFound("assistant", work.slug)
    return work


async def _page(request: Request, who: Principal, work: Work, *, status: int = 200, **said: str) -> Response:
    words, current = texts_of(request), work.current.body if work.current else None
    around = await rooms_of(request).workshop.surroundings(who, current)
    problems = rules.problems(work.draft.body, around)
    usual = "citizens" if work.draft.body.audience == "citizen" else "me" if work.owner and current else "organisation"
    context: dict[str, Any] = {
        "work": work,
        "rows": rows(current, work.draft.body, around, words),
        "wrong": wrong_fields([problem for problem in problems if problem.blocks], words),
        "worth": wrong_fields([problem for problem in problems if not problem.blocks], words),
        "reaches": [reach for reach in REACHES if reach != "me" or work.owner],
        "reach": said.get("reach", usual),
        "groups": [around.groups.get(slug, slug) for slug in work.draft.body.groups],
        "note": said.get("note", ""),
        "error": said.get("error", ""),
    }
    return page(request, "assistants/publish.html", context, reader=await reader_of(request, who), status=status)
