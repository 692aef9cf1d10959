"""`/v1/messages` as Anthropic's client sees it: over any model, whole and streamed, and to assistants."""

from collections.abc import AsyncIterator
from typing import Any

import anthropic
import httpx2 as httpx
import pytest
from anthropic import AsyncAnthropic

from samverk.api.v1.messages_told import Message
from samverk.api.v1.told import End
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit
from samverk.identity.principal import system
from samverk.library.ports import Delta
from tests.api.test_v1_chat import PIXEL, upstream
from tests.api.upstream import Upstream
from tests.platform import QUESTION, Served

__all__ = ["upstream"]
TOOL: Any = {"name": "vädret", "description": "Väder", "input_schema": {"type": "object", "properties": {}}}
DATA = PIXEL.partition(",")[2]


def client_of(platform: Served, secret: str) -> AsyncAnthropic:
    return AsyncAnthropic(base_url=platform.url, api_key=secret, max_retries=0)


@pytest.fixture
async def client(platform: Served, upstream: Upstream) -> AsyncIterator[AsyncAnthropic]:
    async with client_of(platform, platform.a.keys["chat"]) as client:
        yield client


def asking(content: Any = "Hej", **more: Any) -> Any:
    return {"max_tokens": 50, "messages": [{"role": "user", "content": content}], **more}


async def events_of(client: AsyncAnthropic, **wanted: Any) -> list[Any]:
    return [event async for event in await client.messages.create(stream=True, **wanted)]


async def test_a_model_answers(client: AsyncAnthropic, upstream: Upstream) -> None:
    cached: Any = [{"type": "text", "text": "Var kort.", "cache_control": {"type": "ephemeral"}}]
    wanted = asking(system=cached, stop_sequences=["Slut"], metadata={"user_id": "anna"})
    message = await client.messages.create(model="several", **wanted, extra_body={"temperature": 0.1, "top_p": 0.9})
    assert message.id.startswith("msg_")
    assert (message.type, message.role, message.model) == ("message", "assistant", "several")
    assert [(block.type, block.text) for block in message.content] == [("text", "Svar 0")]
    assert (message.stop_reason, message.stop_sequence) == ("end_turn", None)
    assert (message.usage.input_tokens, message.usage.output_tokens) == (5, 4)
    assert message.samverk["action"] == "allow"
    assert message.samverk["ignored"] == ["metadata"]
    assert message._request_id.startswith("req_")
    asked = upstream.asked[-1]
    assert asked["messages"] == [{"role": "system", "content": "Var kort."}, {"role": "user", "content": "Hej"}]
    assert (asked["max_tokens"], asked["temperature"], asked["top_p"], asked["stop"]) == (50, 0.1, 0.9, ["Slut"])
    assert not {"metadata", "system", "stop_sequences"} & asked.keys()


async def test_the_events_come_in_the_order_that_clients_expect(client: AsyncAnthropic) -> None:
    events = await events_of(client, model="several", **asking())
    assert [event.type for event in events if event.type != "ping"] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    [ending] = [event for event in events if event.type == "message_delta"]
    assert ending.delta.stop_reason == "end_turn"
    assert (ending.usage.input_tokens, ending.usage.output_tokens) == (5, 4)
    assert events[-1].samverk["model"] == "several"


async def test_the_client_s_own_gathering_of_a_stream(client: AsyncAnthropic) -> None:
    async with client.messages.stream(model="several", **asking()) as stream:
        assert [text async for text in stream.text_stream] == ["Svar ", "0"]
        final = await stream.get_final_message()
    assert final.stop_reason == "end_turn"
    assert final.usage.input_tokens == 5


async def test_a_tool_is_called_and_its_result_comes_back(client: AsyncAnthropic, upstream: Upstream) -> None:
    wanted = asking("Hur blir vädret?", tools=[TOOL])
    one: Any = {"type": "tool", "name": "vädret", "disable_parallel_tool_use": True}
    message = await client.messages.create(model="tools", tool_choice=one, **wanted)
    calls = [("call_1", "vädret", {"ort": "Granby"}), ("call_2", "tiden", {})]
    assert [(block.id, block.name, block.input) for block in message.content] == calls
    assert message.stop_reason == "tool_use"
    asked = upstream.asked[-1]
    function = {"name": "vädret", "description": "Väder", "parameters": TOOL["input_schema"]}
    assert asked["tools"] == [{"type": "function", "function": function}]
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "vädret"}}
    assert asked["parallel_tool_calls"] is False
    results = [{"type": "tool_result", "tool_use_id": block.id, "content": "soligt"} for block in message.content]
    said = [{"role": "assistant", "content": message.content}, {"role": "user", "content": results}]
    after = await client.messages.create(
        model="tools", max_tokens=50, tools=[TOOL], messages=[*wanted["messages"], *said]
    )
    assert after.content[0].text == "Det blir soligt."
    _, called, *came = upstream.asked[-1]["messages"]
    assert called["tool_calls"][0]["function"] == {"name": "vädret", "arguments": '{"ort":"Granby"}'}
    assert [(one["role"], one["tool_call_id"]) for one in came] == [("tool", "call_1"), ("tool", "call_2")]
    async with client.messages.stream(model="tools", **wanted) as stream:
        final = await stream.get_final_message()
    assert [(block.id, block.name, block.input) for block in final.content] == calls


async def test_a_tool_that_failed_is_told_to_the_model(client: AsyncAnthropic, upstream: Upstream) -> None:
    failed = {"type": "tool_result", "tool_use_id": "call_1", "is_error": True, "content": "okänd ort"}
    await client.messages.create(model="several", **asking([failed, {"type": "text", "text": "Försök igen"}]))
    came, said = upstream.asked[-1]["messages"]
    assert "failed" in str(came["content"])
    assert "okänd ort" in str(came["content"])
    assert (said["role"], said["content"]) == ("user", "Försök igen")


async def test_pictures_are_passed_on(client: AsyncAnthropic) -> None:
    inside = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}
    outside = {"type": "image", "source": {"type": "url", "url": "https://bilder.example/a.png"}}
    message = await client.messages.create(model="sees", **asking([{"type": "text", "text": "?"}, inside, outside]))
    assert message.content[0].text == f"{PIXEL} https://bilder.example/a.png"
    for model in ("blind", "assistant:regelhjalpen"):
        with pytest.raises(anthropic.BadRequestError):
            await client.messages.create(model=model, **asking([inside]))


async def test_thoughts_refusals_and_cut_answers(client: AsyncAnthropic) -> None:
    thought = await client.messages.create(model="thinks", **asking())
    assert [block.type for block in thought.content] == ["thinking", "text"]
    assert (thought.content[0].thinking, thought.content[1].text) == ("Först regeln.", "Fyra veckor.")
    async with client.messages.stream(model="thinks", **asking()) as stream:
        assert (await stream.get_final_message()).content[0].thinking == "Först regeln."
    refused = await client.messages.create(model="refuses", **asking())
    assert (refused.stop_reason, refused.content[0].text) == ("refusal", "Det hjälper jag inte till med.")
    assert (await client.messages.create(model="long", **asking())).stop_reason == "max_tokens"


async def test_an_answer_in_a_given_form(client: AsyncAnthropic, upstream: Upstream) -> None:
    schema = {"type": "object", "properties": {"ort": {"type": "string"}}}
    written: Any = {"format": {"type": "json_schema", "schema": schema}}
    message = await client.messages.create(model="form", output_config=written, **asking())
    assert message.content[0].text == '{"ort": "Granby"}'
    assert upstream.asked[-1]["response_format"]["json_schema"]["schema"] == schema


async def test_an_assistant_answers_with_its_grounds(client: AsyncAnthropic) -> None:
    message = await client.messages.create(model="assistant:regelhjalpen", **asking(QUESTION))
    assert "fyra veckor" in message.content[0].text
    assert message.samverk["citations"][0]["verdict"] == "verified"
    events = await events_of(client, model="assistant:regelhjalpen", **asking(QUESTION))
    said = [event.delta.text for event in events if event.type == "content_block_delta"]
    assert "".join(said) == message.content[0].text
    assert events[-1].samverk["citations"]


async def test_errors_are_those_that_the_client_knows(platform: Served, client: AsyncAnthropic) -> None:
    secret: Any = {"extra_headers": {"X-Samverk-Level": "secret"}}
    for kind, status, model, more in (
        (anthropic.NotFoundError, "not_found_error", "finns-inte", {}),
        (anthropic.PermissionDeniedError, "permission_error", "several", secret),
        (anthropic.BadRequestError, "invalid_request_error", "strict", {}),
        (anthropic.RateLimitError, "rate_limit_error", "busy", {}),
    ):
        with pytest.raises(kind) as caught:
            await client.messages.create(model=model, **asking(), **more)
        assert (caught.value.body["type"], caught.value.body["error"]["type"]) == ("error", status)
        assert caught.value.request_id.startswith("req_")
        assert caught.value.body["error"]["message"]
        assert ("samverk" in caught.value.body["error"]) == (status == "permission_error")
    async with client_of(platform, "sv-unknown") as stranger:
        with pytest.raises(anthropic.AuthenticationError) as unknown:
            await stranger.messages.create(model="several", **asking())
    assert unknown.value.body["error"]["type"] == "authentication_error"
    with pytest.raises(anthropic.InternalServerError) as failing:
        await client.messages.create(model="failing", stream=True, **asking())
    assert failing.value.body["error"]["type"] == "api_error"


async def test_a_limit_of_the_key_is_told(platform: Served, upstream: Upstream) -> None:
    _, secret = platform.run(platform.rooms.identity.create_key("bjorksta", "en i taget", ["chat"]))
    key = next(k for k in platform.run(platform.rooms.identity.keys(platform.a.id)) if k.name == "en i taget")
    limits = platform.rooms.gateway.limits
    platform.run(limits.set(system(platform.a.id), NamedLimit("key", str(key.id), Limit(requests=1))))
    async with client_of(platform, secret) as client:
        await client.messages.create(model="several", **asking())
        with pytest.raises(anthropic.RateLimitError) as caught:
            await client.messages.create(model="several", **asking())
    assert caught.value.body["error"]["code"] == "rate_limit_exceeded"
    assert int(caught.value.response.headers["retry-after"]) >= 1


async def test_a_stream_that_breaks_off_ends_with_an_error(client: AsyncAnthropic) -> None:
    text = ""
    with pytest.raises(anthropic.APIStatusError) as caught:
        async for event in await client.messages.create(model="failing-midway", stream=True, **asking()):
            text += event.delta.text if event.type == "content_block_delta" else ""
    assert text == "Beslutet "
    assert caught.value.body["error"]["code"] == "model_failed"


async def test_two_keys_must_be_the_same(platform: Served, upstream: Upstream) -> None:
    chat, read = (platform.a.keys[name] for name in ("chat", "read"))
    body = {"model": "several", **asking()}
    async with httpx.AsyncClient(base_url=platform.url) as http:
        for bearer, key, status in (
            (chat, chat, 200),
            ("", chat, 200),
            (chat, "", 200),
            (chat, read, 401),
            (read, chat, 401),
            (chat, "å", 401),
            ("", "", 401),
            ("", read, 403),
        ):
            sent = {"Authorization": f"Bearer {bearer}" if bearer else "", "X-Api-Key": key}
            headers = [(name.encode(), value.encode()) for name, value in sent.items()]
            response = await http.post("/v1/messages", headers=headers, json=body)
            assert response.status_code == status, (bearer[:5], key[:5])
        assert (await http.get("/v1/models", headers={"X-Api-Key": chat})).status_code == 200
        assert (await http.get("/api/assistants", headers={"X-Api-Key": chat})).status_code == 200


IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "text/html", "data": "eA=="}}
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"max_tokens": None}, "max_tokens"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"n": 2}, "n"),
    ({"mcp_servers": [{"url": "https://x.example"}]}, "mcp_servers"),
    ({"container": "x"}, "container"),
    ({"stop_sequences": [1]}, "stop_sequences"),
    ({"system": 5}, "system"),
    ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0].type"),
    ({"tools": [{"input_schema": {}}]}, "tools[0].name"),
    ({"tool_choice": {"type": "maybe"}}, "tool_choice.type"),
    ({"tool_choice": {"type": "tool"}}, "tool_choice.name"),
    ({"messages": []}, "messages"),
    ({"messages": [{"role": "system", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    ({"messages": [{"role": "user", "content": [{"type": "document"}]}]}, "messages[0].content[0]"),
    ({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}, "messages[0].content[0].tool_use_id"),
    ({"messages": [{"role": "assistant", "content": [{"type": "tool_use"}]}]}, "messages[0].content[0].name"),
    ({"messages": [{"role": "user", "content": [IMAGE]}]}, "messages[0].content[0].source.data"),
]


@pytest.mark.parametrize(("fields", "param"), REFUSED)
async def test_what_cannot_be_done_is_refused_by_the_field(
    client: AsyncAnthropic, fields: dict[str, Any], param: str
) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        await client.post("/v1/messages", body={"model": "several", **asking(), **fields}, cast_to=object)
    assert caught.value.body["error"]["param"] == param


def call(index: int, arguments: str, **more: Any) -> Delta:
    function = {"arguments": arguments, **({"name": more.pop("name")} if "name" in more else {})}
    return Delta("", {"tool_calls": [{"index": index, "function": function, **more}]})


def test_pieces_of_several_calls_may_be_mixed() -> None:
    pieces = [
        call(0, '{"a"', id="x", name="f"),
        call(1, '{"b":', id="y", name="g"),
        Delta("sedan"),
        call(0, ": 1}"),
        call(1, "2}"),
    ]
    teller = Message("msg_1", "m")
    told = b"".join(map(teller.piece, pieces)) + teller.end(End("stop", 1, 1, {}))
    assert told.count(b"event: content_block_start") == told.count(b"event: content_block_stop") == 3
    kinds = [(block["type"], block.get("input", block.get("text"))) for block in teller._blocks]
    assert sorted(map(str, kinds)) == sorted(
        map(str, [("tool_use", {"a": 1}), ("text", "sedan"), ("tool_use", {"b": 2})])
    )
    assert b'"stop_reason":"tool_use"' in told


def test_a_signed_thought_is_told_with_its_signature() -> None:
    block = {"type": "thinking", "thinking": "Hm.", "signature": "sig"}
    hidden = {"type": "redacted_thinking", "data": "x"}
    pieces = [
        Delta("", {"reasoning_content": "Hm."}),
        Delta("", {"thinking_blocks": [block]}),
        Delta("", {"thinking_blocks": [hidden]}),
        Delta("Ja"),
    ]
    teller = Message("msg_1", "m")
    teller.whole(pieces, End("stop", 1, 1, {}))
    assert teller._blocks == [block, hidden, {"type": "text", "text": "Ja"}]
