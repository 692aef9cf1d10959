"""Pages for the eye: the picture of a version's page, and where on it a passage stands. Drawn and read behind walls.

Pictures are kept in memory only, and few: what is erased leaves none behind. Knows nothing of who may see them.
"""

import asyncio
import base64
import binascii
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from samverk.core.blobs import Blobs
from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.knowledge import recognition
from samverk.knowledge.detection import IMAGES
from samverk.knowledge.rectangles import PlacedWord, Rectangle, rectangles
from samverk.knowledge.store import Placed
from samverk.knowledge.unreadable import Unreadable

WIDTHS = (400, 800, 1200, 1600, 2400)  # pixels: what is asked for is drawn in the next of these
DRAWN = IMAGES | {".pdf"}
"""Endings of the files that have pages to draw; one that lies about its ending is told when it is drawn."""

_KEPT_BYTES, _KEPT_PAGES = 16 << 20, 64  # of pictures; pages whose words are kept
_AT_ONCE = 2
_MOST_WORDS = 50_000

Key = tuple[UUID, str, int, int]  # organisation, digest of the file, page, width (0: its words)


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture: its bytes, their media type, and its size in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page (index) of a stored file; `path` is the name that it came under."""

    org: UUID
    digest: str
    path: str
    page: int


class PageImages:
    """Draws pages and reads their words, at most two at once, and keeps the latest."""

    def __init__(self, db: Database, blobs: Blobs) -> None:
        self._db = db
        self._blobs = blobs
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._images: OrderedDict[Key, PageImage] = OrderedDict()
        self._words: OrderedDict[Key, tuple[PlacedWord, ...]] = OrderedDict()

    async def image(self, of: PageOf, width: int) -> PageImage:
        """The page, at least `width` pixels wide as far as `WIDTHS` go. Raises NotFound where the file shows no such page."""
        drawn = next((each for each in WIDTHS if each >= width), WIDTHS[-1])
        key = (of.org, of.digest, of.page, drawn)
        if key not in self._images:
            answer = await self._ask(of, "picture", {"page": of.page, "width": drawn})
            self._images[key] = _image(answer)
        self._images.move_to_end(key)
        image = self._images[key]
        while len(self._images) > 1 and sum(len(each.content) for each in self._images.values()) > _KEPT_BYTES:
            self._images.popitem(last=False)
        return image

    async def words(self, of: PageOf) -> tuple[PlacedWord, ...]:
        """The words of the page: those that were recognised, else those of its text layer. Raises NotFound."""
        key = (of.org, of.digest, of.page, 0)
        if key not in self._words:
            recognised = await recognition.words(self._db, of.org, of.digest, of.page)
            self._words[key] = recognised or placed(await self._ask(of, "words", {"page": of.page}))
        self._words.move_to_end(key)
        found = self._words[key]
        while len(self._words) > _KEPT_PAGES:
            self._words.popitem(last=False)
        return found

    async def rectangles(self, row: Placed, start: int, end: int) -> tuple[Rectangle, ...]:
        """Where the characters `start` to `end` of a passage stand; empty where its file shows no pages."""
        passage = row.passage
        if passage.page is None:
            return ()
        pages = [(at, page) for at, page in passage.pages] or [(0, passage.page)]
        found: list[Rectangle] = []
        for (begins, page), (ends, _) in pairwise([*pages, (len(passage.text), -1)]):
            of = PageOf(passage.org_id, row.version.content_hash, row.document.path, page)
            if begins < end and ends > start:
                part = passage.text[begins:ends]
                try:
                    words = await self.words(of)
                except NotFound:
                    return ()
                found += rectangles(words, part, start - begins, end - begins, page)
        return tuple(found)

    async def _ask(self, of: PageOf, task: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        from samverk.knowledge import sandbox  # loaded when the first page is drawn

        path = await self._blobs.path(of.org, of.digest)
        suffix = PurePosixPath(of.path).suffix
        try:
            async with self._room:
                return await asyncio.to_thread(sandbox.ask, path, task, arguments, suffix=suffix)
        except Unreadable as reason:
            raise NotFound("page") from reason


def placed(answer: Mapping[str, Any]) -> tuple[PlacedWord, ...]:
    """The words of an answer, after seeing that each has the promised shape. Raises `Unreadable`."""
    try:
        return tuple(_placed(*word) for word in answer["words"][:_MOST_WORDS])
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("damaged") from error


def _placed(text: object, *box: object) -> PlacedWord:
    if not isinstance(text, str) or len(box) != 4:
        raise ValueError("not a word")
    x, y, w, h = (float(number) for number in box if isinstance(number, int | float) and 0 <= number <= 1)
    return PlacedWord(text, x, y, w, h)


def _image(answer: Mapping[str, Any]) -> PageImage:
    try:
        content = base64.b64decode(answer["content"], validate=True)
        return PageImage(content, "image/webp", int(answer["width"]), int(answer["height"]))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise NotFound("page") from error
