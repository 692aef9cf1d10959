"""Searching by meaning: which model makes vectors of the passages, how far that has come, the trial on the organisation's own
questions, and the decision. The same as `samverk vectors`.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import SamverkError
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.knowledge.fusion import FEWEST_QUESTIONS
from samverk.knowledge.trial import MOST_QUESTIONS, questions_in
from samverk.knowledge.vectors import PERMISSION, SetInfo
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

HOME = "/kunskap/betydelse"
_FORM = {"model": "", "query_prefix": "", "passage_prefix": "", "questions": "", "tried": ""}
_LONGEST_PREFIX = 200


async def show(request: Request) -> Response:
    """The sets of vectors that there are, each with its trial, and how to make others."""
    return await _page(request, await _steward(request), _FORM)


async def begin(request: Request) -> Response:
    """Have a model make vectors in the background; those that serve do so meanwhile."""
    who, fields = await _sent(request)
    prefixes = [fields[name][:_LONGEST_PREFIX] for name in ("query_prefix", "passage_prefix")]
    try:
        await rooms_of(request).knowledge.vectors.begin(who, fields["model"], *prefixes)
    except SamverkError as error:
        return await _page(request, who, fields, error)
    return say(request, see_other(HOME), Said("vectors.begun"))


async def attempt(request: Request) -> Response:
    """Measure a model's vectors on questions of the organisation's own; a form that is wrong comes back as it was."""
    who, fields = await _sent(request)
    knowledge = rooms_of(request).knowledge
    fields["tried"] = (await knowledge.vectors.get(who, request.path_params["model"])).model
    try:
        questions = questions_in(fields["questions"])
        await knowledge.trial.run(who, fields["tried"], questions)
    except SamverkError as error:
        return await _page(request, who, fields, error)
    return say(request, see_other(HOME), Said("vectors.tried", {"n": len(questions)}))


async def turn_on(request: Request) -> Response:
    """Let a model's vectors serve."""
    who, _ = await _sent(request)
    model = request.path_params["model"]
    await rooms_of(request).knowledge.vectors.turn_on(who, model)
    return say(request, see_other(HOME), Said("vectors.on", undo=f"{HOME}/av"))


async def turn_off(request: Request) -> Response:
    """Let words alone serve; the vectors stay."""
    who, _ = await _sent(request)
    serving = [info.model for info in await rooms_of(request).knowledge.vectors.of(who) if info.serving]
    await rooms_of(request).knowledge.vectors.turn_off(who)
    undo = f"{HOME}/{serving[0]}/pa" if serving else ""
    return say(request, see_other(HOME), Said("vectors.off", undo=undo))


async def ask_forget(request: Request) -> Response:
    """What it means to delete a model's vectors."""
    who, words = await _steward(request), texts_of(request)
    info = await rooms_of(request).knowledge.vectors.get(who, request.path_params["model"])
    names = await _names(request, who)
    return await confirm(
        request,
        nav="knowledge",
        title=words("meaning.forget_title", name=names.get(info.model, info.model)),
        text=words("meaning.forget_text", n=words.number(info.vectors)),
        act=words("meaning.forget"),
        back=HOME,
    )


async def forget(request: Request) -> Response:
    """Delete a model's vectors."""
    who, _ = await _sent(request)
    await rooms_of(request).knowledge.vectors.forget(who, request.path_params["model"])
    return say(request, see_other(HOME), Said("vectors.forgotten"))


async def _steward(request: Request) -> Principal:
    who = await principal(request)
    who.require(PERMISSION)
    return who


async def _sent(request: Request) -> tuple[Principal, dict[str, str]]:
    """Who sends a form, and its fields."""
    who, fields = await posted(request, _steward)
    return who, {name: fields.get(name, "") for name in _FORM}


async def _names(request: Request, who: Principal) -> dict[str, str]:
    """The models that make vectors, by slug."""
    models = await rooms_of(request).library.models(who.org_id)
    return {model.card.slug: model.card.name for model in models if model.card.kind == "embeddings"}


async def _page(
    request: Request, who: Principal, fields: Mapping[str, str], error: SamverkError | None = None
) -> Response:
    """The page, with the form that was wrong as it was filled in: `tried` names the model whose trial it was."""
    names = await _names(request, who)
    sets = await rooms_of(request).knowledge.vectors.of(who)
    context: dict[str, Any] = {
        "sets": [(info, names.get(info.model, info.model), verdict(info)) for info in sets],
        "models": list(names.items()),
        "home": HOME,
        "fewest": FEWEST_QUESTIONS,
        "most": MOST_QUESTIONS,
        "fields": fields,
        "error": error.message(language_of(request)) if error else "",
    }
    status = error.status if error else 200
    return page(request, "knowledge/meaning.html", context, reader=await reader_of(request, who), status=status)


def verdict(info: SetInfo) -> str:
    """What the latest trial says: `untried`, `few` questions, `wins` or `loses`. Pure."""
    if not info.figures:
        return "untried"
    if info.figures["questions"] < FEWEST_QUESTIONS:
        return "few"
    return "wins" if info.figures["wins"] else "loses"
