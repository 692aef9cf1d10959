"""Folders of conversations: making and naming them, deleting them without what is in them, and putting a conversation in one."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.answers.conversations import FOLDER_CHARACTERS
from samverk.answers.history import FolderInfo
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal, safe_next
from samverk.identity.principal import Principal
from samverk.web.asked import known_id
from samverk.web.conversations.changes import back
from samverk.web.pages import confirm, language_of, page, query, reader_of, see_other, texts_of
from samverk.web.said import Said, say

HOME = "/samtal"


def address(folder: UUID) -> str:
    """The list of a folder."""
    return query(HOME, mapp=folder)


async def new(request: Request) -> Response:
    """A name for a new folder."""
    return await _name_page(request, await principal(request), None, "")


async def make(request: Request) -> Response:
    """A new folder."""
    who, fields = await posted(request)
    name = fields.get("name", "")
    try:
        folder = await rooms_of(request).conversations.make_folder(who, name)
    except (Invalid, Conflict) as error:
        return await _name_page(request, who, None, name, error.message(language_of(request)))
    return say(request, see_other(address(folder)), Said("folder.made", {"name": name}))


async def edit(request: Request) -> Response:
    """The name of a folder, to be changed."""
    who = await principal(request)
    folder = await _mine(request, who)
    return await _name_page(request, who, folder, folder.name)


async def rename(request: Request) -> Response:
    """Another name."""
    who, fields = await posted(request)
    folder, name = await _mine(request, who), fields.get("name", "")
    try:
        await rooms_of(request).conversations.rename_folder(who, folder.id, name)
    except (Invalid, Conflict) as error:
        return await _name_page(request, who, folder, name, error.message(language_of(request)))
    return say(request, see_other(address(folder.id)), Said("folder.renamed", {"name": name}))


async def _name_page(
    request: Request, who: Principal, folder: FolderInfo | None, name: str, error: str = ""
) -> Response:
    context = {"folder": folder, "name": name, "error": error, "longest": FOLDER_CHARACTERS, "home": HOME}
    reader = await reader_of(request, who)
    return page(request, "conversations/folder.html", context, reader=reader, status=400 if error else 200)


async def confirm_delete(request: Request) -> Response:
    """Whether the folder is to go: its conversations stay."""
    who, words = await principal(request), texts_of(request)
    folder = await _mine(request, who)
    return await confirm(
        request,
        nav="conversations",
        title=words("folder.delete_title", name=folder.name),
        text=words("folder.delete_text"),
        act=words("folder.delete"),
        back=address(folder.id),
    )


async def delete(request: Request) -> Response:
    """Delete the folder."""
    who, _ = await posted(request)
    name = await rooms_of(request).conversations.delete_folder(who, request.path_params["folder"])
    return say(request, see_other(HOME), Said("folder.deleted", {"name": name}))


async def choose(request: Request) -> Response:
    """The folders that a conversation can be put in."""
    who = await principal(request)
    return await _move_page(request, who, safe_next(request.query_params.get("next"), default=HOME))


async def move(request: Request) -> Response:
    """Put a conversation in a folder, in none, or in a new one whose name is written."""
    who, fields = await posted(request)
    conversations, conversation = rooms_of(request).conversations, request.path_params["conversation"]
    name, chosen = fields.get("name", ""), fields.get("folder", "")
    await conversations.info(who, conversation)
    try:
        folder = (
            await conversations.make_folder(who, name)
            if name.strip()
            else known_id(chosen, "folder")
            if chosen
            else None
        )
    except (Invalid, Conflict) as error:
        return await _move_page(request, who, back(request, fields), name, error.message(language_of(request)))
    await conversations.move(who, [conversation], folder)
    said = Said("conversation.moved", {"n": 1}) if folder else Said("conversation.taken_out")
    return say(request, see_other(back(request, fields, conversation)), said)


async def _move_page(request: Request, who: Principal, back: str, name: str = "", error: str = "") -> Response:
    conversations = rooms_of(request).conversations
    context = {
        "info": await conversations.info(who, request.path_params["conversation"]),
        "folders": await conversations.folders(who),
        "longest": FOLDER_CHARACTERS,
        "back": back,
        "name": name,
        "error": error,
    }
    reader = await reader_of(request, who)
    return page(request, "conversations/move.html", context, reader=reader, status=400 if error else 200)


async def _mine(request: Request, who: Principal) -> FolderInfo:
    folders = await rooms_of(request).conversations.folders(who)
    found = next((folder for folder in folders if folder.id == request.path_params["folder"]), None)
    if found is None:
        raise NotFound("folder")
    return found
