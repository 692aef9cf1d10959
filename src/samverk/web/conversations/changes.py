"""What one does to conversations: name, pin, delete, bring back, and end what is temporary. Each leads back to where one was."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.answers.conversations import TITLE_CHARACTERS
from samverk.core.errors import Invalid
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal, safe_next
from samverk.identity.principal import Principal
from samverk.web.asked import known_id
from samverk.web.pages import language_of, page, prefix_of, reader_of, see_other
from samverk.web.said import Said, say


def back(request: Request, fields: Mapping[str, str], conversation: UUID | None = None) -> str:
    """The page that the form stood on, at the conversation that it was about."""
    target = safe_next(fields.get("next"), default=f"{prefix_of(request)}/samtal").partition("#")[0]
    return f"{target}#samtal-{conversation}" if conversation else target


async def title(request: Request) -> Response:
    """The title of a conversation, to be changed."""
    who = await principal(request)
    info = await rooms_of(request).conversations.info(who, request.path_params["conversation"])
    return await _title_page(request, who, info.title, request.query_params.get("next", ""))


async def rename(request: Request) -> Response:
    """Another title; one that will not do is shown again with the reason."""
    who, fields = await posted(request)
    conversation = request.path_params["conversation"]
    try:
        await rooms_of(request).conversations.rename(who, conversation, fields.get("title", ""))
    except Invalid as error:
        said = error.message(language_of(request))
        return await _title_page(request, who, fields.get("title", ""), fields.get("next", ""), said)
    return say(request, see_other(back(request, fields, conversation)), Said("conversation.renamed"))


async def _title_page(request: Request, who: Principal, text: str, target: str, error: str = "") -> Response:
    context = {
        "text": text,
        "error": error,
        "longest": TITLE_CHARACTERS,
        "back": safe_next(target, default=f"{prefix_of(request)}/samtal"),
    }
    reader = await reader_of(request, who)
    return page(request, "conversations/title.html", context, reader=reader, status=400 if error else 200)


async def pin(request: Request) -> Response:
    """Let a conversation stand first, or no longer (`pinned` is yes or no)."""
    who, fields = await posted(request)
    conversation, pinned = request.path_params["conversation"], fields.get("pinned") == "yes"
    await rooms_of(request).conversations.pin(who, conversation, pinned)
    said = Said("conversation.pinned") if pinned else Said("conversation.unpinned")
    return say(request, see_other(back(request, fields, conversation)), said)


async def delete(request: Request) -> Response:
    """Delete one conversation."""
    who, fields = await posted(request)
    return await _deleted(request, who, fields, [request.path_params["conversation"]])


async def _deleted(request: Request, who: Principal, fields: Mapping[str, str], ids: Sequence[UUID]) -> Response:
    titles = await rooms_of(request).conversations.delete(who, ids)
    target = back(request, fields)
    undo = {"ids": ",".join(id.hex for id in ids), "next": target}
    facts = {"n": len(ids), "title": titles[0]}
    said = Said("conversation.deleted", facts, undo=f"{prefix_of(request)}/samtal/aterstall", fields=undo)
    return say(request, see_other(target), said)


async def restore(request: Request) -> Response:
    """Bring back what was deleted a moment ago."""
    who, fields = await posted(request)
    ids = [known_id(text, "conversation") for text in fields.get("ids", "").split(",") if text]
    await rooms_of(request).conversations.restore(who, ids)
    target = back(request, fields, ids[0] if len(ids) == 1 else None)
    return say(request, see_other(target), Said("conversation.restored", {"n": len(ids)}))


async def chosen(request: Request) -> Response:
    """Do something to the conversations that were chosen in the list: each stands as a field of its own."""
    who, fields = await posted(request)
    ids = [known_id(name, "conversation") for name, value in fields.items() if value == "chosen"]
    if not ids:
        return see_other(back(request, fields))
    if fields.get("act") != "move":
        return await _deleted(request, who, fields, ids)
    folder = known_id(fields["folder"], "folder") if fields.get("folder") else None
    await rooms_of(request).conversations.move(who, ids, folder)
    return say(request, see_other(back(request, fields)), Said("conversation.moved", {"n": len(ids)}))


async def end(request: Request) -> Response:
    """End a temporary conversation: nothing that was said in it is left."""
    who, _ = await posted(request)
    await rooms_of(request).conversations.end(who, request.path_params["conversation"])
    return say(request, see_other(f"{prefix_of(request)}/"), Said("conversation.ended"))
