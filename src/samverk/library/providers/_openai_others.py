"""Vectors, pictures and rankings as OpenAI's interface and those beside it have them: one question, one answer."""

from collections.abc import Mapping
from typing import Any

import orjson

from samverk.library import quirks
from samverk.library.ports import (
    EmbeddingRequest,
    Embeddings,
    Endpoint,
    Image,
    ImageRequest,
    Images,
    Ranking,
    RerankRequest,
)
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._http import JSON, Exchange, Http, Post, address, count, key_headers
from samverk.library.providers._vectors import in_format

_SCORE = "relevance_score"  # as Jina, Cohere and vLLM call it; text-embeddings-inference says `score`


async def embed(http: Http, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
    """A vector for each text, in the format asked for, whichever the server gives. Raises Unanswered."""
    async with http.posted(endpoint, _post(endpoint, "/embeddings", request.options, input=request.texts)) as exchange:
        body = await exchange.json()
        items = _in_order(exchange, body.get("data"), len(request.texts))
        vectors = in_format([item["embedding"] for item in items], request.options.get("encoding_format"))
    return Embeddings(vectors, _read(body))


async def draw(http: Http, endpoint: Endpoint, request: ImageRequest) -> Images:
    """Pictures of a text. Raises Unanswered.

    OpenAI's newer models give base64 alone and refuse to be asked for it: platform.openai.com/docs/api-reference/images/create.
    """
    asked: dict[str, Any] = {"prompt": request.prompt, "n": request.n}
    if request.size:
        asked["size"] = request.size
    if not endpoint.model.startswith("gpt-image"):
        asked["response_format"] = request.format
    async with http.posted(endpoint, _post(endpoint, "/images/generations", request.options, **asked)) as exchange:
        body = await exchange.json()
        items = tuple(_image(item) for item in body.get("data") or ())
        if not any(item.url or item.b64_json for item in items):
            raise exchange.failure(reasons.EMPTY)
    usage = body.get("usage") or {}
    return Images(items, count(usage.get("input_tokens")), count(usage.get("output_tokens")))


def _image(item: Mapping[str, Any]) -> Image:
    return Image(*(str(item.get(name) or "") for name in ("url", "b64_json", "revised_prompt")))


async def rerank(http: Http, endpoint: Endpoint, request: RerankRequest) -> Ranking:
    """A score for each document, as vLLM, Jina, Cohere and Berget have it: docs.vllm.ai, "Re-rank API". Raises Unanswered."""
    options = {name: value for name, value in request.options.items() if name != "top_n"}  # all have a score
    post = _post(endpoint, "/rerank", options, query=request.query, documents=request.documents)
    async with http.posted(endpoint, post) as exchange:
        body = await exchange.json()
        items = _in_order(exchange, body.get("results"), len(request.documents))
        scores = tuple(float(item[_SCORE if _SCORE in item else "score"]) for item in items)
    return Ranking(scores, _read(body))


def _post(endpoint: Endpoint, path: str, options: Mapping[str, Any], **asked: Any) -> Post:
    row = quirks.of(endpoint.url, endpoint.flavour)
    kept, _ = quirks.fitted(row, endpoint.model, options)
    headers = {**JSON, **key_headers(endpoint, row.key_header, row.key_prefix)}
    return Post(address(endpoint.url, path), orjson.dumps({**kept, "model": endpoint.model, **asked}), headers)


def _in_order(exchange: Exchange, items: object, wanted: int) -> list[dict[str, Any]]:
    """The items by their index, which may come in any order. Raises Unanswered when there is not one for each that was asked."""
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    by_index = {item.get("index", at): item for at, item in enumerate(found)}
    if len(found) != wanted or set(by_index) != set(range(wanted)):
        raise exchange.failure(reasons.NOT_JSON if found else reasons.EMPTY)
    return [by_index[at] for at in range(wanted)]


def _read(body: Mapping[str, Any]) -> int | None:
    """The tokens read, under the names that they have."""
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return None
    read = count(usage.get("prompt_tokens"))
    return count(usage.get("total_tokens")) if read is None else read
