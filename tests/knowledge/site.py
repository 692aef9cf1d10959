"""A web site for tests: pages in a dictionary, served by a real server on this machine, which counts what it is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import web


@dataclass(slots=True)
class Answer:
    """What the site says at one address. `etag` and `changed` (Last-Modified) are told, and asked with, when set."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    etag: bool = True
    changed: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class TestSite:
    """The pages by path with query, and the requests, in order, with the status that each was given."""

    __test__ = False  # not a class of tests
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    requests: list[web.Request] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        """The address of a path."""
        return f"http://{self.host}{path}"

    def page(self, path: str, text: str, *links: str, head: str = "", **facts: object) -> None:
        """Put a page with a menu, a heading, a text and links."""
        anchors = "".join(f'<p>Läs mer om <a href="{link}">det som hör till</a> ärendet här.</p>' for link in links)
        body = (
            f"<!doctype html><html lang=sv><head><title>{text} - Orten</title>{head}</head><body>"
            f"<nav><a href=/>Start</a></nav><main><h1>{text}</h1><p>Här står vad som gäller för {text}.</p>{anchors}</main>"
            f"<footer>Växel 0123-45 60 00</footer></body></html>"
        )
        self.pages[path] = Answer(body.encode(), **facts)  # type: ignore[arg-type]

    def paths(self, status: int = 200) -> list[str]:
        """The pages that were asked for and given with this status, robots.txt and sitemaps left out."""
        return [path for path, given in self.asked if given == status and not path.endswith((".txt", ".xml"))]

    async def answer(self, request: web.Request) -> web.Response:
        """What the server does."""
        found = self.pages.get(request.path_qs, Answer(status=404))
        headers = {"Content-Type": found.kind, **found.headers}
        mark = f'"{sha256(found.body).hexdigest()[:12]}"'
        if found.etag and found.status == 200:
            headers["ETag"] = mark
        if found.changed:
            headers["Last-Modified"] = found.changed
        same = (found.etag and request.headers.get("If-None-Match") == mark) or (
            found.changed and request.headers.get("If-Modified-Since") == found.changed
        )
        status = 304 if same and found.status == 200 else found.status
        self.asked.append((request.path_qs, status))
        self.requests.append(request)
        return web.Response(status=status, body=b"" if same else found.body, headers=headers)


@asynccontextmanager
async def serving() -> AsyncIterator[TestSite]:
    """An empty site."""
    site = TestSite()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield site
    await runner.cleanup()
