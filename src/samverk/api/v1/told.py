"""What is told back, in the shapes that OpenAI's clients read. Pure: pieces and an end in, JSON out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an answer; `extra` holds what is not text (tool calls), as the model sent it."""

    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The end of an answer. `text` is the whole of it where that is not merely the pieces put together."""

    reason: str
    tokens_in: int | None
    tokens_out: int | None
    samverk: Mapping[str, Any]
    text: str | None = None

    @property
    def usage(self) -> dict[str, int]:
        """The tokens; 0 where the model does not count them."""
        read, said = self.tokens_in or 0, self.tokens_out or 0
        return {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said}


@dataclass(frozen=True, slots=True)
class Head:
    """What every chunk of one answer begins with."""

    id: str
    created: int
    model: str
    fingerprint: str

    def chunk(self, delta: Mapping[str, Any], reason: str | None = None, **more: Any) -> bytes:
        """A chunk of a streamed answer, as an event."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        return _event({**self._fields("chat.completion.chunk"), "choices": [choice], **more})

    def closing(self, end: End, *, include_usage: bool) -> bytes:
        """The last chunks and the end of the stream; `samverk` rides in the last one."""
        if not include_usage:
            return self.chunk({}, end.reason, samverk=end.samverk) + DONE
        counted = {"choices": [], "usage": end.usage, "samverk": end.samverk}
        return self.chunk({}, end.reason) + _event({**self._fields("chat.completion.chunk"), **counted}) + DONE

    def completion(self, pieces: Sequence[Piece], end: End) -> bytes:
        """An answer that is not streamed."""
        text = end.text if end.text is not None else "".join(piece.text for piece in pieces)
        extra = merged([piece.extra for piece in pieces])
        content = None if extra.get("tool_calls") and not text else text
        message = {"role": "assistant", "content": content, "refusal": None, **extra}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": end.reason}
        body = {**self._fields("chat.completion"), "choices": [choice], "usage": end.usage, "samverk": end.samverk}
        return orjson.dumps(body)

    def _fields(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
        }


DONE = b"data: [DONE]\n\n"


def failed(body: Mapping[str, Any]) -> bytes:
    """An error in a stream that has begun: the client raises it, and nothing follows."""
    return _event(body)


def _event(body: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


def merged(extras: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What streamed extras amount to: texts are joined, calls of tools put together by their index."""
    whole: dict[str, Any] = {}
    for extra in extras:
        for name, value in extra.items():
            whole[name] = _joined(whole.get(name), value)
    return whole


def _joined(before: Any, value: Any) -> Any:
    if isinstance(before, str) and isinstance(value, str):
        return before + value
    if isinstance(before, dict) and isinstance(value, dict):  # the call of a function, as the older interface has it
        return {**before, **{key: _joined(before.get(key), item) for key, item in value.items()}}
    if isinstance(value, list) and all(isinstance(item, dict) and "index" in item for item in value):
        calls = {call["index"]: call for call in before or ()}
        for call in value:
            calls[call["index"]] = _call(calls.get(call["index"], {}), call)
        return [calls[index] for index in sorted(calls)]
    return value


def _call(before: Mapping[str, Any], piece: Mapping[str, Any]) -> dict[str, Any]:
    """A call of a tool with its next piece: the arguments grow, all else comes once."""
    function, more = dict(before.get("function") or {}), piece.get("function") or {}
    for name, value in more.items():
        if value is not None:
            function[name] = function.get(name, "") + value if name == "arguments" else value
    kept = {name: value for name, value in piece.items() if name != "function" and value is not None}
    return {**before, **kept, "function": function}
