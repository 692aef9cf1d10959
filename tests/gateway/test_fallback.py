"""When a model does not answer, the next that may have the call gets it, up to the first byte, and no more than it may have."""

from contextlib import aclosing

import pytest

from samverk.core.errors import ModelFailed
from samverk.core.levels import Level
from samverk.core.vault import Vault
from samverk.gateway.breakers import FAILURES
from samverk.gateway.limiting import NamedLimit
from samverk.gateway.limits import Limit
from samverk.identity.principal import system
from samverk.library.fake import FakeProvider, Script
from samverk.library.ports import Endpoint, Finish
from samverk.library.service import Library
from tests.gateway.door import NUMBER, ORG, Door, chat, read


def asked(provider: FakeProvider) -> list[str]:
    """The models that were asked, in order."""
    return [endpoint.model for endpoint, _ in provider.calls]


async def test_the_next_model_answers_and_the_record_tells_of_both(door: Door, provider: FakeProvider) -> None:
    await door.adopt("failing")
    await door.adopt("honest")
    answering = await door.ask(chat("Hej"), "failing", "honest")
    assert await read(answering) == "Det står i källan. [1]"
    assert answering.model.card.slug == "honest"
    assert answering.verdict.reasons[0].code == "unanswered"
    closed = await door.closed()
    assert closed["model"] == "honest"
    assert [(one["model"], bool(one["why"])) for one in closed["attempts"]] == [("failing", True), ("honest", False)]
    assert closed["outcome"] == "stop"


async def test_an_endpoint_whose_key_cannot_be_opened_fails_with_a_reason_and_the_next_is_asked(
    door: Door, provider: FakeProvider
) -> None:
    for model in ("echo", "honest"):
        await door.adopt(model)
    keyed = Endpoint("openai_compatible", "echo", "http://127.0.0.1/keyed", "sk-hemlig")
    await door.library.endpoints.remove(system(ORG), "echo", (await door.library.endpoints.list(ORG, "echo"))[0].id)
    await door.library.endpoints.add(system(ORG), "echo", keyed)
    door.gateway._library = Library(door.db, Vault("another key"))
    assert await door.said("Hej", "echo", "honest") == "Det står i källan. [1]"
    assert asked(provider) == ["honest"]
    [first, _] = (await door.closed())["attempts"]
    assert (first["model"], first["why"].endswith("the server's key cannot be opened, enter it again")) == (
        "echo",
        True,
    )
    with pytest.raises(ModelFailed, match="cannot be opened"):
        await door.said("Hej", "echo")
    assert await door.record() == [("opened", ""), ("closed", "stop"), ("opened", ""), ("closed", "failed")]
    place = Endpoint("openai_compatible", "echo", "http://127.0.0.1/open", order=1)
    await door.gateway._library.endpoints.add(system(ORG), "echo", place)
    assert await door.said("Hej", "echo") == "Hej"


async def test_a_model_that_may_not_have_the_call_does_not_get_it(door: Door, provider: FakeProvider) -> None:
    await door.adopt("failing", Level.SENSITIVE)
    await door.adopt("echo", Level.OPEN)
    with pytest.raises(ModelFailed):
        await door.said("Hej", "failing", "echo", marked_level=Level.INTERNAL)
    assert asked(provider) == ["failing"]


async def test_what_was_not_looked_for_at_first_is_looked_for_before_the_next_model(
    door: Door, provider: FakeProvider
) -> None:
    await door.adopt("failing", Level.SENSITIVE)  # may have personal data, so nobody looks
    await door.adopt("echo", Level.INTERNAL)
    answering = await door.ask(chat(f"Gäller det {NUMBER}?"), "failing", "echo", masking_allowed=False)
    assert not answering.scanned
    with pytest.raises(ModelFailed):
        await read(answering)
    assert asked(provider) == ["failing"]
    answering = await door.ask(chat(f"Gäller det {NUMBER}?"), "failing", "echo")
    assert await read(answering) == f"Gäller det {NUMBER}?"
    assert (answering.verdict.action, answering.scanned) == ("mask", True)
    assert NUMBER not in str(provider.calls[-1][1])


async def test_an_unmasked_model_after_a_masked_one_gets_the_text_as_it_is(door: Door, provider: FakeProvider) -> None:
    await door.adopt("failing", Level.INTERNAL)
    await door.adopt("echo", Level.SENSITIVE)
    answering = await door.ask(chat(f"Nr {NUMBER}"), "failing", "echo")
    assert answering.verdict.action == "mask"
    assert await read(answering) == f"Nr {NUMBER}"
    assert answering.verdict.action == "allow"
    assert NUMBER not in str(provider.calls[0][1])
    assert NUMBER in str(provider.calls[1][1])
    assert answering.invented == ()


async def test_nothing_is_begun_again_after_the_first_byte(door: Door, provider: FakeProvider) -> None:
    await door.adopt("failing-midway")
    await door.adopt("honest")
    with pytest.raises(ModelFailed):
        await door.said("Hej", "failing-midway", "honest")
    assert asked(provider) == ["failing-midway"]
    closed = await door.closed()
    assert (closed["outcome"], closed["estimated"], closed["tokens_out"]) == ("failed", True, 3)


async def test_a_model_at_its_limit_is_passed_over(door: Door, provider: FakeProvider) -> None:
    for name in ("failing", "busy", "honest"):
        await door.adopt(name)
    provider.scripts["busy"] = Script(("upptagen",))
    await door.gateway.limits.set(system(ORG), NamedLimit("model", "busy", Limit(requests=1)))
    await door.said("Hej", "busy")
    assert await door.said("Hej", "failing", "busy", "honest") == "Det står i källan. [1]"
    assert asked(provider)[-2:] == ["failing", "honest"]


async def test_models_that_rest_are_not_asked_and_health_tells(door: Door, provider: FakeProvider) -> None:
    await door.adopt("failing")
    await door.adopt("honest")
    for _ in range(FAILURES):
        assert await door.said("Hej", "failing", "honest")
    provider.calls.clear()
    assert await door.said("Hej", "failing", "honest")
    assert asked(provider) == ["honest"]
    health = await door.gateway.health(ORG)
    assert [one.health.state for one in health["failing"]] == ["open"]
    assert [one.health.state for one in health["honest"]] == ["closed"]
    assert health["failing"][0].health.why_sv


async def test_an_answer_of_nothing_is_none(door: Door, provider: FakeProvider) -> None:
    provider.scripts["silent"] = Script((), None)
    await door.adopt("silent")
    await door.adopt("honest")
    assert await door.said("Hej", "silent", "honest") == "Det står i källan. [1]"


async def test_one_who_leaves_stops_the_model_and_pays_for_what_was_said(door: Door, provider: FakeProvider) -> None:
    provider.scripts["long"] = Script(("x" * 300,) * 50, Finish("stop", 10, 5_000), pause=0.001)
    await door.adopt("long", price_in=1_000_000, price_out=1_000_000)
    answering = await door.ask(chat("y" * 60), "long")
    async with aclosing(answering.events()) as events:
        for _ in range(3):
            await anext(events)
    assert provider.closed == 1
    closed = await door.closed()
    assert (closed["outcome"], closed["estimated"]) == ("cut", True)
    assert (closed["tokens_in"], closed["tokens_out"], closed["cost"]) == (20, 300, 320)
