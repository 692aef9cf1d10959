"""Puts the values back in an answer whose request was masked: in what is said, in what is thought, and in calls of tools.

Every text of the answer is a stream of its own, for its tokens may be cut anywhere; so is each of several answers. Knows
nothing of how tokens look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from samverk.library.ports import Delta, Finish, Images
from samverk.masking.service import Masked
from samverk.masking.unmasking import StreamUnmasker

Place = tuple[
    str | int, ...
]  # the way to a text, from the answer's index: (0, "tool_calls", 0, "function", "arguments")
_SYNTAX = frozenset({"id", "type", "role", "name", "index"})


class Restoring:
    """One answer on its way back."""

    def __init__(self, masked: Masked) -> None:
        self._masked = masked
        self._streams: dict[Place, StreamUnmasker] = {}
        self._invented: list[str] = []

    @property
    def invented(self) -> tuple[str, ...]:
        """The tokens that the model made up, each once; they stay as they are."""
        streamed = [token for stream in self._streams.values() for token in stream.invented]
        return tuple(dict.fromkeys([*streamed, *self._invented]))

    def put_back(self, event: Any) -> list[Any]:
        """The event with its values; before the last one, what was held back."""
        if isinstance(event, Delta):
            place = (event.index,)
            extra = {name: self._restored(value, (*place, name)) for name, value in event.extra.items()}
            text = self._stream(place).feed(event.text) if event.text else ""
            unchanged = text == event.text and extra == event.extra
            return [event if unchanged else event.told(text, extra)]
        if isinstance(event, Finish):
            return [*self.rest(), event]
        if isinstance(event, Images):
            items = (replace(item, revised_prompt=self._whole(item.revised_prompt)) for item in event.items)
            return [replace(event, items=tuple(items))]
        return [event]

    def rest(self) -> list[Delta]:
        """What was held back, of an answer that ends or broke off."""
        rests: dict[int, Delta] = {}
        for (index, *way), stream in self._streams.items():
            if rest := stream.end():
                delta = rests.setdefault(int(index), Delta("", {}, index=int(index)))
                rests[delta.index] = _with(delta, way, rest)
        return list(rests.values())

    def _stream(self, place: Place) -> StreamUnmasker:
        if place not in self._streams:
            self._streams[place] = self._masked.unmasker(json=place[-1:] == ("arguments",))
        return self._streams[place]

    def _restored(self, value: Any, place: Place) -> Any:
        if isinstance(value, str):
            return value if place[-1] in _SYNTAX else self._stream(place).feed(value)
        if isinstance(value, Sequence):
            return [self._item(item, place, at) for at, item in enumerate(value)]
        if isinstance(value, Mapping):
            return {key: self._restored(item, (*place, key)) for key, item in value.items()}
        return value

    def _item(self, item: Any, place: Place, at: int) -> Any:
        """One of several things, such as calls of tools; a piece of one says by its index which it belongs to."""
        if isinstance(item, str):
            return self._whole(item)
        index = item.get("index") if isinstance(item, Mapping) else None
        return self._restored(item, (*place, index if isinstance(index, int) else at))

    def _whole(self, text: str) -> str:
        stream = self._masked.unmasker()
        restored = stream.feed(text) + stream.end()
        self._invented += stream.invented
        return restored


def _with(delta: Delta, way: Sequence[str | int], rest: str) -> Delta:
    """The delta with a text at its place."""
    if not way:
        return replace(delta, text=rest)
    extra = dict(delta.extra)
    _put(extra, way, rest)
    return replace(delta, extra=extra)


def _put(extra: dict[str, Any], place: Sequence[str | int], rest: str) -> None:
    """Put a text at its place in the extra of a delta."""
    name, *way = place
    if not way:
        extra[str(name)] = rest
    elif isinstance(way[0], int):
        items: list[dict[str, Any]] = extra.setdefault(str(name), [])
        item = next((item for item in items if item["index"] == way[0]), None)
        if item is None:
            items.append(item := {"index": way[0]})
        _put(item, way[1:], rest)
    else:
        _put(extra.setdefault(str(name), {}), way, rest)
