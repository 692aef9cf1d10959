"""What walking through a web site costs the site and us: bytes the first time and the second, pages a CPU-second.

    python -m benchmarks.crawl [--pages 2000] [--others 300]

A site of so many pages is served on this machine by a process of its own, which counts what it sends: menus and footers around
every text, a packed sitemap for each hundred pages, packed answers. It is walked through twice, unchanged, as a sync would.
The same again, with fewer pages (`--others`), for sites that say less of themselves: ETags alone, Last-Modified alone, nothing.
"""

import argparse
import asyncio
import gzip
import multiprocessing
import random
import resource
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import uuid4

from samverk.core.egress import Egress
from samverk.core.settings import Settings
from samverk.knowledge.sources import Item, Seen, Tools, Unchanged
from samverk.knowledge.sources.website import Website

SYLLABLES = "an bo da en fri gå hus in jär kom lov mål nämn om plan rätt sko tids un väg åter öv".split()
IN_A_SECTION = 100
CHANGED = datetime(2026, 2, 2, 10, tzinfo=UTC)
KINDS = {  # what a site says of itself: ETags, Last-Modified, a sitemap with lastmod
    "everything": (True, True, True),
    "ETags alone": (True, False, False),
    "Last-Modified alone": (False, True, False),
    "nothing": (False, False, False),
}


@dataclass(frozen=True)
class Site:
    """A generated site. `kind` is one of `KINDS`."""

    pages: int
    kind: str

    def path(self, number: int) -> str:
        """The path of a page; the first is the start, and every hundredth begins a section."""
        section, rest = divmod(number, IN_A_SECTION)
        return "/" if number == 0 else f"/amne-{section}/" + (f"sida-{rest}" if rest else "")

    @cache  # noqa: B019 - one site in its own process
    def body(self, path: str) -> bytes | None:
        """What stands at a path, packed; None for nothing."""
        if path == "/robots.txt":
            return gzip.compress(b"User-agent: *\nAllow: /\nSitemap: /karta.xml\n")
        if path.endswith(".xml"):
            return gzip.compress(self.sitemap(path)) if KINDS[self.kind][2] else None
        number = self.numbers().get(path)
        return None if number is None else gzip.compress(self.page(number).encode())

    @cache  # noqa: B019 - as above
    def numbers(self) -> dict[str, int]:
        """The number of the page at each path."""
        return {self.path(number): number for number in range(self.pages)}

    def page(self, number: int) -> str:
        """A page with the site's menu, its section's menu, a text and a footer: 20 kB, 4 kB packed; an agency's has 7."""
        made = random.Random(number)
        section = number - number % IN_A_SECTION
        sections = "".join(
            f'<li class="menu-item level-1"><a href="{self.path(each)}" class="menu-link">Ämne {each // IN_A_SECTION}</a></li>'
            for each in range(0, self.pages, IN_A_SECTION)
        )
        siblings = "".join(
            f'<li class="menu-item level-2"><a href="{self.path(each)}" class="menu-link">Sida om sådant {each}</a></li>'
            for each in range(section, min(section + IN_A_SECTION, self.pages))
        )
        words = ["".join(made.choices(SYLLABLES, k=made.randint(1, 4))) for _ in range(1000)]
        text = "".join(f"<p>{' '.join(words[at : at + 50]).capitalize()}.</p>" for at in range(0, len(words), 50))
        return (
            f"<!doctype html><html lang=sv><head><title>Sida {number} - Orten</title><script>var t={number}</script></head>"
            f"<body><header>Orten</header><nav><ul>{sections}</ul><ul>{siblings}</ul></nav>"
            f"<main><h1>Sida {number}</h1>{text}</main><footer>Växel 0123-45 60 00</footer></body></html>"
        )

    def sitemap(self, path: str) -> bytes:
        """The index of sitemaps, or the pages of one section."""
        if path == "/karta.xml":
            maps = (f"<sitemap><loc>/karta-{each}.xml</loc></sitemap>" for each in range(0, self.pages, IN_A_SECTION))
            return f"<sitemapindex>{''.join(maps)}</sitemapindex>".encode()
        first = int(path.removeprefix("/karta-").removesuffix(".xml"))
        urls = (
            f"<url><loc>{self.path(each)}</loc><lastmod>{CHANGED:%Y-%m-%d}</lastmod></url>"
            for each in range(first, min(first + IN_A_SECTION, self.pages))
        )
        return f"<urlset>{''.join(urls)}</urlset>".encode()

    def answer(self, path: str, headers: Mapping[str, str], host: str) -> bytes:
        """The whole answer, headers included."""
        body = self.body(path)
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if path.endswith((".xml", ".txt")):  # sitemaps name whole addresses
            plain = (
                gzip.decompress(body)
                .decode()
                .replace("<loc>/", f"<loc>http://{host}/")
                .replace(": /k", f": http://{host}/k")
            )
            body = gzip.compress(plain.encode())
        etags, dated, _ = KINDS[self.kind]
        etag, changed = f'"{sha256(body).hexdigest()[:16]}"', f"{CHANGED:%a, %d %b %Y %H:%M:%S} GMT"
        told = (f"ETag: {etag}\r\n" if etags else "") + (f"Last-Modified: {changed}\r\n" if dated else "")
        told += "Server: site\r\nCache-Control: max-age=60\r\nVary: Accept-Encoding\r\n"
        same = (etags and headers.get("if-none-match") == etag) or (
            dated and headers.get("if-modified-since") == changed
        )
        if same:
            return f"HTTP/1.1 304 Not Modified\r\n{told}\r\n".encode()
        kind = "text/html; charset=utf-8" if not path.endswith((".xml", ".txt")) else "application/xml"
        told += f"Content-Type: {kind}\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n"
        return f"HTTP/1.1 200 OK\r\n{told}\r\n".encode() + body


def serve(site: Site, told: Connection) -> None:
    """Serve until the end of the process: tells its port, then the bytes and the answers so far whenever it is asked."""
    sent = [0, 0]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await _head(reader):
            first, *rest = request.split("\r\n")
            headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
            answer = site.answer(first.split(" ")[1], headers, headers["host"])
            sent[0] += len(answer)
            sent[1] += 1
            writer.write(answer)
            await writer.drain()
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        while await asyncio.to_thread(told.recv):
            told.send(tuple(sent))

    asyncio.run(run())


async def _head(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\r\n\r\n")).decode().strip()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""


def cpu() -> float:
    """Seconds of processor time so far, of this process and of its readers that have ended."""
    own, readers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + readers.ru_utime + readers.ru_stime


async def walk(port: int, seen: dict[str, Seen], memory: dict[str, object], folder: Path, day: int) -> dict[str, int]:
    """Walk as a sync does, on a later day; how many items were taken and how many were the same."""
    egress = Egress(Settings(home=folder, internal_hosts=f"127.0.0.1:{port}"))
    clock = CHANGED + timedelta(days=30 + day)
    tools = Tools(egress, folder, clock=lambda: clock, memory=memory)
    settings = {"address": f"http://127.0.0.1:{port}/", "pages": "50000", "depth": "50", "seconds": "0"}
    found = {"taken": 0, "same": 0, "other": 0}
    async for mention in Website().walk(settings, "", seen, tools):
        found["taken" if isinstance(mention, Item) else "same" if isinstance(mention, Unchanged) else "other"] += 1
        if isinstance(mention, Item):
            target = folder / uuid4().hex
            await mention.fetch(target)
            digest = sha256(target.read_bytes()).hexdigest()
            target.unlink()
            seen[mention.address] = Seen(mention.address, mention.etag, mention.modified, digest, 1)
    await egress.close()
    return found


def measure(site: Site) -> None:
    """Walk twice and print the figures."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(site, theirs), daemon=True)
    server.start()
    port = ours.recv()
    seen: dict[str, Seen] = {}
    memory: dict[str, object] = {}
    costs, before = [], (0, 0)
    with tempfile.TemporaryDirectory() as folder:
        for day in range(2):
            began = cpu()
            found = asyncio.run(walk(port, seen, memory, Path(folder), day))
            seconds = cpu() - began
            ours.send(True)
            sent = ours.recv()
            costs.append((sent[0] - before[0], sent[1] - before[1], seconds, found))
            before = sent
    ours.send(False)
    server.join()
    for name, (size, requests, seconds, found) in zip(("first", "second"), costs, strict=True):
        print(
            f"{site.kind}, {name} walk: {size / 1e6:.2f} MB in {requests} answers, {seconds:.1f} CPU-seconds, "
            f"{found['taken']} taken, {found['same']} the same, {found['other']} others"
        )
    print(f"{site.kind}, second walk beside the first {100 * costs[1][0] / costs[0][0]:.2f} % of the bytes")
    print(
        f"{site.kind}, pages a CPU-second {site.pages / costs[0][2]:.0f} first, {site.pages / costs[1][2]:.0f} second"
    )


def main() -> None:
    """Measure every kind of site."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000, help="of the site that says everything of itself")
    parser.add_argument("--others", type=int, default=300, help="of those that say less")
    arguments = parser.parse_args()
    for kind in KINDS:
        measure(Site(arguments.pages if kind == "everything" else arguments.others, kind))


if __name__ == "__main__":
    main()
