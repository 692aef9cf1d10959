"""What a call takes: estimated before, counted after, and estimated again where nobody counts."""

from typing import Any

import pytest

from samverk.gateway import kinds
from samverk.gateway.kinds import Meter, Size
from samverk.library.cards import ModelCard
from samverk.library.ports import (
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Finish,
    ImagePart,
    ImageRequest,
    Message,
    SpeechRequest,
    TextPart,
    TranscriptionRequest,
)


def chat(**options: Any) -> ChatRequest:
    return ChatRequest((Message("user", (TextPart("x" * 300),)),), options)


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        ({}, 1_000),
        ({"max_tokens": 50}, 50),
        ({"max_completion_tokens": 70, "max_tokens": 50}, 70),
        ({"max_tokens": 50, "n": 3}, 150),
        ({"max_tokens": -1}, 1_000),
        ({"max_tokens": "many"}, 1_000),
        ({"max_tokens": 10**18, "n": 10**18}, 128_000_000),
        ({"n": -5}, 1_000),
    ],
)
def test_what_a_chat_may_come_to(options: dict[str, Any], tokens: int) -> None:
    assert kinds.of(chat()).size(chat(**options), 300) == Size(100, tokens)


def test_the_dearest_call_fits_in_an_account() -> None:
    card = ModelCard(slug="m", name="m", price_in=10**15, price_out=10**15)
    assert kinds.of(chat()).size(chat(max_tokens=10**18, n=10**18), 10**6).cost(card) < 2**63


def test_sizes_of_the_other_kinds() -> None:
    picture = ChatRequest((Message("user", (ImagePart("https://bild.example/1.png"), TextPart("?"))),))
    assert kinds.of(picture).size(picture, 1).tokens_in == 1_001
    for request, size in (
        (EmbeddingRequest(("abc",)), Size(1)),
        (ImageRequest("abc", n=3), Size(1, images=3)),
        (SpeechRequest("x" * 45, "alva"), Size(15, seconds=3)),
        (TranscriptionRequest(b"x" * 64_000, "tal.wav"), Size(seconds=2)),
        (TranscriptionRequest(b"x" * 64_000, "tal.mp3", "audio/mpeg"), Size(seconds=16)),
    ):
        characters = {EmbeddingRequest: 3, ImageRequest: 3, SpeechRequest: 45}.get(type(request), 0)
        assert kinds.of(request).size(request, characters) == size


def test_what_a_request_needs() -> None:
    form = {"type": "json_schema", "json_schema": {}}
    assert kinds.of(chat()).needs(chat(tools=[{}], response_format=form)) == {"tools", "structured_output"}
    assert kinds.of(chat()).needs(chat(tools=[], response_format={"type": "text"})) == frozenset()


def test_nothing_is_paid_for_what_nobody_took() -> None:
    meter = Meter(Size(100, 1_000))
    meter.sent()
    meter.refused()
    assert meter.total() == Size()


def test_what_was_counted_stands_and_the_rest_is_estimated() -> None:
    meter = Meter(Size(100, 1_000))
    meter.sent()
    meter.saw(Delta("x" * 30))
    assert (meter.total(), meter.is_estimated) == (Size(100, 10), True)
    meter.saw(Delta("", {"tool_calls": [{"function": {"arguments": "{}"}}]}))
    assert meter.total().tokens_out > 10
    meter.saw(Finish("stop", 7, 3))
    assert (meter.total(), meter.is_estimated) == (Size(7, 3), False)
