"""Servers on this machine that speak as the vendors do: their events, byte for byte as documented, and ways to misbehave.

Each `Vendor` tells the same answers in its own words, so that one test runs over all of them.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from samverk.library import providers
from samverk.library.ports import ChatEvent, ChatProvider, ChatRequest, Endpoint, Message, TextPart

KEY = "sk-mycket-hemlig"
ASKED = ChatRequest((Message("user", (TextPart("Hej?"),)),))
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SSE = "text/event-stream"


def sse(value: object, name: str = "") -> bytes:
    """A value as an event."""
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + json.dumps(value).encode() + b"\n\n"


def _openai(delta: dict[str, Any], finish: str | None = None, index: int = 0) -> bytes:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1732250000, "model": "m"}
    return sse({**head, "choices": [choice]})


def _openai_text(*texts: str, finish: str | None = "stop") -> list[bytes]:
    said = [_openai({"role": "assistant", "content": ""}), *(_openai({"content": text}) for text in texts)]
    if finish is None:
        return said
    usage = {"prompt_tokens": 31, "completion_tokens": 7, "total_tokens": 38}
    return [*said, _openai({}, finish), sse({"choices": [], "usage": usage}), b"data: [DONE]\n\n"]


def _openai_call(name: str, arguments: str) -> list[bytes]:
    half = len(arguments) // 2
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
    pieces = [{"index": 0, "function": {"arguments": part}} for part in (arguments[:half], arguments[half:])]
    calls = [_openai({"tool_calls": [call]}) for call in (first, *pieces)]
    return [*calls, _openai({}, "tool_calls"), b"data: [DONE]\n\n"]


def typed(kind: str, **fields: Any) -> bytes:
    """An event of Anthropic's."""
    return sse({"type": kind, **fields}, kind)


def _anthropic_started() -> bytes:
    usage = {"input_tokens": 31, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 1}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "m", "usage": usage}
    return typed("message_start", message=message)


def _anthropic_ended(reason: str) -> list[bytes]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [typed("message_delta", delta=delta, usage={"output_tokens": 7}), typed("message_stop")]


def _anthropic_text(*texts: str, finish: str | None = "stop") -> list[bytes]:
    begun = typed("content_block_start", index=0, content_block={"type": "text", "text": ""})
    said = [typed("content_block_delta", index=0, delta={"type": "text_delta", "text": text}) for text in texts]
    head = [_anthropic_started(), begun, typed("ping"), *said]
    if finish is None:
        return head
    reason = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}[finish]
    return [*head, typed("content_block_stop", index=0), *_anthropic_ended(reason)]


def _anthropic_call(name: str, arguments: str) -> list[bytes]:
    block = {"type": "tool_use", "id": "call_1", "name": name, "input": {}}
    half = len(arguments) // 2
    pieces = [
        typed("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": part})
        for part in ("", arguments[:half], arguments[half:])
    ]
    begun = typed("content_block_start", index=0, content_block=block)
    return [_anthropic_started(), begun, *pieces, typed("content_block_stop", index=0), *_anthropic_ended("tool_use")]


def google(parts: list[dict[str, Any]], finish: str | None = None, **more: Any) -> bytes:
    """An event of Google's, with the line ends that it sends."""
    candidate = {
        "content": {"parts": parts, "role": "model"},
        "index": 0,
        **({"finishReason": finish} if finish else {}),
    }
    usage = {"promptTokenCount": 31, "candidatesTokenCount": 7, "totalTokenCount": 38}
    body = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r1", **more}
    return sse(body).replace(b"\n", b"\r\n")


def _google_text(*texts: str, finish: str | None = "stop") -> list[bytes]:
    said = [google([{"text": text}]) for text in texts]
    reasons = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
    return [*said, google([{"text": ""}], reasons[finish])] if finish else said


def _google_call(name: str, arguments: str) -> list[bytes]:
    call = {"functionCall": {"name": name, "args": json.loads(arguments)}, "thoughtSignature": "c2lnbmVyYXQ="}
    return [google([call]), google([{"text": ""}], "STOP")]


@dataclass(frozen=True)
class Vendor:
    """How one vendor speaks: an answer in these texts, a call of a tool, an error before and within an answer."""

    provider: str
    path: str
    base: str
    text: Callable[..., list[bytes]]
    call: Callable[[str, str], list[bytes]]
    error: Callable[[int, str], object]
    midway: bytes
    heads: dict[str, str] = field(default_factory=dict)


VENDORS = {
    "openai_compatible": Vendor(
        "openai_compatible",
        "/v1/chat/completions",
        "/v1",
        _openai_text,
        _openai_call,
        lambda status, text: {"error": {"message": text, "type": "server_error", "param": None, "code": None}},
        sse({"error": {"message": f"upstream {KEY}", "code": 502}}),
        {"Authorization": f"Bearer {KEY}"},
    ),
    "anthropic": Vendor(
        "anthropic",
        "/v1/messages",
        "/v1",
        _anthropic_text,
        _anthropic_call,
        lambda status, text: {"type": "error", "error": {"type": "api_error", "message": text}},
        typed("error", error={"type": "overloaded_error", "message": f"Overloaded {KEY}"}),
        {"x-api-key": KEY, "anthropic-version": "2023-06-01"},
    ),
    "google": Vendor(
        "google",
        "/v1beta/models/{model}",
        "/v1beta",
        _google_text,
        _google_call,
        lambda status, text: [{"error": {"code": status, "message": text, "status": "INTERNAL"}}],
        sse({"error": {"code": 503, "message": f"overloaded {KEY}", "status": "UNAVAILABLE"}}),
        {"x-goog-api-key": KEY},
    ),
}


def streaming(*parts: bytes, content_type: str = SSE, pause: float = 0) -> Handler:
    """A server that sends these bytes, each as a chunk of its own."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
            await asyncio.sleep(pause)
        return response

    return handle


def answering(value: object = None, status: int = 200, headers: dict[str, str] | None = None) -> Handler:
    """A server that answers with JSON, or with text or bytes as they are."""

    async def handle(_: web.Request) -> web.Response:
        if isinstance(value, bytes):
            return web.Response(body=value, status=status, headers=headers)
        text = value if isinstance(value, str) else json.dumps(value)
        content_type = "text/html" if text.startswith("<") else "application/json"
        return web.Response(text=text, status=status, headers=headers, content_type=content_type)

    return handle


def breaking_off(*parts: bytes) -> Handler:
    """A server that sends these bytes and then cuts the connection."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = await streaming(*parts)(request)
        await asyncio.sleep(0.02)  # what was sent should arrive
        assert request.transport is not None
        request.transport.abort()
        return response

    return handle


def going_on(first: Sequence[bytes], more: bytes, gone: asyncio.Event) -> Handler:
    """A server that says the same for ever; `gone` is set when it notices that nobody listens."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": SSE})
        await response.prepare(request)
        try:
            for part in first:
                await response.write(part)
            while True:
                await response.write(more)
                await asyncio.sleep(0.005)
        except (ConnectionError, asyncio.CancelledError):
            gone.set()
            raise

    return handle


@dataclass
class Seen:
    """What a server was sent."""

    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    path: str = ""


def remembering(handler: Handler, seen: Seen) -> Handler:
    """The same server, which remembers what it was sent."""

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.headers, seen.path = dict(request.headers), request.path_qs
        if request.content_type == "application/json":
            seen.body = await request.json()
        return await handler(request)

    return handle


@asynccontextmanager
async def serving(handler: Handler, base: str = "/v1", provider: str = "openai_compatible") -> AsyncIterator[Endpoint]:
    """The server, reached at an endpoint, whatever is asked of it."""
    app = web.Application()
    app.router.add_post("/{path:.*}", handler)
    async with TestServer(app) as server:
        yield Endpoint(provider, "min-modell", str(server.make_url(base)), KEY)


@asynccontextmanager
async def client(name: str, **timeout: float) -> AsyncIterator[Any]:
    """The provider, with a session of the test's."""
    limits = aiohttp.ClientTimeout(**timeout) if timeout else aiohttp.ClientTimeout(5)
    async with aiohttp.ClientSession(timeout=limits) as session:
        yield providers.load(name, lambda: session)


async def heard(provider: ChatProvider, endpoint: Endpoint, request: ChatRequest = ASKED) -> list[ChatEvent]:
    """The whole answer."""
    return [event async for event in provider.chat(endpoint, request)]


async def ask(vendor: Vendor, handler: Handler, request: ChatRequest = ASKED, **timeout: float) -> list[ChatEvent]:
    """What the vendor's provider hears from a server that does this."""
    async with serving(handler, vendor.base, vendor.provider) as endpoint, client(vendor.provider, **timeout) as made:
        return await heard(made, endpoint, request)
