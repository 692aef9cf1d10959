"""The suite of the models' ports: run on the fake and on every provider that is discovered.

Providers that speak to a server get one on this machine, which answers as such servers do.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from tests.library.vendors import VENDORS, serving, streaming

from samverk.core.errors import ModelFailed, NotFound
from samverk.library import providers
from samverk.library.fake import FakeProvider
from samverk.library.ports import (
    ChatEvent,
    ChatProvider,
    ChatRequest,
    Delta,
    EmbeddingProvider,
    EmbeddingRequest,
    Endpoint,
    Finish,
    ImageProvider,
    ImageRequest,
    Message,
    RerankProvider,
    RerankRequest,
    SourcePart,
    SpeechProvider,
    SpeechRequest,
    TextPart,
    TranscriptionRequest,
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


TEXTS = ("Beslut fattas ", "inom tio dagar. [1]")
OTHERS: dict[str, Any] = {
    "/v1/embeddings": {
        "data": [{"index": 1, "embedding": [0.5, 1]}, {"index": 0, "embedding": [0.25, 0]}],
        "usage": {},
    },
    "/v1/audio/transcriptions": {"text": "God morgon.", "duration": 1.5},
    "/v1/images/generations": {"data": [{"b64_json": "aGVq"}]},
    "/v1/rerank": {"results": [{"index": 1, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.1}]},
    "/v1beta/models/honest:batchEmbedContents": {"embeddings": [{"values": [0.25, 0]}, {"values": [0.5, 1]}]},
    "/v1beta/models/honest:generateContent": {
        "candidates": [{"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": "aGVq"}}]}}]
    },
}


async def _server(request: web.Request) -> web.StreamResponse:
    """Every vendor in one: the address tells them apart."""
    if request.path in OTHERS:
        return web.json_response(OTHERS[request.path])
    if request.path.endswith("/audio/speech"):
        return web.Response(body=b"RIFF", content_type="audio/wav")
    (vendor,) = (vendor for vendor in VENDORS.values() if request.path.startswith(vendor.path.split("{")[0]))
    assert "[1] Riktlinjer, kap. 2\\n" in json.dumps(await request.json(), ensure_ascii=False)
    return await streaming(*vendor.text(*TEXTS))(request)


@pytest.fixture(params=["fake", *providers.names()])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[ChatProvider]:
    made = FakeProvider() if request.param == "fake" else providers.load(request.param)
    yield made
    if hasattr(made, "close"):
        await made.close()


@pytest.fixture
async def url(provider: ChatProvider) -> AsyncIterator[str]:
    base = VENDORS[provider.name].base if provider.name in VENDORS else "/v1"
    async with serving(_server, base) as endpoint:
        yield endpoint.url


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


def those_that(kind: type) -> list[str]:
    """The providers of a kind: the fake is of all."""
    return ["fake", *(name for name in providers.names() if isinstance(providers.load(name), kind))]


def endpoint_of(provider: ChatProvider, url: str) -> Endpoint:
    return Endpoint(provider.name, "honest", url, "hemlig")


@pytest.mark.parametrize(("encoding", "kind"), [(None, list), ("float", list), ("base64", str)])
@pytest.mark.parametrize("provider", those_that(EmbeddingProvider), indirect=True)
async def test_texts_become_vectors_in_the_format_asked_for(
    provider: ChatProvider, url: str, encoding: str | None, kind: type
) -> None:
    assert isinstance(provider, EmbeddingProvider)
    options = {"encoding_format": encoding, "dimensions": 2}
    told = await provider.embed(endpoint_of(provider, url), EmbeddingRequest(("hej", "hå"), options))
    assert [type(vector) for vector in told.vectors] == [kind, kind]
    assert told.vectors[0] != told.vectors[1]


@pytest.mark.parametrize("provider", those_that(SpeechProvider), indirect=True)
async def test_speech_becomes_text_and_text_speech(provider: ChatProvider, url: str) -> None:
    assert isinstance(provider, SpeechProvider)
    endpoint = endpoint_of(provider, url)
    told = await provider.transcribe(endpoint, TranscriptionRequest(b"God morgon.", "hej.wav", "audio/wav"))
    assert told.text == "God morgon."
    assert told.seconds
    assert b"".join([chunk async for chunk in provider.speak(endpoint, SpeechRequest("Hej du", "alloy"))])


@pytest.mark.parametrize("provider", those_that(ImageProvider), indirect=True)
async def test_a_text_becomes_pictures(provider: ChatProvider, url: str) -> None:
    assert isinstance(provider, ImageProvider)
    told = await provider.draw(endpoint_of(provider, url), ImageRequest("hej"))
    assert [item.b64_json for item in told.items] == ["aGVq"]


@pytest.mark.parametrize("provider", those_that(RerankProvider), indirect=True)
async def test_documents_are_put_in_order(provider: ChatProvider, url: str) -> None:
    assert isinstance(provider, RerankProvider)
    request = RerankRequest("beslut om bistånd", ("om en hund", "ett beslut om bistånd"))
    low, high = (await provider.rerank(endpoint_of(provider, url), request)).scores
    assert low < high


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
