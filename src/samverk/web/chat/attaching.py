"""Files beside a question: attached, followed while they are read, removed and brought back.

The control stands in the form of the question. Without script it sends that whole form, and what was typed comes back with the
page; with script (`?lista=1`) the list of files alone comes back.
"""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.model import Assistant
from samverk.core.errors import SamverkError
from samverk.core.levels import Level
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form, posted, principal
from samverk.http.uploads import NoFile, ReceivedFile, received_form
from samverk.identity.principal import Principal
from samverk.knowledge.attached import MOST_FILES, CannotAttach
from samverk.web.chat import asking
from samverk.web.chat.attached import Files, may_attach
from samverk.web.chat.composer import Written
from samverk.web.pages import draw, language_of, query, see_other, texts_of
from samverk.web.said import Said, say

_TOLD = (400, 413, 422, 429, 507)  # what is said beside the list; anything else has a page of its own


async def attach(request: Request) -> Response:
    """Receive files."""
    who, rooms = await principal(request), rooms_of(request)
    most = rooms.settings.upload_megabytes << 20
    try:
        async with received_form(request, most, rooms.settings.home / "uploads", MOST_FILES) as sent:
            check_form(request, sent.fields)
            written, assistant = (
                Written.of(sent.fields),
                await _assistant(request, who, sent.fields.get("assistant", "")),
            )
            if not sent.files:
                raise NoFile
            place, refused = await _take(request, who, assistant, written, sent.files)
    except SamverkError as error:
        if not _listed(request) or error.status not in _TOLD:
            raise
        return _list(request, Files(refused=(error.message(language_of(request)),)))
    files = Files(await rooms.attachments.state(who, place), refused)
    return await _back(request, who, assistant, written, files)


async def _take(
    request: Request, who: Principal, assistant: Assistant, written: Written, files: list[ReceivedFile]
) -> tuple[UUID, tuple[str, ...]]:
    """Attach what can be attached. One that is refused never stops the others."""
    attachments, refused = rooms_of(request).attachments, []
    place = await attachments.place(who, _level(assistant, written), written.attached)
    for file in files:
        try:
            await attachments.add(who, place, file.name, file.path)
        except SamverkError as error:
            if error.status not in _TOLD:
                raise
            refused.append(error.message(language_of(request)))
    return place, tuple(dict.fromkeys(refused))


def _level(assistant: Assistant, written: Written) -> Level:
    return max(assistant.body.level, written.level or Level.OPEN)


async def state(request: Request) -> Response:
    """The list of files as it stands, for a page that is open."""
    who = await principal(request)
    return _list(request, Files(await rooms_of(request).attachments.state(who, request.path_params["attached"])))


async def remove(request: Request) -> Response:
    """Take a file away; it can be brought back."""
    who, written, assistant = await _sent(request)
    attached, document = request.path_params["attached"], request.path_params["document"]
    name = await rooms_of(request).attachments.remove(who, attached, document)
    files = Files(await rooms_of(request).attachments.state(who, attached), removed=(str(document), name))
    return await _back(request, who, assistant, written, files)


async def restore(request: Request) -> Response:
    """Bring a removed file back."""
    who, written, assistant = await _sent(request)
    attachments, attached = rooms_of(request).attachments, request.path_params["attached"]
    await attachments.restore(who, attached, request.path_params["document"])
    return await _back(request, who, assistant, written, Files(await attachments.state(who, attached)))


async def _sent(request: Request) -> tuple[Principal, Written, Assistant]:
    who, fields = await posted(request)
    return who, Written.of(fields), await _assistant(request, who, fields.get("assistant", ""))


async def _assistant(request: Request, who: Principal, slug: str) -> Assistant:
    assistant = await rooms_of(request).assistants.get(who, slug)
    if not may_attach(who, assistant):
        raise CannotAttach
    return assistant


async def _back(request: Request, who: Principal, assistant: Assistant, written: Written, files: Files) -> Response:
    """The list alone; or the page again, with what was typed in its field."""
    if _listed(request):
        return _list(request, files)
    assert files.state is not None
    if written.question.strip():
        return await asking.again(request, who, assistant, written, files)
    path = asking.chat_path("", assistant.slug) if written.conversation is None else f"/samtal/{written.conversation}"
    response = see_other(f"{query(path, bilagor=files.state.id)}#bilagor")
    if files.refused:
        return say(request, response, Said("file.refused", {"why": " ".join(files.refused)}))
    if files.removed:
        fields = {"assistant": assistant.slug, "conversation": str(written.conversation or "")}
        undo = f"/bilagor/{files.state.id}/{files.removed[0]}/ater"
        return say(request, response, Said("file.removed", {"name": files.removed[1]}, undo=undo, fields=fields))
    return response


def _listed(request: Request) -> bool:
    return "lista" in request.query_params


def _list(request: Request, files: Files) -> Response:
    html = draw("chat/attached.html", texts_of(request), {"files": files})
    return Response(html, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})
