"""A file server for tests that speaks WebDAV as Nextcloud does: files in a dictionary, served on this machine."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, unquote

from aiohttp import web

ROOT = "/remote.php/dav/files/kim/Riktlinjer"
TOKEN = "Basic " + base64.b64encode(b"kim:app-hemligt").decode()


@dataclass(slots=True)
class Cloud:
    """Files by path below the root. `closed` folders may not be opened; `raw` answers stand in for a folder's."""

    files: dict[str, bytes] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    raw: dict[str, bytes] = field(default_factory=dict)
    etags: bool = True
    absolute: bool = False
    token: str = TOKEN
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """The address of the root."""
        return f"http://127.0.0.1:{self.port}{ROOT}"

    async def answer(self, request: web.Request) -> web.Response:
        """What the server does."""
        path = unquote(request.rel_url.raw_path).removeprefix(ROOT).strip("/")
        self.asked.append(f"{request.method} {path}")
        if request.headers.get("Authorization", "") != self.token:
            return web.Response(status=401)
        if request.method == "GET":
            return web.Response(body=self.files[path]) if path in self.files else web.Response(status=404)
        if path in self.closed:
            return web.Response(status=403)
        if path in self.raw:
            return web.Response(status=207, body=self.raw[path])
        below = f"{path}/" if path else ""
        inside = {name.removeprefix(below).partition("/")[0] for name in self.files if name.startswith(below)}
        if not inside and path:
            return web.Response(status=404)
        assert request.headers["Depth"] == "1"
        listed = "".join(self.response(f"{below}{name}") for name in sorted(inside))
        body = f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{self.response(path)}{listed}</d:multistatus>'
        return web.Response(status=207, text=body, content_type="application/xml")

    def response(self, path: str) -> str:
        data = self.files.get(path)
        href = quote(f"{ROOT}/{path}") + ("/" if data is None else "")
        href = f"http://127.0.0.1:{self.port}{href}" if self.absolute else href
        if data is None:
            known = "<d:resourcetype><d:collection/></d:resourcetype>"
        else:
            etag = f'<d:getetag>"{sha256(data).hexdigest()[:8]}"</d:getetag>' if self.etags else ""
            known = (
                f"<d:resourcetype/>{etag}<d:getcontentlength>{len(data)}</d:getcontentlength>"
                "<d:getlastmodified>Mon, 02 Feb 2026 10:00:00 GMT</d:getlastmodified>"
            )
        return (
            f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{known}</d:prop><d:status>HTTP/1.1 200 OK</d:status>"
            "</d:propstat><d:propstat><d:prop><d:quota/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
            "</d:response>"
        )


@asynccontextmanager
async def serving() -> AsyncIterator[Cloud]:
    cloud = Cloud()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", cloud.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    cloud.port = runner.addresses[0][1]
    yield cloud
    await runner.cleanup()
