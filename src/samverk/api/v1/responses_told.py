"""How `/v1/responses` tells an answer: items of output, and the events by which they grow. Pure.

The model's server speaks as chat models do; what it says becomes a message, its calls of functions and its thoughts items of
their own. Events are numbered, in OpenAI's order: an item is added, its part is added, grows, is done, the item is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from samverk.api.refusals import refused
from samverk.api.v1.completions import logprobs, usage
from samverk.api.v1.told import End, replay
from samverk.core.errors import SamverkError
from samverk.library.ports import Delta

THOUGHTS = ("reasoning_content", "reasoning")  # as servers call them: DeepSeek and vLLM; Ollama and OpenRouter
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
# Each kind of text: the kind of item that it stands in, the events' name, and the field of the part and of the last event.
_PARTS = {
    "output_text": ("message", "response.output_text", "text"),
    "refusal": ("message", "response.refusal", "refusal"),
    "reasoning_text": ("reasoning", "response.reasoning_text", "text"),
}
_PREFIXES = {"message": "msg", "reasoning": "rs", "function_call": "fc"}


@dataclass(slots=True)
class _Item:
    """An item of the output as far as it has come. `parts` are (kind, text) of its texts, the last one open."""

    kind: str
    id: str
    place: int
    parts: list[tuple[str, str]] = field(default_factory=list)
    call: dict[str, Any] = field(default_factory=dict)
    heard: list[Delta] = field(default_factory=list)
    done: bool = False

    def shown(self, status: str, parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The item as the interface has it."""
        head = {"id": self.id, "type": self.kind, "status": status}
        if self.kind == "function_call":
            return {**head, **self.call}
        content = [self.part(kind, text) for kind, text in parts]
        if self.kind == "reasoning":
            return {**head, "summary": [], "content": content}
        return {**head, "role": "assistant", "content": content}

    def part(self, kind: str, text: str) -> dict[str, Any]:
        """A part of its content."""
        told: dict[str, Any] = {"type": kind, _PARTS[kind][2]: text}
        if kind == "output_text":
            told |= {"annotations": [], "logprobs": self.probable()}
        return told

    def probable(self) -> list[Any]:
        """How probable its tokens were."""
        return (logprobs(self.heard) or {}).get("content") or []


class Response:
    """One response. `name` is its id, `created` the time in seconds since 1970, `shown` what is told back of the request."""

    def __init__(self, name: str, created: int, shown: Mapping[str, Any]) -> None:
        self._head = {"id": name, "object": "response", "created_at": created, "background": False, "store": False}
        self._head |= {"previous_response_id": None, "truncation": "disabled", **shown}
        self._name = name.removeprefix("resp_")
        self._number = 0
        self._items: list[_Item] = []
        self._calls: dict[int, _Item] = {}  # by the index that the server gives a call

    def begin(self) -> bytes:
        """That it is there, and being worked on."""
        body = self._body("in_progress")
        return self._event("response.created", response=body) + self._event("response.in_progress", response=body)

    def piece(self, delta: Delta) -> bytes:
        """What a piece adds, as events."""
        return b"".join(self._heard(delta))

    def end(self, end: End) -> bytes:
        """The ends of what is open, and the whole response in the last event."""
        closing = b"".join(self._closed())
        body = self._finished(end)
        return closing + self._event(f"response.{body['status']}", response=body)

    def failed(self, error: SamverkError) -> bytes:
        """That it broke off, with what was said so far."""
        told = refused(error)[1]["error"]
        closing = b"".join(self._closed("incomplete"))
        why = {"code": told["code"], "message": told["message"]}
        body = {**self._body("failed"), "error": why, "samverk": {"error": told}}
        return closing + self._event("response.failed", response=body)

    def whole(self, pieces: Sequence[Delta], end: End) -> bytes:
        """The response as JSON."""
        replay(self, pieces, end)
        return orjson.dumps(self._finished(end))

    def _heard(self, delta: Delta) -> Iterator[bytes]:
        for name in THOUGHTS:
            if thought := delta.extra.get(name):
                yield from self._grown("reasoning_text", thought, delta)
                break
        if delta.text:
            yield from self._grown("output_text", delta.text, delta)
        if refusal := delta.extra.get("refusal"):
            yield from self._grown("refusal", refusal, delta)
        for call in delta.extra.get("tool_calls") or ():
            yield from self._called(call)

    def _grown(self, kind: str, text: Any, delta: Delta) -> Iterator[bytes]:
        """A text grows; the one before it is done where it is of another kind."""
        if not isinstance(text, str):
            return
        wanted, name, _ = _PARTS[kind]
        item = self._items[-1] if self._items else None
        if item is None or item.kind != wanted or item.done:
            yield from self._closed()
            item = self._added(wanted)
            yield self._event("response.output_item.added", **self._place(item), item=item.shown("in_progress", ()))
        if not item.parts or item.parts[-1][0] != kind:
            yield from self._part_done(item)
            item.parts.append((kind, ""))
            yield self._event("response.content_part.added", **self._at(item), part=item.part(kind, ""))
        item.parts[-1] = (kind, item.parts[-1][1] + text)
        told: dict[str, Any] = {"delta": text}
        if kind == "output_text":
            item.heard.append(delta)
            told["logprobs"] = (delta.logprobs or {}).get("content") or []
        yield self._event(f"{name}.delta", **self._at(item), **told)

    def _called(self, piece: Any) -> Iterator[bytes]:
        """A piece of a call of a function. Servers tell several calls apart by their index."""
        if not isinstance(piece, Mapping) or not isinstance(function := piece.get("function") or {}, Mapping):
            return
        given = piece.get("index")
        index = given if isinstance(given, int) else len(self._calls)
        item = self._calls.get(index)
        if item is None:
            yield from self._closed(calls=False)
            item = self._calls[index] = self._added("function_call")
            item.call = {"call_id": piece.get("id") or item.id, "name": function.get("name") or "", "arguments": ""}
            yield self._event("response.output_item.added", **self._place(item), item=item.shown("in_progress", ()))
        said = function.get("arguments")
        if isinstance(said, str) and said:
            item.call["arguments"] += said
            name = "response.function_call_arguments.delta"
            yield self._event(name, item_id=item.id, output_index=item.place, delta=said)

    def _added(self, kind: str) -> _Item:
        place = len(self._items)
        item = _Item(kind, f"{_PREFIXES[kind]}_{self._name}{place:02d}", place)
        self._items.append(item)
        return item

    def _closed(self, status: str = "completed", *, calls: bool = True) -> Iterator[bytes]:
        """The ends of all items that are open; without `calls` those stay open, for their pieces may be mixed."""
        for item in self._items:
            if item.done or (item.kind == "function_call" and not calls):
                continue
            item.done = True
            yield from self._part_done(item)
            if item.kind == "function_call":
                told = {"name": item.call["name"], "arguments": item.call["arguments"]}
                name = "response.function_call_arguments.done"
                yield self._event(name, item_id=item.id, output_index=item.place, **told)
            yield self._event("response.output_item.done", **self._place(item), item=item.shown(status, item.parts))

    def _part_done(self, item: _Item) -> Iterator[bytes]:
        if not item.parts:
            return
        kind, text = item.parts[-1]
        _, name, told = _PARTS[kind]
        more = {"logprobs": item.probable()} if kind == "output_text" else {}
        yield self._event(f"{name}.done", **self._at(item), **{told: text}, **more)
        yield self._event("response.content_part.done", **self._at(item), part=item.part(kind, text))

    def _place(self, item: _Item) -> dict[str, Any]:
        return {"output_index": item.place}

    def _at(self, item: _Item) -> dict[str, Any]:
        return {"item_id": item.id, "output_index": item.place, "content_index": max(len(item.parts) - 1, 0)}

    def _finished(self, end: End) -> dict[str, Any]:
        why = _INCOMPLETE.get(end.reason)
        body = self._body("incomplete" if why else "completed")
        return {
            **body,
            "incomplete_details": {"reason": why} if why else None,
            "usage": _counted(end),
            "samverk": end.samverk,
        }

    def _body(self, status: str) -> dict[str, Any]:
        output = [item.shown("completed" if item.done else "in_progress", item.parts) for item in self._items]
        told = {"status": status, "error": None, "incomplete_details": None, "output": output, "usage": None}
        return {**self._head, **told}

    def _event(self, kind: str, **told: Any) -> bytes:
        body = orjson.dumps({"type": kind, "sequence_number": self._number, **told})
        self._number += 1
        return f"event: {kind}\ndata: ".encode() + body + b"\n\n"


def _counted(end: End) -> dict[str, Any]:
    chat = usage(end)
    cached = (chat.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    thought = (chat.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0
    return {
        "input_tokens": chat["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": chat["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": chat["total_tokens"],
    }
