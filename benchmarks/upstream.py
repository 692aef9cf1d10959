"""A model server that costs next to nothing: OpenAI's format over a raw protocol, whole and streamed, and it counts its calls.

    python -m benchmarks.upstream    # prints its port

The name of the model says how it answers: `quick` at once, `long` in 200 events some milliseconds apart, `slow` over five
seconds. `GET /calls` tells how many calls of a model it has had.
"""

import asyncio
import re
import sys
from dataclasses import dataclass
from typing import cast

import orjson
import uvloop

ANSWER = (
    "Ärendet bereds nu av den ansvariga enheten, som återkommer med ett förslag till beslut. Underlaget visar att kostnaden "
    "ryms i ramen, och att åtgärden kan genomföras stegvis utan att verksamheten påverkas."
)


@dataclass(frozen=True)
class Pace:
    """In how many events an answer comes, and the seconds between them; 0 for all at once."""

    events: int
    pause: float


PACES = {"quick": Pace(len(ANSWER.split()), 0.0), "long": Pace(200, 0.004), "slow": Pace(25, 0.2)}
SLOW_SECONDS = PACES["slow"].events * PACES["slow"].pause

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_MODEL = re.compile(rb'"model": *"(\w+)"')
_STREAM = re.compile(rb'"stream": *true')
_HEAD = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000, "model": "mock"}
_USAGE = {"prompt_tokens": 150, "completion_tokens": 40, "total_tokens": 190}


def _whole() -> bytes:
    message = {"role": "assistant", "content": ANSWER, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _answer(orjson.dumps({**_HEAD, "choices": [choice], "usage": _USAGE}))


def _answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


def _events(count: int) -> list[bytes]:
    """The answer as events, each a chunk of HTTP of its own."""
    words = ANSWER.split()
    deltas = [{"role": "assistant", "content": ""}, *({"content": f"{words[at % len(words)]} "} for at in range(count))]
    told = [_event([{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]) for delta in deltas]
    told[-1] += _event([{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}])
    told[-1] += _event([], usage=_USAGE) + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"
    return told


def _event(choices: list[object], **more: object) -> bytes:
    body = {**_HEAD, "object": "chat.completion.chunk", "choices": choices, **more}
    return _chunk(b"data: " + orjson.dumps(body) + b"\n\n")


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


WHOLE = _whole()
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
EVENTS = {name: _events(pace.events) for name, pace in PACES.items()}


class Upstream(asyncio.Protocol):
    """One connection."""

    calls = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._waiting = b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        end = self._waiting.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._waiting, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._waiting) >= whole:
            request, self._waiting = self._waiting[:whole], self._waiting[whole:]
            self._respond(request)

    def _respond(self, request: bytes) -> None:
        model = _MODEL.search(request)
        if model is None:
            self._transport.write(_answer(str(Upstream.calls).encode()))
            return
        Upstream.calls += 1
        name = model[1].decode()
        if not _STREAM.search(request):
            self._transport.write(WHOLE)
        elif not PACES[name].pause:
            self._transport.write(STREAM + b"".join(EVENTS[name]))
        else:
            self._transport.write(STREAM)
            self._tell(name, 0)

    def _tell(self, name: str, at: int) -> None:
        if self._transport.is_closing():
            return
        self._transport.write(EVENTS[name][at])
        if at + 1 < len(EVENTS[name]):
            asyncio.get_running_loop().call_later(PACES[name].pause, self._tell, name, at + 1)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1])
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
