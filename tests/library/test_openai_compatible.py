"""What is OpenAI's own in its interface: several answers, thoughts, quirks, and how the rows of servers change a call."""

import json
from typing import Any

import pytest
from tests.library.vendors import (
    ASKED,
    KEY,
    VENDORS,
    Handler,
    Seen,
    answering,
    ask,
    client,
    heard,
    remembering,
    serving,
    sse,
    streaming,
)

from samverk.library.ports import (
    ChatRequest,
    Delta,
    Endpoint,
    Finish,
    ImagePart,
    Message,
    SourcePart,
    TextPart,
    Unanswered,
)

OPENAI = VENDORS["openai_compatible"]
DONE = b"data: [DONE]\n\n"


def chunk(text: str | None = None, finish: str | None = None, index: int = 0, **more: Any) -> bytes:
    delta = {} if text is None else {"role": "assistant", "content": text}
    return sse({"choices": [{"index": index, "delta": {**delta, **more}, "finish_reason": finish}]})


async def said(*parts: bytes) -> list[Any]:
    return await ask(OPENAI, streaming(*parts))


async def sent(request: ChatRequest, flavour: str = "", model: str = "min-modell") -> dict[str, Any]:
    seen = Seen()
    async with (
        serving(remembering(streaming(chunk("ja", "stop"), DONE), seen)) as there,
        client("openai_compatible") as made,
    ):
        await heard(made, Endpoint("openai_compatible", model, there.url, KEY, flavour), request)
    body: dict[str, Any] = seen.body
    return body


async def test_what_is_sent() -> None:
    source = SourcePart(2, "HR-handbok, s. 4", "Semester söks i mars.")
    options = {
        "temperature": 0.5,
        "stream": False,
        "model": "x",
        "stream_options": {"include_usage": False},
        "eget": [1],
    }
    assert await sent(ChatRequest((Message("user", (source, TextPart("När?"))),), options)) == {
        "model": "min-modell",
        "messages": [{"role": "user", "content": "[2] HR-handbok, s. 4\nSemester söks i mars.\n\nNär?"}],
        "temperature": 0.5,
        "eget": [1],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_calls_of_tools_and_their_results_are_sent_as_they_came() -> None:
    calls = [{"id": "a", "type": "function", "function": {"name": "väder", "arguments": "{}"}}]
    messages = (
        Message("assistant", (), {"tool_calls": calls}),
        Message("tool", (TextPart("sol"),), {"tool_call_id": "a"}),
        Message("assistant", ()),
    )
    assert (await sent(ChatRequest(messages)))["messages"] == [
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "content": "sol", "tool_call_id": "a"},
        {"role": "assistant", "content": ""},
    ]


async def test_pictures_stand_where_they_stood() -> None:
    source = SourcePart(1, "Karta", "Se bilden.")
    parts = (TextPart("Vad är det?"), ImagePart("data:image/png;base64,aGVq", "image/png", "low"), source)
    assert (await sent(ChatRequest((Message("user", parts),))))["messages"][0]["content"] == [
        {"type": "text", "text": "Vad är det?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVq", "detail": "low"}},
        {"type": "text", "text": "[1] Karta\nSe bilden."},
    ]


async def test_a_row_changes_the_call_and_what_is_left_out_is_told() -> None:
    options = {"max_completion_tokens": 5, "n": 2, "tool_choice": "auto"}
    body = await sent(ChatRequest(ASKED.messages, options), "transformers")
    assert body == {"model": "min-modell", "max_tokens": 5, "messages": body["messages"], "stream": True}
    handler = streaming(chunk("ja", "stop"), DONE)
    async with serving(handler) as there, client("openai_compatible") as made:
        endpoint = Endpoint("openai_compatible", "m", there.url, KEY, "transformers")
        last = (await heard(made, endpoint, ChatRequest(ASKED.messages, options)))[-1]
    assert last == Finish("stop", ignored=("n", "tool_choice"))


async def test_the_real_shapes_of_a_llama_cpp_are_read() -> None:
    """As its server answered (xllamacpp 2026.10.11549): a first piece without text, the tokens in an event of their own."""
    head = {"created": 1795326641, "id": "chatcmpl-Z", "model": "/srv/liten.gguf", "object": "chat.completion.chunk"}
    usage = {
        "completion_tokens": 2,
        "prompt_tokens": 21,
        "total_tokens": 23,
        "prompt_tokens_details": {"cached_tokens": 20},
    }
    pieces: list[tuple[dict[str, Any], str | None]] = [
        ({"role": "assistant", "content": None}, None),
        ({"content": "ka"}, None),
        ({"content": " idag"}, None),
        ({}, "length"),
    ]
    events = [sse({"choices": [{"finish_reason": end, "index": 0, "delta": delta}], **head}) for delta, end in pieces]
    last = sse({"choices": [], **head, "usage": usage, "timings": {"cache_n": 20, "prompt_n": 1}})
    *texts, end = await said(*events, last, DONE)
    assert [delta.text for delta in texts] == ["ka", " idag"]
    assert end == Finish("length", 21, 2, (), {"prompt_tokens_details": {"cached_tokens": 20}})


async def test_transformers_serve_counts_unasked_in_its_last_piece() -> None:
    """As its source has it (transformers 5.23): the reason and the tokens together; an error within as a text."""
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    last = sse({"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}], "usage": usage})
    *_, end = await said(chunk("ja"), last)
    assert (end.reason, end.tokens_in, end.tokens_out) == ("length", 9, 2)
    with pytest.raises(Unanswered) as caught:
        await said(chunk("ja"), sse({"error": "CUDA out of memory"}))
    assert "rapporterade" in caught.value.sv


async def test_azure_has_its_key_and_its_version_where_it_wants_them() -> None:
    seen = Seen()
    handler = remembering(streaming(chunk("ja", "stop"), DONE), seen)
    async with (
        serving(handler, "/openai/deployments/d?api-version=2024-10-21") as there,
        client("openai_compatible") as made,
    ):
        url = there.url.replace("%3F", "?")
        await heard(made, Endpoint("openai_compatible", "m", url, KEY, "azure"))
    assert seen.path == "/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert seen.headers["api-key"] == KEY
    assert "Authorization" not in seen.headers


async def test_groq_gets_no_names_of_messages() -> None:
    request = ChatRequest((Message("user", (TextPart("Hej"),), {"name": "Anna"}),))
    assert "name" in (await sent(request))["messages"][0]
    assert "name" not in (await sent(request, "groq"))["messages"][0]


async def test_several_answers_are_told_apart() -> None:
    parts = [
        chunk("Ja", index=0),
        chunk("Nej", index=1),
        chunk(finish="stop", index=1),
        chunk(finish="length", index=0),
    ]
    two = {"index": 1, "delta": {"content": "b"}, "finish_reason": None}
    both = sse({"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": None}, two]})
    first, second, third, fourth, last = await said(both, *parts, DONE)
    assert [(d.text, d.index) for d in (first, second, third, fourth)] == [("a", 0), ("b", 1), ("Ja", 0), ("Nej", 1)]
    assert not first.raw  # the event tells two pieces
    assert third.raw == parts[0]
    assert last == Finish("length", reasons=("length", "stop"))


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
async def test_thoughts_are_passed_on_under_the_name_that_they_came_with(name: str) -> None:
    assert (await said(chunk(**{name: "hm"}), chunk("Ja", "stop"), DONE))[0] == Delta("", {name: "hm"})


async def test_mistral_thinks_in_parts_of_the_content() -> None:
    thought = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Ja"}]
    event = sse({"choices": [{"index": 0, "delta": {"content": thought}, "finish_reason": None}]})
    (delta, _) = await said(event, chunk(finish="stop"), DONE)
    assert delta == Delta("Ja", {"reasoning_content": "hm"})
    assert not delta.raw


async def test_the_bytes_are_kept_of_what_tells_nothing_but_a_piece() -> None:
    plain, counting = (
        chunk("Hej"),
        sse({"choices": [{"index": 0, "delta": {"content": "du"}}], "usage": {"prompt_tokens": 1}}),
    )
    named = b"event: chunk\n" + chunk("!")
    deltas = await said(plain, counting, named, chunk(".", "stop"), DONE)
    assert [delta.raw for delta in deltas[:-1]] == [plain, b"", b"", b""]


async def test_how_probable_tokens_were_is_kept() -> None:
    probable = {"content": [{"token": "Ja", "logprob": -0.1}]}
    event = sse({"choices": [{"index": 0, "delta": {"content": "Ja"}, "logprobs": probable, "finish_reason": None}]})
    assert (await said(event, chunk(finish="stop"), DONE))[0].logprobs == probable


async def test_finer_counts_are_kept() -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 8}, "completion_tokens_details": {"reasoning_tokens": 2}}
    usage = {"prompt_tokens": 12, "completion_tokens": 3, **details}
    assert (await said(chunk("Hej", "stop"), sse({"choices": [], "usage": usage}), DONE))[-1] == Finish(
        "stop", 12, 3, details=details
    )


async def test_a_server_that_does_not_stream() -> None:
    calls = [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    message = {"role": "assistant", "content": "Hej", "tool_calls": calls}
    whole = {"choices": [{"message": message}], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
    numbered = {"tool_calls": [{"index": 0, **calls[0]}]}
    assert await ask(OPENAI, answering(whole)) == [Delta("Hej", numbered), Finish("stop", 1, 1)]


@pytest.mark.parametrize(
    "usage", [None, "många", {"prompt_tokens": "x"}, {"prompt_tokens": -1}, [], {"prompt_tokens": True}]
)
async def test_tokens_that_are_missing_or_nonsense_are_not_known(usage: object) -> None:
    events = await said(chunk("Hej"), chunk(finish="stop"), sse({"choices": [], "usage": usage}), DONE)
    assert events[-1] == Finish("stop", None, None)


@pytest.mark.parametrize(
    ("reason", "told"),
    [("eos", "stop"), ("end_turn", "stop"), ("model_length", "length"), (["x"], "stop"), (7, "stop")],
)
async def test_an_unknown_reason_to_finish_is_a_stop(reason: Any, told: str) -> None:
    assert (await said(chunk("Hej", reason), DONE))[-1] == Finish(told)


async def test_a_missing_reason_is_a_stop_when_the_server_says_it_is_done() -> None:
    assert (await said(chunk("Hej"), DONE, chunk("efteråt")))[1:] == [Finish("stop")]


@pytest.mark.parametrize(
    ("handler", "status", "reason"),
    [
        (answering({"error": {"code": "context_length_exceeded", "message": KEY}}, 400), 400, "för stor för modellen"),
        (
            # as llama.cpp's own server answered
            answering({"error": {"code": 400, "type": "exceed_context_size_error", "message": KEY, "n_ctx": 512}}, 400),
            400,
            "för stor för modellen",
        ),
        (answering({"error": {"code": "insufficient_quota"}}, 429), 429, "saknar täckning"),
        (answering({"error": {"code": "content_filter"}}, 400), 400, "innehållsfilter"),
        (answering({"object": "error", "message": "x", "code": 40303}, 403), 403, "tillåter inte"),
        (streaming(chunk("Hej"), chunk("", "error")), None, "rapporterade"),
        (streaming(sse({"object": "error", "message": "slut", "code": 503})), 503, "överbelastad"),
        (streaming(sse({"choices": []}), DONE), None, "tomt"),
        (streaming(sse({"choices": "x"}), sse({"choices": [None]}), DONE), None, "tomt"),
        (streaming(chunk("Svaret är"), b'data: {"choices": [{"del'), None, "bröts"),
    ],
)
async def test_what_a_server_reports_is_told_plainly(handler: Handler, status: int | None, reason: str) -> None:
    with pytest.raises(Unanswered) as caught:
        await ask(OPENAI, handler)
    assert reason in caught.value.sv
    assert caught.value.upstream_status == status
    assert KEY not in json.dumps([caught.value.sv, caught.value.en, str(caught.value.facts)])
