"""`/v1/responses` as OpenAI's client sees it: over any model, whole and streamed, and to assistants."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel

from tests.api.test_v1_chat import PIXEL, upstream
from tests.api.upstream import Upstream
from tests.platform import QUESTION, Served

__all__ = ["upstream"]
TOOL: Any = {"type": "function", "name": "vädret", "parameters": {"type": "object", "properties": {}}, "strict": True}


@pytest.fixture
async def client(platform: Served, upstream: Upstream) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=platform.a.keys["chat"], max_retries=0) as client:
        yield client


async def events_of(client: AsyncOpenAI, **wanted: Any) -> list[Any]:
    return [event async for event in await client.responses.create(stream=True, **wanted)]


async def test_a_model_answers(client: AsyncOpenAI, upstream: Upstream) -> None:
    answer = await client.responses.create(
        model="several",
        instructions="Var kort.",
        input="Hej",
        max_output_tokens=50,
        temperature=0.1,
        metadata={"a": "b"},
    )
    assert answer.output_text == "Svar 0"
    assert answer.status == "completed"
    assert answer.object == "response"
    assert answer.store is False
    assert answer.metadata == {"a": "b"}
    assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens) == (5, 4, 9)
    assert answer.usage.output_tokens_details.reasoning_tokens == 2
    assert answer.samverk["action"] == "allow"
    assert answer.samverk["ignored"] == ["metadata"]
    asked = upstream.asked[-1]
    assert asked["messages"] == [{"role": "system", "content": "Var kort."}, {"role": "user", "content": "Hej"}]
    assert asked["max_completion_tokens"] == 50
    assert "metadata" not in asked


async def test_the_events_come_in_the_order_that_clients_expect(client: AsyncOpenAI) -> None:
    events = await events_of(client, model="several", input="Hej")
    assert [event.type for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert {event.item_id for event in events if hasattr(event, "item_id")} == {events[2].item.id}
    final = events[-1].response
    assert final.output_text == "Svar 0"
    assert final.id == events[0].response.id
    assert final.usage.total_tokens == 9
    assert final.samverk["model"] == "several"


async def test_the_client_s_own_gathering_of_a_stream(client: AsyncOpenAI) -> None:
    class Place(BaseModel):
        ort: str

    async with client.responses.stream(model="form", input="Var?", text_format=Place) as stream:
        final = await stream.get_final_response()
    assert final.output_parsed == Place(ort="Granby")
    parsed = await client.responses.parse(model="form", input="Var?", text_format=Place)
    assert parsed.output_parsed == Place(ort="Granby")


async def test_a_tool_is_called_and_its_result_comes_back(client: AsyncOpenAI, upstream: Upstream) -> None:
    conversation: list[Any] = [{"role": "user", "content": "Hur blir vädret?"}]
    answer = await client.responses.create(
        model="tools", input=conversation, tools=[TOOL], tool_choice={"type": "function", "name": "vädret"}
    )
    calls = [item for item in answer.output if item.type == "function_call"]
    assert [(call.call_id, call.name, call.arguments) for call in calls] == [
        ("call_1", "vädret", '{"ort": "Granby"}'),
        ("call_2", "tiden", "{}"),
    ]
    asked = upstream.asked[-1]
    assert asked["tools"][0]["function"]["name"] == "vädret"
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "vädret"}}
    conversation += [item.model_dump() for item in answer.output]
    conversation += [{"type": "function_call_output", "call_id": call.call_id, "output": "soligt"} for call in calls]
    after = await client.responses.create(model="tools", input=conversation)
    assert after.output_text == "Det blir soligt."
    roles = [(message["role"], len(message.get("tool_calls", ()))) for message in upstream.asked[-1]["messages"]]
    assert roles == [("user", 0), ("assistant", 2), ("tool", 0), ("tool", 0)]


async def test_the_events_of_calls(client: AsyncOpenAI) -> None:
    events = await events_of(client, model="tools", input="Vädret?", tools=[TOOL])
    done = [event for event in events if event.type == "response.function_call_arguments.done"]
    assert [event.arguments for event in done] == ['{"ort": "Granby"}', "{}"]
    deltas = [e.delta for e in events if e.type == "response.function_call_arguments.delta" and e.output_index == 0]
    assert "".join(deltas) == '{"ort": "Granby"}'
    assert [event.output_index for event in events if event.type == "response.output_item.added"] == [0, 1]
    assert [item.type for item in events[-1].response.output] == ["function_call", "function_call"]


async def test_thoughts_and_refusals_are_items_and_parts_of_their_own(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model="thinks", input="Hur länge?")
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert answer.output[0].content[0].text == "Först regeln."
    assert answer.output_text == "Fyra veckor."
    events = await events_of(client, model="thinks", input="Hur länge?")
    assert [e.delta for e in events if e.type == "response.reasoning_text.delta"] == ["Först ", "regeln."]
    refused = await client.responses.create(model="refuses", input="?")
    assert refused.output[0].content[0].refusal == "Det hjälper jag inte till med."


async def test_an_answer_that_was_cut_short_is_incomplete(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model="long", input="?")
    assert answer.status == "incomplete"
    assert answer.incomplete_details.reason == "max_output_tokens"
    events = await events_of(client, model="long", input="?")
    assert events[-1].type == "response.incomplete"


async def test_how_sure_and_pictures(client: AsyncOpenAI) -> None:
    sure = await client.responses.create(model="sure", input="?", include=["message.output_text.logprobs"])
    assert [token.token for token in sure.output[0].content[0].logprobs] == ["Ja", "Ja"]
    shown: Any = [{"type": "input_text", "text": "?"}, {"type": "input_image", "image_url": PIXEL, "detail": "auto"}]
    seen = await client.responses.create(model="sees", input=[{"role": "user", "content": shown}])
    assert seen.output_text == PIXEL


async def test_an_assistant_answers_with_its_grounds(client: AsyncOpenAI) -> None:
    answer = await client.responses.create(model="assistant:regelhjalpen", input=QUESTION)
    assert "fyra veckor" in answer.output_text
    assert answer.samverk["citations"][0]["verdict"] == "verified"
    events = await events_of(client, model="assistant:regelhjalpen", input=QUESTION)
    assert events[-1].response.output_text == answer.output_text
    assert events[-1].response.samverk["citations"]


async def test_what_fails_before_has_its_status_and_what_fails_midway_its_event(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        await client.responses.create(model="failing", input="?", stream=True)
    assert caught.value.status_code == 502
    events = await events_of(client, model="failing-midway", input="?")
    assert events[-1].type == "response.failed"
    assert events[-1].response.error.code == "model_failed"
    assert events[-1].response.status == "failed"
    assert events[-1].response.output[0].content[0].text == "Beslutet "


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"previous_response_id": "resp_1"}, "previous_response_id"),
    ({"conversation": "conv_1"}, "conversation"),
    ({"store": True}, "store"),
    ({"background": True}, "background"),
    ({"extra_body": {"n": 2}}, "n"),
    ({"truncation": "auto"}, "truncation"),
    ({"prompt": {"id": "pmpt_1"}}, "prompt"),
    ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
    ({"tools": ["x"]}, "tools[0]"),
    ({"tool_choice": {"type": "file_search"}}, "tool_choice"),
    ({"tool_choice": "maybe"}, "tool_choice"),
    ({"input": []}, "input"),
    ({"input": 5}, "input"),
    ({"input": ""}, "input"),
    ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0].type"),
    ({"input": [{"role": "king", "content": "x"}]}, "input[0].role"),
    ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]}, "input[0].content[0]"),
    ({"input": [{"type": "function_call", "name": "x", "arguments": "{}"}]}, "input[0].call_id"),
    ({"text": {"format": {"type": "grammar"}}}, "text.format.type"),
    ({"metadata": {"a": 1}}, "metadata"),
    ({"reasoning": "high"}, "reasoning"),
]


@pytest.mark.parametrize(("fields", "param"), REFUSED)
async def test_what_cannot_be_done_is_refused_by_the_field(
    client: AsyncOpenAI, fields: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(**{"model": "several", "input": "Hej", **fields})
    assert caught.value.param == param


def test_every_refusal_is_told_in_both_languages() -> None:
    from samverk.api.v1.responses_asked import _REFUSED

    reasons: Iterator[tuple[str, str]] = (why for _, why in _REFUSED.values())
    assert all(sv and en and sv != en for sv, en in reasons)
