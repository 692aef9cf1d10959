"""How `/v1/chat/completions` tells an answer, in the shapes that OpenAI's clients read. Pure.

Events are passed on as the model's server sent them, with our own id and name of the model put in their places.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import orjson

from samverk.api.refusals import refused
from samverk.api.v1.told import End, event, merged
from samverk.core.errors import SamverkError
from samverk.library.ports import Delta

DONE = b"data: [DONE]\n\n"
_OPENING = {"role": "assistant", "content": "", "refusal": None}
_DATA = b"data:"


class Completion:
    """One answer, or `n` of them at once."""

    def __init__(
        self, name: str, created: int, model: str, fingerprint: str, n: int = 1, *, usage: bool = False
    ) -> None:
        """`name` is the answer's id, `created` the time in seconds since 1970; `usage`: count the tokens in a last chunk."""
        self._n, self._usage = n, usage
        self._head = {"id": name, "created": created, "model": model, "system_fingerprint": fingerprint}
        head = orjson.dumps({"object": "chat.completion.chunk", **self._head})
        self._chunk = b"data: " + head[:-1] + b',"choices":['
        self._ours = tuple((f'"{key}":'.encode(), orjson.dumps(self._head[key])) for key in ("id", "model"))
        self._places: tuple[tuple[bytes, bytes], ...] | None = None

    def begin(self) -> bytes:
        """A chunk for each answer, that says who speaks."""
        return b"".join(self._told(index, _OPENING) for index in range(self._n))

    def piece(self, delta: Delta) -> bytes:
        """A chunk."""
        if delta.raw and (fitted := self._fitted(delta.raw)):
            return fitted
        said = {"content": delta.text, **delta.extra} if delta.text or not delta.extra else delta.extra
        return self._told(delta.index, said, logprobs=delta.logprobs)

    def end(self, end: End) -> bytes:
        """The last chunks; `samverk` rides in the very last, with the tokens where they are wanted."""
        last = orjson.dumps(end.samverk)
        reasons = self._reasons(end)
        closing = [self._told(index, {}, reason) for index, reason in enumerate(reasons)]
        if self._usage:
            closing.append(self._chunk + b'],"usage":' + orjson.dumps(usage(end)) + b',"samverk":' + last + b"}\n\n")
        else:
            closing[-1] = closing[-1][: -len(b"}\n\n")] + b',"samverk":' + last + b"}\n\n"
        return b"".join((*closing, DONE))

    def failed(self, error: SamverkError) -> bytes:
        """An error in a stream that has begun: the client raises it, and nothing follows."""
        return event(refused(error)[1])

    def whole(self, pieces: Sequence[Delta], end: End) -> bytes:
        """An answer that is not streamed."""
        choices = [
            _choice(index, [piece for piece in pieces if piece.index == index], reason, end.text)
            for index, reason in enumerate(self._reasons(end))
        ]
        told = {"object": "chat.completion", **self._head, "choices": choices}
        return orjson.dumps({**told, "usage": usage(end), "samverk": end.samverk})

    def _reasons(self, end: End) -> list[str]:
        return [end.reasons[index] if index < len(end.reasons) else end.reason for index in range(self._n)]

    def _told(self, index: int, delta: Mapping[str, Any], reason: str | None = None, logprobs: Any = None) -> bytes:
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": reason}
        return self._chunk + orjson.dumps(choice) + b"]}\n\n"

    def _fitted(self, raw: bytes) -> bytes | None:
        """An event with our id and name of the model in place of the server's; None where they are not where they were."""
        if self._places is None:
            self._places = tuple(filter(None, (_place(raw, name, ours) for name, ours in self._ours)))
        if len(self._places) < len(self._ours):
            return None
        for theirs, ours in self._places:
            if theirs not in raw:
                return None
            raw = raw.replace(theirs, ours, 1)
        return raw


def _place(raw: bytes, name: bytes, ours: bytes) -> tuple[bytes, bytes] | None:
    """How a server writes a field of its events, and how we do. Quotes in texts are escaped, so that no text looks like it."""
    try:
        theirs = orjson.loads(raw[raw.index(_DATA) + len(_DATA) :])[orjson.loads(name[:-1])]
    except (ValueError, KeyError, TypeError):
        return None
    for gap in (b"", b" "):
        written = name + gap + orjson.dumps(theirs)
        if written in raw:
            return written, name + ours
    return None


def _choice(index: int, pieces: Sequence[Delta], reason: str, text: str | None) -> dict[str, Any]:
    said = text if text is not None else "".join(piece.text for piece in pieces)
    extra = merged([piece.extra for piece in pieces])
    if isinstance(calls := extra.get("tool_calls"), list):
        extra["tool_calls"] = [{key: value for key, value in call.items() if key != "index"} for call in calls]
    content = None if (extra.get("tool_calls") or extra.get("refusal")) and not said else said
    message = {"role": "assistant", "content": content, "refusal": None, **extra}
    return {"index": index, "message": message, "logprobs": logprobs(pieces), "finish_reason": reason}


def logprobs(pieces: Sequence[Delta]) -> dict[str, Any] | None:
    """How probable the tokens of an answer were, put together; None where nobody says."""
    told = [piece.logprobs for piece in pieces if piece.logprobs]
    if not told:
        return None
    return {
        name: list(chain.from_iterable(one.get(name) or () for one in told)) or None for name in ("content", "refusal")
    }


def usage(end: End) -> dict[str, Any]:
    """The tokens; 0 where the model does not count them."""
    read, said = end.tokens_in or 0, end.tokens_out or 0
    return {"prompt_tokens": read, "completion_tokens": said, "total_tokens": read + said, **end.details}
