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
_RANGE = re.compile(r"(\d{1,7})-(\d{1,7})", re.ASCII)
FIRST_HEADING, LAST_HEADING = 2, 6


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of the document: text before, inside and after what is marked.

    `tag` is what it is drawn as; `hit` says that it belongs to the passage, `first` that the mark begins in it.
    """

    before: str
    marked: str
    after: str
    tag: str
    hit: bool
    first: bool
    page_begins: bool


async def passage(request: Request) -> Response:
    """The whole document with the passage highlighted; `?citat=12-80` marks those characters of the passage alone."""
    who = await principal(request)
    view = await rooms_of(request).knowledge.passage(who, request.path_params["passage"])
    since, until = max(0, view.start - AROUND), min(len(view.whole), view.end + AROUND)
    mark = _within(request.query_params.get("citat", ""), view.start, view.end)
    context = {
        "view": view,
        "parts": list(parts(view.whole[:until], since, (view.start, view.end), mark, _tags(view.outline))),
        "cut": since > 0 or until < len(view.whole),
        "prefix": prefix_of(request),
    }
    return page(request, "knowledge/passage.html", context, reader=await reader_of(request, who))


def _within(asked: str, start: int, end: int) -> tuple[int, int]:
    """The characters that `citat` names, if they lie within the passage; else the whole passage."""
    match = _RANGE.fullmatch(asked)
    low, high = (start + int(match[1]), start + int(match[2])) if match else (start, end)
    return (low, high) if low < high <= end else (start, end)


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


def parts(
    whole: str, since: int, hit: tuple[int, int], mark: tuple[int, int], tags: Mapping[str, str]
) -> Iterator[Part]:
    """The paragraphs of `whole` from `since` on, with the range `mark` marked; `tags` knows the headings by their text."""
    first, position = True, since
    for match in _PARTS.finditer(whole, since):
        a, b = match.span()
        low, high = sorted((min(max(mark[0], a), b), min(max(mark[1], a), b)))
        marked = whole[low:high]
        yield Part(
            before=whole[a:low] if marked else match.group(),
            marked=marked,
            after=whole[high:b] if marked else "",
            tag=tags.get(" ".join(match.group().split()), "p"),
            hit=a < hit[1] and hit[0] < b,
            first=first and bool(marked),
            page_begins="\f" in whole[position:a],
        )
        first, position = first and not marked, b


def _tags(outline: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Each heading of the document with the tag of its depth."""
    depths = {" ".join(heading.split()): depth for path in outline for depth, heading in enumerate(path, FIRST_HEADING)}
    return {heading: f"h{min(depth, LAST_HEADING)}" for heading, depth in depths.items()}
