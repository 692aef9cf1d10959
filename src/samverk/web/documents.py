"""A passage in its document, and the document as it was added.

Documents are hostile: their text is drawn as text, and their file is a download.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.web.pages import page, prefix_of, reader_of

AROUND = 150_000  # characters of the document shown on each side of the passage
_PARTS = re.compile(r"[^\n\f]+(?:\n(?!\n)[^\n\f]+)*")
FIRST_HEADING, LAST_HEADING = 2, 6


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of the document: text before, inside and after the passage. `tag` is what it is drawn as."""

    before: str
    marked: str
    after: str
    tag: str
    first: bool
    page_begins: bool


async def passage(request: Request) -> Response:
    """The whole document with the passage highlighted."""
    who = await principal(request)
    view = await rooms_of(request).knowledge.passage(who, request.path_params["passage"])
    start, end = max(0, view.start - AROUND), min(len(view.whole), view.end + AROUND)
    context = {
        "view": view,
        "parts": list(parts(view.whole, view.start, view.end, start, end, _tags(view.outline))),
        "cut": start > 0 or end < len(view.whole),
        "prefix": prefix_of(request),
    }
    return page(request, "passage.html", context, reader=await reader_of(request, who))


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


def parts(whole: str, start: int, end: int, since: int, until: int, tags: Mapping[str, str]) -> Iterator[Part]:
    """The paragraphs of `whole` in [since, until), with [start, end) marked; `tags` knows the headings by their text."""
    first, position = True, since
    for match in _PARTS.finditer(whole, since, until):
        a, b = match.span()
        low, high = min(max(start, a), b), max(min(end, b), a)
        marked = whole[low:high] if low < high else ""
        tag = tags.get(" ".join(match.group().split()), "p")
        page_begins = "\f" in whole[position:a]
        if marked:
            yield Part(whole[a:low], marked, whole[high:b], tag, first, page_begins)
            first = False
        else:
            yield Part(match.group(), "", "", tag, False, page_begins)
        position = b


def _tags(outline: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Each heading of the document with the tag of its depth."""
    depths = {" ".join(heading.split()): depth for path in outline for depth, heading in enumerate(path, FIRST_HEADING)}
    return {heading: f"h{min(depth, LAST_HEADING)}" for heading, depth in depths.items()}
