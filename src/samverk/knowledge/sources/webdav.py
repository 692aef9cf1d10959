"""A folder on a server that speaks WebDAV (RFC 4918), such as Nextcloud: every file below it, by its ETag.

A folder is asked for what lies right in it, one after another: not every server allows more at once. What the server answers
is a stranger's: addresses are kept below the start, XML is read without entities and within bounds.
"""

import base64
import unicodedata
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from samverk.core.destinations import REFUSALS, UNREACHED, FetchRefused, destination
from samverk.core.errors import Invalid, TooLarge
from samverk.core.fetching import Bounds, Fetching, Wanted
from samverk.knowledge.sources import (
    Field,
    Item,
    Mention,
    Refused,
    Seen,
    Settings,
    SourceFailed,
    Tools,
    Unchanged,
    Words,
)
from samverk.knowledge.sources.folder import left_out
from samverk.knowledge.views import Reason

if TYPE_CHECKING:
    from lxml.etree import _Element

_ASKED = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:"><d:prop>
<d:resourcetype/><d:getetag/><d:getlastmodified/><d:getcontentlength/>
</d:prop></d:propfind>"""
_LISTING_BYTES = 32 << 20
_DEEPEST, _MOST_FOLDERS = 40, 50_000
_PATIENCE = 10  # files in a row that are not reached before the walk breaks off
_CLOSED = Reason("folder_closed", "Kontot får inte öppna mappen.", "The account may not open the folder.")
_TOO_DEEP = Reason("trap_deep", "Mappen ligger för djupt för att följas.", "The folder lies too deep to be followed.")
_WHY = {
    401: ("användarnamnet eller lösenordet stämmer inte.", "the user name or the password is wrong."),
    403: ("kontot får inte öppna mappen.", "the account may not open the folder."),
    404: ("mappen finns inte.", "the folder does not exist."),
    405: ("adressen talar inte WebDAV.", "the address does not speak WebDAV."),
    503: ("servern är upptagen eller stängd för underhåll.", "the server is busy or closed for maintenance."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder: its path below the server's root, decoded, and its address as the server writes it."""

    path: str
    address: str
    folder: bool
    etag: str = ""
    modified: str = ""
    size: int = 0


class WebDav:
    """A folder of a WebDAV server and everything below it."""

    kind = "webdav"
    title = Words("Nextcloud eller WebDAV", "Nextcloud or WebDAV")
    hint = Words(
        "En mapp på en filserver som talar WebDAV. Undermappar följer med.",
        "A folder on a file server that speaks WebDAV. Folders below it are included.",
    )
    walks = True
    form = (
        Field(
            "address",
            Words("Mappens adress", "The folder's address"),
            "address",
            hint=Words(
                "I Nextcloud står den under Filer, Inställningar, WebDAV: https://moln.ort.se/remote.php/dav/files/namn/Mapp",
                "In Nextcloud it stands under Files, Settings, WebDAV: https://cloud.org/remote.php/dav/files/name/Folder",
            ),
        ),
        Field("user", Words("Användarnamn", "User name"), required=False),
        Field(
            "password",
            Words("Applösenord", "App password"),
            "secret",
            required=False,
            hint=Words(
                "Skapa ett applösenord för just det här i Nextcloud: Inställningar, Säkerhet.",
                "Make an app password for this alone in Nextcloud: Settings, Security.",
            ),
        ),
    )

    def where(self, settings: Settings) -> str:
        """The server and the folder, without the scheme."""
        parts = urlsplit(settings["address"])
        return f"{parts.netloc}{unquote(parts.path)}".rstrip("/")

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """Raise Invalid for an address that is not fetched from."""
        try:
            url = destination(settings["address"], tools.egress.inside)
        except FetchRefused as error:
            raise Invalid(sv=error.sv, en=error.en, param="address") from error
        if secret and not tools.egress.may_tell(url):
            sv, en = REFUSALS["address_open_password"]
            raise Invalid(sv=sv, en=en, param="address")

    async def walk(
        self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        """See `Source`."""
        server = _Server(Fetching(tools.egress), settings, secret)
        waiting, known = [(server.root, server.start)], {server.root}
        while waiting:
            if tools.cancelled():
                raise SourceFailed(why_sv="den avbröts.", why_en="it was cancelled.")
            path, address = waiting.pop()
            inside = await server.list(path, address)
            if inside is None:
                for mention in _closed(server.below(path), seen):
                    yield mention
                continue
            for entry in inside:
                if server.lost >= _PATIENCE:
                    raise SourceFailed(why_sv="servern slutade svara.", why_en="the server stopped answering.")
                if not entry.folder or left_out(entry.path.rpartition("/")[2]):
                    yield server.mention(entry, seen, tools.largest_bytes)
                elif entry.path.count("/") - server.root.count("/") > _DEEPEST or len(known) >= _MOST_FOLDERS:
                    yield Refused(server.below(entry.path), _TOO_DEEP)
                elif entry.path not in known:
                    known.add(entry.path)
                    waiting.append((entry.path, entry.address))


SOURCE = WebDav


def _closed(folder: str, seen: Mapping[str, Seen]) -> list[Mention]:
    """A folder that may not be opened any more: what was taken from it stays, and is told."""
    below = [address for address in seen if address.startswith(f"{folder}/")]
    return [Refused(address, _CLOSED) for address in (folder, *below)]


class _Server:
    """Asks the server. `start` is the address of the start folder, `root` its path, decoded and without a last slash."""

    def __init__(self, fetching: Fetching, settings: Settings, secret: str) -> None:
        self._fetching = fetching
        self.lost = 0  # files in a row that were not reached
        self.start = settings["address"].rstrip("/") + "/"
        self.root = unquote(urlsplit(self.start).path).rstrip("/")
        user = settings.get("user", "")
        token = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._authorization = f"Basic {token}" if user or secret else ""

    def below(self, path: str) -> str:
        """A path below the start folder: the address of an item."""
        return path.removeprefix(self.root).strip("/")

    async def list(self, path: str, address: str) -> list[Entry] | None:
        """What lies right in a folder; None when it may not be opened. Raises SourceFailed when the walk cannot go on."""
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        wanted = Wanted(address, "PROPFIND", headers, _ASKED, self._authorization)
        try:
            async with self._fetching.open(wanted, Bounds(body_bytes=_LISTING_BYTES)) as answer:
                status, content = answer.status, await answer.read() if answer.status == 207 else b""
                at = answer.url
        except FetchRefused as error:
            raise SourceFailed(why_sv=error.sv, why_en=error.en) from error
        if status == 207:
            return [entry for entry in entries(content, at) if _child(entry.path, path)]
        if path != self.root and status in (403, 404):
            return None if status == 403 else []
        raise _failed(status)

    def mention(self, entry: Entry, seen: Mapping[str, Seen], largest_bytes: int) -> Mention:
        """What is to be said of a file."""
        address = self.below(entry.path)
        if why := left_out(address.rpartition("/")[2]):
            return Refused(address, why)
        if entry.size > largest_bytes:
            return Refused(address, Reason.of(TooLarge(limit=f"{largest_bytes >> 20} MB")))
        mark = entry.etag or f"{entry.modified} {entry.size}"
        if address in seen and seen[address].etag == mark:
            return Unchanged(address)

        async def fetch(target: Path) -> None:
            wanted = Wanted(entry.address, authorization=self._authorization)
            bounds = Bounds(sent_bytes=largest_bytes, body_bytes=largest_bytes, seconds=600)
            try:
                async with self._fetching.open(wanted, bounds) as answer:
                    if answer.status != 200:
                        raise _failed(answer.status)
                    await answer.save(target)
                self.lost = 0
            except FetchRefused as error:
                self.lost += error.code in UNREACHED
                raise

        place = unicodedata.normalize("NFC", f"{self.root.rpartition('/')[2]}/{address}".lstrip("/"))
        return Item(address, place, fetch, mark, entry.modified, PurePosixPath(place).stem)


def entries(content: bytes, base: str) -> list[Entry]:
    """The entries of a multistatus answer, wherever they lead on the same server. Raises SourceFailed. Pure."""
    from lxml import etree  # only now: it is heavy to load, and most platforms have no such source

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceFailed(why_sv=_WHY[405][0], why_en=_WHY[405][1]) from error
    found = [_entry(each, base) for each in root.iterchildren("{DAV:}response")]
    return [entry for entry in found if entry is not None]


def _entry(response: "_Element", base: str) -> Entry | None:
    try:
        address = urljoin(base, (response.findtext("{DAV:}href") or "").strip())
        parts = urlsplit(address)
    except ValueError:
        return None
    path = unquote(parts.path).rstrip("/")
    if parts[:2] != urlsplit(base)[:2] or {".", ".."} & set(path.split("/")) or "\0" in path:
        return None
    told = {
        str(prop.tag): prop
        for status in response.iterchildren("{DAV:}propstat")
        if " 200" in (status.findtext("{DAV:}status") or " 200")
        for prop in status.iterfind("{DAV:}prop/*")
        if isinstance(prop.tag, str)
    }
    kind = told.get("{DAV:}resourcetype")
    size = _text(told, "getcontentlength")
    return Entry(
        path,
        address,
        kind is not None and kind.find("{DAV:}collection") is not None,
        _text(told, "getetag")[:200],
        _iso(_text(told, "getlastmodified")),
        int(size) if size.isascii() and size.isdigit() and len(size) < 16 else 0,
    )


def _text(told: "Mapping[str, _Element]", name: str) -> str:
    found = told.get(f"{{DAV:}}{name}")
    return (found.text or "").strip() if found is not None else ""


def _child(path: str, folder: str) -> bool:
    """Whether a path lies right in a folder: servers name the folder itself too, and a hostile one whatever it likes."""
    parent, _, name = path.rpartition("/")
    return parent == folder and bool(name)


def _iso(http_date: str) -> str:
    try:
        return parsedate_to_datetime(http_date).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""


def _failed(status: int) -> SourceFailed:
    sv, en = _WHY.get(status, (f"servern svarade HTTP {status}.", f"the server answered HTTP {status}."))
    return SourceFailed(why_sv=sv, why_en=en)
