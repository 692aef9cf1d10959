"""A passage in its document, beside the answer that cites it; and the document as it was added.

Documents are hostile: their text is drawn as text, and their file is a download.
"""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from samverk.answers.model import Answer
from samverk.core.errors import NotFound
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.identity.principal import Principal
from samverk.knowledge.places import said_in_full
from samverk.knowledge.views import PassageView
from samverk.web.asked import id_in, number_in
from samverk.web.knowledge import paper
from samverk.web.knowledge.cited import Beside, beside, range_of
from samverk.web.knowledge.pictured import has_pages, pictured
from samverk.web.pages import language_of, page, prefix_of, query, reader_of

TEXT = "text"


async def passage(request: Request) -> Response:
    """The document where the passage stands: the page as a picture where its file has pages, else its text.

    `?citat=12-80` marks those characters of the passage alone, `svar` names the answer of the reader's that cites it. `visa=text`
    asks for the text, and `del` for a part of a long one; `sida` for another page.
    """
    who = await principal(request)
    passage_id = request.path_params["passage"]
    answer = await _answer(request, who)
    asked = request.query_params.get("citat", "")
    side = beside(answer, str(passage_id), asked, language_of(request)) if answer else None
    try:
        view = await rooms_of(request).knowledge.passage(who, passage_id)
    except NotFound as error:
        if side is None or not side.here:
            raise
        return await _gone(request, who, side, error)
    mark = _within(asked, view)
    as_text = request.query_params.get("visa", "") == TEXT
    drawn = None if as_text or not has_pages(view) else await pictured(request, who, view, mark)
    visa = {"visa": TEXT} if as_text else {}
    context = {
        "view": view,
        "side": side,
        "prefix": prefix_of(request),
        "pictured": drawn,
        "has_pages": has_pages(view),
        "as_asked": as_text,
        "home": _address(request, view.id, citat=asked, **visa),
        "as_pages": _address(request, view.id, citat=asked),
        "as_text": _address(request, view.id, citat=asked, visa=TEXT),
        "on_page": True,
        "place": lambda label: said_in_full(label, language_of(request)),
        "turn_to": lambda number: _address(request, view.id, citat=asked, sida=number),
        "step": lambda other: _address(request, other, **visa),
        **({} if drawn else _shown(request, view, asked, mark)),
    }
    return page(request, "knowledge/passage.html", context, reader=await reader_of(request, who))


def _shown(request: Request, view: PassageView, asked: str, mark: paper.Range) -> dict[str, Any]:
    """What is drawn of the document's text, and where one reads on."""
    hit = (view.start, view.end)
    parts, number = paper.count(view.whole), number_in(request.query_params.get("del", ""))
    if number and number <= parts:
        begin, end = paper.part(view.whole, number)
    else:
        begin, end = paper.around(view.whole, hit)
    part = {
        "before": paper.part_with(view.whole, begin - 1) if begin else None,
        "after": paper.part_with(view.whole, end) if end < len(view.whole) else None,
    }
    tags = paper.heading_tags(view.outline)
    return {
        "blocks": paper.blocks(view.whole, (begin, end), hit, mark, tags, view.turns),
        "on_page": begin < mark[1] and mark[0] < end,
        "parts": parts,
        **{name: _part(request, view, asked, n) if n else "" for name, n in part.items()},
    }


def _part(request: Request, view: PassageView, asked: str, number: int) -> str:
    """The address of a part of the document's text."""
    return _address(request, view.id, citat=asked, visa=TEXT if has_pages(view) else "", **{"del": number})


def _within(asked: str, view: PassageView) -> paper.Range:
    """The characters that `citat` names, if they lie within the passage; else the whole passage."""
    named = range_of(asked) or (0, 0)
    low, high = view.start + named[0], view.start + named[1]
    return (low, high) if low < high <= view.end else (view.start, view.end)


def _address(request: Request, passage_id: UUID, **fields: object) -> str:
    """Where a passage is shown beside the same answer."""
    return query(f"{prefix_of(request)}/stycken/{passage_id}", **fields, svar=request.query_params.get("svar", ""))


async def _answer(request: Request, who: Principal) -> Answer | None:
    """The answer that the reader came from; one that is not theirs is nothing."""
    run = id_in(request.query_params.get("svar", ""))
    try:
        return await rooms_of(request).answers.run(who, run) if run else None
    except NotFound:
        return None


async def _gone(request: Request, who: Principal, side: Beside, error: NotFound) -> Response:
    """The document cannot be shown any more: deleted, or no longer shared. What was quoted is still part of the answer."""
    context = {"side": side, "prefix": prefix_of(request), "message": error.message(language_of(request))}
    return page(request, "knowledge/gone.html", context, reader=await reader_of(request, who), status=error.status)


async def original(request: Request) -> Response:
    """The file as it was added: always a download, never drawn in our name."""
    who = await principal(request)
    ids = request.path_params
    found = await rooms_of(request).knowledge.original(who, ids["document"], ids["version"])
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}
    return FileResponse(
        found.path,
        media_type="application/octet-stream",
        filename=found.file_name,
        content_disposition_type="attachment",
        headers=headers,
    )
