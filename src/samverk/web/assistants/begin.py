"""A new assistant: from scratch, as a copy of one, or from one that another organisation shows. It begins as one's own draft."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.access import BUILD
from samverk.assistants.model import AssistantBody
from samverk.assistants.rules import LONGEST
from samverk.assistants.workshop import NotReady, transplanted
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.asked import form_id
from samverk.web.assistants.sheet import Sheet
from samverk.web.assistants.words import wrong_fields
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

CHOICES = 200  # assistants that one can begin from; the others have a button of their own in the gallery


async def show(request: Request) -> Response:
    """The form; `kopia` (an assistant) or `delad` (what another organisation shows) is chosen beforehand.

    `samling` is a collection that an empty draft knows from the beginning.
    """
    who = await principal(request)
    who.require(BUILD)
    asked = {name: request.query_params.get(name, "") for name in ("kopia", "delad")}
    source = f"kopia:{asked['kopia']}" if asked["kopia"] else f"delad:{asked['delad']}" if asked["delad"] else ""
    name = description = ""
    if source:
        body = await _source(request, who, source)
        name, description = texts_of(request)("begin.copy_of", name=body.name)[: LONGEST["name"]], body.description
    collection = request.query_params.get("samling", "")
    given = {"name": name, "description": description, "source": source, "key": str(new_id()), "collection": collection}
    return await _page(request, who, given, {})


async def create(request: Request) -> Response:
    """Makes the draft and goes on to the builder. Its id came with the form: sent twice, it makes one assistant."""
    who, fields = await posted(request)
    who.require(BUILD)
    rooms, words = rooms_of(request), texts_of(request)
    typed = Sheet(name=fields.get("name", ""), description=fields.get("description", ""), models=("?",))
    begun, problems = typed.body()
    if begun is None:
        return await _page(request, who, fields, wrong_fields(problems, words))
    body = await _source(request, who, fields.get("source", ""), fields.get("collection", ""))
    body = body.model_copy(update={"name": begun.name, "description": begun.description})
    try:
        slug = await rooms.workshop.create(who, form_id(fields.get("key", "")), body)
    except NotReady as error:
        return await _page(request, who, fields, wrong_fields(error.problems, words))
    return say(request, see_other(f"/bygg/{slug}"), Said("assistant.begun", {"name": body.name}))


async def _source(request: Request, who: Principal, source: str, collection: str = "") -> AssistantBody:
    """What it begins from. Of another organisation's, only the parts that exist here. Raises NotFound.

    From scratch it knows the collection, where the person may read it, and has at least its level.
    """
    workshop = rooms_of(request).workshop
    kind, _, name = source.partition(":")
    around = await workshop.surroundings(who)
    if kind == "kopia":
        return (await workshop.work(who, name)).draft.body
    if kind == "delad":
        return transplanted((await workshop.shared(who, form_id(name))).body, around)
    known = around.collections.get(collection)
    return AssistantBody(
        name="?",
        models=tuple(around.models)[:1],
        collections=(known.ref,) if known else (),
        level=max(Level.INTERNAL, known.level) if known else Level.INTERNAL,
        language=language_of(request),
    )


async def _page(request: Request, who: Principal, given: Mapping[str, str], wrong: Mapping[str, list[str]]) -> Response:
    gallery = rooms_of(request).gallery
    own = [(f"kopia:{slug}", name) for slug, name in await gallery.choices(who, CHOICES)]
    shared = [(f"delad:{e.id}", f"{e.name} – {e.from_org}") for e in (await gallery.page(who, "shared")).entries]
    source = given.get("source", "")
    if source and source not in dict(own + shared):
        own.insert(0, (source, (await _source(request, who, source)).name))
    context = {"given": given, "wrong": wrong, "own": own, "shared": shared}
    status = 422 if wrong else 200
    return page(request, "assistants/new.html", context, reader=await reader_of(request, who), status=status)
