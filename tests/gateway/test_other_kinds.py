"""Vectors, sound, pictures and rankings take the same way: decided, recorded, masked, bounded and paid for."""

from contextlib import aclosing
from typing import Any

import pytest

from samverk.core.errors import Denied, ModelFailed
from samverk.core.levels import Level
from samverk.gateway.calls import Call
from samverk.gateway.plans import chosen
from samverk.identity.principal import system
from samverk.library.fake import FakeProvider
from samverk.library.ports import (
    ChatRequest,
    EmbeddingRequest,
    ImagePart,
    ImageRequest,
    Message,
    RerankRequest,
    SpeechRequest,
    TextPart,
    TranscriptionRequest,
)
from tests.gateway.door import NUMBER, ORG, Door, chat


def wanted(request: Any, model: str, **more: Any) -> Call:
    """A call of one model; what is not said is marked open."""
    return Call(system(ORG), (model,), request, "v1", **{"marked_level": Level.OPEN, "masking_allowed": True, **more})


async def test_vectors(door: Door, provider: FakeProvider) -> None:
    await door.adopt("vec", kind="embeddings", price_in=2_000_000)
    answering = await door.gateway.embed(wanted(EmbeddingRequest(("ett två", "tre")), "vec"))
    assert len((await answering.result()).vectors) == 2
    closed = await door.closed()
    assert (closed["outcome"], closed["tokens_in"], closed["cost"]) == ("stop", 3, 6)
    opened = (await door.ledger.entries(ORG))[-2].body
    assert opened["kind"] == "embeddings"


async def test_texts_for_vectors_and_documents_to_rank_are_masked(door: Door, provider: FakeProvider) -> None:
    await door.adopt("vec", Level.INTERNAL, kind="embeddings")
    await door.adopt("rank", Level.INTERNAL, kind="rerank")
    answering = await door.gateway.embed(wanted(EmbeddingRequest((f"Nr {NUMBER}",)), "vec"))
    assert answering.verdict.action == "mask"
    await answering.result()
    ranking = await door.gateway.rerank(wanted(RerankRequest("vem", (f"Nr {NUMBER}", "annat")), "rank"))
    assert len((await ranking.result()).scores) == 2
    assert NUMBER not in str([request for _, request in provider.asked])


async def test_pictures_are_paid_each_and_their_prompts_masked(door: Door, provider: FakeProvider) -> None:
    await door.adopt("pic", Level.INTERNAL, kind="image", price_in=0, price_out=0, price_image=700_000)
    answering = await door.gateway.draw(wanted(ImageRequest(f"En bild av {NUMBER}", n=2), "pic"))
    assert len((await answering.result()).items) == 2
    assert NUMBER not in str(provider.asked[-1][1])
    assert (await door.closed())["cost"] == 1_400_000


async def test_sound_is_paid_by_the_minute(door: Door) -> None:
    await door.adopt("ear", Level.SENSITIVE, kind="speech", price_in=0, price_out=0, price_minute=600_000)
    answering = await door.gateway.transcribe(wanted(TranscriptionRequest(b"x" * 3_000), "ear"))
    assert (await answering.result()).text == "x" * 3_000
    closed = await door.closed()
    assert (closed["seconds"], closed["cost"]) == (30, 300_000)


@pytest.mark.parametrize(
    ("marked", "approved", "allowed"),
    [
        (None, Level.INTERNAL, False),
        (None, Level.SENSITIVE, True),
        (Level.OPEN, Level.OPEN, False),
        (Level.OPEN, Level.INTERNAL, True),
        (Level.SECRET, Level.SENSITIVE, False),
    ],
)
async def test_what_cannot_be_searched_counts_as_sensitive_unless_somebody_marked_it(
    door: Door, provider: FakeProvider, marked: Level | None, approved: Level, allowed: bool
) -> None:
    await door.adopt("ear", approved, kind="speech")
    picture = ChatRequest((Message("user", (ImagePart("data:image/png;base64,AAAA"), TextPart("Vad är det?"))),))
    await door.adopt("honest", approved, abilities=frozenset({"images"}))
    for model, request in (("ear", TranscriptionRequest(b"ljud")), ("honest", picture)):
        call = wanted(request, model, marked_level=marked)
        if allowed:
            assert (await door.gateway._begin(call)).verdict.action == "allow"
        else:
            with pytest.raises(Denied):
                await door.gateway._begin(call)
    assert provider.asked == []


async def test_a_text_is_read_aloud_as_it_is_or_not_at_all(door: Door, provider: FakeProvider) -> None:
    await door.adopt("voice", Level.INTERNAL, kind="speech")
    with pytest.raises(Denied):
        await door.gateway.speak(wanted(SpeechRequest(f"Nr {NUMBER}", "alva"), "voice"))
    answering = await door.gateway.speak(wanted(SpeechRequest("Hej på dig", "alva"), "voice"))
    async with aclosing(answering.events()) as events:
        assert b"".join([piece async for piece in events]) == "Hej på dig ".encode()
    assert (await door.closed())["outcome"] == "stop"


async def test_speech_that_nobody_listens_to_is_stopped(door: Door, provider: FakeProvider) -> None:
    await door.adopt("voice", Level.INTERNAL, kind="speech")
    answering = await door.gateway.speak(wanted(SpeechRequest("Hej på dig", "alva"), "voice"))
    async with aclosing(answering.events()) as events:
        await anext(events)
    assert provider.closed == 1
    assert (await door.closed())["outcome"] == "cut"


async def test_a_model_of_another_kind_is_not_asked(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", Level.SECRET)
    with pytest.raises(Denied) as refused:
        await door.gateway.embed(wanted(EmbeddingRequest(("ett",)), "honest"))
    assert "annat slag" in refused.value.sv
    assert provider.asked == []


async def test_a_failing_model_of_any_kind_closes_the_record(door: Door) -> None:
    await door.adopt("failing", kind="embeddings")
    with pytest.raises(ModelFailed):
        await (await door.gateway.embed(wanted(EmbeddingRequest(("ett",)), "failing"))).result()
    closed = await door.closed()
    assert (closed["outcome"], closed["cost"], len(closed["attempts"])) == ("failed", 0, 3)


async def test_a_provider_without_the_kind_says_so(door: Door) -> None:
    class Mute:
        name = "mute"

    door.provider = Mute()
    await door.adopt("vec", kind="embeddings")
    with pytest.raises(ModelFailed) as refused:
        await (await door.gateway.embed(wanted(EmbeddingRequest(("ett",)), "vec"))).result()
    assert "av det här slaget" in refused.value.sv


async def test_a_plan_bounds_the_kinds_and_adds_to_the_cost(door: Door) -> None:
    await door.adopt("pic", kind="image")
    await door.adopt("vec", kind="embeddings", price_in=2_000_000)
    await door.gateway.plans.set(system(ORG), chosen("sandbox"))
    with pytest.raises(Denied) as refused:
        await door.gateway.draw(wanted(ImageRequest("En älg"), "pic"))
    assert "plan" in refused.value.sv
    answering = await door.gateway.embed(wanted(EmbeddingRequest(("ett två tre fyra fem",)), "vec"))
    await answering.result()
    closed = await door.closed()
    assert (closed["actual"], closed["cost"], answering.cost) == (10, 12, 12)


@pytest.mark.parametrize(("use", "allowed"), [("citizens", False), ("staff", True), (None, True)])
async def test_a_card_says_what_it_may_be_used_for(door: Door, use: Any, allowed: bool) -> None:
    await door.adopt("honest", allowed_uses=frozenset({"staff"}))
    if allowed:
        assert (await door.ask(chat("Hej"), "honest", use=use)).verdict.action == "allow"
    else:
        with pytest.raises(Denied) as refused:
            await door.ask(chat("Hej"), "honest", use=use)
        assert "får inte användas" in refused.value.sv
