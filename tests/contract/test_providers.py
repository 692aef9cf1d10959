"""The suite of the chat port: run on the fake and on every provider that is discovered.

Providers that speak to a server get one on this machine, which answers as such servers do.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from samverk.core.errors import ModelFailed, NotFound
from samverk.library import providers
from samverk.library.fake import FakeProvider
from samverk.library.ports import (
    ChatEvent,
    ChatProvider,
    ChatRequest,
    Delta,
    Endpoint,
    Finish,
    Message,
    SourcePart,
    TextPart,
)

QUESTION = ChatRequest(
    (
        Message("system", (TextPart("Svara ur källorna."),)),
        Message(
            "user",
            (
                SourcePart(
                    1, "Riktlinjer, kap. 2", "Ansökan om bistånd görs varje månad. Beslut fattas inom tio dagar."
                ),
                TextPart("Hur snabbt fattas beslut om bistånd?"),
            ),
        ),
    )
)


async def _server(request: web.Request) -> web.StreamResponse:
    asked: dict[str, Any] = await request.json()
    assert asked["messages"][-1]["content"].startswith("[1] Riktlinjer, kap. 2\n")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for text in ("Beslut fattas ", "inom tio dagar. [1]"):
        event = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
        await response.write(f"data: {json.dumps(event)}\n\n".encode())
    await response.write(b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n')
    await response.write(b'data: {"choices": [], "usage": {"prompt_tokens": 31, "completion_tokens": 7}}\n\n')
    await response.write(b"data: [DONE]\n\n")
    return response


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _server)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


@pytest.fixture(params=["fake", *providers.names()])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[ChatProvider]:
    made = FakeProvider() if request.param == "fake" else providers.load(request.param)
    yield made
    if hasattr(made, "close"):
        await made.close()


async def answer(provider: ChatProvider, url: str) -> list[ChatEvent]:
    return [event async for event in provider.chat(Endpoint(provider.name, "honest", url, "hemlig"), QUESTION)]


async def test_an_answer_is_text_and_then_one_finish(provider: ChatProvider, url: str) -> None:
    *said, last = await answer(provider, url)
    assert said
    assert all(isinstance(event, Delta) for event in said)
    assert isinstance(last, Finish)
    assert last.reason == "stop"
    assert last.tokens_in
    assert last.tokens_out


async def test_the_answer_cites_the_source(provider: ChatProvider, url: str) -> None:
    text = "".join(event.text for event in await answer(provider, url) if isinstance(event, Delta))
    assert text.rstrip().endswith("[1]")


async def test_one_may_stop_listening(provider: ChatProvider, url: str) -> None:
    events = provider.chat(Endpoint(provider.name, "honest", url), QUESTION)
    assert isinstance(await anext(events), Delta)
    await events.aclose()  # type: ignore[attr-defined]
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_answers_do_not_disturb_each_other(provider: ChatProvider, url: str) -> None:
    assert await answer(provider, url) == await answer(provider, url)


@pytest.mark.parametrize("name", providers.names())
def test_a_provider_is_found_by_the_name_it_bears(name: str) -> None:
    assert providers.load(name).name == name


@pytest.mark.parametrize("name", ["", "fake", "no_such", "../ports", "__init__"])
def test_a_kind_that_does_not_exist_is_said_so(name: str) -> None:
    with pytest.raises(NotFound):
        providers.load(name)


class TestFake:
    """What the other rooms' tests rely on."""

    async def heard(self, model: str) -> str:
        events = FakeProvider().chat(Endpoint("fake", model), QUESTION)
        return "".join([event.text async for event in events if isinstance(event, Delta)])

    async def test_it_lies_and_cites(self) -> None:
        assert await self.heard("lie") == "Ansökan inte om bistånd görs varje månad [1]"

    async def test_it_paraphrases(self) -> None:
        assert "ansökan om bistånd görs varje månad. [1]" in await self.heard("paraphrase")

    async def test_it_is_cut_off(self) -> None:
        events = [event async for event in FakeProvider().chat(Endpoint("fake", "cut-off"), QUESTION)]
        assert isinstance(events[-1], Finish)
        assert events[-1].reason == "length"

    @pytest.mark.parametrize("model", ["failing", "failing-midway", "no such model"])
    async def test_it_fails(self, model: str) -> None:
        with pytest.raises(ModelFailed):
            await self.heard(model)
