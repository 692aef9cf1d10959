"""The provider over HTTP, against a server on this machine that behaves well, badly or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from samverk.core.errors import ModelFailed
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Endpoint, Finish, Message, SourcePart, TextPart
from samverk.library.providers.openai_compatible import OpenAiCompatible

KEY = "sk-mycket-hemlig"
ASKED = ChatRequest((Message("user", (TextPart("Hej?"),)),), {"temperature": 0})
Handler = Callable[[web.Request], Any]


def chunk(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    delta = {} if text is None else {"role": "assistant", "content": text}
    return event({"choices": [{"index": 0, "delta": {**delta, **more}, "finish_reason": finish}]})


def event(content: object) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def streaming(*parts: bytes, content_type: str = "text/event-stream") -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for part in parts:
            await response.write(part)
            await asyncio.sleep(0)
        return response

    return handle


def answering(status: int = 200, text: str = "", content_type: str = "application/json") -> Handler:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=content_type)

    return handle


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Endpoint]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", handler)
    async with TestServer(app) as server:
        yield Endpoint("openai_compatible", "min-modell", str(server.make_url("/v1/")), KEY)


async def ask(handler: Handler, request: ChatRequest = ASKED, **timeout: float) -> list[ChatEvent]:
    async with serving(handler) as endpoint, aiohttp.ClientSession() as session:
        provider = OpenAiCompatible(
            lambda: session, aiohttp.ClientTimeout(**timeout) if timeout else aiohttp.ClientTimeout(5)
        )
        return [event async for event in provider.chat(endpoint, request)]


async def why(handler: Handler, **timeout: float) -> str:
    with pytest.raises(ModelFailed) as caught:
        await ask(handler, **timeout)
    for text in (caught.value.sv, caught.value.en, repr(caught.value), str(caught.value.facts)):
        assert KEY not in text
    assert "min-modell" in caught.value.sv
    return caught.value.sv


async def test_text_comes_as_it_is_sent_and_tokens_are_counted() -> None:
    usage = event({"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3}})
    events = await ask(streaming(b": hej\n\n", chunk("Hej "), chunk("på dig"), chunk(finish="stop"), usage, DONE))
    assert events == [Delta("Hej "), Delta("på dig"), Finish("stop", 12, 3)]


async def test_an_event_may_arrive_in_pieces_and_several_at_once() -> None:
    whole = chunk("Å ena sidan") + chunk(" å andra") + chunk(finish="stop") + DONE
    events = await ask(streaming(*(whole[i : i + 7] for i in range(0, len(whole), 7))))
    assert events == [Delta("Å ena sidan"), Delta(" å andra"), Finish("stop")]


async def test_windows_line_ends_and_no_space_after_the_colon() -> None:
    sent = chunk("Hej").replace(b"data: ", b"data:").replace(b"\n", b"\r\n")
    assert (await ask(streaming(sent, chunk(finish="length"), DONE)))[-1] == Finish("length")


async def test_tool_calls_are_passed_on() -> None:
    calls = [{"index": 0, "id": "a", "function": {"name": "väder", "arguments": "{}"}}]
    events = await ask(streaming(chunk(tool_calls=calls), chunk(finish="tool_calls"), DONE))
    assert events == [Delta("", {"tool_calls": calls}), Finish("tool_calls")]


async def test_what_is_sent() -> None:
    seen: dict[str, Any] = {}

    async def handle(request: web.Request) -> web.StreamResponse:
        seen.update(body=await request.json(), headers=dict(request.headers))
        return await streaming(chunk("ja", "stop"), DONE)(request)

    source = SourcePart(2, "HR-handbok, s. 4", "Semester söks i mars.")
    await ask(
        handle,
        ChatRequest(
            (Message("user", (source, TextPart("När?"))),), {"temperature": 0.5, "stream": False, "model": "x"}
        ),
    )
    assert seen["headers"]["Authorization"] == f"Bearer {KEY}"
    assert seen["body"] == {
        "model": "min-modell",
        "messages": [{"role": "user", "content": "[2] HR-handbok, s. 4\nSemester söks i mars.\n\nNär?"}],
        "temperature": 0.5,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_a_server_that_does_not_stream() -> None:
    whole = {
        "choices": [{"message": {"role": "assistant", "content": "Hej"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
    }
    assert await ask(answering(text=json.dumps(whole))) == [Delta("Hej"), Finish("stop", 1, 1)]


@pytest.mark.parametrize("usage", [None, "många", {"prompt_tokens": "x"}, {"prompt_tokens": -1}, []])
async def test_tokens_that_are_missing_or_nonsense_are_not_known(usage: object) -> None:
    events = await ask(streaming(chunk("Hej"), chunk(finish="stop"), event({"choices": [], "usage": usage}), DONE))
    assert events[-1] == Finish("stop", None, None)


@pytest.mark.parametrize("reason", ["eos", "end_turn"])
async def test_an_unknown_reason_to_finish_is_a_stop(reason: str) -> None:
    assert (await ask(streaming(chunk("Hej", reason), DONE)))[-1] == Finish("stop")


async def test_a_missing_reason_is_a_stop_when_the_server_says_it_is_done() -> None:
    assert (await ask(streaming(chunk("Hej"), DONE)))[-1] == Finish("stop")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "godtog inte frågan"),
        (401, "nyckeln"),
        (404, "finns inte där"),
        (429, "fler anrop"),
        (500, "fel (500)"),
        (503, "överbelastad"),
    ],
)
async def test_a_refusal_has_a_plain_reason(status: int, reason: str) -> None:
    assert reason in await why(answering(status, json.dumps({"error": {"message": f"bad key {KEY}"}})))


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (answering(text="<html><body>Logga in</body></html>", content_type="text/html"), "webbsida"),
        (streaming(b"<!doctype html>\n<html>", b"</html>\n"), "webbsida"),
        (answering(text="<html>"), "webbsida"),
        (
            streaming(
                chunk("Svaret är"),
            ),
            "bröts",
        ),
        (streaming(chunk("Svaret är"), b'data: {"choices": [{"del'), "bröts"),
        (streaming(b"data: {nej}\n\n"), "gick inte att tolka"),
        (streaming(b"data: [1, 2]\n\n"), "gick inte att tolka"),
        (streaming(), "tomt"),
        (streaming(event({"choices": []}), DONE), "tomt"),
        (streaming(event({"choices": "x"}), event({"choices": [None]}), DONE), "tomt"),
        (streaming(chunk("Hej"), event({"error": {"message": f"slut {KEY}"}})), "rapporterade"),
        (streaming(chunk("Hej", "error")), "rapporterade"),
        (answering(302, ""), "rapporterade ett fel (302)"),
        (answering(text=json.dumps({"error": "nej"})), "rapporterade"),
    ],
)
async def test_what_is_not_an_answer_has_a_plain_reason(handler: Handler, reason: str) -> None:
    assert reason in await why(handler)


async def test_a_server_that_is_silent_is_not_waited_for_forever() -> None:
    async def handle(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    assert "inte i tid" in await why(handle, total=0.2)


async def test_a_stream_that_stops_is_not_waited_for_forever() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = await streaming(chunk("Hej"))(request)
        await asyncio.sleep(30)
        return response  # type: ignore[no-any-return]

    assert "inte i tid" in await why(handle, sock_read=0.2)


async def test_a_connection_that_is_cut() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await streaming(chunk("Hej"))(request)
        assert request.transport is not None
        request.transport.abort()
        return response

    assert "bröts" in await why(handle)


@pytest.mark.parametrize("url", ["", "inte en adress", "http://", "ftp://example.org"])
async def test_an_address_that_is_none(url: str) -> None:
    provider = OpenAiCompatible()
    with pytest.raises(ModelFailed):
        [event async for event in provider.chat(Endpoint("openai_compatible", "m{0}", url, KEY), ASKED)]
    await provider.close()


async def test_nobody_there() -> None:
    provider = OpenAiCompatible()
    with pytest.raises(ModelFailed, match="cannot be reached"):
        [
            e
            async for e in provider.chat(
                Endpoint("openai_compatible", "m", f"http://127.0.0.1:{unused_port()}/v1"), ASKED
            )
        ]
    await provider.close()


async def test_when_nobody_listens_the_server_is_told() -> None:
    gone = asyncio.Event()

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for _ in range(2000):
                await response.write(chunk("ord "))
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.CancelledError):
            gone.set()
            raise
        return response

    async with serving(handle) as endpoint, aiohttp.ClientSession() as session:
        events = OpenAiCompatible(lambda: session).chat(endpoint, ASKED)
        assert await anext(events) == Delta("ord ")
        await events.aclose()  # type: ignore[attr-defined]
        await asyncio.wait_for(gone.wait(), 5)


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(Endpoint("openai_compatible", "m", "http://x", KEY))
