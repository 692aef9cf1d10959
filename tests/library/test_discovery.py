"""Looking for model servers: what they tell, what is made of it, and that silence costs a second at most."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from samverk.core.levels import Level
from samverk.library.discovery import Offer, compatible, found, ollama

TAGS = {"models": [{"name": "gemma3:4b"}, {"name": "nomic-embed-text:latest"}, {"name": "bge-reranker:v2"}]}
SHOWN = {
    "gemma3:4b": {"capabilities": ["completion", "tools", "vision"], "model_info": {"gemma3.context_length": 131072}},
    "nomic-embed-text:latest": {"capabilities": ["embedding"], "model_info": {"nomic-bert.context_length": 2048}},
    "bge-reranker:v2": {"capabilities": "nej", "model_info": []},
}
VLLM = {
    "object": "list",
    "data": [
        {"id": "KBLab/llama-sv", "object": "model", "owned_by": "vllm", "root": "x", "max_model_len": 32768},
        {"id": "intfloat/multilingual-e5-large", "owned_by": "vllm", "max_model_len": 512},
        {"id": "KBLab/kb-whisper-large", "owned_by": "vllm"},
        {"id": "black-forest-labs/FLUX.1-schnell", "owned_by": "vllm"},
    ],
}


@asynccontextmanager
async def server(replies: Mapping[str, Any], pause: float = 0) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.Response:
        await asyncio.sleep(pause)
        reply = replies.get(request.path)
        if request.path == "/api/show":
            reply = replies["/api/show"][(await request.json())["model"]]
        return web.json_response(reply, status=200 if reply is not None else 404)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as up:
        yield str(up.make_url("")).rstrip("/")


async def look(url: str, *urls: str) -> list[Offer]:
    async with aiohttp.ClientSession() as session:
        return await found(session, url, urls)


async def test_an_ollama_tells_what_its_models_can() -> None:
    async with server({"/api/tags": TAGS, "/api/show": SHOWN}) as url:
        chat, embeddings, rerank = (offer.card for offer in await look(url))
    assert (chat.slug, chat.kind, chat.context_tokens) == ("ollama-gemma3-4b", "chat", 131072)
    assert chat.abilities == {"abstain", "tools", "images"}
    assert (embeddings.kind, embeddings.context_tokens, embeddings.abilities) == ("embeddings", 2048, set())
    assert rerank.kind == "rerank"
    assert {chat.approved_for, embeddings.approved_for} == {Level.OPEN}
    assert chat.hosting == "own"


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
async def test_a_vllm_tells_the_length_of_the_context(suffix: str) -> None:
    async with server({"/v1/models": VLLM}) as url:
        offers = await look("", url + suffix)
    assert [(offer.card.kind, offer.card.vendor) for offer in offers] == [
        ("chat", "vLLM"),
        ("embeddings", "vLLM"),
        ("speech", "vLLM"),
        ("image", "vLLM"),
    ]
    assert offers[0].card.slug == "vllm-kblab-llama-sv"
    assert offers[0].card.context_tokens == 32768
    endpoint = offers[0].endpoint
    assert (endpoint.url, endpoint.model, endpoint.flavour) == (f"{url}/v1", "KBLab/llama-sv", "vllm")


async def test_other_servers_are_offered_as_what_they_say() -> None:
    listed = {
        "data": [
            {"id": "qwen.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 40960}},
            {
                "id": "ministral",
                "max_context_length": 1000,
                "capabilities": {"function_calling": True, "vision": False},
            },
            {"id": "stum"},
        ]
    }
    async with server({"/v1/models": listed}) as url:
        llama, ministral, silent = (offer.card for offer in await look("", url))
    assert (llama.vendor, llama.context_tokens) == ("llama.cpp", 40960)
    assert (ministral.context_tokens, ministral.abilities) == (1000, {"abstain", "tools"})
    assert (silent.vendor, silent.slug) == ("", "server-stum")


LLAMACPP = {  # as llama.cpp's own server answered (xllamacpp 2026.10.11549), shortened
    "models": [
        {"name": "/srv/liten.gguf", "model": "/srv/liten.gguf", "type": "model", "capabilities": ["completion"]}
    ],
    "object": "list",
    "data": [
        {
            "id": "/srv/modeller/liten.gguf",
            "aliases": ["/srv/modeller/liten.gguf"],
            "object": "model",
            "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]},
            "owned_by": "llamacpp",
            "meta": {"vocab_type": 2, "n_vocab": 343, "n_ctx": 512, "n_ctx_train": 4096},
        }
    ],
}


async def test_a_model_named_by_its_file_is_offered_without_its_folders_and_asked_for_with_them() -> None:
    async with server({"/v1/models": LLAMACPP}) as url:
        (offer,) = await look("", url)
    assert (offer.card.slug, offer.card.name) == ("server-liten.gguf", "liten.gguf")
    assert (offer.card.context_tokens, offer.card.abilities) == (512, frozenset({"abstain"}))
    assert offer.endpoint.model == "/srv/modeller/liten.gguf"


@pytest.mark.parametrize(
    ("architecture", "images"),
    [({"input_modalities": ["text", "image"]}, True), ({"input_modalities": "image"}, False), (["image"], False)],
)
async def test_a_server_that_says_it_takes_pictures_does(architecture: Any, images: bool) -> None:
    listed = {"data": [{"id": "/", "owned_by": "llamacpp", "architecture": architecture}]}
    async with server({"/v1/models": listed}) as url:
        (offer,) = await look("", url)
    assert ("images" in offer.card.abilities) is images


async def test_the_same_model_in_two_places_is_two_offers() -> None:
    async with server({"/v1/models": VLLM}) as one, server({"/v1/models": VLLM}) as other:
        offers = await look("", one, other)
    assert len({offer.card.slug for offer in offers}) == len(offers) == 8
    assert {offer.endpoint.url for offer in offers} == {f"{one}/v1", f"{other}/v1"}


@pytest.mark.parametrize(
    "reply", [None, [], {}, {"data": None}, {"data": "nej"}, {"data": ["nej", {}, {"id": ""}, {"id": None}]}]
)
async def test_what_is_no_list_of_models_offers_none(reply: Any) -> None:
    async with server({"/v1/models": reply, "/api/tags": reply}) as url:
        assert await look(url, url) == []


@pytest.mark.parametrize("length", [True, -1, "många", 1.5, {}, None])
async def test_a_length_that_is_none_is_not_believed(length: Any) -> None:
    async with server({"/v1/models": {"data": [{"id": "m", "max_model_len": length}]}}) as url:
        (offer,) = await look("", url)
    assert offer.card.context_tokens == 8192


async def test_silent_servers_are_waited_for_together_and_briefly() -> None:
    async with AsyncExitStack() as up:
        silent = [await up.enter_async_context(server({}, pause=60)) for _ in range(3)]
        vllm = await up.enter_async_context(server({"/v1/models": VLLM}))
        async with asyncio.timeout(30):
            offers = await look(silent[0], *silent[1:], vllm, f"http://127.0.0.1:{unused_port()}", "inte en adress", "")
    assert len(offers) == 4


async def test_an_ollama_that_tells_its_models_and_then_falls_silent_is_believed_so_far() -> None:
    async def tags(_: web.Request) -> web.Response:
        return web.json_response(TAGS)

    async def show(_: web.Request) -> web.Response:
        await asyncio.sleep(3)
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/api/tags", tags)
    app.router.add_post("/api/show", show)
    async with TestServer(app) as up, aiohttp.ClientSession() as session:
        offers = await ollama(session, str(up.make_url("")))
    assert [offer.card.kind for offer in offers] == ["chat", "embeddings", "rerank"]


async def test_a_server_that_is_not_near_is_not_taken_for_ones_own() -> None:
    class Far:
        """Answers for every address."""

        def request(self, *_: Any, **__: Any) -> Any:
            return self

        async def __aenter__(self) -> Any:
            return self

        async def __aexit__(self, *_: object) -> None:
            return None

        status, content_length = 200, 10

        async def json(self, **_: Any) -> Any:
            return VLLM

    hostings = {}
    for url in ("https://llm.example/v1", "http://10.0.0.5:8000", "http://localhost:8000", "https://93.184.216.34/v1"):
        hostings[url] = (await compatible(Far(), url))[0].card.hosting  # type: ignore[arg-type]
    assert list(hostings.values()) == ["third_country", "own", "own", "third_country"]
