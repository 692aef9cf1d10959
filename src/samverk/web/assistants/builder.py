"""The builder: an assistant's draft as a form, what is wrong with it, and a small chat that tries it out.

Every button belongs to one form, so whatever is pressed, what was typed is kept: first the draft is saved, then the act done.
Without script each press is a page; script (`builder.js`) presses the same buttons and takes the parts that changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from samverk.answers.model import Answer
from samverk.assistants import rules
from samverk.assistants.access import BUILD
from samverk.assistants.rules import LONGEST, Problem, Surroundings
from samverk.assistants.workshop import Draft, NotReady, Overtaken, Work
from samverk.core.errors import NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.http.errors import wants_json
from samverk.http.forms import pairs
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form, posted, principal
from samverk.identity.principal import Principal
from samverk.web.asked import form_id, id_in
from samverk.web.assistants.sheet import MOST_FIELDS, Sheet, moves
from samverk.web.assistants.words import chips, rows, wrong_fields
from samverk.web.chat.turns import turn_of
from samverk.web.labels import LABELS, own_names, title
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say
from samverk.web.texts import Texts

_MOVES = ("add", "remove", "up", "down")  # what can be done to the list of models
SHELVES_SHOWN = 12  # collections to tick beside those that are ticked; more are searched for


@dataclass(slots=True)
class Desk:
    """What the page shows beside what is stored: what was typed, what is wrong, what was asked in the preview."""

    sheet: Sheet
    base: str
    problems: Sequence[Problem] = ()
    overtaken: Draft | None = None
    error: str = ""
    question: str = ""
    find: str = ""
    conversation: UUID | None = None
    turns: list[Answer] = field(default_factory=list)
    status: int = 200


async def show(request: Request) -> Response:
    """The form with the draft; `samling` searches collections, `prov` is the conversation of the preview.

    Who may look behind the assistant but not change it reads what it is.
    """
    who, rooms = await principal(request), rooms_of(request)
    work = await rooms.workshop.work(who, request.path_params["assistant"])
    around = await rooms.workshop.surroundings(who, work.current.body if work.current else None)
    if not work.may_change:
        context = {"work": work, "rows": rows(None, work.draft.body, around, texts_of(request))}
        return page(request, "assistants/about.html", context, reader=await reader_of(request, who))
    desk = Desk(Sheet.of(work.draft.body), work.draft.base, find=request.query_params.get("samling", "")[:200])
    desk.problems = rules.problems(work.draft.body, around)
    desk.conversation, desk.turns = await _tried(request, who, request.query_params.get("prov", ""))
    return await _page(request, who, work, around, desk)


async def send(request: Request) -> Response:
    """Save what was typed, then do what was pressed. Nothing typed is lost, whatever is wrong with it."""
    who, every = await principal(request), await pairs(request, MOST_FIELDS)
    fields = dict(every)
    check_form(request, fields)
    who.require(BUILD)
    rooms, slug = rooms_of(request), request.path_params["assistant"]
    work = await rooms.workshop.work(who, slug)
    if not work.may_change:
        raise NotFound("assistant", slug)
    act, _, item = fields.get("act", "save").partition(":")
    sheet = Sheet.typed(every)
    if act in _MOVES:
        sheet = sheet.after(act, item or fields.get("new_model", ""))
    base = work.draft.base if act == "overwrite" else fields.get("base", "")
    desk = Desk(sheet, base, question=fields.get("question", ""), find=fields.get("find", "")[:200])
    try:
        draft = await _save(request, who, slug, desk)
        if wants_json(request):
            return JSONResponse({"base": draft.base, "text": texts_of(request)("builder.saved")})
        return await _done(request, who, slug, act, item, fields)
    except SamverkError as error:
        await _refused(request, who, work, desk, error)
    if wants_json(request):
        return JSONResponse({"text": desk.error}, desk.status)
    desk.conversation, desk.turns = await _tried(request, who, fields.get("conversation", ""))
    around = await rooms.workshop.surroundings(who, work.current.body if work.current else None)
    return await _page(request, who, work, around, desk)


async def _save(request: Request, who: Principal, slug: str, desk: Desk) -> Draft:
    """Keep the draft. Raises NotReady, Overtaken."""
    body, problems = desk.sheet.body()
    if body is None:
        raise NotReady(problems)
    return await rooms_of(request).workshop.save_draft(who, slug, body, desk.base)


async def _refused(request: Request, who: Principal, work: Work, desk: Desk, error: SamverkError) -> None:
    """Put on the desk what is wrong, where it can be mended there. Raises the error where it cannot."""
    if isinstance(error, NotReady):
        desk.problems = error.problems
    elif isinstance(error, Overtaken):
        desk.overtaken = work.draft
    elif error.status in (400, 413, 429):  # the draft is saved, and what was to be done with it was refused
        desk.base = (await rooms_of(request).workshop.work(who, work.slug)).draft.base
    else:
        raise error
    desk.status, desk.error = error.status, error.message(language_of(request))


async def _done(request: Request, who: Principal, slug: str, act: str, item: str, fields: dict[str, str]) -> Response:
    """The draft is saved: on to what the button says."""
    here, tried = f"/bygg/{slug}", fields.get("conversation", "")
    again = f"{here}?prov={tried}" if tried else here
    if act == "publish":
        return see_other(f"{here}/publicera")
    if act in _MOVES:
        return see_other(f"{again}#modeller")
    if act == "find":
        asked = {"samling": fields.get("find", "")[:200], "prov": tried}
        return see_other(f"{here}?{urlencode(asked)}#samlingar")
    if act == "try":
        return see_other(f"{here}?prov={await _try(request, who, slug, fields)}#prov")
    if act == "stop":
        await rooms_of(request).answers.stop(who, form_id(item))
        return see_other(f"{again}#prov")
    if act == "over":
        return see_other(f"{here}#prov")
    return say(request, see_other(again), Said("assistant.saved"))


async def _try(request: Request, who: Principal, slug: str, fields: dict[str, str]) -> UUID:
    """Ask the draft, in a conversation that leaves nothing behind. Returns the conversation."""
    answers = rooms_of(request).answers
    question, tried = fields.get("question", ""), fields.get("conversation", "")
    run = await answers.start(
        who,
        slug,
        question,
        run=form_id(fields.get("run", "")),
        conversation=form_id(tried) if tried else None,
        temporary=True,
        draft=True,
    )
    conversation = await answers.conversation_of(who, run)
    if conversation is None:
        raise NotFound("conversation")
    return conversation


async def _tried(request: Request, who: Principal, conversation: str) -> tuple[UUID | None, list[Answer]]:
    """The conversation of the preview with its turns. One that is gone meanwhile is none."""
    id = id_in(conversation)
    try:
        view = await rooms_of(request).answers.conversation(who, id) if id else None
    except NotFound:
        view = None
    return (view.info.id, list(view.turns)) if view and view.temporary else (None, [])


async def _page(request: Request, who: Principal, work: Work, around: Surroundings, desk: Desk) -> Response:
    words, sheet = texts_of(request), desk.sheet
    body, _ = sheet.body()
    context: dict[str, Any] = {
        "work": work,
        "sheet": sheet,
        "base": desk.overtaken.base if desk.overtaken else desk.base,
        "wrong": wrong_fields([problem for problem in desk.problems if problem.blocks], words),
        "worth": wrong_fields([problem for problem in desk.problems if not problem.blocks], words),
        "error": desk.error,
        "overtaken": desk.overtaken,
        "theirs": rows(desk.overtaken.body, body, around, words) if desk.overtaken and body else [],
        "levels": [(level.slug, words(f"level.{level.slug}")) for level in Level],
        "level": Level.parse(sheet.level),
        "least": around.least_level(body) if body else Level.OPEN,
        "find": desk.find,
        "sorts": _sorts(sheet, words, own_names(await rooms_of(request).masking.settings(who.org_id))),
        "owners": {org.id: org.name for org in await rooms_of(request).identity.organisation.all()},
        **_choices(sheet, around, desk.find),
        "turns": [(turn_of(answer, words, ""), answer.confidence) for answer in desk.turns],
        "running": any(answer.status == "running" for answer in desk.turns),
        "conversation": desk.conversation,
        "question": desk.question,
        "run": new_id(),
        "chips": chips(body, around) if body else None,
        "limits": LONGEST,
    }
    reader = await reader_of(request, who)
    return page(request, "assistants/builder.html", context, reader=reader, status=desk.status)


def _sorts(sheet: Sheet, words: Texts, own: Mapping[str, str]) -> list[tuple[str, str]]:
    """The sorts of personal data that can be left unmasked, as (label, word); those that are, whatever became of them."""
    every = dict.fromkeys((*LABELS, *own, *sheet.masking_off))
    return [(label, title(words, label, own)) for label in every]


def _choices(sheet: Sheet, around: Surroundings, find: str) -> dict[str, Any]:
    """The models, collections and groups to choose from, and those that are chosen and not there any more."""
    return {
        "models": [(slug, around.models.get(slug), *moves(sheet.models, slug)) for slug in sheet.models],
        "more_models": [card for slug, card in around.models.items() if slug not in sheet.models],
        "shelves": _shelves(sheet, around, find),
        "hidden": [ref for ref in sheet.collections if ref not in around.collections],
        "many_shelves": len(around.collections) > SHELVES_SHOWN,
        "groups": list(around.groups.items()),
        "lost_groups": [slug for slug in sheet.groups if slug not in around.groups],
    }


def _shelves(sheet: Sheet, around: Surroundings, find: str) -> list[Any]:
    """The collections to tick: those that are, then those that hold the words that are searched for."""
    chosen = [around.collections[ref] for ref in sheet.collections if ref in around.collections]
    words = find.casefold().split()
    others = [
        shelf
        for ref, shelf in around.collections.items()
        if ref not in sheet.collections and all(word in f"{shelf.name} {ref}".casefold() for word in words)
    ]
    return [*chosen, *others[:SHELVES_SHOWN]]


async def confirm_drop(request: Request) -> Response:
    """Whether the draft is to be thrown away."""
    who, words = await principal(request), texts_of(request)
    work = await rooms_of(request).workshop.work(who, request.path_params["assistant"])
    if not work.may_change or work.current is None:
        raise NotFound("version")
    here = f"/bygg/{work.slug}"
    return await confirm(
        request,
        nav="assistants",
        title=words("builder.drop_title"),
        text=words("builder.drop_text", name=work.name, version=work.current.version),
        act=words("builder.drop"),
        back=here,
    )


async def drop(request: Request) -> Response:
    """Throw the draft away: what is in force is what there is."""
    who, _ = await posted(request)
    slug = request.path_params["assistant"]
    await rooms_of(request).workshop.drop_draft(who, slug)
    return say(request, see_other(f"/bygg/{slug}"), Said("assistant.dropped"))
