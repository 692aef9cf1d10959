"""What every interface tells of an answer: pieces, an end, headers. Pure shapes; each interface tells its own way."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from samverk.core.errors import SamverkError
from samverk.library.ports import Delta

Header = tuple[bytes, bytes]
Headers = Callable[[], list[Header]]
"""The headers of an answer, as they stand when it begins."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of an answer. `text` is the whole of it where that is not merely the pieces put together.

    `reasons` are those of several answers by their index; `details` the finer counts of tokens, where the model's server tells.
    """

    reason: str
    tokens_in: int | None
    tokens_out: int | None
    samverk: Mapping[str, Any]
    text: str | None = None
    reasons: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer on its way: pieces and an end. Closing `items` stops it."""

    items: AsyncGenerator[Delta | End, None]
    headers: Headers = list


class Teller(Protocol):
    """How one interface tells an answer. Pure."""

    def begin(self) -> bytes:
        """What a stream begins with."""
        ...

    def piece(self, delta: Delta) -> bytes:
        """A piece, as events."""
        ...

    def end(self, end: End) -> bytes:
        """The end, as events."""
        ...

    def failed(self, error: SamverkError) -> bytes:
        """The end of a stream that broke off, as events."""
        ...

    def whole(self, pieces: Sequence[Delta], end: End) -> bytes:
        """All of it, as JSON."""
        ...


def replay(teller: Teller, pieces: Sequence[Delta], end: End) -> None:
    """Let a teller hear an answer whole, as it would have heard it piece by piece."""
    for delta in pieces if end.text is None else (Delta(end.text),):
        teller.piece(delta)
    teller.end(end)


def event(body: Mapping[str, Any]) -> bytes:
    """An event that has no name."""
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
    if isinstance(value, list) and all(isinstance(item, dict) and isinstance(item.get("index"), int) for item in value):
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
