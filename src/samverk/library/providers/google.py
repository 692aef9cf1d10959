"""Gemini over Google's own interface: contents and parts, told in the shapes of the ports; vectors and pictures too.

Facts: ai.google.dev/api/generate-content, /api/embeddings and /gemini-api/docs/imagen.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import orjson

from samverk.core.ids import new_id
from samverk.library import quirks
from samverk.library.ports import (
    ChatEvent,
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Embeddings,
    Endpoint,
    Finish,
    Image,
    ImageRequest,
    Images,
)
from samverk.library.providers import _reasons as reasons
from samverk.library.providers._google_asked import body
from samverk.library.providers._http import JSON, Exchange, OverHttp, Post, address, count, each, inner, key_headers
from samverk.library.providers._translating import called
from samverk.library.providers._vectors import in_format

FINISHES = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"),
        "content_filter",
    ),
}
_BROKEN = frozenset({"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"})
# The shapes of Imagen, for the sizes that OpenAI's interface has.
_SHAPES = {"1024x1024": "1:1", "1024x1536": "3:4", "1536x1024": "4:3", "1024x1792": "9:16", "1792x1024": "16:9"}


class Google(OverHttp):
    """A provider of chat, vectors and pictures."""

    name = "google"

    def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream the answer of the model. Raises Unanswered."""
        asked, ignored = body(endpoint.model, request, request.options)
        return self._http.chat(
            endpoint,
            lambda: _post(endpoint, "streamGenerateContent", asked, "alt=sse"),
            lambda exchange: GoogleAnswer(exchange, ignored),
        )

    async def embed(self, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
        """A vector for each text; how many tokens they had, Google does not say. Raises Unanswered."""
        wished = {
            "outputDimensionality": request.options.get("dimensions"),
            "taskType": request.options.get("task_type"),
        }
        more = {name: value for name, value in wished.items() if value is not None}
        asked = [{"model": _model(endpoint), "content": {"parts": [{"text": text}]}, **more} for text in request.texts]
        async with self._http.posted(endpoint, _post(endpoint, "batchEmbedContents", {"requests": asked})) as exchange:
            body = await exchange.json()
            values = [item["values"] for item in body.get("embeddings") or ()]
            vectors = in_format(values, request.options.get("encoding_format"))
            if len(vectors) != len(request.texts):
                raise exchange.failure(reasons.NOT_JSON if vectors else reasons.EMPTY)
        return Embeddings(vectors, count(inner(body, "usageMetadata").get("promptTokenCount")))

    async def draw(self, endpoint: Endpoint, request: ImageRequest) -> Images:
        """Pictures of a text, always in base64: Imagen draws several at once, Gemini one. Raises Unanswered."""
        if "imagen" in endpoint.model:
            shape = {"aspectRatio": _SHAPES[request.size]} if request.size in _SHAPES else {}
            asked = {"instances": [{"prompt": request.prompt}], "parameters": {"sampleCount": request.n, **shape}}
            operation = "predict"
        else:
            asked = {"contents": [{"role": "user", "parts": [{"text": request.prompt}]}]}
            asked["generationConfig"] = {"responseModalities": ["IMAGE"], "candidateCount": request.n}
            operation = "generateContent"
        async with self._http.posted(endpoint, _post(endpoint, operation, asked)) as exchange:
            body = await exchange.json()
            drawn = tuple(Image(b64_json=data) for data in _drawn(body))
            if not drawn:
                raise exchange.failure(reasons.FILTERED if inner(body, "promptFeedback") else reasons.EMPTY)
        usage = inner(body, "usageMetadata")
        return Images(drawn, count(usage.get("promptTokenCount")), count(usage.get("candidatesTokenCount")))


def _model(endpoint: Endpoint) -> str:
    return endpoint.model if "/" in endpoint.model else f"models/{endpoint.model}"


def _post(endpoint: Endpoint, operation: str, asked: Mapping[str, Any], query: str = "") -> Post:
    row = quirks.of(endpoint.url, endpoint.flavour, "google")
    path = f"/{quote(_model(endpoint))}:{operation}" + (f"?{query}" if query else "")
    headers = {**JSON, **key_headers(endpoint, row.key_header, row.key_prefix)}
    return Post(address(endpoint.url or row.address, path), orjson.dumps(asked), headers)


class GoogleAnswer:
    """An answer on its way: each event holds the next parts of every candidate. Nothing but the end of the stream ends it."""

    def __init__(self, exchange: Exchange, ignored: tuple[str, ...] = ()) -> None:
        self.done = False
        self._exchange = exchange
        self._ignored = ignored
        self._said = False
        self._reasons: dict[int, str] = {}
        self._calls: dict[int, int] = {}  # how many calls of tools each candidate has made
        self._usage: dict[str, Any] = {}

    def take(self, event: Any, raw: bytes) -> Sequence[Delta]:
        """What is said in an event. Raises Unanswered."""
        if isinstance(event, list):  # an answer that was not streamed as events
            return [delta for item in event for delta in self.take(item, raw)]
        if not isinstance(event, dict):
            raise self._exchange.failure(reasons.NOT_JSON)
        if event.get("error"):
            raise self._exchange.reported(event["error"])
        self._usage |= inner(event, "usageMetadata")
        if inner(event, "promptFeedback").get("blockReason"):
            self._reasons[0] = "content_filter"
        candidates = event.get("candidates")
        found = [delta for candidate in candidates for delta in self._candidate(candidate)] if candidates else []
        self._said = self._said or bool(found)
        return found

    def _candidate(self, candidate: dict[str, Any]) -> list[Delta]:
        index = candidate.get("index") or 0
        parts = inner(candidate, "content").get("parts")
        found = [delta for part in parts or () if (delta := self._part(part, index)) is not None]
        reason = candidate.get("finishReason")
        if reason in _BROKEN:
            raise self._exchange.failure(reasons.REPORTED)
        if reason and reason != "FINISH_REASON_UNSPECIFIED":
            plain = FINISHES.get(reason, "stop")
            self._reasons[index] = "tool_calls" if plain == "stop" and self._calls.get(index) else plain
        return found

    def _part(self, part: dict[str, Any], index: int) -> Delta | None:
        if call := inner(part, "functionCall"):
            return Delta("", self._call(call, part.get("thoughtSignature"), index), index=index)
        if inline := inner(part, "inlineData"):
            url = f"data:{inline.get('mimeType')};base64,{inline.get('data')}"
            return Delta("", {"images": [{"type": "image_url", "image_url": {"url": url}}]}, index=index)
        text = part.get("text")
        if not text:
            return None
        return Delta("", {"reasoning_content": text}, index=index) if part.get("thought") else Delta(text, index=index)

    def _call(self, call: dict[str, Any], signature: object, index: int) -> dict[str, Any]:
        """A call of a tool. It comes whole, and mostly without an id; its signature must come back with its result."""
        at = self._calls.get(index, 0)
        self._calls[index] = at + 1
        more = {"extra_content": {"google": {"thought_signature": signature}}} if signature else {}
        arguments = orjson.dumps(call.get("args") or {}).decode()
        return called(at, str(call.get("id") or f"call_{new_id().hex}"), str(call.get("name")), arguments, **more)

    def finish(self) -> Finish:
        """The end of the answer. Thoughts count as said. Raises Unanswered when it was cut off, or was none."""
        if not self._reasons:
            raise self._exchange.failure(reasons.CUT if self._said else reasons.EMPTY)
        usage = self._usage
        said = [count(usage.get(name)) for name in ("candidatesTokenCount", "thoughtsTokenCount")]
        details = {}
        if cached := count(usage.get("cachedContentTokenCount")):
            details["prompt_tokens_details"] = {"cached_tokens": cached}
        if said[1]:
            details["completion_tokens_details"] = {"reasoning_tokens": said[1]}
        tokens_out = None if said == [None, None] else sum(tokens or 0 for tokens in said)
        read = count(usage.get("promptTokenCount"))
        return Finish(self._reasons.get(0, "stop"), read, tokens_out, each(self._reasons), details, self._ignored)


def _drawn(body: Mapping[str, Any]) -> list[str]:
    """The pictures in an answer, in base64."""
    predicted = [item.get("bytesBase64Encoded") for item in body.get("predictions") or ()]
    parts = [part for item in body.get("candidates") or () for part in inner(item, "content").get("parts") or ()]
    return [data for data in (*predicted, *(inner(part, "inlineData").get("data") for part in parts)) if data]


PROVIDER = Google
