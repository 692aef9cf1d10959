"""What chat models can do beyond text, through `/v1` as OpenAI's client sees it, with a server of models behind real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2 as httpx
import openai
import orjson
import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel

from samverk.core.levels import Level
from samverk.gateway.budgeting import NewBudget
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit
from samverk.identity.principal import system
from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint
from tests.api.upstream import NAME, WEATHER, Upstream
from tests.background import Server, in_thread
from tests.platform import Served

PIXEL = "data:image/png;base64,iVBORw0KGgo="
MODELS = ("several", "tools", "sees", "form", "sure", "thinks", "refuses", "long", "busy", "strict")


@pytest.fixture(scope="module")
def upstream(platform: Served) -> Iterator[Upstream]:
    """The server, and its models adopted in Björksta; `blind` is the one that sees, on a card that says it does not."""
    app = Upstream()

    @asynccontextmanager
    async def up() -> AsyncIterator[int]:
        async with Server(app) as server:
            yield server.port

    with in_thread(up()) as port:
        for name in (*MODELS, "blind"):
            abilities = frozenset({"tools", "structured_output"} | ({"images"} if name != "blind" else set()))
            card = ModelCard(slug=name, name=name, approved_for=Level.SENSITIVE, abilities=abilities)
            endpoint = Endpoint("openai_compatible", name, f"http://127.0.0.1:{port}/v1")
            platform.run(platform.rooms.library.adopt(platform.a.id, card, endpoint, "tests"))
        yield app


@pytest.fixture
async def client(platform: Served, upstream: Upstream) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=platform.a.keys["chat"], max_retries=0) as client:
        yield client


def asking(text: Any = "Hej") -> list[Any]:
    return [{"role": "user", "content": text}]


async def test_several_answers_at_once(client: AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model="several", messages=asking(), n=3)
    assert [(choice.index, choice.message.content) for choice in whole.choices] == [
        (index, f"Svar {index}") for index in range(3)
    ]
    texts = dict.fromkeys(range(3), "")
    ends = []
    async for chunk in await client.chat.completions.create(model="several", messages=asking(), n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
            ends += [choice.index] if choice.finish_reason == "stop" else []
    assert texts == {index: f"Svar {index}" for index in range(3)}
    assert ends == [0, 1, 2]


async def test_streamed_events_are_the_server_s_own_with_our_id_and_model(
    platform: Served, client: AsyncOpenAI
) -> None:
    chunks = [c async for c in await client.chat.completions.create(model="several", messages=asking(), stream=True)]
    assert len({chunk.id for chunk in chunks}) == 1
    assert {chunk.model for chunk in chunks} == {"several"}
    assert {chunk.created for chunk in chunks} > {1}, "what the server wrote came as it was"
    assert NAME not in str(chunks)


async def test_a_tool_is_called_and_its_result_comes_back(client: AsyncOpenAI, upstream: Upstream) -> None:
    messages = asking("Hur blir vädret?")
    whole = await client.chat.completions.create(model="tools", messages=messages, tools=[WEATHER], tool_choice="auto")  # type: ignore[list-item]
    assert whole.choices[0].finish_reason == "tool_calls"
    message = whole.choices[0].message
    assert message.content is None
    assert [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls] == [
        ("call_1", "vädret", '{"ort": "Granby"}'),
        ("call_2", "tiden", "{}"),
    ]
    assert upstream.asked[-1]["tools"] == [WEATHER]
    messages += [message.model_dump(exclude_none=True), {"role": "tool", "tool_call_id": "call_1", "content": "soligt"}]
    after = await client.chat.completions.create(model="tools", messages=messages)
    assert after.choices[0].message.content == "Det blir soligt."
    assert upstream.asked[-1]["messages"][-1] == {"role": "tool", "tool_call_id": "call_1", "content": "soligt"}
    stream = client.chat.completions.stream(model="tools", messages=asking(), tools=[WEATHER])  # type: ignore[list-item]
    async with stream as events:
        final = await events.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"ort": "Granby"}'


async def test_pictures_are_passed_on_and_never_fetched(client: AsyncOpenAI) -> None:
    shown = [{"type": "image_url", "image_url": {"url": url}} for url in (PIXEL, "https://bilder.example/a.png")]
    answer = await client.chat.completions.create(
        model="sees", messages=asking([{"type": "text", "text": "?"}, *shown])
    )
    assert answer.choices[0].message.content == f"{PIXEL} https://bilder.example/a.png"
    assert answer.samverk["level"] == "sensitive", "nothing can look for personal data in a picture"
    for model in ("blind", "assistant:regelhjalpen"):
        with pytest.raises(openai.BadRequestError) as caught:
            await client.chat.completions.create(model=model, messages=asking(shown))
        assert caught.value.param == "messages[0].content"
    for address in ("http://bilder.example/a.png", "file:///etc/passwd", "data:text/html,x", ""):
        with pytest.raises(openai.BadRequestError):
            part = {"type": "image_url", "image_url": {"url": address}}
            await client.chat.completions.create(model="sees", messages=asking([part]))


class Place(BaseModel):
    """What the form asks for."""

    ort: str


async def test_an_answer_in_a_given_form(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.parse(model="form", messages=asking(), response_format=Place)
    assert answer.choices[0].message.parsed == Place(ort="Granby")


async def test_how_sure_a_model_is(client: AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model="sure", messages=asking(), logprobs=True)
    assert [token.token for token in whole.choices[0].logprobs.content] == ["Ja", "Ja"]
    stream = await client.chat.completions.create(model="sure", messages=asking(), logprobs=True, stream=True)
    told = [c.choices[0].logprobs.content[0].token async for c in stream if c.choices[0].logprobs]
    assert told == ["Ja", "Ja"]


async def test_unknown_fields_are_passed_on_and_finer_counts_come_back(client: AsyncOpenAI, upstream: Upstream) -> None:
    extra = {"chat_template_kwargs": {"enable_thinking": False}}
    answer = await client.chat.completions.create(model="several", messages=asking(), extra_body=extra, user="anna")
    assert upstream.asked[-1]["chat_template_kwargs"] == {"enable_thinking": False}
    assert "user" not in upstream.asked[-1]
    assert answer.usage.completion_tokens_details.reasoning_tokens == 2


async def test_the_header_marks_the_level_and_the_higher_mark_counts(client: AsyncOpenAI) -> None:
    for header, field, level in (
        ("open", None, "open"),
        ("open", "sensitive", "sensitive"),
        ("sensitive", "open", "sensitive"),
    ):
        body = {"samverk": {"level": field}} if field else {}
        header_only = {"X-Samverk-Level": header}
        answer = await client.chat.completions.create(
            model="several", messages=asking(), extra_headers=header_only, extra_body=body
        )
        assert answer.samverk["level"] == level
    with pytest.raises(openai.PermissionDeniedError) as caught:
        await client.chat.completions.create(
            model="several", messages=asking(), extra_headers={"X-Samverk-Level": "secret"}
        )
    verdict = caught.value.body["samverk"]
    assert verdict["action"] == "deny"
    assert verdict["level"] == "secret"
    assert [reason["code"] for reason in verdict["reasons"]][-1] == "no_model"
    with pytest.raises(openai.BadRequestError):
        await client.chat.completions.create(
            model="several", messages=asking(), extra_headers={"X-Samverk-Level": "high"}
        )


async def test_what_the_server_of_the_model_refuses_is_told_by_its_status(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await client.chat.completions.create(model="strict", messages=asking())
    assert refused.value.code == "model_failed"
    with pytest.raises(openai.RateLimitError) as busy:
        await client.chat.completions.create(model="busy", messages=asking())
    assert int(busy.value.response.headers["retry-after"]) >= 1


async def test_a_limit_is_told_and_the_client_waits_for_it(platform: Served, upstream: Upstream) -> None:
    """The official client's own retries, by our headers; what is wrong with a request, or lacks money, is not sent again."""
    _, secret = platform.run(platform.rooms.identity.create_key("bjorksta", "snabb", ["chat"]))
    key = next(k for k in platform.run(platform.rooms.identity.keys(platform.a.id)) if k.name == "snabb")
    admin, gateway = system(platform.a.id), platform.rooms.gateway
    platform.run(gateway.limits.set(admin, NamedLimit("key", str(key.id), Limit(requests=60, concurrent=1))))
    async with AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=secret, max_retries=2) as client:
        raw = await client.chat.completions.with_raw_response.create(model="several", messages=asking())
        assert raw.headers["x-ratelimit-limit-requests"] == "60"
        assert raw.headers["x-ratelimit-remaining-requests"] == "59"
        assert (
            raw.headers["x-ratelimit-reset-requests"] in ("1s", "1000ms", "999ms")
            or "ms" in (raw.headers["x-ratelimit-reset-requests"])
        )
        slow = await client.chat.completions.create(model="slow", messages=asking(), stream=True)
        async with AsyncOpenAI(base_url=f"{platform.url}/v1", api_key=secret, max_retries=0) as hasty:
            with pytest.raises(openai.RateLimitError) as caught:
                await hasty.chat.completions.create(model="several", messages=asking())
        assert caught.value.code == "rate_limit_exceeded"
        assert caught.value.type == "rate_limit_error"
        assert caught.value.response.headers["retry-after"] == "1"
        waiting = asyncio.create_task(client.chat.completions.create(model="several", messages=asking()))
        await asyncio.sleep(0.3)
        await slow.close()
        assert (await waiting).choices[0].message.content == "Svar 0"
        before = len(upstream.asked)
        with pytest.raises(openai.BadRequestError):
            await client.chat.completions.create(model="strict", messages=asking())
        assert len(upstream.asked) == before + 1
        spent = NewBudget("key", str(key.id), "day", "tokens", 1)
        platform.run(gateway.budgets.set(admin, spent))
        with pytest.raises(openai.RateLimitError) as lacking:
            await client.chat.completions.create(model="several", messages=asking())
        assert lacking.value.code == "insufficient_quota"
        assert lacking.value.response.headers["x-should-retry"] == "false"


async def test_every_answer_names_its_request_and_says_how_long_it_took(client: AsyncOpenAI) -> None:
    raw = client.chat.completions.with_raw_response
    named = await raw.create(model="several", messages=asking(), extra_headers={"X-Client-Request-Id": "mitt-anrop-7"})
    assert named.headers["x-request-id"].startswith("req_")
    assert named.headers["x-client-request-id"] == "mitt-anrop-7"
    assert int(named.headers["openai-processing-ms"]) >= 0
    assert named.headers["x-samverk-model"] == "several"
    assert named.headers["x-samverk-action"] == "allow"
    silly = await raw.create(model="several", messages=asking(), extra_headers={"X-Client-Request-Id": "a b"})
    assert "x-client-request-id" not in silly.headers


async def test_two_at_once_do_not_mix(client: AsyncOpenAI) -> None:
    async def texts(n: int) -> list[str | None]:
        answer = await client.chat.completions.create(model="several", messages=asking(), n=n)
        return [choice.message.content for choice in answer.choices]

    assert await asyncio.gather(*map(texts, (1, 2, 3))) == [[f"Svar {i}" for i in range(n)] for n in (1, 2, 3)]


async def test_what_is_no_json_is_refused_as_what_it_is(platform: Served) -> None:
    async with httpx.AsyncClient(base_url=platform.url) as http:
        key = {"Authorization": f"Bearer {platform.a.keys['chat']}"}
        wrong = await http.post("/v1/chat/completions", headers={**key, "Content-Type": "text/xml"}, content=b"<a/>")
        deep = await http.post("/v1/responses", headers=key, content=b'{"model":"m","input":' + b"[" * 2000)
        nested: Any = "x"
        for _ in range(300):
            nested = [nested]
        body = {"model": "several", "messages": asking(), "options": nested}
        deeper = await http.post("/v1/chat/completions", headers=key, content=orjson.dumps({"model": "x"}))
        options = await http.post("/v1/chat/completions", headers=key, json=body)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (415, "unsupported_media_type")
    assert (deep.status_code, deep.json()["error"]["code"]) == (400, "invalid")
    assert deeper.json()["error"]["param"] == "messages"
    assert options.status_code == 400
