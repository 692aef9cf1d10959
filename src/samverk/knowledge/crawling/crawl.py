"""A walk through a web site: what is new, changed, the same, refused or gone. The order of things, and what they mean.

What is remembered from one walk to the next, beside what the collection holds: `lastmod`, when a sitemap said that a page was
changed; `others`, pages that are not in the collection and why; `missing`, pages that were not found the last time; `again`,
addresses to try again, because a page that has not changed does not tell its links once more; `links`, who linked to a page;
`terms`, under which all this holds (the plan, and what robots may do): with others, every page is read anew.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from samverk.core.destinations import FetchRefused
from samverk.knowledge.crawling import pages, sitemaps
from samverk.knowledge.crawling.addresses import Site, absolute, key, place, respelled
from samverk.knowledge.crawling.frontier import Frontier
from samverk.knowledge.crawling.links import Links
from samverk.knowledge.crawling.pages import Page
from samverk.knowledge.crawling.reasons import reason
from samverk.knowledge.crawling.robots import NOBODY, directives
from samverk.knowledge.crawling.visits import AGENT, Found, Visits, broken
from samverk.knowledge.sources import Gone, Item, Mention, Refused, Seen, Tools, Unchanged, content
from samverk.knowledge.unreadable import Unreadable
from samverk.knowledge.views import Reason

Fetch = Callable[[Path], Awaitable[None]]

_BATCH_PAGES, _BATCH_BYTES = 32, 8 << 20  # that are read in one process
_MOST_AGAIN = 20_000
_SPOT_CHECK = 50  # one page in so many is asked for although the sitemap says that it is as it was


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person has asked for: an address in its one spelling, how many pages, and how many links away from it."""

    start: str
    pages: int
    depth: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A page that is fetched and not yet read."""

    asked: str
    depth: int
    found: Found


class Crawl:
    """One walk. `seen` is what the collection holds, `tools.memory` what the last walk that ended whole remembered."""

    def __init__(self, plan: Plan, seen: Mapping[str, Seen], tools: Tools, visits: Visits) -> None:
        self._plan = plan
        self._seen = seen
        self._tools = tools
        self._visits = visits
        self._site = Site.of(plan.start)
        self._lastmod: dict[str, str] = {}  # what the sitemaps say today
        self._before: dict[str, Any] = dict(tools.memory)
        self._others: dict[str, list[str]] = {}
        self._missing: list[str] = []
        self._again: list[str] = []
        self._links = Links(self._before.get("links", {}))
        self._terms = ""
        self._settled: dict[str, str] = {}
        self._sound = not self._before.get("lastmod_wrong", False)
        self._hashes: dict[str, str] = {}  # of content that this walk has met, with its address
        self._mentioned: set[str] = set()
        self._there: dict[str, Item | Unchanged] = {}  # pages of the collection, by address
        self._frontier = Frontier(self._site, NOBODY, plan.depth)

    async def walk(self) -> AsyncIterator[Mention]:
        """Every mention. Raises SourceFailed when the site cannot be walked through."""
        robots = await self._visits.robots(self._plan.start)
        if not robots.allow(self._plan.start):
            raise broken("forbidden")
        self._frontier = Frontier(self._site, robots, self._plan.depth)
        self._terms = sha256(repr((self._plan, robots.rules)).encode()).hexdigest()
        named = robots.sitemaps or (absolute(self._plan.start, "/sitemap.xml"),)
        self._lastmod = await self._visits.sitemaps(named, self._site.has)
        self._fill()
        waiting: list[_Waiting] = []
        visited = 0
        while visited < self._plan.pages and (len(self._frontier) or waiting):
            if (taken := self._frontier.take()) is not None:
                visited += 1
                outcome = await self._visit(*taken, first=visited == 1)
                if isinstance(outcome, _Waiting):
                    waiting.append(outcome)
                elif outcome is not None and (mention := self._once(outcome)):
                    yield mention
            if _full(waiting) or not len(self._frontier):
                for mention in await self._read(waiting):
                    yield mention
                waiting.clear()
        for mention in (*await self._read(waiting), *self._rest()):
            yield mention
        self._remember()

    def _fill(self) -> None:
        """What is known comes first: the start, the collection's own pages, then what the sitemaps and the last walk name."""
        others = (*self._before.get("others", {}), *self._before.get("again", ()))
        self._frontier.spell([*self._lastmod, *self._seen])
        self._frontier.add(self._plan.start)
        for address in (*self._seen, *self._lastmod, *others):
            if not self._frontier.robots.allow(address):
                self._frontier.refuse(address, "robots")
            elif self._site.holds(address) or (self._site.has(address) and address in self._seen):
                self._frontier.add(address, 1)

    async def _visit(self, address: str, depth: int, first: bool) -> Mention | _Waiting | None:
        """Ask for one address. The very first must answer: a site that is not there has not lost its pages."""
        if not first and self._as_it_was(address):
            return self._unchanged(address)
        try:
            found = await self._visits.visit(address, self._validator(address))
        except FetchRefused as error:
            if first:
                raise broken("start", (error.sv, error.en)) from error
            return Refused(address, Reason.of(error))
        if first and found.status not in (200, 304):
            raise broken("start", (f"HTTP {found.status}",) * 2)
        if first and not self._site.has(found.address):
            raise broken("elsewhere", (found.address,) * 2)
        if found.status == 304:
            return self._unchanged(address)
        if found.status != 200:
            return self._failed(address, found.status)
        if key(found.address) != key(address):
            self._links.tell(address, [found.address])
            if moved := self._moved(address, found):
                return None if isinstance(moved, bool) else moved
        if found.raw is not None:
            return _Waiting(address, depth, found)
        return await self._document(found)

    def _validator(self, address: str) -> str:
        """What to ask with: nothing for a page that was left out because of another that is not as it was."""
        if self._terms != self._before.get("terms"):
            return ""
        if address in self._seen:
            return self._seen[address].etag
        validator, why, twin = self._before.get("others", {}).get(address, ("", "", ""))
        return validator if why != "same_content" or self._hashes.get(self._hash_of(twin)) == twin else ""

    def _hash_of(self, address: str) -> str:
        return self._seen[address].hash if address in self._seen else ""

    def _as_it_was(self, address: str) -> bool:
        """Whether the sitemap says so and has been right: a few are asked for all the same, others every day."""
        said = self._lastmod.get(address, "")
        if (
            not said
            or not self._sound
            or address not in self._seen
            or said != self._before.get("lastmod", {}).get(address)
        ):
            return False
        day = self._tools.clock().date().isoformat()
        return int(sha256(f"{day} {address}".encode()).hexdigest()[:8], 16) % _SPOT_CHECK > 0

    def _unchanged(self, address: str) -> Mention:
        if address in self._seen:
            self._hashes.setdefault(self._seen[address].hash, address)
            self._settle(address)
            return Unchanged(address)
        validator, why, twin = self._before["others"][address]
        return self._left_out(address, validator, why, twin)

    def _left_out(self, address: str, validator: str, why: str, detail: str = "") -> Mention:
        """A page that is there and does not belong in the collection; remembered, so that it is not fetched in vain again."""
        self._others[address] = [validator, why, detail]
        return Gone(address) if address in self._seen else Refused(address, reason(why, detail))

    def _failed(self, address: str, status: int) -> Mention:
        if status == 404:
            return self._lost(address)
        if status == 410:
            return Gone(address) if address in self._seen else Refused(address, reason("page_missing"))
        code = "page_closed" if status in (401, 403, 407, 451) else "page_failed"
        return Refused(address, reason(code, f"HTTP {status}"))

    def _lost(self, address: str) -> Mention:
        """A page that is not there: one of the collection's own is given until the next walk to come back."""
        if address not in self._seen:
            return Refused(address, reason("page_missing"))
        if address in self._before.get("missing", ()):
            return Gone(address)
        self._missing.append(address)
        return Refused(address, reason("page_missing_once"))

    def _moved(self, address: str, found: Found) -> Mention | bool:
        """What a redirect means. To a page that is known already: nothing (True), or that one of the collection's is missing,
        for a site that is closed for a while sends every address to the same page."""
        if not self._site.has(found.address):
            return Refused(address, reason("page_elsewhere", found.address))
        if not self._frontier.robots.allow(found.address):
            return Refused(address, reason("robots"))
        if self._frontier.arrived(found.address):
            return False
        return self._lost(address) if address in self._seen else True

    async def _document(self, found: Found) -> Mention:
        """A file that is linked to. What is not taken of it leaves the disk at once."""
        if found.file is None:
            return self._left_out(found.address, found.validator, "page_type", found.kind)
        digest = await asyncio.to_thread(_digest, found.file)
        if "noindex" in directives(list(found.robots), AGENT):
            mention = self._left_out(found.address, found.validator, "noindex")
        elif (twin := self._hashes.setdefault(digest, found.address)) != found.address:
            mention = self._twin(found, twin)
        else:
            mention = self._taken(found, digest, "", _moving(found.file), found.file.suffix)
        if not isinstance(mention, Item):
            found.file.unlink()
        return mention

    async def _read(self, waiting: list[_Waiting]) -> list[Mention]:
        """What the fetched pages say; their links are put in the queue."""
        read = await pages.read([each.found.raw for each in waiting if each.found.raw], self._tools.scratch)
        found: list[Mention | None] = []
        for each, page in zip(waiting, read, strict=True):
            if isinstance(page, Unreadable):
                found.append(Refused(each.found.address, Reason.of(page)))
            else:
                found.append(self._page(each, page))
        found += [Refused(address, reason(code)) for address, code in self._frontier.told]
        self._frontier.told.clear()
        return [mention for each in found if each is not None and (mention := self._once(each))]

    def _page(self, waiting: _Waiting, page: Page) -> Mention | None:
        found = waiting.found
        words = directives([*found.robots, *page.robots], AGENT)
        base = absolute(found.address, page.base) or found.address
        links = [(address, follow) for link, follow in page.links if (address := absolute(base, link))]
        if "nofollow" not in words:
            for address, follow in links:
                if follow:
                    self._frontier.follow(address, waiting.depth + 1)
        own = absolute(base, page.canonical) if page.canonical else ""
        self._links.tell(found.address, [*(address for address, _ in links), *([own] if own else [])])
        if own and own != found.address and self._site.holds(own) and respelled(own, found.address):
            if key(own) != key(found.address):
                self._frontier.follow(own, waiting.depth)
                return self._left_out(found.address, found.validator, "same_content", own)
            found = _at(found, own)
        if page.missing:
            return self._lost(waiting.asked)
        if "noindex" in words:
            return self._left_out(found.address, found.validator, "noindex")
        if not page.content:
            return self._left_out(found.address, found.validator, "page_empty")
        digest = sha256(page.content).hexdigest()
        if (twin := self._hashes.setdefault(digest, found.address)) != found.address:
            return self._twin(found, twin)
        return self._taken(found, digest, page.title, content(page.content), ".html")

    def _twin(self, found: Found, twin: str) -> Mention:
        """The same content at another address: a page of the collection that has become so may be out of order for a while."""
        if found.address in self._seen:
            return self._lost(found.address)
        return self._left_out(found.address, found.validator, "same_content", twin)

    def _taken(self, found: Found, digest: str, title: str, fetch: Fetch, ending: str) -> Mention:
        address = found.address
        known = self._seen.get(address)
        if known is not None and known.hash and known.hash != digest and self._lastmod.get(address):
            said = self._before.get("lastmod", {}).get(address)
            self._sound = self._sound and said != self._lastmod[address]
        self._settle(address)
        if known is not None and known.hash == digest and known.etag == found.validator:
            return Unchanged(address)
        changed = sitemaps.moment(self._lastmod.get(address, ""))
        modified = found.modified or (changed.isoformat() if changed else "")
        return Item(
            address, f"{self._site.name}/{place(address, ending)}", fetch, found.validator, modified, title, address
        )

    def _settle(self, address: str) -> None:
        """Remember what the sitemap says of a page, when another change would be written otherwise."""
        said = self._lastmod.get(address, "")
        if said and sitemaps.settled(said, self._tools.clock()):
            self._settled[address] = said

    def _once(self, mention: Mention) -> Mention | None:
        if mention.address in self._mentioned:
            return None
        self._mentioned.add(mention.address)
        if isinstance(mention, Refused) and mention.address not in self._others:
            self._again.append(mention.address)
        elif isinstance(mention, Gone):
            self._links.tell(mention.address, ())
        elif isinstance(mention, Item | Unchanged):
            self._there[mention.address] = mention
        return mention

    def _rest(self) -> list[Mention]:
        """What is said at the end: that the limit was reached or, where all was seen, which pages nobody links to any more."""
        left = self._frontier.left()
        if not left:
            return self._unlinked()
        self._again += left
        mention = self._once(Refused(left[0], reason("page_limit", str(self._plan.pages))))
        return [mention] if mention else []

    def _unlinked(self) -> list[Mention]:
        """Pages of the collection that are as they were, and that no page and no sitemap names any more."""
        named = {key(address) for address in (self._plan.start, *self._lastmod)}
        same = (address for address, mention in self._there.items() if isinstance(mention, Unchanged))
        lost = (address for address in same if key(address) not in named and self._links.is_lost(address))
        return [Refused(address, reason("page_unlinked")) for address in lost]

    def _remember(self) -> None:
        self._tools.memory.clear()
        self._tools.memory.update(
            lastmod=self._settled,
            others=self._others,
            missing=self._missing,
            links=self._links.remembered({*self._seen, *self._there}),
            again=self._again[:_MOST_AGAIN],
            lastmod_wrong=not self._sound,
            terms=self._terms,
        )


def _full(waiting: list[_Waiting]) -> bool:
    size = sum(len(each.found.raw.content) for each in waiting if each.found.raw)
    return len(waiting) >= _BATCH_PAGES or size >= _BATCH_BYTES


def _at(found: Found, address: str) -> Found:
    return replace(found, address=address)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _moving(file: Path) -> Fetch:
    async def fetch(target: Path) -> None:
        await asyncio.to_thread(shutil.move, file, target)

    return fetch
