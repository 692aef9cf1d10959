"""One's conversations, the latest first."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.pages import page, reader_of


async def show(request: Request) -> Response:
    """A plain list of one's conversations."""
    who = await principal(request)
    context = {"conversations": await rooms_of(request).answers.conversations(who)}
    return page(request, "conversations/history.html", context, reader=await reader_of(request, who))
