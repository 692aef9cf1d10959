"""Text recognition as work in steps: the pages of a file that show text as a picture are read one by one and kept.

Each page is kept under the digest of its file, so that a process that died, or a file that comes twice, goes on from there.
What Tesseract reads happens behind the sandbox's walls. Knows nothing of documents and jobs.
"""

import asyncio
import re
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, select

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.knowledge.rectangles import PlacedWord
from samverk.knowledge.tables import PageReading
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.views import Reason

_STEP_SECONDS = 5.0  # after which a step ends with the page at hand, so that other files get their turn
_MOST_PACKED = 4 << 20  # bytes of a page that is kept, unpacked

SeenPage = tuple[Any, str]  # the page as `reading.recognised` keeps it, and who read it
ReadPage = Callable[[Path, str, int, str], SeenPage]  # file, suffix, page (index), languages


@dataclass(frozen=True, slots=True)
class Recognition:
    """How text is recognised: Tesseract's languages, how many pages of a file at most (0: none), and who reads a page."""

    languages: str = "swe+eng"
    most_pages: int = 1000
    read_page: ReadPage | None = None  # None: Tesseract in the sandbox


def progress(done: int, total: int) -> Reason:
    """The reason why a document is not read yet: it waits its turn, or its pages are being recognised."""
    if not done:
        return Reason(
            "waiting_for_recognition",
            f"Filen väntar på textigenkänning: {total} {'sida är en bild' if total == 1 else 'sidor är bilder'}.",
            f"The file waits for text recognition: {total} {'page is a picture' if total == 1 else 'pages are pictures'}.",
        )
    return Reason(
        "being_recognised",
        f"Texten känns igen sida för sida: {done} av {total} klara.",
        f"The text is recognised page by page: {done} of {total} done.",
    )


def told(reason: Mapping[str, str]) -> tuple[int, int] | None:
    """The pages that such a reason, as it is stored, tells of: (done, total); None where it is another reason."""
    if reason["code"] not in ("waiting_for_recognition", "being_recognised"):
        return None
    numbers = [int(number) for number in re.findall(r"\d+", reason["sv"])]
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (0, numbers[0])


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a file's pages, by index: those that were recognised, the reasons for others, and who read them."""

    pages: Mapping[int, Any]
    faults: Mapping[int, str]  # code, or "code: detail"
    reader: str

    def lacks(self, wanted: Iterable[int]) -> list[int]:
        """Those of the pages that have not been tried."""
        return [page for page in wanted if page not in self.pages and page not in self.faults]

    def fault(self) -> Unreadable:
        """Why there is no text on pages of which none gave any."""
        code, _, detail = next(iter(self.faults.values()), "nothing_recognised").partition(": ")
        return Unreadable(code, detail=detail)


class Recogniser:
    """Reads pages and keeps what it read."""

    def __init__(self, db: Database, how: Recognition) -> None:
        self._db = db
        self._how = how

    def wanted(self, unread: Sequence[int]) -> Sequence[int]:
        """Those of a file's unread pages that may be recognised."""
        return unread[: self._how.most_pages]

    async def kept(self, org: UUID, digest: str) -> Kept:
        """What is kept of a file."""
        async with self._db.read(Scope(org)) as session:
            rows = list(await session.scalars(select(PageReading).where(PageReading.content_hash == digest)))
        faults = {row.page: row.fault for row in rows if row.fault}
        pages = {row.page: _unpacked(row.seen) for row in rows if not row.fault}
        return Kept(pages, faults, next((row.reader for row in rows if row.reader), ""))

    async def read_on(self, org: UUID, digest: str, path: Path, pages: Sequence[int]) -> int:
        """Recognise some of these pages, for a few seconds and one at least; how many. `path` ends in the file's suffix."""
        started = time.monotonic()
        for number, page in enumerate(pages, 1):
            row = await asyncio.to_thread(self._read, path, page)
            await self._keep(PageReading(org_id=org, content_hash=digest, page=page, **row))
            if time.monotonic() - started > _STEP_SECONDS:
                return number
        return len(pages)

    async def forget_faults(self, org: UUID, digest: str) -> None:
        """Let pages that could not be recognised be tried again."""
        async with self._db.write(Scope(org)) as session:
            await session.execute(
                delete(PageReading).where(PageReading.content_hash == digest, PageReading.fault != "")
            )

    def _read(self, path: Path, page: int) -> dict[str, Any]:
        read_page = self._how.read_page or in_sandbox
        try:
            seen, reader = read_page(path, path.suffix, page, self._how.languages)
        except Unreadable as reason:
            fault = f"{reason.code}: {reason.detail}" if reason.detail else reason.code
            return {"reader": "", "seen": b"", "fault": fault}
        return {"reader": reader[:100], "seen": zlib.compress(orjson.dumps(seen)), "fault": ""}

    async def _keep(self, row: PageReading) -> None:
        async with self._db.write(Scope(row.org_id)) as session:
            await session.merge(row)


async def words(db: Database, org: UUID, digest: str, page: int) -> tuple[PlacedWord, ...]:
    """The words that were recognised on a page, with their boxes; none where none were."""
    async with db.read(Scope(org)) as session:
        row = await session.scalar(
            select(PageReading).where(PageReading.content_hash == digest, PageReading.page == page)
        )
    if row is None or row.fault:
        return ()
    _, _, lines = _unpacked(row.seen)
    return tuple(PlacedWord(*word) for _, line in lines for word in line)


async def forget(db: Database, org: UUID, digests: Iterable[str]) -> None:
    """Forget what was recognised in these files."""
    async with db.write(Scope(org)) as session:
        await session.execute(delete(PageReading).where(PageReading.content_hash.in_(set(digests))))


def _unpacked(seen: bytes) -> Any:
    return orjson.loads(zlib.decompressobj().decompress(seen, _MOST_PACKED))


def in_sandbox(path: Path, suffix: str, page: int, languages: str) -> SeenPage:
    """A page as Tesseract reads it. Raises `Unreadable`."""
    from samverk.knowledge import sandbox  # loaded when the first page is recognised
    from samverk.knowledge.reading.recognised import RecognisedPage
    from samverk.knowledge.reading.tesseract import DATA_FOLDERS

    limits = sandbox.Limits(cpu_seconds=120, wall_seconds=600.0, memory_bytes=1536 << 20)
    asked = {"page": page, "languages": languages}
    answer = sandbox.ask(path, "recognise", asked, suffix=suffix, readable=DATA_FOLDERS, limits=limits)
    try:
        seen = RecognisedPage.of(answer["page"]).as_json()
        return seen, f"tesseract {str(answer['version'])[:20]} {languages}"
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("damaged") from error
