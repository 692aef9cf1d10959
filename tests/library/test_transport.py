"""Every provider over HTTP, against a server that behaves well, badly or not at all. Vendors' own shapes: the other files."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.library.vendors import (
    ASKED,
    KEY,
    VENDORS,
    Handler,
    Seen,
    Vendor,
    answering,
    ask,
    breaking_off,
    client,
    going_on,
    remembering,
    serving,
    streaming,
)

from samverk.library.ports import ChatRequest, Delta, Endpoint, Finish, Message, SourcePart, TextPart, Unanswered
from samverk.library.providers._events import Splitter, data_of
from samverk.library.providers._http import Exchange, address, retry_after
from samverk.library.providers._openai_chat import OpenAiAnswer
from samverk.library.providers.anthropic import AnthropicAnswer
from samverk.library.providers.google import GoogleAnswer


@pytest.fixture(params=VENDORS.values(), ids=VENDORS.keys())
def vendor(request: pytest.FixtureRequest) -> Vendor:
    made: Vendor = request.param
    return made


async def failed(vendor: Vendor, handler: Handler, **timeout: float) -> Unanswered:
    with pytest.raises(Unanswered) as caught:
        await ask(vendor, handler, **timeout)
    error = caught.value
    for text in (error.sv, error.en, repr(error), str(error.facts)):
        assert KEY not in text
    assert "min-modell" in error.sv
    return error


def said(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta))


async def test_text_comes_as_it_is_sent_and_tokens_are_counted(vendor: Vendor) -> None:
    events = await ask(vendor, streaming(*vendor.text("Hej ", "på dig")))
    assert events == [Delta("Hej "), Delta("på dig"), Finish("stop", 31, 7)]


@pytest.mark.parametrize("reason", ["length", "content_filter"])
async def test_the_reason_to_finish_is_told_in_one_way(vendor: Vendor, reason: str) -> None:
    assert (await ask(vendor, streaming(*vendor.text("Hej", finish=reason))))[-1] == Finish(reason, 31, 7)


async def test_a_call_of_a_tool_has_the_shape_of_openai(vendor: Vendor) -> None:
    events = await ask(vendor, streaming(*vendor.call("väder", '{"ort": "Örebro", "dagar": 3}')))
    pieces = [event.extra["tool_calls"][0] for event in events if isinstance(event, Delta)]
    assert pieces[0]["id"]
    assert pieces[0]["function"]["name"] == "väder"
    assert {piece["index"] for piece in pieces} == {0}
    arguments = "".join(piece["function"]["arguments"] for piece in pieces)
    assert json.loads(arguments) == {"ort": "Örebro", "dagar": 3}
    assert events[-1].reason == "tool_calls"


@pytest.mark.parametrize("size", [1, 2, 7, 64])
async def test_bytes_may_be_cut_anywhere(vendor: Vendor, size: int) -> None:
    whole = b"".join(vendor.text("Å ena sidan 🇸🇪", " å andra"))
    unicode = whole.replace(json.dumps("Å ena sidan 🇸🇪").encode(), '"Å ena sidan 🇸🇪"'.encode())
    assert "🇸🇪".encode() in unicode
    parts = [unicode[i : i + size] for i in range(0, len(unicode), size)]
    assert said(await ask(vendor, streaming(*parts))) == "Å ena sidan 🇸🇪 å andra"


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        lambda whole: whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        lambda whole: whole.replace(b"data: ", b"data:"),
        lambda whole: whole.replace(b"data: ", b": hej\nid: 7\nretry: 10\ndata: "),
        lambda whole: b": keep-alive\n\n:\n\n" + whole.replace(b"\r\n", b"\n").replace(b"\n\n", b"\n\n: ping\n\n"),
        lambda whole: whole.replace(b"\r\n", b"\n").replace(b', "', b',\ndata: "'),
        lambda whole: whole.rstrip(),
    ],
    ids=["crlf", "cr", "no space", "other fields", "comments", "data on several lines", "no last blank line"],
)
async def test_events_may_be_written_in_every_way_of_the_standard(vendor: Vendor, change: Any) -> None:
    whole = change(b"".join(vendor.text("Hej ", "på dig")))
    assert await ask(vendor, streaming(whole[:20], whole[20:])) == [
        Delta("Hej "),
        Delta("på dig"),
        Finish("stop", 31, 7),
    ]


async def test_a_long_event_is_read_and_an_unreasonable_one_is_not(vendor: Vendor) -> None:
    long = "ord " * 200_000
    assert said(await ask(vendor, streaming(*vendor.text(long)))) == long
    error = await failed(vendor, streaming(b"data: " + b"x" * 4_100_000))
    assert "orimligt stort" in error.sv


async def test_what_is_sent_and_where(vendor: Vendor) -> None:
    seen = Seen()
    source = SourcePart(2, "HR-handbok, s. 4", "Semester söks i mars.")
    request = ChatRequest((Message("system", (TextPart("Svara kort."),)), Message("user", (source, TextPart("När?")))))
    await ask(vendor, remembering(streaming(*vendor.text("ja")), seen), request)
    assert seen.path.split("?")[0].startswith(vendor.path.split("{")[0])
    assert vendor.heads.items() <= seen.headers.items()
    text = json.dumps(seen.body, ensure_ascii=False)
    assert "[2] HR-handbok, s. 4\\nSemester söks i mars.\\n\\nNär?" in text
    assert "Svara kort." in text
    assert KEY not in text
    assert KEY not in seen.path


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "godtog inte frågan"),
        (401, "nyckeln"),
        (404, "finns inte där"),
        (429, "fler anrop"),
        (503, "överbelastad"),
    ],
)
async def test_a_refusal_has_a_plain_reason_and_its_status(vendor: Vendor, status: int, reason: str) -> None:
    body = vendor.error(status, f"bad key {KEY}")
    plain = {"error": {"message": KEY}} if vendor.provider == "anthropic" else body
    error = await failed(vendor, answering(plain, status))
    assert reason in error.sv
    assert (error.upstream_status, error.retry_after, error.before_first_byte) == (status, None, True)
    assert error.facts["status"] == status


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "Retry-After": "1"}, 0.25),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": "snart"}, None),
        ({"Retry-After": "1e999x"}, None),
        ({}, None),
    ],
)
async def test_how_long_to_wait_is_told(vendor: Vendor, headers: dict[str, str], seconds: float | None) -> None:
    error = await failed(vendor, answering(vendor.error(429, "långsamt"), 429, headers))
    assert error.retry_after == seconds


async def test_a_server_that_fails_before_and_after_it_has_said_something(vendor: Vendor) -> None:
    before = await failed(vendor, answering(vendor.error(500, "oj"), 500))
    assert (before.before_first_byte, before.upstream_status) == (True, 500)
    head = vendor.text("Hej", finish=None)
    for handler in (streaming(*head, vendor.midway), breaking_off(*head), streaming(*head)):
        after = await failed(vendor, handler)
        assert after.before_first_byte is False
    assert (await failed(vendor, streaming(vendor.midway))).before_first_byte is True


async def test_an_answer_that_ends_within_an_event_was_cut_off(vendor: Vendor) -> None:
    whole = b"".join(vendor.text("Hej ", "på dig", finish=None))
    assert "bröts" in (await failed(vendor, streaming(whole[:-12]))).sv


@pytest.mark.parametrize("status", [502, 503, 529])
async def test_an_error_within_the_answer_says_what_status_it_stands_for(vendor: Vendor, status: int) -> None:
    wanted = {"openai_compatible": 502, "anthropic": 529, "google": 503}[vendor.provider]
    assert (await failed(vendor, streaming(vendor.midway))).upstream_status == wanted


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (answering("<html><body>Logga in</body></html>"), "webbsida"),
        (streaming(b"<!doctype html>\n<html>", b"</html>\n"), "webbsida"),
        (streaming(b"<html>\n\n<p>hej</p>\n\n"), "webbsida"),
        (streaming(b"data: {nej}\n\n"), "gick inte att tolka"),
        (streaming(b'data: "text"\n\n'), "gick inte att tolka"),
        (streaming(b"data: \xff\xfe\n\n"), "gick inte att tolka"),
        (streaming(), "tomt"),
        (streaming(b": hej\n\n"), "tomt"),
        (streaming(b"data: {}\n\n"), "tomt"),
        (answering("", 302, {"Location": "http://127.0.0.1:1/"}), "rapporterade ett fel (302)"),
        (answering({"error": "nej"}), "rapporterade"),
        (answering("{"), "gick inte att tolka"),
        (streaming(b'{"error": {"message": "nej"}}\n\n'), "rapporterade"),
    ],
)
async def test_what_is_not_an_answer_has_a_plain_reason(vendor: Vendor, handler: Handler, reason: str) -> None:
    assert reason in (await failed(vendor, handler)).sv


async def test_a_server_that_is_silent_is_not_waited_for_forever(vendor: Vendor) -> None:
    async def silent(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    error = await failed(vendor, silent, total=0.2)
    assert ("inte i tid" in error.sv, error.before_first_byte) == (True, True)


async def test_a_stream_that_stops_is_not_waited_for_forever(vendor: Vendor) -> None:
    said = b"".join(vendor.text("Hej", finish=None))
    error = await failed(vendor, streaming(said, b": hm\n\n", pause=0.5), sock_read=0.2)
    assert ("inte i tid" in error.sv, error.before_first_byte) == (True, False)


async def test_when_nobody_listens_the_server_is_told(vendor: Vendor) -> None:
    gone = asyncio.Event()
    head = vendor.text("ord ", finish=None)
    handler = going_on(head[:-1], head[-1], gone)
    async with serving(handler, vendor.base, vendor.provider) as endpoint, client(vendor.provider) as provider:
        events = provider.chat(endpoint, ASKED)
        assert await anext(events) == Delta("ord ")
        assert not gone.is_set()
        await events.aclose()
        await asyncio.wait_for(gone.wait(), 5)


async def test_when_whoever_listens_is_cancelled_the_server_is_told(vendor: Vendor) -> None:
    gone, begun = asyncio.Event(), asyncio.Event()
    head = vendor.text("ord ", finish=None)
    async with (
        serving(going_on(head[:-1], head[-1], gone), vendor.base, vendor.provider) as endpoint,
        client(vendor.provider) as provider,
    ):

        async def listen() -> None:
            async for _ in provider.chat(endpoint, ASKED):
                begun.set()

        listening = asyncio.ensure_future(listen())
        await asyncio.wait_for(begun.wait(), 5)
        listening.cancel()
        await asyncio.wait_for(gone.wait(), 5)
        with pytest.raises(asyncio.CancelledError):
            await listening


async def test_a_connection_is_used_again_after_a_complete_answer(vendor: Vendor) -> None:
    ports = set()

    async def handle(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        return await streaming(*vendor.text("Hej"))(request)

    async with serving(handle, vendor.base, vendor.provider) as endpoint, client(vendor.provider) as provider:
        for _ in range(3):
            assert [event async for event in provider.chat(endpoint, ASKED)]
    assert len(ports) == 1


@pytest.mark.parametrize("url", ["inte en adress", "http://", "ftp://example.org", "http://[::1"])
async def test_an_address_that_is_none(vendor: Vendor, url: str) -> None:
    async with client(vendor.provider) as provider:
        with pytest.raises(Unanswered):
            [event async for event in provider.chat(Endpoint(vendor.provider, "m{0}", url, KEY), ASKED)]


@pytest.mark.parametrize("key", ["rad\nbrytning", "åäö", "\x00"])
async def test_a_key_that_is_none_is_not_sent(vendor: Vendor, key: str) -> None:
    async with client(vendor.provider) as provider:
        endpoint = Endpoint(vendor.provider, "m", f"http://127.0.0.1:{unused_port()}", key)
        with pytest.raises(Unanswered) as caught:
            [event async for event in provider.chat(endpoint, ASKED)]
    assert key not in caught.value.sv
    assert "nyckeln" in caught.value.sv


async def test_nobody_there(vendor: Vendor) -> None:
    async with client(vendor.provider) as provider:
        with pytest.raises(Unanswered, match="cannot be reached") as caught:
            [e async for e in provider.chat(Endpoint(vendor.provider, "m", f"http://127.0.0.1:{unused_port()}"), ASKED)]
    assert caught.value.before_first_byte


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "text", "stop", "STOP", "error", "tool_use"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "type choices delta message content index finish_reason usage error tool_calls text candidates parts"
                " functionCall content_block finishReason usageMetadata promptFeedback prompt_tokens".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None)
@given(
    events=st.lists(
        ANYTHING
        | st.builds(
            lambda kind, delta: {"type": kind, "delta": delta, "content_block": delta, "message": delta},
            st.sampled_from(
                ["message_start", "content_block_start", "content_block_delta", "message_delta", "message"]
            ),
            ANYTHING,
        ),
        max_size=4,
    )
)
@pytest.mark.parametrize("name", VENDORS)
async def test_whatever_the_server_says_the_answer_is_one_or_fails_plainly(name: str, events: list[Any]) -> None:
    parts = [b"data: " + orjson.dumps(event) + b"\n\n" for event in events]
    try:
        *deltas, last = await ask(VENDORS[name], streaming(*parts))
    except Unanswered:
        return
    assert isinstance(last, Finish)
    assert all(isinstance(delta, Delta) for delta in deltas)


@given(
    st.lists(st.sampled_from([b"data: a", b"data: b\n", b"\n", b"\r\n", b"\r", b": c", b"\n\n", b"x"]), max_size=30),
    st.data(),
)
def test_how_a_stream_is_cut_does_not_matter(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    at_once, bit_by_bit = Splitter(), Splitter()
    wanted = at_once.feed(whole)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    got = []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        got += bit_by_bit.feed(whole[start:end])
    assert [e for e in got if e] == [e for e in wanted if e]
    assert bit_by_bit.end() == at_once.end()


def test_the_data_of_an_event_is_that_of_all_its_lines() -> None:
    assert data_of(b'event: x\ndata: {"a":\ndata: 1}\nid: 2') == b'{"a":\n1}'
    assert data_of(b": data: x") == b""


def test_an_event_that_was_only_passed_on_keeps_its_bytes() -> None:
    exchange = Exchange(Endpoint("openai_compatible", "m"), None)  # type: ignore[arg-type]
    raw = b'data: {"choices":[{"index":0,"delta":{"content":"Hej"},"finish_reason":null}]}'
    (delta,) = OpenAiAnswer(exchange).take(orjson.loads(raw[6:]), raw)
    assert delta.raw == raw + b"\n\n"
    assert delta.told("Hå", {}).raw == b""
    ending = raw.replace(b"null", b'"stop"')
    assert OpenAiAnswer(exchange).take(orjson.loads(ending[6:]), ending)[0].raw == b""  # the end is told by others
    for kind in (AnthropicAnswer, GoogleAnswer):
        assert not any(delta.raw for delta in kind(exchange).take({"type": "ping"}, raw))


@pytest.mark.parametrize(
    ("base", "wanted"),
    [
        ("https://a.example/v1", "https://a.example/v1/x"),
        ("https://a.example/v1/", "https://a.example/v1/x"),
        ("https://a.example/d?api-version=1", "https://a.example/d/x?api-version=1"),
    ],
)
def test_the_address_of_an_operation(base: str, wanted: str) -> None:
    assert address(base, "/x") == wanted


def test_a_date_to_wait_for() -> None:
    from datetime import UTC, datetime

    at = datetime(2015, 10, 21, 7, 27, 30, tzinfo=UTC)
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, at) == 30


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(Endpoint("openai_compatible", "m", "http://x", KEY))
    assert KEY not in repr(replace(Endpoint("google", "m", "http://x", KEY), model="n"))
