"""What is Anthropic's own: what its interface is asked, thoughts, counts and reasons."""

from typing import Any

import pytest
from tests.library.vendors import (
    ASKED,
    VENDORS,
    Seen,
    answering,
    ask,
    client,
    heard,
    remembering,
    serving,
    streaming,
    typed,
)

from samverk.library.ports import ChatRequest, Delta, Endpoint, Finish, ImagePart, Message, TextPart
from samverk.library.providers._anthropic_asked import DEFAULT_TOKENS, body, messages

CLAUDE = VENDORS["anthropic"]
WEATHER = {"name": "väder", "description": "Vädret", "parameters": {"type": "object", "properties": {}}}
TOOLS = [{"type": "function", "function": WEATHER}]


def asked(options: dict[str, Any], model: str = "claude-sonnet-4-5") -> tuple[dict[str, Any], tuple[str, ...]]:
    return body(model, ASKED, options)


def text(role: Any, said: str, **extra: Any) -> Message:
    return Message(role, (TextPart(said),) if said else (), extra)


def call(call_id: str, arguments: str = "{}") -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "väder", "arguments": arguments}}


def test_the_most_tokens_must_be_said() -> None:
    assert asked({})[0]["max_tokens"] == DEFAULT_TOKENS
    assert asked({"max_tokens": 5})[0]["max_tokens"] == 5
    assert asked({"max_tokens": 5, "max_completion_tokens": 7})[0]["max_tokens"] == 7


def test_the_systems_messages_stand_apart() -> None:
    request = ChatRequest((text("system", "Svara kort."), text("user", "Hej"), text("system", "På svenska.")))
    made, _ = body("m", request, {})
    assert made["system"] == "Svara kort.\n\nPå svenska."
    assert made["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Hej"}]}]


def test_calls_and_results_of_tools() -> None:
    said = [
        text("user", "Väder?"),
        text("assistant", "Jag ser efter.", tool_calls=[call("a", '{"ort": "Örebro"}'), call("b", "trasigt")]),
        text("tool", "sol", tool_call_id="a"),
        text("tool", "", tool_call_id="b"),
        text("user", "Och?"),
    ]
    user, assistant, results = messages(said)
    assert assistant["content"] == [
        {"type": "text", "text": "Jag ser efter."},
        {"type": "tool_use", "id": "a", "name": "väder", "input": {"ort": "Örebro"}},
        {"type": "tool_use", "id": "b", "name": "väder", "input": {"input": "trasigt"}},
    ]
    assert results["content"] == [
        {"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "sol"}]},
        {"type": "tool_result", "tool_use_id": "b", "content": []},
        {"type": "text", "text": "Och?"},
    ]
    assert (user["role"], results["role"]) == ("user", "user")


def test_thoughts_go_back_signed_and_first() -> None:
    thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
    (turn,) = messages([text("assistant", "Ja. ", thinking_blocks=[thought], reasoning_content="hm")])
    assert turn["content"] == [thought, {"type": "text", "text": "Ja."}]


def test_pictures() -> None:
    parts = (ImagePart("data:image/jpeg;base64,aGVq"), ImagePart("https://bilder.example/1.png"), TextPart("Vad?"))
    (turn,) = messages([Message("user", parts)])
    assert [block.get("source") for block in turn["content"]] == [
        {"type": "base64", "media_type": "image/jpeg", "data": "aGVq"},
        {"type": "url", "url": "https://bilder.example/1.png"},
        None,
    ]


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        (None, None),
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ({"type": "function", "function": {"name": "väder"}}, {"type": "tool", "name": "väder"}),
    ],
)
def test_tools_and_the_choice_of_them(choice: Any, told: Any) -> None:
    made, ignored = asked({"tools": TOOLS, "tool_choice": choice})
    described = {"name": "väder", "description": "Vädret", "input_schema": WEATHER["parameters"]}
    assert (made["tools"], made.get("tool_choice"), ignored) == ([described], told, ())


def test_one_call_at_a_time() -> None:
    made, _ = asked({"tools": TOOLS, "parallel_tool_calls": False})
    assert made["tool_choice"] == {"type": "auto", "disable_parallel_tool_use": True}


def test_other_options() -> None:
    schema = {"type": "object", "properties": {"svar": {"type": "string"}}}
    form = {"type": "json_schema", "json_schema": {"name": "svar", "schema": schema}}
    made, ignored = asked({"stop": "X", "temperature": 1.7, "top_k": 3, "response_format": form, "seed": 1, "n": None})
    assert (made["stop_sequences"], made["temperature"], made["top_k"]) == (["X"], 1, 3)
    assert made["output_config"] == {"format": {"type": "json_schema", "schema": schema}}
    assert ignored == ("seed",)
    assert asked({"response_format": {"type": "json_object"}})[1] == ("response_format",)


@pytest.mark.parametrize(
    ("model", "thinks"), [("claude-opus-4-8", True), ("claude-opus-5", True), ("claude-haiku-4-5", False)]
)
def test_an_effort_is_asked_of_models_that_know_it(model: str, thinks: bool) -> None:
    made, ignored = asked({"reasoning_effort": "minimal"}, model)
    assert made.get("output_config") == ({"effort": "low"} if thinks else None)
    assert ignored == (() if thinks else ("reasoning_effort",))


async def test_what_a_newer_model_refuses_is_left_out_and_told() -> None:
    seen = Seen()
    handler = remembering(streaming(*CLAUDE.text("Hej")), seen)
    async with serving(handler, "/v1", "anthropic") as there, client("anthropic") as made:
        endpoint = Endpoint("anthropic", "claude-opus-4-8", there.url, "k")
        request = ChatRequest(ASKED.messages, {"temperature": 0.2, "logit_bias": {}})
        *_, last = await heard(made, endpoint, request)
    assert "temperature" not in seen.body
    assert last.ignored == ("temperature", "logit_bias")


async def test_thoughts_are_told_and_then_once_more_signed() -> None:
    thinking = [
        typed("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
        typed("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Jag "}),
        typed("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "tänker."}),
        typed("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "c2ln"}),
        typed("content_block_stop", index=0),
    ]
    start, *rest = CLAUDE.text("Ja.")
    events = await ask(CLAUDE, streaming(start, *thinking, *rest))
    signed = {"type": "thinking", "thinking": "Jag tänker.", "signature": "c2ln"}
    assert events[:3] == [
        Delta("", {"reasoning_content": "Jag "}),
        Delta("", {"reasoning_content": "tänker."}),
        Delta("", {"thinking_blocks": [signed]}),
    ]


async def test_a_call_without_arguments_has_the_empty_object() -> None:
    events = await ask(
        CLAUDE,
        streaming(
            typed(
                "content_block_start", index=1, content_block={"type": "tool_use", "id": "a", "name": "nu", "input": {}}
            ),
            typed("content_block_stop", index=1),
            typed("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 2}),
            typed("message_stop"),
        ),
    )
    pieces = [event.extra["tool_calls"][0]["function"]["arguments"] for event in events if isinstance(event, Delta)]
    assert "".join(pieces) == "{}"
    assert events[-1] == Finish("tool_calls", None, 2)


async def test_tokens_out_of_the_cache_are_read_too() -> None:
    usage = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 200,
        "cache_read_input_tokens": 3000,
        "output_tokens": 1,
    }
    _, *rest = CLAUDE.text("Hej")
    events = await ask(CLAUDE, streaming(typed("message_start", message={"usage": usage}), *rest))
    assert events[-1] == Finish("stop", 3210, 7, details={"prompt_tokens_details": {"cached_tokens": 3000}})


@pytest.mark.parametrize(
    ("reason", "told"),
    [("model_context_window_exceeded", "length"), ("pause_turn", "stop"), ("stop_sequence", "stop"), ("nytt", "stop")],
)
async def test_reasons(reason: str, told: str) -> None:
    ending = typed("message_delta", delta={"stop_reason": reason}, usage={})
    assert (await ask(CLAUDE, streaming(ending, typed("message_stop"))))[-1].reason == told


async def test_a_message_that_was_not_streamed() -> None:
    blocks = [{"type": "text", "text": "Hej"}, {"type": "tool_use", "id": "a", "name": "nu", "input": {"x": 1}}]
    usage = {"input_tokens": 3, "output_tokens": 4}
    whole = {"type": "message", "role": "assistant", "content": blocks, "stop_reason": "tool_use", "usage": usage}
    said, called, last = await ask(CLAUDE, answering(whole))
    assert (said.text, called.extra["tool_calls"][0]["function"]) == ("Hej", {"name": "nu", "arguments": '{"x":1}'})
    assert last == Finish("tool_calls", 3, 4)
