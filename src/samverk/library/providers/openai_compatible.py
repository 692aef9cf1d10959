"""Models behind an OpenAI-compatible interface: Ollama, vLLM, Mistral, OpenAI, Scaleway … each a row, not a class.

One shared client session, given by the wiring; every event of the stream is parsed once; nothing is retried here.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from samverk.core.errors import ModelFailed
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Endpoint, Finish, Message
from samverk.library.providers import SessionSource

TIMEOUT = aiohttp.ClientTimeout(
    total=None, connect=10, sock_connect=10, sock_read=120
)  # seconds; a slow answer may go on
LONGEST_EVENT = 4_000_000  # bytes of one event, and of an answer that is not a stream

Why = tuple[str, str]  # the reason in Swedish and in English

UNREACHED: Why = ("servern går inte att nå", "the server cannot be reached")
TOO_SLOW: Why = ("servern svarade inte i tid", "the server did not answer in time")
CUT: Why = ("svaret bröts innan det var klart", "the answer broke off before it was complete")
EMPTY: Why = ("svaret var tomt", "the answer was empty")
NOT_JSON: Why = ("svaret gick inte att tolka", "the answer could not be read")
WEB_PAGE: Why = (
    "servern svarade med en webbsida, kontrollera adressen",
    "the server answered with a web page, check the address",
)
TOO_LONG: Why = ("svaret var orimligt stort", "the answer was unreasonably large")
REPORTED: Why = ("servern rapporterade ett fel", "the server reported an error")
BAD_ADDRESS: Why = ("adressen är inte giltig", "the address is not valid")
BY_STATUS: Mapping[int, Why] = {
    400: ("servern godtog inte frågan", "the server did not accept the request"),
    401: ("servern godtog inte nyckeln", "the server did not accept the key"),
    402: ("kontot saknar täckning", "the account has run out of credit"),
    403: ("servern tillåter inte anropet", "the server does not allow the call"),
    404: ("modellen eller adressen finns inte där", "the model or address does not exist there"),
    408: TOO_SLOW,
    413: ("frågan är för stor för modellen", "the request is too large for the model"),
    422: ("servern godtog inte frågan", "the server did not accept the request"),
    429: ("servern tar inte emot fler anrop just nu", "the server takes no more calls right now"),
    503: ("servern är överbelastad", "the server is overloaded"),
    504: TOO_SLOW,
}
FINISHES = frozenset({"stop", "length", "tool_calls", "content_filter", "function_call"})


class OpenAiCompatible:
    """A `ChatProvider` over HTTP. `session` gives the shared client session; without it one of its own is made lazily.

    How long the server may stay silent is the session's to say, unless `timeout` does.
    """

    name = "openai_compatible"

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

    async def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncIterator[ChatEvent]:
        """Stream the answer of the server. Raises ModelFailed with a plain reason that never holds the key."""
        session = self._session()
        try:
            posted = session.post(
                f"{endpoint.url.rstrip('/')}/chat/completions",
                data=orjson.dumps(payload(endpoint, request)),
                headers=_headers(endpoint),
                timeout=self._timeout or session.timeout,
                allow_redirects=False,
            )
            async with posted as response:
                try:
                    async for event in _answer(endpoint, response):
                        yield event
                finally:
                    response.close()  # also stops the model when nobody listens any longer
        except TimeoutError as error:
            raise failure(endpoint, TOO_SLOW) from error
        except aiohttp.InvalidURL as error:
            raise failure(endpoint, BAD_ADDRESS) from error
        except aiohttp.ClientConnectorError as error:
            raise failure(endpoint, UNREACHED) from error
        except (aiohttp.ClientError, ConnectionError) as error:
            raise failure(endpoint, CUT) from error


def payload(endpoint: Endpoint, request: ChatRequest) -> dict[str, Any]:
    """The body of the call. Options never replace the model, the messages or the streaming."""
    return {
        **request.options,
        "model": endpoint.model,
        "messages": [_as_sent(message) for message in request.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def _as_sent(message: Message) -> dict[str, Any]:
    return {**message.extra, "role": message.role, "content": message.text or (None if message.extra else "")}


def _headers(endpoint: Endpoint) -> dict[str, str]:
    known = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    return {**known, "Authorization": f"Bearer {endpoint.key}"} if endpoint.key else known


def failure(endpoint: Endpoint, why: Why, status: int | None = None) -> ModelFailed:
    """The error for a person. `facts["status"]` is the server's status, where it gave one."""
    model = endpoint.model.replace("{", "{{").replace("}", "}}")
    swedish, english = (reason if status is None else f"{reason} ({status})" for reason in why)
    return ModelFailed(
        sv=ModelFailed.sv.replace("{model}", model).replace("{why}", swedish),
        en=ModelFailed.en.replace("{model}", model).replace("{why}", english),
        model=endpoint.model,
        status=status,
    )


async def _answer(endpoint: Endpoint, response: aiohttp.ClientResponse) -> AsyncIterator[ChatEvent]:
    if response.status != 200:
        raise failure(endpoint, BY_STATUS.get(response.status, REPORTED), response.status)
    if response.content_type == "text/html":
        raise failure(endpoint, WEB_PAGE)
    state = _State(endpoint)
    if response.content_type == "application/json":  # a server that does not stream
        for delta in state.take(await _whole(endpoint, response)):
            yield delta
        state.done = True
    else:
        async for data in _events(endpoint, response):
            if data == b"[DONE]":
                state.done = True
                break
            for delta in state.take(data):
                yield delta
    yield state.finish()


async def _whole(endpoint: Endpoint, response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LONGEST_EVENT:
            raise failure(endpoint, TOO_LONG)
    return bytes(body)


async def _events(endpoint: Endpoint, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The data of each event. Interfaces of this kind send it on one line; comments and other fields are skipped."""
    pending = b""
    async for chunk in response.content.iter_any():
        *lines, pending = (pending + chunk).split(b"\n")
        if len(pending) > LONGEST_EVENT:
            raise failure(endpoint, TOO_LONG)
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
            elif line.lstrip().startswith(b"<"):
                raise failure(endpoint, WEB_PAGE)
            elif line.startswith(b"{"):
                raise failure(endpoint, REPORTED)
    if pending.startswith(b"data:"):
        yield pending[5:].strip()


@dataclass(slots=True)
class _State:
    """What has been heard of an answer so far."""

    endpoint: Endpoint
    done: bool = False
    said: bool = False
    reason: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None

    def take(self, data: bytes) -> list[Delta]:
        """Read one event (or a whole answer that was not streamed) and return what was said in it."""
        try:
            event = orjson.loads(data)
        except json.JSONDecodeError as error:
            raise failure(self.endpoint, WEB_PAGE if data.lstrip().startswith(b"<") else NOT_JSON) from error
        if not isinstance(event, dict):
            raise failure(self.endpoint, NOT_JSON)
        if event.get("error"):
            raise failure(self.endpoint, REPORTED)
        self._count(event.get("usage"))
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return []
        reason = choice.get("finish_reason")
        if reason == "error":
            raise failure(self.endpoint, REPORTED)
        if isinstance(reason, str) and reason:
            self.reason = reason if reason in FINISHES else "stop"
        return self._said(choice.get("delta") or choice.get("message"))

    def _said(self, piece: object) -> list[Delta]:
        if not isinstance(piece, dict):
            return []
        text = piece.get("content")
        extra = {name: value for name, value in piece.items() if name not in ("role", "content") and value}
        if not extra and not (isinstance(text, str) and text):
            return []
        self.said = True
        return [Delta(text if isinstance(text, str) else "", extra)]

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            self.tokens_in = _count_of(usage.get("prompt_tokens"), self.tokens_in)
            self.tokens_out = _count_of(usage.get("completion_tokens"), self.tokens_out)

    def finish(self) -> Finish:
        """The end of the answer. Raises ModelFailed when it was cut off, or was none."""
        if self.reason is None and not self.done:
            raise failure(self.endpoint, CUT if self.said else EMPTY)
        if self.reason is None and not self.said:
            raise failure(self.endpoint, EMPTY)
        return Finish(self.reason or "stop", self.tokens_in, self.tokens_out)


def _count_of(value: object, before: int | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else before


PROVIDER = OpenAiCompatible
