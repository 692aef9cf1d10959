"""An answer or a conversation as a file: Markdown, plain text or Word."""

from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotFound
from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.asked import id_in
from samverk.web.chat.exports import FORMATS, Bundle
from samverk.web.pages import prefix_of, texts_of


async def answer(request: Request) -> Response:
    """One answer with its question and its sources."""
    who = await principal(request)
    found = await rooms_of(request).answers.run(who, request.path_params["run"])
    title = " ".join(found.question.split())
    return _file(request, Bundle("answer", title, [found], texts_of(request), _site(request), now()))


async def conversation(request: Request) -> Response:
    """A conversation, as far as the branch that is shown: that through the run `?gren=`, else the one used last."""
    who = await principal(request)
    view = await rooms_of(request).answers.conversation(who, request.path_params["conversation"], _branch(request))
    return _file(request, Bundle("conversation", view.info.title, view.turns, texts_of(request), _site(request), now()))


def _file(request: Request, bundle: Bundle) -> Response:
    suffix = request.path_params["suffix"]
    if suffix not in FORMATS:
        raise NotFound("page")
    media_type, make = FORMATS[suffix]
    headers = {
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(bundle.name(suffix))}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    return Response(make(bundle), media_type=media_type, headers=headers)


def _site(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{prefix_of(request)}"


def _branch(request: Request) -> UUID | None:
    return id_in(request.query_params.get("gren", ""))
