"""The prompt library: finding a question to fill in, filling it in, and writing, sharing and taking away one's own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from samverk.assistants.fields import filled, pieces
from samverk.assistants.model import Assistant
from samverk.assistants.prompts import LONGEST, MOST_FIELDS, Prompt, PromptBody, PromptChanged, Shelf, problems
from samverk.core.errors import NotAllowed, NotFound
from samverk.core.ids import new_id
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.web.areas import sent, shown
from samverk.web.asked import id_in, page_number
from samverk.web.chat.asking import chat_path
from samverk.web.pages import confirm, language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

HOME = "/mallar"
PAGE = 30  # prompts on a page
LONGEST_ADDRESS = (
    2_000  # characters; a longer question is reviewed on a page of its own: servers in between cut addresses
)
SHELVES: dict[Shelf, str] = {"own": HOME, "shared": f"{HOME}/delade"}


def routes() -> list[BaseRoute]:
    """The addresses of the prompt library."""
    one = f"{HOME}/{{prompt:uuid}}"
    return [
        Route(HOME, own),
        Route(SHELVES["shared"], shared),
        *shown(f"{HOME}/ny", new, create),
        *shown(one, begin, fill),
        *shown(f"{one}/andra", edit, save),
        *sent(f"{one}/kopiera", duplicate),
        *sent(f"{one}/dela", share),
        *shown(f"{one}/sluta-dela", confirm_unshare, unshare),
        *sent(f"{one}/ta-bort", delete),
        *sent(f"{one}/aterstall", restore),
    ]


async def own(request: Request) -> Response:
    """One's own prompts."""
    return await _list(request, "own")


async def shared(request: Request) -> Response:
    """The prompts that are shared in the organisation."""
    return await _list(request, "shared")


async def _list(request: Request, shelf: Shelf) -> Response:
    who, prompts = await _person(request), rooms_of(request).prompts
    asked = request.query_params.get("q", "").strip()[:200]
    number = page_number(request)
    found = await prompts.list(who, shelf, asked, skip=(number - 1) * PAGE, limit=PAGE)
    context = {
        "shelf": shelf,
        "shelves": SHELVES,
        "counts": await prompts.count(who),
        "found": found,
        "q": asked,
        "number": number,
        "last": max(1, -(-found.total // PAGE)),
    }
    return page(request, "assistants/prompts.html", context, reader=await reader_of(request, who))


# using one


async def begin(request: Request) -> Response:
    """A prompt with its fields to fill in; `?assistent=` names the assistant that is chosen beforehand."""
    who = await _person(request)
    prompt = await rooms_of(request).prompts.get(who, request.path_params["prompt"])
    return await _prompt_page(request, who, prompt, {"assistant": request.query_params.get("assistent", "")})


async def fill(request: Request) -> Response:
    """On to the assistant with the filled question, which is seen there before it is sent."""
    who, fields = await posted(request, _person)
    rooms, words = rooms_of(request), texts_of(request)
    prompt = await rooms.prompts.get(who, request.path_params["prompt"])
    given = {field.name: fields.get(f"f{i}", "").replace("\r\n", "\n") for i, field in enumerate(prompt.fields)}
    wrong = {
        f"f{i}": words("prompts.fill_in") for i, field in enumerate(prompt.fields) if not given[field.name].strip()
    }
    assistant = await _assistant(request, who, fields.get("assistant", ""))
    if assistant is None:
        wrong["assistant"] = words("prompts.choose")
    question, most = filled(prompt.text, given), rooms.settings.question_characters
    if len(question) > most:
        wrong["question"] = words("prompts.too_long", n=words.number(len(question)), most=words.number(most))
    if wrong or assistant is None:
        return await _prompt_page(request, who, prompt, fields, wrong)
    chat = chat_path("", assistant.slug)
    address = f"{chat}?{urlencode({'fraga': question})}"
    if len(address) <= LONGEST_ADDRESS:
        return see_other(address)
    context = {"prompt": prompt, "assistant": assistant, "question": question, "chat": chat}
    return page(request, "assistants/prompt_review.html", context, reader=await reader_of(request, who))


async def _assistant(request: Request, who: Principal, slug: str) -> Assistant | None:
    try:
        return await rooms_of(request).assistants.get(who, slug)
    except NotFound:
        return None


async def _prompt_page(
    request: Request, who: Principal, prompt: Prompt, given: Mapping[str, str], wrong: Mapping[str, str] | None = None
) -> Response:
    assistants = await rooms_of(request).assistants.list(who)
    chosen = given.get("assistant") or (assistants[0].slug if len(assistants) == 1 else "")
    context = {
        "prompt": prompt,
        "fields": [
            (f"f{i}", field, [(option, option) for option in field.options]) for i, field in enumerate(prompt.fields)
        ],
        "pieces": pieces(prompt.text),
        "assistants": [(assistant.slug, assistant.name) for assistant in assistants],
        "given": {**given, "assistant": chosen},
        "wrong": wrong or {},
        "shelves": SHELVES,
    }
    status = 422 if wrong else 200
    return page(request, "assistants/prompt.html", context, reader=await reader_of(request, who), status=status)


# writing one


async def new(request: Request) -> Response:
    """An empty prompt; `?fraga=` begins with a question that was asked."""
    who = await _person(request)
    body = PromptBody("", "", request.query_params.get("fraga", "")[: LONGEST["text"]])
    return await _editor(request, who, f"{HOME}/ny", body, key=str(new_id()))


async def create(request: Request) -> Response:
    """A new prompt of one's own. Its id was drawn with the form, so that a form sent twice makes one prompt."""
    who, fields = await posted(request, _person)
    body, key = _body(fields), id_in(fields.get("key", "")) or new_id()
    if wrong := problems(body):
        return await _editor(request, who, f"{HOME}/ny", body, key=str(key), wrong=_said(request, wrong))
    prompt = await rooms_of(request).prompts.create(who, key, body)
    return say(request, see_other(_path(prompt)), Said("prompt.saved", {"title": prompt.title}))


async def edit(request: Request) -> Response:
    """The words of a prompt, to change."""
    who = await _person(request)
    prompt = await rooms_of(request).prompts.get(who, request.path_params["prompt"])
    if not prompt.may_edit:
        raise NotAllowed
    body = PromptBody(prompt.title, prompt.description, prompt.text)
    return await _editor(request, who, f"{_path(prompt)}/andra", body, prompt, key=prompt.updated_at.isoformat())


async def save(request: Request) -> Response:
    """The new words. Where somebody else was faster, nothing is overwritten unseen and nothing typed is lost."""
    who, fields = await posted(request, _person)
    prompts, body, key = rooms_of(request).prompts, _body(fields), fields.get("key", "")
    before = await prompts.get(who, request.path_params["prompt"])
    wrong = _said(request, problems(body)) if before.may_edit else {}
    if not wrong:
        try:
            prompt = await prompts.edit(who, before.id, body, _moment(key))
            return say(request, see_other(_path(prompt)), Said("prompt.saved", {"title": prompt.title}))
        except PromptChanged as error:
            wrong, key = {"form": error.message(language_of(request))}, before.updated_at.isoformat()
    return await _editor(request, who, f"{_path(before)}/andra", body, before, key=key, wrong=wrong)


async def _editor(
    request: Request,
    who: Principal,
    action: str,
    body: PromptBody,
    prompt: Prompt | None = None,
    *,
    key: str,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """The form. `key` is the id of a new prompt, or says which state of an old one is being changed."""
    context = {"prompt": prompt, "body": body, "action": action, "key": key, "wrong": wrong or {}, "longest": LONGEST}
    status = 422 if wrong else 200
    return page(request, "assistants/prompt_edit.html", context, reader=await reader_of(request, who), status=status)


async def duplicate(request: Request) -> Response:
    """A copy of one's own, to change."""
    who, prompt = await _sent(request)
    title = texts_of(request)("prompts.copy_of", title=prompt.title)[: LONGEST["title"]]
    body = replace(PromptBody(prompt.title, prompt.description, prompt.text), title=title)
    copy = await rooms_of(request).prompts.create(who, new_id(), body)
    return say(request, see_other(f"{_path(copy)}/andra"), Said("prompt.copied", {"title": copy.title}))


# sharing and taking away


async def share(request: Request) -> Response:
    """Show it to everybody in the organisation."""
    who, prompt = await _sent(request)
    await rooms_of(request).prompts.share(who, prompt.id)
    undo = f"{_path(prompt)}/sluta-dela"
    return say(request, see_other(_path(prompt)), Said("prompt.shared", {"title": prompt.title}, undo))


async def confirm_unshare(request: Request) -> Response:
    """An administrator who hides somebody else's prompt cannot take that back: it is named before."""
    who = await _person(request)
    prompt = await rooms_of(request).prompts.get(who, request.path_params["prompt"])
    if not prompt.may_edit:
        raise NotAllowed
    words = texts_of(request)
    return await confirm(
        request,
        nav="prompts",
        title=words("prompts.unshare_title"),
        text=words("prompts.unshare_text", title=prompt.title, name=prompt.owner_name),
        act=words("prompts.unshare"),
        back=_path(prompt),
    )


async def unshare(request: Request) -> Response:
    """Keep it to its owner again."""
    who, prompt = await _sent(request)
    await rooms_of(request).prompts.share(who, prompt.id, False)
    if prompt.is_own:
        undo = f"{_path(prompt)}/dela"
        return say(request, see_other(_path(prompt)), Said("prompt.unshared", {"title": prompt.title}, undo))
    return say(request, see_other(SHELVES["shared"]), Said("prompt.unshared", {"title": prompt.title}))


async def delete(request: Request) -> Response:
    """Take it away; it can be brought back."""
    who, prompt = await _sent(request)
    await rooms_of(request).prompts.delete(who, prompt.id)
    target = SHELVES["own" if prompt.is_own else "shared"]
    return say(
        request, see_other(target), Said("prompt.deleted", {"title": prompt.title}, f"{_path(prompt)}/aterstall")
    )


async def restore(request: Request) -> Response:
    """Bring it back."""
    who, _ = await posted(request, _person)
    prompt = await rooms_of(request).prompts.restore(who, request.path_params["prompt"])
    return say(request, see_other(_path(prompt)), Said("prompt.restored", {"title": prompt.title}))


async def _person(request: Request) -> Principal:
    who = await principal(request)
    who.require("chat")
    return who


async def _sent(request: Request) -> tuple[Principal, Prompt]:
    """Who sent a form about which prompt."""
    who, _ = await posted(request, _person)
    return who, await rooms_of(request).prompts.get(who, request.path_params["prompt"])


def _path(prompt: Prompt) -> str:
    return f"{HOME}/{prompt.id}"


def _body(fields: Mapping[str, str]) -> PromptBody:
    title = " ".join(fields.get("title", "").split())
    return PromptBody(title, *(fields.get(name, "").replace("\r\n", "\n") for name in ("description", "text")))


def _said(request: Request, wrong: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, in words."""
    words = texts_of(request)
    most = {f"{name}_long": limit for name, limit in LONGEST.items()} | {"text_fields": MOST_FIELDS}
    return {
        name: words("prompts.problem." + problem, most=words.number(most.get(problem, 0)))
        for name, problem in wrong.items()
    }


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
