"""Chat as OpenAI's interface has it: what is sent, and how the answer is read, an event at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from samverk.library.ports import ChatRequest, Delta, Endpoint, Finish, ImagePart, Message, Part
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._http import JSON, Exchange, Post, address, count, each, key_headers
from samverk.library.quirks import Quirks

# Reasons of servers that say it otherwise; what is neither here nor there is a stop.
FINISHES = {
    **{reason: reason for reason in ("stop", "length", "tool_calls", "content_filter", "function_call")},
    "model_length": "length",  # Mistral
    "max_tokens": "length",
    "tool_use": "tool_calls",
}
_DETAILS = ("prompt_tokens_details", "completion_tokens_details")
_STREAM = {"stream": True}
_COUNTED = {**_STREAM, "stream_options": {"include_usage": True}}


def post(endpoint: Endpoint, request: ChatRequest, row: Quirks, options: Mapping[str, Any]) -> Post:
    """The call, with the options as the row has them. They never replace the model, the messages or the streaming."""
    body = {
        **{name: value for name, value in options.items() if name not in ("stream", "stream_options")},
        "model": endpoint.model,
        "messages": [_message(message, row) for message in request.messages],
        **({} if not request.stream else _COUNTED if row.counts_when_asked else _STREAM),
    }
    accept = {"Accept": "text/event-stream"} if request.stream else {}
    headers = {**JSON, **accept, **key_headers(endpoint, row.key_header, row.key_prefix)}
    return Post(address(endpoint.url, "/chat/completions"), orjson.dumps(body), headers, not request.stream)


def _message(message: Message, row: Quirks) -> dict[str, Any]:
    extra = {name: value for name, value in message.extra.items() if name not in row.in_messages}
    return {**extra, "role": message.role, "content": _content(message)}


def _content(message: Message) -> str | list[dict[str, Any]] | None:
    """Text as text; parts only where there are pictures; nothing where a message does no more than call tools."""
    if any(isinstance(part, ImagePart) for part in message.parts):
        return [_part(part) for part in message.parts]
    return message.text or (None if message.extra else "")


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, ImagePart):
        detail = {"detail": part.detail} if part.detail else {}
        return {"type": "image_url", "image_url": {"url": part.url_or_data, **detail}}
    return {"type": "text", "text": Message("user", (part,)).text}


class OpenAiAnswer:
    """An answer on its way: what each event says, and what the end of it amounts to."""

    def __init__(self, exchange: Exchange, ignored: tuple[str, ...] = ()) -> None:
        self.done = False
        self._exchange = exchange
        self._ignored = ignored
        self._said = False
        self._reasons: dict[int, str] = {}
        self._tokens: tuple[int | None, int | None] = (None, None)
        self._details: dict[str, Any] = {}

    def take(self, event: Any, raw: bytes) -> Sequence[Delta]:
        """What is said in an event, or in an answer that was not streamed. Raises Unanswered."""
        if not isinstance(event, dict):
            raise self._exchange.failure(reasons.NOT_JSON)
        usage = event.get("usage")
        if usage:
            self._count(usage)
        choices = event.get("choices")
        if not choices:
            if error := event.get("error") or (event.get("object") == "error" and event):
                raise self._exchange.reported(error)
            return ()
        if not isinstance(choices, list):
            return ()
        if len(choices) == 1 and not usage:
            delta = self._choice(choices[0], raw)
            return () if delta is None else (delta,)
        return [delta for choice in choices if (delta := self._choice(choice, b"")) is not None]

    def _choice(self, choice: Any, raw: bytes) -> Delta | None:
        if not isinstance(choice, dict):
            return None
        index = choice.get("index") or 0
        reason = choice.get("finish_reason")
        if reason:
            if reason == "error":
                raise self._exchange.reported(choice.get("error"))
            self._reasons[index] = FINISHES.get(reason, "stop") if isinstance(reason, str) else "stop"
            raw = b""  # it tells the end as well
        piece = choice.get("delta")
        if not piece:
            piece = _indexed(choice.get("message"))
        if not isinstance(piece, dict):
            return None
        text, extra, raw = _said(piece, raw)
        if not text and not extra:
            return None
        self._said = True
        return Delta(text, extra, _event(raw), index, choice.get("logprobs"))

    def _count(self, usage: Any) -> None:
        if isinstance(usage, dict):
            read, said = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
            before = self._tokens
            self._tokens = (before[0] if read is None else read, before[1] if said is None else said)
            self._details |= {name: usage[name] for name in _DETAILS if usage.get(name)}

    def finish(self) -> Finish:
        """The end of the answer. Raises Unanswered when it was cut off, or was none."""
        if not self._reasons and not (self.done and self._said):
            raise self._exchange.failure(reasons.CUT if self._said and not self.done else reasons.EMPTY)
        reason = self._reasons.get(0, "stop")
        return Finish(reason, *self._tokens, each(self._reasons), self._details, self._ignored)


def _said(piece: Mapping[str, Any], raw: bytes) -> tuple[str, Mapping[str, Any], bytes]:
    """The text of a piece, what else it holds, and its bytes where they tell the same."""
    text = piece.get("content")
    extra: dict[str, Any] = {}
    if len(piece) > 1 or text is None:
        extra = {name: value for name, value in piece.items() if value and name != "role" and name != "content"}
    if isinstance(text, str):
        return text, extra, raw
    if isinstance(text, list):  # Mistral's models that think: docs.mistral.ai/capabilities/reasoning
        thought = "".join(_text(item.get("thinking")) for item in text if isinstance(item, dict))
        return _text(text), {**extra, "reasoning_content": thought} if thought else extra, b""
    return "", extra, raw


def _text(items: Any) -> str:
    """The text of a list of parts; a part that is not text has none."""
    if not isinstance(items, list):
        return items if isinstance(items, str) else ""
    return "".join(str(item["text"]) for item in items if isinstance(item, dict) and item.get("type") == "text")


def _indexed(message: Any) -> Any:
    """A message that came whole, its calls of tools numbered as those of a stream are."""
    calls = message.get("tool_calls") if isinstance(message, dict) else None
    if not isinstance(calls, list):
        return message
    return {**message, "tool_calls": [{"index": at, **call} for at, call in enumerate(calls) if isinstance(call, dict)]}


def _event(raw: bytes) -> bytes:
    """The event as it may be sent on: comments and other fields before its data are not part of it."""
    if not raw:
        return b""
    return raw + b"\n\n" if raw.startswith(b"data: ") else b""
