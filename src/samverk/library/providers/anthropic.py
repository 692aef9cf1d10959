"""Claude over Anthropic's own Messages API: blocks of content and typed events, told in the shapes of the ports.

Vectors, sound and pictures it does not make. Facts: platform.claude.com/docs/en/build-with-claude/streaming.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

import orjson

from samverk.library import quirks
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Endpoint, Finish
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._anthropic_asked import body
from samverk.library.providers._http import JSON, Exchange, OverHttp, Post, address, count, inner, key_headers
from samverk.library.providers._translating import argued, called

VERSION = "2023-06-01"
FINISHES = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
_READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Anthropic(OverHttp):
    """A `ChatProvider`."""

    name = "anthropic"

    def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream the answer of the model. Raises Unanswered."""
        row = quirks.of(endpoint.url, endpoint.flavour, self.name)
        options, refused = quirks.fitted(row, endpoint.model, request.options)
        asked, unknown = body(endpoint.model, request, options)

        def prepare() -> Post:
            key = key_headers(endpoint, row.key_header, row.key_prefix)
            headers = {**JSON, "Accept": "text/event-stream", "anthropic-version": VERSION, **key}
            return Post(address(endpoint.url or row.address, "/messages"), orjson.dumps(asked), headers)

        return self._http.chat(endpoint, prepare, lambda exchange: AnthropicAnswer(exchange, (*refused, *unknown)))


class AnthropicAnswer:
    """An answer on its way: each event says what happens to a block of the content."""

    def __init__(self, exchange: Exchange, ignored: tuple[str, ...] = ()) -> None:
        self.done = False
        self._exchange = exchange
        self._ignored = ignored
        self._said = False
        self._reason: str | None = None
        self._usage: dict[str, int] = {}
        self._block: dict[str, Any] = {}  # the block that is being told, put together
        self._calls = -1  # the index of the last call of a tool
        self._events: Mapping[str, Callable[[dict[str, Any]], Delta | None]] = {
            "message_start": self._began,
            "content_block_start": self._block_began,
            "content_block_delta": self._block_went_on,
            "content_block_stop": self._block_ended,
            "message_delta": self._ending,
            "message_stop": self._ended,
        }

    def take(self, event: Any, raw: bytes) -> Sequence[Delta]:
        """What is said in an event, or in a message that was not streamed. Raises Unanswered. Unknown events say nothing."""
        if not isinstance(event, dict):
            raise self._exchange.failure(reasons.NOT_JSON)
        kind = event.get("type")
        if kind == "error" or event.get("error"):
            raise self._exchange.reported(event.get("error"))
        if kind == "message":
            return self._whole(event)
        handle = self._events.get(str(kind))
        delta = handle(event) if handle else None
        if delta is None:
            return ()
        self._said = True
        return (delta,)

    def _whole(self, message: dict[str, Any]) -> list[Delta]:
        """A message that came at once, as the events that would have told it."""
        blocks = message.get("content")
        events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
        for block in blocks if isinstance(blocks, list) else ():
            events += [{"type": "content_block_start", "content_block": block}, {"type": "content_block_stop"}]
        events += [{"type": "message_delta", "delta": message, "usage": message.get("usage")}, {"type": "message_stop"}]
        return [delta for event in events for delta in self.take(event, b"")]

    def _began(self, event: dict[str, Any]) -> None:
        self._count(inner(event, "message").get("usage"))

    def _block_began(self, event: dict[str, Any]) -> Delta | None:
        self._block = block = dict(inner(event, "content_block"))
        kind = block.get("type")
        if kind == "tool_use":
            self._calls += 1
            given = block.pop("input", None)
            block["json"] = orjson.dumps(given).decode() if given else ""
            return Delta("", called(self._calls, str(block.get("id")), str(block.get("name")), block["json"]))
        if kind == "thinking" and block.get("thinking"):
            return Delta("", {"reasoning_content": block["thinking"]})
        return Delta(block["text"]) if kind == "text" and block.get("text") else None

    def _block_went_on(self, event: dict[str, Any]) -> Delta | None:
        delta = inner(event, "delta")
        kind = delta.get("type")
        if kind == "text_delta":
            return Delta(delta["text"]) if delta.get("text") else None
        if kind == "input_json_delta":
            piece = str(delta.get("partial_json") or "")
            self._block["json"] = self._block.get("json", "") + piece
            return Delta("", argued(self._calls, piece)) if piece else None
        if kind == "thinking_delta":
            thought = str(delta.get("thinking") or "")
            self._block["thinking"] = self._block.get("thinking", "") + thought
            return Delta("", {"reasoning_content": thought}) if thought else None
        if kind == "signature_delta":
            self._block["signature"] = self._block.get("signature", "") + str(delta.get("signature") or "")
        return None

    def _block_ended(self, event: dict[str, Any]) -> Delta | None:
        """A call without arguments has the empty object. A signed thought is told once more, whole: so it can be sent back."""
        block, self._block = self._block, {}
        if block.get("type") == "tool_use" and not block.get("json"):
            return Delta("", argued(self._calls, "{}"))
        signed = block.get("type") == "thinking" and block.get("signature")
        if signed or block.get("type") == "redacted_thinking":
            return Delta("", {"thinking_blocks": [block]})
        return None

    def _ending(self, event: dict[str, Any]) -> None:
        reason = inner(event, "delta").get("stop_reason")
        if reason:
            self._reason = FINISHES.get(str(reason), "stop")
        self._count(event.get("usage"))

    def _ended(self, event: dict[str, Any]) -> None:
        self.done = True

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            counted = {name: count(usage.get(name)) for name in (*_READ, "output_tokens")}
            self._usage |= {name: tokens for name, tokens in counted.items() if tokens is not None}

    def finish(self) -> Finish:
        """The end of the answer. Tokens read are all of them, those out of the cache too. Raises Unanswered."""
        if self._reason is None:
            raise self._exchange.failure(reasons.CUT if self._said else reasons.EMPTY)
        usage = self._usage
        read = sum(usage.get(name, 0) for name in _READ) if "input_tokens" in usage else None
        cached = usage.get("cache_read_input_tokens")
        details = {"prompt_tokens_details": {"cached_tokens": cached}} if cached else {}
        return Finish(self._reason, read, usage.get("output_tokens"), (), details, self._ignored)


PROVIDER = Anthropic
