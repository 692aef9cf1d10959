"""Reading fetched pages behind the walls of the sandbox, many in one process: a start costs more than a page."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samverk.knowledge import sandbox
from samverk.knowledge.sandbox import Limits
from samverk.knowledge.unreadable import Unreadable

_BOUNDS = Limits(cpu_seconds=20, wall_seconds=60.0, file_bytes=64 << 20, result_bytes=64 << 20)
_LONGEST = 2000  # characters of an address or a title


@dataclass(frozen=True, slots=True)
class Raw:
    """A page as it came, and the character set that the server names (empty where it names none)."""

    content: bytes
    charset: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: see `reading.site_page`. Every text in it is a stranger's."""

    title: str
    content: bytes
    links: tuple[tuple[str, bool], ...]
    base: str
    canonical: str
    robots: tuple[str, ...]
    missing: bool


async def read(pages: Sequence[Raw], scratch: Path) -> list[Page | Unreadable]:
    """Each page, or why it could not be read. One that brings the reader down does so alone."""
    if not pages:
        return []
    try:
        return list(await asyncio.to_thread(_read, pages, scratch))
    except Unreadable as reason:
        if len(pages) == 1:
            return [reason]
    return [result for page in pages for result in await read([page], scratch)]


def _read(pages: Sequence[Raw], scratch: Path) -> list[Page]:
    path = scratch / "pages"
    path.write_bytes(b"".join(page.content for page in pages))
    parts = [[len(page.content), page.charset] for page in pages]
    answer = sandbox.ask(path, "site_pages", {"parts": parts}, suffix=".html", limits=_BOUNDS)
    try:
        found = [_checked(page) for page in answer["pages"]]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("damaged") from error
    if len(found) != len(pages):
        raise Unreadable("damaged")
    return found


def _checked(answer: list[Any]) -> Page:
    """A page, after seeing that every part of it has the promised shape. Raises TypeError, ValueError."""
    title, content, links, base, canonical, robots, missing = answer
    return Page(
        str(title)[:_LONGEST],
        str(content).encode("utf-8", "replace"),
        tuple((str(link), follow is True) for link, follow in links if len(link) <= _LONGEST),
        str(base)[:_LONGEST],
        str(canonical)[:_LONGEST],
        tuple(str(words)[:_LONGEST] for words in robots[:20]),
        missing is True,
    )
