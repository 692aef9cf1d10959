"""Puts the values back in an answer whose request was masked: in what is said, in what is thought, and in calls of tools.

Every text of the answer is a stream of its own, for its tokens may be cut anywhere. Knows nothing of how tokens look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from samverk.library.ports import ChatEvent, Delta
from samverk.masking.service import Masked
from samverk.masking.unmasking import StreamUnmasker

Place = tuple[str | int, ...]  # the way to a text in the answer: ("tool_calls", 0, "function", "arguments")
_SAID: Place = ()
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

    def put_back(self, event: ChatEvent) -> list[ChatEvent]:
        """The event with its values; before the last one, what was held back."""
        if isinstance(event, Delta):
            extra = {name: self._restored(value, (name,)) for name, value in event.extra.items()}
            return [replace(event, text=self._stream(_SAID).feed(event.text), extra=extra)]
        return [*self.rest(), event]

    def rest(self) -> list[ChatEvent]:
        """What was held back, of an answer that ends or broke off."""
        rests = {place: rest for place, stream in self._streams.items() if (rest := stream.end())}
        said = rests.pop(_SAID, "")
        extra: dict[str, Any] = {}
        for place, rest in rests.items():
            _put(extra, place, rest)
        return [Delta(said, extra)] if said or extra else []

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


def _put(extra: dict[str, Any], place: Place, rest: str) -> None:
    """Put a text at its place in the extra of a delta."""
    name, *way = place
    if not way:
        extra[str(name)] = rest
    elif isinstance(way[0], int):
        items: list[dict[str, Any]] = extra.setdefault(str(name), [])
        item = next((item for item in items if item["index"] == way[0]), None)
        if item is None:
            items.append(item := {"index": way[0]})
        _put(item, tuple(way[1:]), rest)
    else:
        _put(extra.setdefault(str(name), {}), tuple(way), rest)
