"""How `/v1/messages` tells an answer: blocks of content, and the events by which they grow; and how it refuses. Pure.

The model's server speaks as chat models do; what it says becomes blocks of text, of thought and of calls of tools. One block
is open at a time. Facts: platform.claude.com/docs/en/build-with-claude/streaming and /api/errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from samverk.api import refusals
from samverk.api.v1.completions import usage
from samverk.api.v1.responses_told import THOUGHTS
from samverk.api.v1.told import End, merged, replay
from samverk.core.errors import SamverkError
from samverk.http.errors import Failure
from samverk.library.ports import Delta

_REASONS = {
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}  # the others are end_turn: which text it stopped at, a chat model does not tell
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}  # the others are invalid_request_error, and api_error from 500
# Each kind of block that holds a text: the field that it stands in, and the kind of its pieces.
_GROWN = {"text": ("text", "text_delta"), "thinking": ("thinking", "thinking_delta")}


def refused(error: Exception) -> tuple[Failure, dict[str, Any]]:
    """As the house tells an error, in Anthropic's shape and with its types."""
    failure, body = refusals.refused(error)
    kind = _TYPES.get(failure.status, "api_error" if failure.status >= 500 else "invalid_request_error")
    return failure, {"type": "error", "error": {**body["error"], "type": kind}}


class Message:
    """One message. `name` is its id, `model` what was asked for."""

    def __init__(self, name: str, model: str) -> None:
        self._head = {"id": name, "type": "message", "role": "assistant", "model": model}
        self._blocks: list[dict[str, Any]] = []
        self._open = False
        self._call: Any = None  # the index that the server gives the call which is open
        self._arguments = ""
        self._waiting: list[dict[str, Any]] = []  # what came while a call was not yet whole
        self._refused = False

    def begin(self) -> bytes:
        """That it is there."""
        empty = {**self._head, "content": [], **_stopped(None), "usage": _counted(End("", None, None, {}))}
        return _event("message_start", message=empty) + _event("ping")

    def piece(self, delta: Delta) -> bytes:
        """What a piece adds, as events."""
        return b"".join(self._heard({"text": delta.text, **delta.extra})) or _event("ping")

    def end(self, end: End) -> bytes:
        """The end of what is open, why it ended and what was used; `samverk` rides in the very last."""
        closing = b"".join(self._ended())
        ending = _event("message_delta", delta=_stopped(self._reason(end)), usage=_counted(end))
        return closing + ending + _event("message_stop", samverk=end.samverk)

    def failed(self, error: SamverkError) -> bytes:
        """An error in a stream that has begun: the client raises it, and nothing follows."""
        return _event(**refused(error)[1])

    def whole(self, pieces: Sequence[Delta], end: End) -> bytes:
        """The message as JSON."""
        replay(self, pieces, end)
        told = {"content": self._blocks, **_stopped(self._reason(end)), "usage": _counted(end), "samverk": end.samverk}
        return orjson.dumps({**self._head, **told})

    def _heard(self, said: Mapping[str, Any]) -> Iterator[bytes]:
        if thought := next((said[name] for name in THOUGHTS if said.get(name)), None):
            yield from self._grown("thinking", thought)
        for block in said.get("thinking_blocks") or ():
            yield from self._signed(block)
        if refusal := said.get("refusal"):
            self._refused = True
            yield from self._grown("text", refusal)
        yield from self._grown("text", said.get("text"))
        for call in said.get("tool_calls") or ():
            yield from self._called(call)

    def _grown(self, kind: str, text: Any) -> Iterator[bytes]:
        """A text or a thought grows; the block before it is done where it is of another kind."""
        if not isinstance(text, str) or not text:
            return
        if self._waits():
            self._waiting.append({"text": text} if kind == "text" else {THOUGHTS[0]: text})
            return
        name, piece = _GROWN[kind]
        if not self._open or self._blocks[-1]["type"] != kind:
            block = {"type": kind, name: ""}
            yield from self._begun({**block, "signature": ""} if kind == "thinking" else block)
        self._blocks[-1][name] += text
        yield self._delta(type=piece, **{name: text})

    def _signed(self, block: Any) -> Iterator[bytes]:
        """A thought that its maker tells once more, whole: the signature is what was lacking. A hidden one comes only so."""
        if not isinstance(block, Mapping) or self._waits():
            return
        if block.get("type") != "thinking":
            yield from self._begun(dict(block))
        else:
            if not self._open or self._blocks[-1]["type"] != "thinking":
                yield from self._begun({**block, "signature": ""})
            self._blocks[-1]["signature"] = block.get("signature", "")
            yield self._delta(type="signature_delta", signature=block.get("signature", ""))
        yield from self._closed()

    def _called(self, piece: Any) -> Iterator[bytes]:
        """A piece of a call. Servers may mix the pieces of several: those of another wait until the one that is open is whole."""
        if not isinstance(piece, Mapping) or not isinstance(function := piece.get("function") or {}, Mapping):
            return
        index = piece.get("index")
        goes_on = self._call is not None and index == self._call
        if not goes_on and self._waits() and isinstance(index, int):
            self._waiting.append({"tool_calls": [piece]})
            return
        if not goes_on:
            given = piece.get("id") or f"toolu_{self._head['id'].removeprefix('msg_')}{len(self._blocks):02d}"
            yield from self._begun({"type": "tool_use", "id": given, "name": function.get("name") or "", "input": {}})
            self._call, self._arguments = index, ""
        said = function.get("arguments")
        if isinstance(said, str) and said:
            self._arguments += said
            yield self._delta(type="input_json_delta", partial_json=said)

    def _waits(self) -> bool:
        """Whether what comes must wait: the call that is open lacks something, or others wait already."""
        return bool(self._waiting) or (self._call is not None and _object(self._arguments) is None)

    def _begun(self, block: dict[str, Any]) -> Iterator[bytes]:
        yield from self._closed()
        self._blocks.append(block)
        self._open = True
        yield _event("content_block_start", index=len(self._blocks) - 1, content_block=block)

    def _delta(self, **delta: Any) -> bytes:
        return _event("content_block_delta", index=len(self._blocks) - 1, delta=delta)

    def _closed(self) -> Iterator[bytes]:
        if not self._open:
            return
        block, self._open, self._call = self._blocks[-1], False, None
        if block["type"] == "tool_use":
            given = _object(self._arguments)
            block["input"] = given if given is not None else {"input": self._arguments} if self._arguments else {}
        yield _event("content_block_stop", index=len(self._blocks) - 1)

    def _ended(self) -> Iterator[bytes]:
        """The end of the block that is open, and then what had to wait for it, each call whole."""
        yield from self._closed()
        waited, self._waiting = merged(self._waiting), []
        calls = waited.pop("tool_calls", ())
        yield from self._heard(waited)
        for call in calls:
            yield from self._called(call)
            yield from self._closed()
        yield from self._closed()

    def _reason(self, end: End) -> str:
        if self._refused:
            return "refusal"
        reason = _REASONS.get(end.reason, "end_turn")
        called = any(block["type"] == "tool_use" for block in self._blocks)
        return "tool_use" if called and reason == "end_turn" else reason  # some servers say "stop" after a call


def _object(arguments: str) -> dict[str, Any] | None:
    """The arguments of a call; None as long as they are no JSON object."""
    try:
        value = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _stopped(reason: str | None) -> dict[str, Any]:
    return {"stop_reason": reason, "stop_sequence": None}


def _counted(end: End) -> dict[str, int]:
    """The tokens; those that were read out of a cache stand by themselves."""
    chat = usage(end)
    cached = (chat.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return {
        "input_tokens": max(chat["prompt_tokens"] - cached, 0),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": chat["completion_tokens"],
    }


def _event(type: str, **told: Any) -> bytes:
    """An event: its name, and the same in its body."""
    return f"event: {type}\ndata: ".encode() + orjson.dumps({"type": type, **told}) + b"\n\n"
