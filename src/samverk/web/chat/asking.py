"""Asking an assistant, and reading one's conversations. The same handlers serve members and citizens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.answers.model import LAST_KINDS, Answer, ConversationView
from samverk.assistants.model import Assistant
from samverk.core.errors import NotFound, SamverkError
from samverk.core.ids import new_id
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal
from samverk.identity.principal import Principal
from samverk.library.cards import ModelCard
from samverk.web.asked import id_in
from samverk.web.chat.attached import Files, NotAttachedYet, context, files_of
from samverk.web.chat.composer import Caution, EmptyQuestion, Written, cautioned, composer, redacted
from samverk.web.chat.turns import Chips, Turn, helped, running_turn, turn_of
from samverk.web.pages import language_of, page, prefix_of, reader_of, see_other, texts_of

RECENT = 20  # conversations beside the chat
PATIENCE = 0.15  # seconds that a page waits for the first words of an answer that has just begun
_REFUSED = (400, 413, 422, 429)  # what can be mended in the field


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why what was written was not asked: an error as a sentence, a caution that wants a choice, or what became of its files."""

    error: str = ""
    caution: Caution | None = None
    files: Files | None = None


NO_TROUBLE = Trouble()


async def begin(request: Request) -> Response:
    """An assistant, before the first question.

    `?fraga=` is what to begin with, `?tillfalligt=` has nothing kept of it, `?bilagor=` names the files that are attached.
    """
    who, query = await principal(request), request.query_params
    assistant = await rooms_of(request).assistants.get(who, request.path_params["assistant"])
    attached = _run(request, "bilagor")
    written = Written(query.get("fraga", ""), attached=attached, temporary=bool(query.get("tillfalligt")))
    return await _chat_page(request, who, assistant, None, written)


async def ask(request: Request) -> Response:
    """A question: makes a run that belongs to the server, and goes to the page that shows it.

    What cannot be asked as it is comes back in its field, and nothing of it is stored.
    """
    who, fields = await posted(request)
    rooms, written = rooms_of(request), Written.of(fields)
    assistant = await rooms.assistants.get(who, request.path_params["assistant"])
    if caution := await cautioned(request, who, assistant, written):
        return await _chat_page(request, who, assistant, None, written, Trouble(caution=caution), 422)
    question = await redacted(request, who, assistant, written)
    try:
        if not question.strip():
            raise EmptyQuestion
        if fields.get("files"):
            raise NotAttachedYet
        run = await rooms.answers.start(
            who,
            assistant.slug,
            question,
            run=written.run,
            conversation=written.conversation,
            after=written.after,
            replaces=written.replaces,
            attached=written.attached,
            temporary=written.temporary,
            marked_level=written.marked(assistant),
        )
    except SamverkError as error:
        if error.status not in _REFUSED:
            raise
        trouble = Trouble(error.message(language_of(request)))
        return await _chat_page(request, who, assistant, None, written, trouble, error.status)
    conversation = await rooms.answers.conversation_of(who, run)
    return see_other(f"{prefix_of(request)}/samtal/{conversation}#svar-{run}")


async def conversation(request: Request) -> Response:
    """A conversation with its turns. `?gren=` names a run whose branch is shown, `?andra=` one whose question is to be changed,
    `?tack=` the answer that was just judged."""
    who = await principal(request)
    branch, editing = _run(request, "gren"), _run(request, "andra")
    view = await rooms_of(request).answers.conversation(who, request.path_params["conversation"], branch or editing)
    if view.turns and view.turns[-1].status == "running":
        # An answer that is quick stands on the page at once: the first words then need no second connection.
        told = await rooms_of(request).answers.so_far(who, view.turns[-1].run, PATIENCE)
        if told and told[-1].kind in LAST_KINDS:
            view = await rooms_of(request).answers.conversation(who, view.info.id, view.turns[-1].run)
    assistant = await _still_there(request, who, view.info.assistant["slug"])
    written = Written(request.query_params.get("fraga", ""), replaces=editing, attached=_run(request, "bilagor"))
    return await _chat_page(request, who, assistant, view, written)


def chat_path(prefix: str, assistant: str) -> str:
    """Where an assistant is asked."""
    return f"{prefix or '/assistenter'}/{assistant}"


async def again(request: Request, who: Principal, assistant: Assistant, written: Written, files: Files) -> Response:
    """The page with what was typed in its field, after something was done with its files."""
    attached = files.state.id if files.state else None
    return await _chat_page(request, who, assistant, None, replace(written, attached=attached), Trouble(files=files))


async def _chat_page(
    request: Request,
    who: Principal,
    assistant: Assistant | None,
    view: ConversationView | None,
    written: Written,
    trouble: Trouble = NO_TROUBLE,
    status: int = 200,
) -> Response:
    rooms, prefix = rooms_of(request), prefix_of(request)
    if view is None and written.conversation:
        view = await rooms.answers.conversation(who, written.conversation, written.replaces or written.after)
    turns = view.turns if view else ()
    editing = str(written.replaces) if written.replaces in {turn.run for turn in turns} else ""
    written = written if editing else replace(written, replaces=None)
    attached = (view.attached if view else None) or written.attached
    files = trouble.files or await files_of(request, who, assistant, attached)
    shown: dict[str, Any] = {
        "new_run": new_id,
        "assistant": assistant,
        "name": assistant.name if assistant else view.info.assistant["name"] if view else "",
        "action": chat_path(prefix, assistant.slug) if assistant else "",
        "conversation": view.info.id if view else None,
        "temporary": view.temporary if view else written.temporary,
        "kept_days": await rooms.keeping.days(who.org_id) if assistant and assistant.body.keep_content else 0,
        "title": view.info.title if view else "",
        "turns": [await _turn(request, who, answer) for answer in turns],
        "editing": editing,
        "trouble": trouble,
        "attached": files.state.id if files and files.state else None,
        **context(files),
        "recent": await rooms.conversations.recent(who, RECENT),
        "thanked": request.query_params.get("tack", ""),
        "prefix": prefix,
    }
    if assistant:
        cards = await _cards(request, who, assistant)
        remembered = turns[-1].marked_level if turns else "open"
        after = str(turns[-1].run) if turns else ""
        shown |= composer(assistant, cards, written, remembered, after)
        shown["chips"] = _chips(assistant, cards, shown["level"])
    reader = await reader_of(request, who)
    return page(request, "chat/chat.html", shown, reader=reader, status=status)


async def _turn(request: Request, who: Principal, answer: Answer) -> Turn:
    words, prefix = texts_of(request), prefix_of(request)
    if answer.status != "running":
        return await helped(rooms_of(request), who, turn_of(answer, words, prefix))
    return running_turn(answer, words, prefix, await rooms_of(request).answers.so_far(who, answer.run))


async def _cards(request: Request, who: Principal, assistant: Assistant) -> list[ModelCard]:
    """The cards of the assistant's models that the organisation has; none where it has none of them."""
    try:
        return await rooms_of(request).gateway.cards(who.org_id, assistant.body.models)
    except NotFound:
        return []


def _chips(assistant: Assistant, cards: Sequence[ModelCard], level: str) -> Chips:
    """The model that answers at first, and where it runs."""
    if cards:
        return Chips(cards[0].name, cards[0].hosting, level)
    return Chips(next(iter(assistant.body.models), ""), "", level)


async def _still_there(request: Request, who: Principal, slug: str) -> Assistant | None:
    """The assistant of an old conversation, if it still exists for this reader: without it one can read, not ask."""
    try:
        return await rooms_of(request).assistants.get(who, slug)
    except NotFound:
        return None


def _run(request: Request, name: str) -> UUID | None:
    return id_in(request.query_params.get(name, ""))
