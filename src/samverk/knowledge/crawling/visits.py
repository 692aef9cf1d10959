"""One visit to a site at a time: asks politely, waits as long as the site wants, and brings what an address holds.

Knows requests and files; what a page means is for `crawl`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin
from uuid import uuid4

from samverk.core.destinations import UNREACHED, FetchRefused
from samverk.core.fetching import Answer, Bounds, Fetching, Wanted
from samverk.knowledge.crawling import robots, sitemaps
from samverk.knowledge.crawling.addresses import canonical, suffix
from samverk.knowledge.crawling.frontier import DOCUMENTS
from samverk.knowledge.crawling.pace import BUSY, Pace
from samverk.knowledge.crawling.pages import Raw
from samverk.knowledge.crawling.reasons import BROKEN
from samverk.knowledge.sources import SourceFailed, Tools

AGENT = "samverk"  # the product token that robots.txt may name
_PAGE_BYTES = 5 << 20
_SITEMAPS = 200  # files that one site may have
_PATIENCE = 10  # addresses in a row that are not reached before the walk breaks off
_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5", "Accept-Language": "sv,en;q=0.5"}
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TYPES = {
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What an address answered. With 200 there is a page (`raw`), a document (`file`), or `kind` names what is neither."""

    address: str  # where it was found in the end
    status: int
    validator: str = ""  # its ETag, else its Last-Modified: what to ask with the next time
    modified: str = ""  # in ISO 8601
    robots: tuple[str, ...] = ()
    kind: str = ""
    raw: Raw | None = None
    file: Path | None = None


def broken(why: str, detail: tuple[str, str] = ("", "")) -> SourceFailed:
    """The error that ends a walk, for a reason of `BROKEN`."""
    sv, en = BROKEN[why]
    return SourceFailed(why_sv=sv.replace("{detail}", detail[0]), why_en=en.replace("{detail}", detail[1]))


class Visits:
    """Asks one site, one address after another."""

    def __init__(self, fetching: Fetching, tools: Tools, seconds: float) -> None:
        self._fetching = fetching
        self._tools = tools
        self._pace = Pace(seconds)
        self._wait = 0.0
        self._lost = 0
        self._bounds = Bounds(sent_bytes=tools.largest_bytes, body_bytes=tools.largest_bytes)

    async def robots(self, start: str) -> robots.Robots:
        """What the site asks of robots; keeps its pace from now on. Raises SourceFailed when it cannot say."""
        try:
            status, content = await self._small(urljoin(start, "/robots.txt"), robots.MOST_BYTES)
        except FetchRefused as error:
            raise broken("start", (error.sv, error.en)) from error
        if status >= 500 or status in BUSY:
            raise broken("silent")
        found = robots.parse(content.decode("utf-8", "replace"), AGENT) if 200 <= status < 300 else robots.Robots()
        self._pace.delay = max(self._pace.delay, found.delay)
        return found

    async def sitemaps(self, named: tuple[str, ...], of_site: Callable[[str], bool]) -> dict[str, str]:
        """The pages of the site's sitemaps, each with when it was changed, as the sitemap writes it."""
        waiting, known, pages = [canonical(address) for address in named], set[str](), dict[str, str]()
        while waiting and len(known) < _SITEMAPS:
            address = waiting.pop(0)
            if not address or address in known:
                continue
            known.add(address)
            try:
                status, content = await self._small(address, sitemaps.MOST_BYTES)
            except FetchRefused:
                continue  # the pages are found by their links
            if status == 200:
                found = await asyncio.to_thread(sitemaps.parse, content)
                waiting += [each for entry in found.indexes if of_site(each := canonical(entry.address))]
                pages |= {each: entry.modified for entry in found.pages if of_site(each := canonical(entry.address))}
        return pages

    async def visit(self, address: str, validator: str = "") -> Found:
        """What the address holds. Raises FetchRefused, and SourceFailed when the site should be left in peace."""
        wanted = Wanted(address, headers=_HEADERS | _condition(validator))
        while self._pace.patient:
            await self._rest()
            try:
                async with self._fetching.open(wanted, self._bounds) as answer:
                    self._lost = 0
                    asked = answer.headers.get("Retry-After", "")
                    self._wait = self._pace.after(answer.status, asked, self._tools.clock())
                    if answer.status not in BUSY:
                        return await self._taken(answer)
            except FetchRefused as error:
                self._lost += error.code in UNREACHED
                if self._lost >= _PATIENCE:
                    raise broken("lost") from error
                raise
        raise broken("busy")

    async def _taken(self, answer: Answer) -> Found:
        """What an answer brings: its body only when it is of a kind that is read."""
        told = answer.headers
        changed = told.get("Last-Modified", "")
        found = Found(
            canonical(answer.url),
            answer.status,
            told.get("ETag", "") or changed,
            _iso(changed),
            tuple(told.getall("X-Robots-Tag", ())),
        )
        if answer.status != 200:
            return found
        kind, charset = _type(told.get("Content-Type", ""))
        ending = suffix(found.address)
        if kind in _PAGES or (not kind and ending not in DOCUMENTS):
            return replace(found, raw=Raw(await answer.read(_PAGE_BYTES), charset))
        ending = _TYPES.get(kind) or (ending if kind in ("", "application/octet-stream") else "")
        if ending not in DOCUMENTS:
            return replace(found, kind=kind or ending)
        file = self._tools.scratch / f"{uuid4().hex}{ending}"
        await answer.save(file)
        return replace(found, file=file)

    async def _small(self, address: str, most: int) -> tuple[int, bytes]:
        """The status and the body, or as much of it as counts, of something that is read at once."""
        await self._rest()
        async with self._fetching.open(Wanted(address)) as answer:
            self._wait = self._pace.delay
            return answer.status, await answer.beginning(most) if answer.status == 200 else b""

    async def _rest(self) -> None:
        """Wait as long as the site wants. Raises SourceFailed when the walk is called off meanwhile."""
        while not self._tools.cancelled():
            if self._wait <= 0:
                return
            await asyncio.sleep(min(self._wait, 1.0))
            self._wait -= 1.0
        raise broken("cancelled")


def _condition(validator: str) -> dict[str, str]:
    if not validator:
        return {}
    return {"If-None-Match" if validator.endswith('"') else "If-Modified-Since": validator}


def _type(value: str) -> tuple[str, str]:
    """The media type and the character set of a Content-Type header, either empty where it is not told."""
    message = Message()
    message["Content-Type"] = value
    return message.get_content_type() if "/" in value else "", message.get_content_charset("")


def _iso(http_date: str) -> str:
    try:
        return parsedate_to_datetime(http_date).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""
