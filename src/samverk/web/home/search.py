"""Searching everything that the reader may see, a few of each sort; the command palette asks here too."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.home.finding import SORTS, Seeker, commands, find
from samverk.web.pages import draw, page, reader_of, texts_of

LONGEST_QUERY = 200
FEW, MANY = 5, 100  # of a sort, beside the others and alone
PALETTE_FEW = 4


async def show(request: Request) -> Response:
    """The page; `i` names one sort to see more of. `del` asks for a part alone: the palette's `dialog`, or its `val`."""
    who, words = await principal(request), texts_of(request)
    query = request.query_params.get("q", "").strip()[:LONGEST_QUERY]
    part = request.query_params.get("del", "")
    seeker = Seeker(rooms_of(request), who, words, query)
    if part in ("dialog", "val"):
        groups = [*commands(seeker), *await find(seeker, SORTS, PALETTE_FEW)]
        html = draw(
            "home/palette.html" if part == "dialog" else "home/options.html", words, {"groups": groups, "q": query}
        )
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})
    only = request.query_params.get("i", "")
    sorts = [sort for sort in SORTS if sort == only] or SORTS
    groups = await find(seeker, sorts, MANY if len(sorts) == 1 else FEW) if query else []
    context = {
        "q": query,
        "only": only if only in SORTS else "",
        "groups": groups,
        "number": sum(len(g.hits) for g in groups),
    }
    return page(request, "home/search.html", context, reader=await reader_of(request, who))
