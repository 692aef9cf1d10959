"""Choosing an assistant, asking it, and reading one's conversations. The same handlers serve members and citizens."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.model import Assistant
from samverk.core.errors import Invalid, NotFound, SamverkError
from samverk.http.forms import form
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form, principal
from samverk.identity.principal import Principal
from samverk.web.chat.turns import chips_of, turn_of
from samverk.web.pages import language_of, page, prefix_of, reader_of, see_other, texts_of

RECENT = 20  # conversations beside the chat


class EmptyQuestion(Invalid):
    """Nothing was asked."""

    sv = "Skriv en fråga först."
    en = "Write a question first."


async def choose(request: Request) -> Response:
    """The assistants that this reader may ask."""
    who = await principal(request)
    assistants = await rooms_of(request).assistants.list(who)
    context = {"assistants": assistants, "chips": await chips_of(request, who, assistants), "chat": chat_path}
    return page(request, "home/choose.html", context, reader=await reader_of(request, who))


async def begin(request: Request) -> Response:
    """An assistant, before the first question."""
    who = await principal(request)
    assistant = await rooms_of(request).assistants.get(who, request.path_params["assistant"])
    return await _chat_page(request, who, assistant)


async def ask(request: Request) -> Response:
    """A question: makes a run that belongs to the server, and goes to the page that shows it."""
    who = await principal(request)
    fields = await form(request)
    check_form(request, fields)
    rooms = rooms_of(request)
    assistant = await rooms.assistants.get(who, request.path_params["assistant"])
    conversation, replaces = _uuid(fields, "conversation"), _uuid(fields, "replaces")
    question = fields.get("question", "")
    try:
        if not question.strip():
            raise EmptyQuestion
        run = await rooms.answers.start(who, assistant.slug, question, conversation=conversation, replaces=replaces)
    except SamverkError as error:
        if error.status not in (400, 413, 422, 429):
            raise
        said = {"error": error.message(language_of(request)), "question": question}
        return await _chat_page(request, who, assistant, conversation, status=error.status, **said)
    answer = await rooms.answers.run(who, run)
    return see_other(f"{prefix_of(request)}/samtal/{answer.conversation}#svar-{run}")


async def conversation(request: Request) -> Response:
    """A conversation with its turns; `?tack=` names the answer that was just judged."""
    who = await principal(request)
    return await _chat_page(request, who, None, request.path_params["conversation"])


def chat_path(prefix: str, assistant: str) -> str:
    """Where an assistant is asked."""
    return f"{prefix or '/assistenter'}/{assistant}"


async def _chat_page(
    request: Request,
    who: Principal,
    assistant: Assistant | None,
    conversation_id: UUID | None = None,
    *,
    error: str = "",
    question: str = "",
    status: int = 200,
) -> Response:
    rooms, words, prefix = rooms_of(request), texts_of(request), prefix_of(request)
    view = await rooms.answers.conversation(who, conversation_id) if conversation_id else None
    if view and assistant is None:
        assistant = await _still_there(request, who, view.info.assistant["slug"])
    context: dict[str, Any] = {
        "assistant": assistant,
        "name": assistant.name if assistant else view.info.assistant["name"] if view else "",
        "chips": (await chips_of(request, who, [assistant]))[assistant.slug] if assistant else None,
        "action": chat_path(prefix, assistant.slug) if assistant else "",
        "conversation": conversation_id,
        "title": view.info.title if view else "",
        "turns": [turn_of(answer, words, prefix) for answer in view.turns] if view else [],
        "recent": (await rooms.answers.conversations(who))[:RECENT],
        "thanked": request.query_params.get("tack", ""),
        "prefix": prefix,
        "error": error,
        "question": question,
    }
    return page(request, "chat/chat.html", context, reader=await reader_of(request, who), status=status)


async def _still_there(request: Request, who: Principal, slug: str) -> Assistant | None:
    """The assistant of an old conversation, if it still exists for this reader: without it one can read, not ask."""
    try:
        return await rooms_of(request).assistants.get(who, slug)
    except NotFound:
        return None


def _uuid(fields: Mapping[str, str], name: str) -> UUID | None:
    text = fields.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound("conversation" if name == "conversation" else "answer") from error
