"""What is Google's own: what Gemini is asked, signatures of calls, what is blocked, vectors and pictures."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.library.vendors import (
    ASKED,
    VENDORS,
    Seen,
    answering,
    ask,
    client,
    google,
    remembering,
    serving,
    sse,
    streaming,
)

from samverk.library.ports import (
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Finish,
    ImagePart,
    ImageRequest,
    Message,
    TextPart,
    Unanswered,
)
from samverk.library.providers._google_asked import UNSIGNED, body, contents

GEMINI = VENDORS["google"]
SCHEMA = {"type": "object", "properties": {"ort": {"type": "string"}}, "additionalProperties": False}
TOOLS = [{"type": "function", "function": {"name": "väder", "parameters": SCHEMA}}]


def asked(options: dict[str, Any], model: str = "gemini-3-pro") -> tuple[dict[str, Any], tuple[str, ...]]:
    return body(model, ASKED, options)


def test_what_is_said_by_whom() -> None:
    said = (
        Message("system", (TextPart("Svara kort."),)),
        Message("user", (TextPart("Hej"), ImagePart("data:image/png;base64,aGVq"))),
        Message("assistant", (TextPart("Hej!"),)),
        Message("user", (ImagePart("https://bilder.example/1.png", "image/png"),)),
    )
    made, _ = body("m", ChatRequest(said), {})
    assert made["systemInstruction"] == {"parts": [{"text": "Svara kort."}]}
    assert made["contents"] == [
        {"role": "user", "parts": [{"text": "Hej"}, {"inlineData": {"mimeType": "image/png", "data": "aGVq"}}]},
        {"role": "model", "parts": [{"text": "Hej!"}]},
        {"role": "user", "parts": [{"fileData": {"fileUri": "https://bilder.example/1.png", "mimeType": "image/png"}}]},
    ]


def test_calls_go_back_with_their_signature_and_results_with_the_name() -> None:
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    calls = [
        {"id": "a", "function": {"name": "väder", "arguments": '{"ort": "Örebro"}'}, **signed},
        {"id": "b", "function": {"name": "tid", "arguments": ""}},
    ]
    model, user = contents(
        [
            Message("assistant", (), {"tool_calls": calls}),
            Message("tool", (TextPart('{"grader": 20}'),), {"tool_call_id": "a"}),
            Message("tool", (TextPart("kl. 12"),), {"tool_call_id": "b"}),
        ]
    )
    assert model["parts"] == [
        {"functionCall": {"name": "väder", "args": {"ort": "Örebro"}}, "thoughtSignature": "c2ln"},
        {"functionCall": {"name": "tid", "args": {}}, "thoughtSignature": UNSIGNED},
    ]
    assert user["parts"] == [
        {"functionResponse": {"name": "väder", "response": {"grader": 20}}},
        {"functionResponse": {"name": "tid", "response": {"result": "kl. 12"}}},
    ]


def test_options() -> None:
    form = {"type": "json_schema", "json_schema": {"schema": SCHEMA}}
    made, ignored = asked(
        {
            "max_tokens": 5,
            "stop": ["X"],
            "n": 2,
            "top_p": 0,
            "response_format": form,
            "safetySettings": [],
            "logprobs": True,
        }
    )
    assert made["generationConfig"] == {
        "maxOutputTokens": 5,
        "stopSequences": ["X"],
        "candidateCount": 2,
        "topP": 0,
        "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
    }
    assert made["safetySettings"] == []
    assert ignored == ("logprobs",)


@pytest.mark.parametrize(
    ("choice", "config"),
    [
        ("required", {"mode": "ANY"}),
        ({"type": "function", "function": {"name": "väder"}}, {"mode": "ANY", "allowedFunctionNames": ["väder"]}),
        (None, None),
    ],
)
def test_tools(choice: Any, config: Any) -> None:
    made, ignored = asked({"tools": TOOLS, "tool_choice": choice})
    assert made["tools"] == [{"functionDeclarations": [{"name": "väder", "parametersJsonSchema": SCHEMA}]}]
    assert made.get("toolConfig", {}).get("functionCallingConfig") == config
    assert ignored == ()


@pytest.mark.parametrize(
    ("model", "config"), [("gemini-2.5-flash", {"thinkingBudget": 1024}), ("gemini-3-pro", {"thinkingLevel": "low"})]
)
def test_an_effort(model: str, config: dict[str, Any]) -> None:
    assert asked({"reasoning_effort": "low"}, model)[0]["generationConfig"] == {"thinkingConfig": config}


async def test_the_address_names_the_model() -> None:
    seen = Seen()
    await ask(GEMINI, remembering(streaming(*GEMINI.text("ja")), seen))
    assert seen.path == "/v1beta/models/min-modell:streamGenerateContent?alt=sse"


async def test_thoughts_pictures_and_counts() -> None:
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 2, "thoughtsTokenCount": 5, "cachedContentTokenCount": 4}
    parts = [{"text": "hm", "thought": True}, {"inlineData": {"mimeType": "image/png", "data": "aGVq"}}, {"text": "Ja"}]
    thought, drawn, said, last = await ask(GEMINI, streaming(google(parts, "STOP", usageMetadata=usage)))
    assert thought == Delta("", {"reasoning_content": "hm"})
    assert drawn.extra["images"][0]["image_url"]["url"] == "data:image/png;base64,aGVq"
    assert said == Delta("Ja")
    details = {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 5}}
    assert last == Finish("stop", 9, 7, details=details)


async def test_calls_have_ids_and_signatures() -> None:
    calls = [{"functionCall": {"name": "nu"}, "thoughtSignature": "c2ln"}, {"functionCall": {"name": "sen", "id": "x"}}]
    first, second, last = await ask(GEMINI, streaming(google(calls, "STOP")))
    one, two = first.extra["tool_calls"][0], second.extra["tool_calls"][0]
    assert one["id"].startswith("call_")
    assert one["extra_content"] == {"google": {"thought_signature": "c2ln"}}
    assert (two["index"], two["id"], two["function"]) == (1, "x", {"name": "sen", "arguments": "{}"})
    assert last.reason == "tool_calls"


async def test_several_candidates() -> None:
    def candidate(index: int, text: str) -> dict[str, Any]:
        return {
            "index": index,
            "content": {"parts": [{"text": text}]},
            "finishReason": "STOP" if index else "MAX_TOKENS",
        }

    one, two, last = await ask(GEMINI, streaming(sse({"candidates": [candidate(0, "a"), candidate(1, "b")]})))
    assert [(one.text, one.index), (two.text, two.index)] == [("a", 0), ("b", 1)]
    assert last.reasons == ("length", "stop")


async def test_a_question_that_is_blocked_is_an_empty_answer_for_that_reason() -> None:
    blocked = sse({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {"promptTokenCount": 4}})
    assert await ask(GEMINI, streaming(blocked)) == [Finish("content_filter", 4, None)]


async def test_a_call_that_went_wrong_is_no_answer() -> None:
    with pytest.raises(Unanswered):
        await ask(GEMINI, streaming(google([], "MALFORMED_FUNCTION_CALL")))


async def test_an_answer_that_was_not_streamed_as_events() -> None:
    items = [json.loads(google([{"text": text}], "STOP").decode().removeprefix("data: ")) for text in ("Hej ", "du")]
    assert await ask(GEMINI, answering(items)) == [Delta("Hej "), Delta("du"), Finish("stop", 31, 7)]


async def test_vectors() -> None:
    seen = Seen()
    handler = remembering(answering({"embeddings": [{"values": [0.5, 1]}, {"values": [0, 1]}]}), seen)
    async with serving(handler, "/v1beta", "google") as endpoint, client("google") as made:
        told = await made.embed(endpoint, EmbeddingRequest(("a", "b"), {"dimensions": 2}))
        assert told.vectors == ([0.5, 1.0], [0.0, 1.0])
        sent = seen.body["requests"]
        with pytest.raises(Unanswered):
            await made.embed(endpoint, EmbeddingRequest(("a",)))
    assert seen.path == "/v1beta/models/min-modell:batchEmbedContents"
    assert sent[0] == {
        "model": "models/min-modell",
        "content": {"parts": [{"text": "a"}]},
        "outputDimensionality": 2,
    }


async def test_imagen_draws_several_pictures_in_a_shape() -> None:
    seen = Seen()
    reply = {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": data} for data in ("YQ==", "Yg==")]}
    async with serving(remembering(answering(reply), seen), "/v1beta", "google") as there, client("google") as made:
        endpoint = replace(there, model="imagen-4.0-generate-001")
        told = await made.draw(endpoint, ImageRequest("en älg", 2, "1792x1024"))
    assert [image.b64_json for image in told.items] == ["YQ==", "Yg=="]
    assert seen.body["parameters"] == {"sampleCount": 2, "aspectRatio": "16:9"}


async def test_a_picture_that_is_refused_is_told_so() -> None:
    reply = {"promptFeedback": {"blockReason": "SAFETY"}}
    async with serving(answering(reply), "/v1beta", "google") as endpoint, client("google") as made:
        with pytest.raises(Unanswered, match="content filter"):
            await made.draw(endpoint, ImageRequest("en älg"))
