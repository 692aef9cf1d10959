"""A document's page as a picture, with the cited words marked on it. The picture is drawn behind walls, and never stored here."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotFound
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.identity.principal import Principal
from samverk.knowledge.page_images import DRAWN, WIDTHS
from samverk.knowledge.rectangles import Rectangle
from samverk.knowledge.views import PassageView
from samverk.web.asked import number_in
from samverk.web.knowledge.paper import Range
from samverk.web.pages import prefix_of

SHOWN, LARGE = 1200, WIDTHS[-1]  # pixels: on the page, and alone


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked part of a picture, in its pixels."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Pictured:
    """A page to show: its number, counted from 1, of how many; the label printed on it; the picture's size in pixels; the marks.

    `elsewhere` are the other pages that the marked words stand on.
    """

    number: int
    count: int
    label: str
    width: int
    height: int
    marks: tuple[Mark, ...]
    elsewhere: tuple[int, ...]
    address: str


def has_pages(view: PassageView) -> bool:
    """Whether the document's file has pages that can be drawn."""
    return view.page is not None and PurePosixPath(view.path).suffix.lower() in DRAWN


async def pictured(request: Request, who: Principal, view: PassageView, mark: Range) -> Pictured | None:
    """The page that `?sida=` names, else the one where the marked characters begin; None where it cannot be drawn.

    `mark` is a range of the whole text, within the passage.
    """
    knowledge = rooms_of(request).knowledge
    try:
        found = await knowledge.rectangles(who, view.id, mark[0] - view.start, mark[1] - view.start)
        page = _page(request, view, found)
        image = await knowledge.page_image(who, view.version_id, page, SHOWN)
    except NotFound:
        return None
    return Pictured(
        number=page + 1,
        count=len(view.labels),
        label=view.labels[page] or str(page + 1),
        width=image.width,
        height=image.height,
        marks=tuple(_mark(each, image.width, image.height) for each in found if each.page == page),
        elsewhere=tuple(sorted({each.page + 1 for each in found} - {page + 1})),
        address=f"{prefix_of(request)}/sidor/{view.version_id}/{page + 1}",
    )


async def picture(request: Request) -> Response:
    """The picture of a page, counted from 1. `?stor=1` draws it as large as it gets."""
    who, ids = await principal(request), request.path_params
    width = LARGE if request.query_params.get("stor") else SHOWN
    image = await rooms_of(request).knowledge.page_image(who, ids["version"], ids["page"] - 1, width)
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}
    return Response(image.content, media_type=image.media_type, headers=headers)


def _page(request: Request, view: PassageView, found: tuple[Rectangle, ...]) -> int:
    """The index of the page to show."""
    asked = number_in(request.query_params.get("sida", ""))
    if asked and asked <= len(view.labels):
        return asked - 1
    return found[0].page if found else view.page or 0


def _mark(part: Rectangle, width: int, height: int) -> Mark:
    return Mark(*(round(number, 1) for number in (part.x * width, part.y * height, part.w * width, part.h * height)))
