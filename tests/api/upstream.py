"""A server of models on loopback that speaks OpenAI's chat as real ones do: for what only shows when bytes have travelled."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

NAME = "leverantörens-modell"
Body = dict[str, Any]
WEATHER = {"type": "function", "function": {"name": "vädret", "parameters": {"type": "object", "properties": {}}}}
LOGPROB = {"token": "Ja", "logprob": -0.1, "bytes": [74, 97], "top_logprobs": []}


class Upstream:
    """`asked` holds the bodies that came, in order. How a model answers is told by its name."""

    def __init__(self) -> None:
        self.asked: list[Body] = []
        self.answers: dict[str, Callable[[Body], Iterator[Body]]] = {
            "several": _several,
            "tools": _tools,
            "sees": _sees,
            "form": _form,
            "sure": _sure,
            "thinks": _thinks,
            "refuses": _refuses,
            "long": lambda asked: _choices({"content": "Det tog "}, reason="length"),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a model called `busy` takes none, and `strict` takes no such request."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        asked = orjson.loads(body)
        self.asked.append(asked)
        if asked["model"] in ("busy", "strict"):
            status = 429 if asked["model"] == "busy" else 400
            headers = [(b"content-type", b"application/json"), (b"retry-after", b"7")]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b'{"error": {"message": "nej", "type": "x"}}'})
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for chunk in self.answers[asked["model"]](asked):
            told = {"id": "up-1", "object": "chat.completion.chunk", "created": 1, "model": NAME, **chunk}
            await send({"type": "http.response.body", "body": _event(told), "more_body": True})
        usage = {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}
        usage["completion_tokens_details"] = {"reasoning_tokens": 2}  # type: ignore[assignment]
        last = {"id": "up-1", "object": "chat.completion.chunk", "created": 1, "model": NAME, "choices": []}
        await send({"type": "http.response.body", "body": _event({**last, "usage": usage}) + b"data: [DONE]\n\n"})


def _event(body: Body) -> bytes:
    return b"data: " + orjson.dumps(body) + b"\n\n"


def _choices(*deltas: Body, reason: str = "stop", index: int = 0, logprobs: Any = None) -> Iterator[Body]:
    for delta in deltas:
        choice = {"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": None}
        yield {"choices": [choice]}
    yield {"choices": [{"index": index, "delta": {}, "logprobs": None, "finish_reason": reason}]}


def _several(asked: Body) -> Iterator[Body]:
    for index in range(asked.get("n", 1)):
        yield {"choices": [{"index": index, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]}
    for index in range(asked.get("n", 1)):
        yield from _choices({"content": "Svar "}, {"content": f"{index}"}, index=index)


def _tools(asked: Body) -> Iterator[Body]:
    [*_, last] = asked["messages"]
    if last["role"] == "tool":
        yield from _choices({"content": f"Det blir {last['content']}."})
        return
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "vädret", "arguments": ""}}
    pieces = [{"index": 0, "function": {"arguments": part}} for part in ('{"ort": ', '"Granby"}')]
    second = {"index": 1, "id": "call_2", "type": "function", "function": {"name": "tiden", "arguments": "{}"}}
    yield from _choices(*({"tool_calls": [piece]} for piece in (call, *pieces, second)), reason="tool_calls")


def _sees(asked: Body) -> Iterator[Body]:
    parts = asked["messages"][-1]["content"]
    yield from _choices(
        {"content": " ".join(part["image_url"]["url"] for part in parts if part["type"] == "image_url")}
    )


def _form(asked: Body) -> Iterator[Body]:
    assert asked["response_format"]["type"] == "json_schema"
    yield from _choices({"content": '{"ort": '}, {"content": '"Granby"}'})


def _sure(asked: Body) -> Iterator[Body]:
    yield from _choices({"content": "Ja"}, {"content": "Ja"}, logprobs={"content": [LOGPROB], "refusal": None})


def _thinks(asked: Body) -> Iterator[Body]:
    yield from _choices({"reasoning_content": "Först "}, {"reasoning_content": "regeln."}, {"content": "Fyra veckor."})


def _refuses(asked: Body) -> Iterator[Body]:
    yield from _choices({"refusal": "Det hjälper jag "}, {"refusal": "inte till med."})
