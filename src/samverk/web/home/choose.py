"""Whom citizens can ask, with the look of their organisation and whom to turn to otherwise."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.chat.asking import chat_path
from samverk.web.chat.turns import chips_of
from samverk.web.pages import page, reader_of


async def show(request: Request) -> Response:
    """The assistants for citizens."""
    who, rooms = await principal(request), rooms_of(request)
    assistants = await rooms.assistants.list(who)
    context = {
        "assistants": assistants,
        "chips": await chips_of(request, who, assistants),
        "chat": chat_path,
        "contact": (await rooms.identity.habits(who.org_id)).contact,
    }
    return page(request, "home/choose.html", context, reader=await reader_of(request, who))
