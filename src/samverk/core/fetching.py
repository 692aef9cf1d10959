"""Fetching what others publish, within bounds: of bytes as sent and as unpacked, of time, and of redirects.

Every address, also one that a redirect names, is judged by its spelling here and by where it leads in `core.egress`. Knows
nothing of what the bytes mean.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from samverk.core.destinations import FetchRefused, destination
from samverk.core.egress import Egress

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 1 << 16  # bytes
_EITHER = zlib.MAX_WBITS | 32  # zlib: a header of gzip or of zlib


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one answer may cost: bytes as sent and as unpacked, seconds in all and of silence, redirects."""

    sent_bytes: int = 100 << 20
    body_bytes: int = 200 << 20
    seconds: float = 120.0
    silent_seconds: float = 20.0
    redirects: int = 5


USUAL = Bounds()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask for. `authorization` is sent to the address's own server alone, and never in the clear but to a host inside."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    authorization: str = ""


@dataclass(slots=True)
class Answer:
    """An answer whose body is still to be read. `received` counts the bytes that have come, headers included."""

    url: str
    status: int
    headers: CIMultiDictProxy[str]
    received: int
    _response: aiohttp.ClientResponse
    _bounds: Bounds

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, unpacked. Raises FetchRefused when it is too large or breaks off."""
        if (self._response.content_length or 0) > self._bounds.sent_bytes:
            raise FetchRefused("too_large")
        unpacked, sent, body = _Unpacker(self.headers.get("Content-Encoding", "")), 0, 0
        async for raw in self._response.content.iter_chunked(_PIECE):
            sent += len(raw)
            self.received += len(raw)
            if sent > self._bounds.sent_bytes:
                raise FetchRefused("too_large")
            for piece in unpacked.of(raw):
                body += len(piece)
                if body > self._bounds.body_bytes:
                    raise FetchRefused("too_large")
                yield piece
        if not unpacked.whole:
            raise FetchRefused("broken_off")

    async def read(self, most: int | None = None) -> bytes:
        """The whole body, of at most so many bytes. Raises FetchRefused as `pieces` does."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if most is not None and len(found) > most:
                raise FetchRefused("too_large")
        return bytes(found)

    async def beginning(self, most: int) -> bytes:
        """The first so many bytes of the body; what follows is not waited for. Raises FetchRefused as `pieces` does."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if len(found) >= most:
                break
        return bytes(found[:most])

    async def save(self, path: Path) -> None:
        """Write the body to a file."""
        with path.open("wb") as file:
            async for piece in self.pieces():
                await asyncio.to_thread(file.write, piece)


class Fetching:
    """Asks servers outside, naming itself, without cookies."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    @asynccontextmanager
    async def open(self, wanted: Wanted, bounds: Bounds = USUAL) -> AsyncIterator[Answer]:
        """The answer after redirects; its body is read inside the block. Raises FetchRefused, from there too."""
        try:
            async with asyncio.timeout(bounds.seconds):
                response, received = await self._follow(wanted, bounds)
                async with response:
                    yield Answer(str(response.url), response.status, response.headers, received, response, bounds)
        except TimeoutError as error:
            raise FetchRefused("too_slow") from error
        except aiohttp.ClientSSLError as error:
            raise FetchRefused("not_trusted") from error
        except aiohttp.ClientConnectorError as error:
            inside = isinstance(error.os_error, PermissionError)
            raise FetchRefused("address_inside" if inside else "not_reached") from error
        except aiohttp.ClientPayloadError as error:
            raise FetchRefused("broken_off") from error
        except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as error:
            raise FetchRefused("bad_answer") from error
        except aiohttp.ClientError as error:
            raise FetchRefused("not_reached") from error

    async def _follow(self, wanted: Wanted, bounds: Bounds) -> tuple[aiohttp.ClientResponse, int]:
        """The answer that is no redirect, and the bytes of the headers on the way there."""
        url, method, received = destination(wanted.url, self._egress.inside), wanted.method, 0
        first, seen = url.origin(), {url}
        while True:
            response = await self._ask(url, method, wanted, first, bounds)
            received += sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
            if response.status not in _REDIRECTS or "Location" not in response.headers:
                return response, received
            response.close()
            url = destination(_joined(url, response.headers["Location"]), self._egress.inside)
            if url in seen or len(seen) > bounds.redirects:
                raise FetchRefused("too_many_redirects")
            seen.add(url)
            method = "GET" if response.status == 303 else method

    async def _ask(self, url: URL, method: str, wanted: Wanted, first: URL, bounds: Bounds) -> aiohttp.ClientResponse:
        headers = {"Accept-Encoding": "gzip", "User-Agent": self._egress.agent, **wanted.headers}
        if wanted.authorization and url.origin() == first:
            if not self._egress.may_tell(url):
                raise FetchRefused("address_open_password")
            headers["Authorization"] = wanted.authorization
        return await self._egress.session("source").request(
            method,
            url,
            headers=headers,
            data=wanted.body or None,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=bounds.silent_seconds, sock_read=bounds.silent_seconds
            ),
        )


def _joined(url: URL, location: str) -> URL:
    try:
        return url.join(URL(location))
    except ValueError as error:
        raise FetchRefused("address_malformed") from error


class _Unpacker:
    """Unpacks piece by piece, so that a bomb is noticed before it is whole in memory."""

    def __init__(self, encoding: str) -> None:
        if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchRefused("bad_answer")
        self._packed = encoding.strip().lower() not in ("", "identity")
        self._current = zlib.decompressobj(_EITHER)
        self._begun = False

    @property
    def whole(self) -> bool:
        """Whether nothing is missing at the end."""
        return not self._begun or self._current.eof

    def of(self, raw: bytes) -> Iterator[bytes]:
        """What a piece of the body unpacks to. Raises FetchRefused for what is not packed as it says."""
        if not self._packed:
            yield raw
            return
        try:
            while raw:
                if self._current.eof:  # one packed part may follow another (RFC 1952)
                    self._current = zlib.decompressobj(_EITHER)
                yield self._current.decompress(raw, _PIECE)
                self._begun = True
                raw = self._current.unconsumed_tail or self._current.unused_data
        except zlib.error as error:
            raise FetchRefused("bad_answer") from error
