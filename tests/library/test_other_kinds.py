"""Vectors, speech, pictures and rankings over OpenAI's interface: what is sent, what is made of the answer, and what is none."""

import asyncio
import io
import wave
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from tests.library.vendors import KEY, Handler, Seen, answering, breaking_off, client, going_on, remembering, serving

from samverk.library.ports import (
    EmbeddingRequest,
    Endpoint,
    Image,
    ImageRequest,
    RerankRequest,
    SpeechRequest,
    TranscriptionRequest,
    Unanswered,
)
from samverk.library.providers._vectors import as_base64, as_numbers

VECTORS = [[0.5, -1.0], [0.25, 2.0]]


def embedded(vectors: list[Any]) -> dict[str, Any]:
    items = [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)]
    return {"object": "list", "data": list(reversed(items)), "usage": {"prompt_tokens": 4, "total_tokens": 4}}


def sound(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(b"\0\0" * int(8000 * seconds))
    return out.getvalue()


async def done(work: str, request: Any, handler: Handler, **endpoint: str) -> Any:
    async with serving(handler) as there, client("openai_compatible") as provider:
        return await getattr(provider, work)(replace(there, **endpoint), request)


async def failed(work: str, request: Any, handler: Handler) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        await done(work, request, handler)
    assert KEY not in caught.value.sv + str(caught.value.facts)
    return caught.value


@pytest.mark.parametrize("there", [VECTORS, [as_base64(vector) for vector in VECTORS]], ids=["numbers", "base64"])
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, VECTORS),
        ({"encoding_format": "float"}, VECTORS),
        ({"encoding_format": "base64"}, ["AAAAPwAAgL8=", "AACAPgAAAEA="]),
    ],
)
async def test_vectors_come_in_order_and_in_the_format_asked_for(there: Any, options: Any, wanted: Any) -> None:
    seen = Seen()
    request = EmbeddingRequest(("ett", "två"), {**options, "dimensions": 2})
    told = await done("embed", request, remembering(answering(embedded(there)), seen))
    assert told.vectors == tuple(wanted)
    assert told.tokens_in == 4
    assert seen.body == {"model": "min-modell", "input": ["ett", "två"], "dimensions": 2, **options}
    assert seen.path == "/v1/embeddings"


async def test_a_row_names_the_length_of_a_vector_otherwise() -> None:
    seen = Seen()
    request = EmbeddingRequest(("ett", "två"), {"dimensions": 2})
    await done("embed", request, remembering(answering(embedded(VECTORS)), seen), flavour="mistral")
    assert seen.body["output_dimension"] == 2
    assert "dimensions" not in seen.body


def test_a_vector_survives_base64() -> None:
    assert as_numbers(as_base64([0.1, -2.5])) == pytest.approx([0.1, -2.5])


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (embedded(VECTORS[:1]), "inte att tolka"),
        ({"data": []}, "tomt"),
        ({"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}, "inte att tolka"),
        (embedded(["inte base64!", "x"]), "inte att tolka"),
        (embedded([None, [1]]), "inte att tolka"),
        (embedded([["a"], [1]]), "inte att tolka"),
        ({"data": [{"index": {}, "embedding": [1]}, 7]}, "inte att tolka"),
        ([], "inte att tolka"),
        ("{", "inte att tolka"),
        ({"error": {"message": KEY, "code": 503}}, "överbelastad"),
    ],
)
async def test_what_are_no_vectors(reply: Any, reason: str) -> None:
    assert reason in (await failed("embed", EmbeddingRequest(("ett", "två")), answering(reply))).sv


async def test_a_recording_is_sent_as_a_form() -> None:
    form: dict[str, Any] = {}

    async def handle(request: web.Request) -> web.Response:
        assert request.path == "/v1/audio/transcriptions"
        for name, value in (await request.post()).items():
            form.setdefault(name, []).append((value.filename, value.file.read()) if hasattr(value, "file") else value)
        segments = [{"id": 0, "start": 0.0, "end": 2.5, "text": "God morgon."}]
        return web.json_response({"text": "God morgon.", "segments": segments, "language": "swedish"})

    options = {"language": "sv", "temperature": 0, "timestamp_granularities[]": ["word", "segment"], "stream": True}
    request = TranscriptionRequest(b"ljud", "samtal med Anna.mp3", "audio/mpeg", options)
    told = await done("transcribe", request, handle)
    assert form == {
        "file": [("audio.mp3", b"ljud")],  # the name itself stays here
        "model": ["min-modell"],
        "language": ["sv"],
        "temperature": ["0"],
        "timestamp_granularities[]": ["word", "segment"],
    }
    assert (told.text, told.seconds, told.language) == ("God morgon.", 2.5, "swedish")
    assert told.segments[0]["end"] == 2.5


@pytest.mark.parametrize(
    ("reply", "seconds", "tokens"),
    [
        ({"text": "x", "duration": 7.5}, 7.5, (None, None)),
        ({"text": "x", "usage": {"type": "duration", "seconds": 3}}, 3, (None, None)),
        ({"text": "x", "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 4}}, 1.5, (14, 4)),
        ({"text": "x"}, 1.5, (None, None)),
    ],
)
async def test_how_long_a_recording_was(reply: Any, seconds: float, tokens: Any) -> None:
    told = await done("transcribe", TranscriptionRequest(sound(1.5), "a.wav", "audio/wav"), answering(reply))
    assert (told.seconds, (told.tokens_in, told.tokens_out)) == (seconds, tokens)


async def test_subtitles_come_as_they_are() -> None:
    async def handle(request: web.Request) -> web.Response:
        assert request.path == "/v1/audio/translations"
        return web.Response(text="1\n00:00:00,000 --> 00:00:01,000\nHej\n", content_type="text/plain")

    told = await done(
        "transcribe", TranscriptionRequest(b"?", options={"response_format": "srt"}, translate=True), handle
    )
    assert told.text.startswith("1\n00:00")
    assert told.seconds is None


@pytest.mark.parametrize("reply", [{"batch_id": "9b9f"}, {"text": 7}, {"text": "x", "segments": "nej"}, "{"])
async def test_what_is_no_transcription(reply: Any) -> None:
    assert "inte att tolka" in (await failed("transcribe", TranscriptionRequest(b"x"), answering(reply))).sv


async def spoken(handler: Handler, request: SpeechRequest | None = None) -> bytes:
    async with serving(handler) as endpoint, client("openai_compatible") as provider:
        return b"".join([chunk async for chunk in provider.speak(endpoint, request or SpeechRequest("Hej", "alloy"))])


async def test_a_text_is_read_aloud() -> None:
    seen = Seen()
    said = await spoken(
        remembering(answering(b"ID3ljud"), seen), SpeechRequest("Hej", "alloy", "opus", {"speed": 1.5, "voice": "x"})
    )
    assert said == b"ID3ljud"
    assert seen.body == {
        "model": "min-modell",
        "input": "Hej",
        "voice": "alloy",
        "response_format": "opus",
        "speed": 1.5,
    }


@pytest.mark.parametrize(
    ("handler", "reason", "before"),
    [
        (answering(b""), "tomt", True),
        (answering({"error": {"code": 429}}), "fler anrop", True),
        (answering({"error": "x"}, 500), "rapporterade", True),
        (breaking_off(b"lju"), "bröts", False),
    ],
)
async def test_what_is_no_sound(handler: Handler, reason: str, before: bool) -> None:
    with pytest.raises(Unanswered) as caught:
        await spoken(handler)
    assert reason in caught.value.sv
    assert caught.value.before_first_byte is before


async def test_when_nobody_listens_to_the_sound_the_server_is_told() -> None:
    gone = asyncio.Event()
    async with serving(going_on([], b"ljud", gone)) as endpoint, client("openai_compatible") as provider:
        chunks = provider.speak(endpoint, SpeechRequest("Hej", "alloy"))
        assert await anext(chunks)
        await chunks.aclose()
        await asyncio.wait_for(gone.wait(), 5)


@pytest.mark.parametrize(
    ("model", "asked"), [("flux", {"response_format": "b64_json"}), ("gpt-image-1", {})], ids=["others", "gpt-image"]
)
async def test_pictures_are_drawn(model: str, asked: dict[str, str]) -> None:
    seen = Seen()
    reply = {"data": [{"b64_json": "YQ==", "revised_prompt": "en stor älg"}, {"url": "https://b.example/1.png"}]}
    handler = remembering(answering({**reply, "usage": {"input_tokens": 3, "output_tokens": 1056}}), seen)
    told = await done("draw", ImageRequest("en älg", 2, "1024x1024", options={"quality": "low"}), handler, model=model)
    assert told.items == (Image("", "YQ==", "en stor älg"), Image("https://b.example/1.png"))
    assert (told.tokens_in, told.tokens_out) == (3, 1056)
    assert seen.body == {"model": model, "prompt": "en älg", "n": 2, "size": "1024x1024", "quality": "low", **asked}


@pytest.mark.parametrize("reply", [{"data": []}, {"data": [{}]}, {}, {"data": 7}, {"data": ["x"]}])
async def test_what_are_no_pictures(reply: Any) -> None:
    await failed("draw", ImageRequest("en älg"), answering(reply))


async def test_documents_have_scores_in_their_own_order() -> None:
    seen = Seen()
    results = [{"index": 1, "relevance_score": 0.9, "document": {"text": "b"}}, {"index": 0, "score": 0.1}]
    handler = remembering(answering({"results": results, "usage": {"total_tokens": 9}}), seen)
    told = await done("rerank", RerankRequest("fråga", ("a", "b"), {"top_n": 1}), handler)
    assert (told.scores, told.tokens_in) == ((0.1, 0.9), 9)
    assert seen.body == {"model": "min-modell", "query": "fråga", "documents": ["a", "b"]}


@pytest.mark.parametrize(
    "results", [None, [], [{"index": 0, "score": 1}], [{"index": 0, "score": 1}, {"index": 5, "score": 1}], [{}, {}]]
)
async def test_what_is_no_ranking(results: Any) -> None:
    await failed("rerank", RerankRequest("fråga", ("a", "b")), answering({"results": results}))


@pytest.mark.parametrize("work", ["embed", "transcribe", "draw", "rerank"])
async def test_a_refusal_says_whether_to_try_again(work: str) -> None:
    requests = {
        "embed": EmbeddingRequest(("a",)),
        "transcribe": TranscriptionRequest(b"x"),
        "draw": ImageRequest("a"),
        "rerank": RerankRequest("a", ("b",)),
    }
    error = await failed(work, requests[work], answering({"error": {"message": KEY}}, 429, {"Retry-After": "3"}))
    assert (error.upstream_status, error.retry_after, error.before_first_byte) == (429, 3, True)
    assert Endpoint("openai_compatible", "min-modell").model in error.sv
