"""The door: every call has a record, opened before the model is asked and closed however it ends."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from samverk.core.database import Database
from samverk.core.errors import Denied, ModelFailed, NotFound
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.gateway.service import Answering, Call, Gateway
from samverk.identity.principal import system
from samverk.identity.tables import Organisation
from samverk.ledger.service import Ledger
from samverk.library.cards import ModelCard
from samverk.library.fake import FakeProvider, Script
from samverk.library.ports import ChatRequest, Delta, Endpoint, Finish, Message, TextPart
from samverk.library.service import Library
from samverk.masking.service import Masking

ORG = new_id()
NUMBER = "19121212-1212"  # of the Tax Agency's test numbers


class Door:
    """A gateway on real tables, with a fake model behind it."""

    def __init__(self, db: Database, books: Database, provider: FakeProvider) -> None:
        self.library = Library(db, Vault("key"))
        self.ledger = Ledger(books)
        self.gateway = Gateway(self.library, self.ledger, Masking(), lambda name: provider)

    async def adopt(self, model: str, approved_for: Level) -> None:
        card = ModelCard(slug=model, name=model, approved_for=approved_for, price_in=3_000_000, price_out=9_000_001)
        await self.library.adopt(ORG, card, Endpoint("fake", model), "test")

    async def call(
        self, text: str, *models: str, masking: bool = False, level: Level = Level.OPEN, scope: str = "talk"
    ) -> Answering:
        request = ChatRequest((Message("user", (TextPart(text),)),))
        return await self.gateway.call(
            Call(
                system(ORG),
                models,
                request,
                "test",
                assistant_level=level,
                masking_allowed=masking,
                scope=scope,
            )
        )

    async def record(self) -> list[tuple[str, str]]:
        """The events of the ledger, each with its outcome."""
        return [(entry.event, entry.body.get("outcome", "")) for entry in await self.ledger.entries(ORG)]


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(
        {
            "slow": Script(("ett ", "två ", "tre "), Finish("stop", 7, 3), pause=0.05),
            "echo": lambda request: Script((request.messages[-1].text[:5], request.messages[-1].text[5:])),
        }
    )


@pytest.fixture
async def door(databases: tuple[Database, Database], provider: FakeProvider) -> Door:
    async with databases[0].write(Scope.platform()) as session:
        session.add(Organisation(id=ORG, slug="org", name="Org"))
    return Door(*databases, provider)


async def read(answering: Answering) -> str:
    async with aclosing(answering.events()) as events:
        return "".join([event.text async for event in events if isinstance(event, Delta)])


async def test_the_record_stands_before_the_model_is_asked(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", Level.OPEN)
    answering = await door.call("hej", "honest")
    assert await door.record() == [("opened", "")]
    assert provider.calls == []
    assert await read(answering) == "Det står i källan. [1]"
    assert await door.record() == [("opened", ""), ("closed", "stop")]
    assert await door.ledger.verify(ORG) is None


async def test_cost_is_in_whole_millionths_rounded_up(door: Door) -> None:
    await door.adopt("honest", Level.OPEN)
    answering = await door.call("hej", "honest")
    await read(answering)
    assert answering.cost == 10 * 3 + 5 * 9 + 1
    closed = (await door.ledger.entries(ORG))[-1].body
    assert (closed["tokens_in"], closed["tokens_out"], closed["cost"]) == (10, 5, 76)


@pytest.mark.parametrize("model", ["failing", "failing-midway"])
async def test_a_failing_model_closes_the_record(door: Door, model: str) -> None:
    await door.adopt(model, Level.OPEN)
    answering = await door.call("hej", model)
    with pytest.raises(ModelFailed):
        await read(answering)
    assert await door.record() == [("opened", ""), ("closed", "failed")]


async def test_one_who_leaves_early_stops_the_model_and_closes_the_record(door: Door, provider: FakeProvider) -> None:
    await door.adopt("slow", Level.OPEN)
    answering = await door.call("hej", "slow")
    async with aclosing(answering.events()) as events:
        await anext(events)
    assert provider.closed == 1
    assert await door.record() == [("opened", ""), ("closed", "cut")]


async def test_a_cancelled_task_closes_the_record(door: Door) -> None:
    await door.adopt("slow", Level.OPEN)
    task = asyncio.create_task(read(await door.call("hej", "slow")))
    await asyncio.sleep(0.08)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await door.record() == [("opened", ""), ("closed", "cut")]


async def test_a_refusal_is_recorded_and_reaches_no_model(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", Level.OPEN)
    with pytest.raises(Denied) as refused:
        await door.call("hej", "honest", level=Level.SECRET)
    assert "sekretess" in refused.value.sv
    assert provider.calls == []
    assert await door.record() == [("opened", ""), ("closed", "denied")]


async def test_an_unknown_model_is_not_found(door: Door) -> None:
    with pytest.raises(NotFound):
        await door.call("hej", "nobody")


async def test_personal_data_is_masked_on_the_way_out_and_put_back(door: Door, provider: FakeProvider) -> None:
    await door.adopt("echo", Level.INTERNAL)
    answering = await door.call(f"Gäller det {NUMBER}?", "echo", masking=True)
    assert answering.verdict.action == "mask"
    assert await read(answering) == f"Gäller det {NUMBER}?"
    assert NUMBER not in provider.calls[0][1].messages[0].text


async def test_personal_data_goes_to_the_first_model_that_may_have_it(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", Level.INTERNAL)
    await door.adopt("echo", Level.SENSITIVE)
    answering = await door.call(NUMBER, "honest", "echo")
    assert answering.verdict.action == "reroute"
    assert await read(answering) == NUMBER
    assert [endpoint.model for endpoint, _ in provider.calls] == ["echo"]


async def test_nothing_secret_stands_in_the_record(door: Door) -> None:
    await door.adopt("echo", Level.SECRET)
    await read(await door.call(f"Hemligt om {NUMBER}", "echo"))
    for entry in await door.ledger.entries(ORG):
        assert NUMBER not in str(entry.body)
        assert "Hemligt" not in str(entry.body)


@pytest.mark.parametrize("scope", ["talk", ""])
async def test_values_come_back_also_without_a_conversation_and_from_an_answer_that_breaks_off(
    door: Door, provider: FakeProvider, scope: str
) -> None:
    provider.scripts["echo"] = Script(("Numret är [PERSON", "NUMMER_1] och [PERSON"), None)
    await door.adopt("echo", Level.OPEN)
    answering = await door.call(f"Mitt nummer är {NUMBER}", "echo", masking=True, scope=scope)
    assert answering.verdict.action == "mask"
    async with aclosing(answering.events()) as events:
        said = "".join([event.text async for event in events if isinstance(event, Delta)])
    assert said == f"Numret är {NUMBER} och [PERSON"
    assert NUMBER not in str(provider.calls[-1][1])
    assert await door.record() == [("opened", ""), ("closed", "cut")]


async def test_a_caller_who_leaves_while_the_record_is_opened_leaves_a_closed_one(
    door: Door, provider: FakeProvider
) -> None:
    await door.adopt("m", Level.SECRET)
    opened = door.ledger.opened

    async def slow(*args: Any) -> None:
        leaving.cancel()
        await opened(*args)

    door.ledger.opened = slow  # type: ignore[method-assign]
    leaving = asyncio.create_task(door.call("Hej", "m"))
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await door.record() == [("opened", ""), ("closed", "cut")]
    assert provider.calls == []
