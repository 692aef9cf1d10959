"""What all providers over HTTP share: one call, its failures in plain words, and an answer read as it streams.

Knows no vendor's interface. Nothing is retried here: what failed says whether another try makes sense (`Unanswered`).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import aiohttp
import orjson

from samverk.core.ids import now
from samverk.library.ports import ChatEvent, Delta, Endpoint, Finish, Unanswered, Why
from samverk.library.providers import SessionSource
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._events import Splitter, data_of

TIMEOUT = aiohttp.ClientTimeout(
    total=None, connect=10, sock_connect=10, sock_read=120
)  # seconds; a slow answer may go on
LONGEST_EVENT = 4_000_000  # bytes of one event
LONGEST_ANSWER = 64_000_000  # bytes of an answer that is not streamed: pictures and many vectors are large
LONGEST_REFUSAL = 64_000  # bytes read of what came with an error
DRAIN_SECONDS = 0.2  # how long the end of a finished answer is waited for, so that the connection can be used again
WHOLE_TIMES = (
    5  # as long as between two pieces an answer may take that comes all at once: ten minutes, as OpenAI's clients wait
)
JSON = {"Content-Type": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Post:
    """What is sent: where, which bytes or form, and with which headers. `whole`: the answer of a chat, all at once."""

    url: str
    body: bytes | aiohttp.FormData = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    whole: bool = False


@dataclass(slots=True)
class Exchange:
    """One call under way. `told` says whether something of the answer has been handed on."""

    endpoint: Endpoint
    response: aiohttp.ClientResponse
    told: bool = False

    def failure(self, why: Why, status: int | None = None, retry_after: float | None = None) -> Unanswered:
        """The error for a person and for whoever decides about another try."""
        return Unanswered(
            self.endpoint.model, why, status=status, retry_after=retry_after, before_first_byte=not self.told
        )

    def reported(self, error: object) -> Unanswered:
        """The failure that the server reports in an answer that it began."""
        return self.failure(*reasons.told_by(error, None))

    def read(self, data: bytes) -> Any:
        """JSON out of bytes. Raises Unanswered for what is none, or a web page."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            page = data.lstrip().startswith(b"<")
            raise self.failure(reasons.WEB_PAGE if page else reasons.NOT_JSON) from error

    async def whole(self, limit: int = LONGEST_ANSWER) -> bytes:
        """The whole body. Raises Unanswered when it is longer than the limit, in bytes."""
        body = bytearray()
        while chunk := await self.response.content.readany():
            body += chunk
            if len(body) > limit:
                raise self.failure(reasons.TOO_LONG)
        return bytes(body)

    async def json(self) -> dict[str, Any]:
        """The whole body as an object. Raises Unanswered, also for an error that came with a good status."""
        body = self.read(await self.whole())
        if not isinstance(body, dict):
            raise self.failure(reasons.NOT_JSON)
        if body.get("error"):
            raise self.reported(body["error"])
        return body


class Answer(Protocol):
    """How a kind of server tells an answer: fed with its events in order, it gives what was said."""

    done: bool

    def take(self, event: Any, raw: bytes) -> Sequence[Delta]:
        """What is said in an event (a decoded JSON value), whose bytes are `raw`. Raises Unanswered."""
        ...

    def finish(self) -> Finish:
        """The end. Raises Unanswered when the answer was cut off, or was none."""
        ...


class Http:
    """Makes calls with the shared client session; without one, with a session of its own that is made lazily.

    How long the server may stay silent is the session's to say, unless `timeout` does.
    """

    def __init__(self, session: SessionSource | None = None, timeout: aiohttp.ClientTimeout | None = None) -> None:
        self._source = session
        self._own: aiohttp.ClientSession | None = None
        self._timeout = timeout

    def _session(self) -> aiohttp.ClientSession:
        if self._source is not None:
            return self._source()
        if self._own is None or self._own.closed:
            self._own = aiohttp.ClientSession(trust_env=False, timeout=TIMEOUT)
        return self._own

    async def close(self) -> None:
        """Close the session of its own, if one was made."""
        if self._own is not None:
            await self._own.close()

    @asynccontextmanager
    async def posted(self, endpoint: Endpoint, post: Post) -> AsyncIterator[Exchange]:
        """A call whose answer has begun well. Leaving early stops the server.

        Raises Unanswered for what fails within, also where the answer has another shape than whoever reads it expects.
        """
        exchange: Exchange | None = None
        try:
            response = await self._send(post)
            exchange = Exchange(endpoint, response)
            try:
                await _accepted(exchange)
                yield exchange
            finally:
                response.close()  # what was read to its end has been given back already; the rest is cut off
        except tuple(kind for kind, _ in _BY_ERROR) as error:
            why = next(why for kind, why in _BY_ERROR if isinstance(error, kind))
            told = exchange is not None and exchange.told
            raise Unanswered(endpoint.model, why, before_first_byte=not told) from error

    async def _send(self, post: Post) -> aiohttp.ClientResponse:
        session = self._session()
        timeout = self._timeout or session.timeout
        return await session.post(
            post.url,
            data=post.body,
            headers=post.headers,
            timeout=_patient(timeout) if post.whole else timeout,
            allow_redirects=False,
        )

    async def chat(
        self, endpoint: Endpoint, prepare: Callable[[], Post], read: Callable[[Exchange], Answer]
    ) -> AsyncGenerator[ChatEvent, None]:
        """Stream an answer. `prepare` makes the call, `read` what reads its answer; both inside, so that they may fail."""
        async with self.posted(endpoint, prepare()) as exchange:
            answer = read(exchange)
            if exchange.response.content_type == "application/json":  # a server that does not stream
                deltas = answer.take(exchange.read(await exchange.whole()), b"")
                answer.done = True
                for delta in deltas:
                    exchange.told = True
                    yield delta
            else:
                splitter, more = Splitter(), exchange.response.content.readany
                while not answer.done and (chunk := await more()):
                    for event in splitter.feed(chunk):
                        for delta in _told(exchange, answer, event):
                            exchange.told = True
                            yield delta
                    if splitter.waiting > LONGEST_EVENT:
                        raise exchange.failure(reasons.TOO_LONG)
                for delta in _last(exchange, answer, splitter.end()):
                    exchange.told = True
                    yield delta
                await _drain(exchange.response.content)
            yield answer.finish()


def _patient(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientTimeout:
    """For a server that is silent until all of its answer is written."""
    silence = timeout.sock_read and timeout.sock_read * WHOLE_TIMES
    return aiohttp.ClientTimeout(timeout.total, timeout.connect, silence, timeout.sock_connect)


def _told(exchange: Exchange, answer: Answer, event: bytes) -> Sequence[Delta]:
    """What an event says. A comment says nothing, and nothing is said after the end."""
    data = data_of(event)
    if not data or answer.done:
        if event.startswith(b"<"):
            raise exchange.failure(reasons.WEB_PAGE)
        if event.startswith(b"{"):
            raise exchange.reported(exchange.read(event).get("error"))
        return ()
    if data == b"[DONE]":
        answer.done = True
        return ()
    return answer.take(exchange.read(data), event)


def _last(exchange: Exchange, answer: Answer, event: bytes) -> Sequence[Delta]:
    """What a stream says that ended within an event: the event, if only its blank line is missing."""
    data = data_of(event).strip()
    if data and data != b"[DONE]":
        try:
            orjson.loads(data)
        except orjson.JSONDecodeError:
            return ()  # cut off, which the end will say
    return _told(exchange, answer, event.strip())


async def _drain(content: aiohttp.StreamReader) -> None:
    """Read the end of an answer that is complete: only then is the connection used again."""
    if not content.at_eof():
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while await content.readany():
                    pass
        except (TimeoutError, aiohttp.ClientError):
            return


# The first row that fits.
_BY_ERROR: tuple[tuple[type[Exception], Why], ...] = (
    (aiohttp.ClientConnectorError, reasons.UNREACHED),
    (TimeoutError, reasons.TOO_SLOW),
    (aiohttp.InvalidURL, reasons.BAD_ADDRESS),
    (aiohttp.ClientError, reasons.CUT),
    (ConnectionError, reasons.CUT),
    *((kind, reasons.NOT_JSON) for kind in (AttributeError, KeyError, TypeError, ValueError)),
)


async def _accepted(exchange: Exchange) -> None:
    """Raises Unanswered unless the server accepts the call."""
    response = exchange.response
    if 200 <= response.status < 300:
        if response.content_type == "text/html":
            raise exchange.failure(reasons.WEB_PAGE)
        return
    error: object = None
    if response.content_type == "application/json":
        error = _error_in(await exchange.whole(LONGEST_REFUSAL))
    why, status = reasons.told_by(error, response.status)
    raise exchange.failure(why, status, retry_after(response.headers, now()))


def _error_in(body: bytes) -> object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    value = value[0] if isinstance(value, list) and value else value  # Google wraps what a stream should have held
    return value.get("error", value) if isinstance(value, dict) else None


def retry_after(headers: Mapping[str, str], at: datetime) -> float | None:
    """The seconds that a server asks one to wait (RFC 9110, 10.2.3; `retry-after-ms` of Azure); None where it does not."""
    exact, said = headers.get("retry-after-ms", ""), headers.get("Retry-After", "")
    if exact.isdecimal():
        return int(exact) / 1000
    try:
        return max(0.0, float(said) if said[:1].isdecimal() else (parsedate_to_datetime(said) - at).total_seconds())
    except (ValueError, TypeError):
        return None


def address(base: str, path: str) -> str:
    """The address of an operation. A query of the base (`?api-version=…`) stays behind the path."""
    start, mark, query = base.partition("?")
    return f"{start.rstrip('/')}{path}{mark}{query}"


def key_headers(endpoint: Endpoint, name: str, prefix: str = "") -> dict[str, str]:
    """The header with the key, if there is one. Raises Unanswered for what cannot be a key."""
    if not endpoint.key:
        return {}
    if not (endpoint.key.isascii() and endpoint.key.isprintable()):
        raise Unanswered(endpoint.model, reasons.BAD_KEY)
    return {name: prefix + endpoint.key}


class OverHttp:
    """What every provider over HTTP begins with: its client. Without `session` it makes one of its own, to be closed."""

    def __init__(self, session: SessionSource | None = None, timeout: aiohttp.ClientTimeout | None = None) -> None:
        self._http = Http(session, timeout)

    async def close(self) -> None:
        """Close the session of its own, if one was made."""
        await self._http.close()


def inner(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under a name; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def each(reasons_by_index: Mapping[int, str]) -> tuple[str, ...]:
    """The reasons of several answers in order; empty where there is only one answer."""
    last = max(reasons_by_index, default=0)
    return tuple(reasons_by_index.get(index, "stop") for index in range(last + 1)) if last else ()


def count(value: object) -> int | None:
    """A number of tokens; None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
