"""Style, script and icon: read once, served under an address that names their content, so that browsers keep them for good."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import NotFound

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files by name, and the digest of them all: modules import each other by relative address."""

    contents: dict[str, bytes]
    digest: str

    def url(self, name: str) -> str:
        """The address of a file. Raises KeyError for one that does not exist."""
        self.contents[name]
        return f"/static/{self.digest}/{name}"


@cache
def static_files() -> StaticFiles:
    """All files of the folder `static`."""
    folder = files("samverk.web").joinpath("static")
    contents = {
        entry.name: entry.read_bytes()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.rpartition(".")[2] in _TYPES
    }
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(name.encode() + b"\0" + content)
    return StaticFiles(contents, digest.hexdigest()[:12])


async def serve(request: Request) -> Response:
    """One file; from an older page's address the newest, not to be kept."""
    known = static_files()
    name = request.path_params["name"]
    content = known.contents.get(name)
    if content is None:
        raise NotFound("file", name)
    current = request.path_params["digest"] == known.digest
    headers = {"ETag": f'"{known.digest}"', "Cache-Control": _FOREVER if current else "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)
