"""The door: every call has a record, opened before the model is asked and closed however it ends."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from sqlalchemy import select

from samverk.api.v1.told import merged
from samverk.core.database import Database
from samverk.core.errors import Denied, ModelFailed, NotFound
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.principal import system
from samverk.ledger.content import Contents
from samverk.library.fake import FakeProvider, Script
from samverk.library.ports import ChatRequest, Delta, Finish, Message, SourcePart, TextPart
from samverk.masking.tables import PseudonymTable
from tests.gateway.door import NUMBER, ORG, Door, chat, read


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


async def test_one_who_leaves_before_listening_leaves_a_closed_record_and_asks_nobody(
    door: Door, provider: FakeProvider
) -> None:
    await door.adopt("slow", Level.OPEN)
    async with aclosing((await door.call("hej", "slow")).events()):
        pass
    assert provider.calls == []
    assert await door.record() == [("opened", ""), ("closed", "cut")]
    assert (await door.closed())["cost"] == 0


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


@pytest.mark.parametrize("days", [0, 30])
async def test_content_is_kept_as_it_left_and_came_where_the_organisation_chose_so(
    door: Door, databases: tuple[Database, Database], days: int
) -> None:
    contents = Contents(databases[1], door.ledger.writer, door.db, Vault("key"))
    door.gateway._contents = door.gateway._course._contents = contents
    await contents.choose(system(ORG), ORG, days)
    await door.adopt("echo", Level.INTERNAL)
    answering = await door.ask(chat(f"Nr {NUMBER}"), "echo", assistant_level=Level.OPEN, keep_content=True)
    assert NUMBER in await read(answering)
    kept = await contents.read(ORG, answering.id)
    if not days:
        assert kept is None
        assert "content" not in await door.closed()
        return
    assert kept is not None
    assert (kept.question, kept.answer) == ("Nr [PERSONNUMMER_1]", "Nr [PERSONNUMMER_1]")
    assert (await door.closed())["content"] == kept.digest
    unkept = await door.ask(chat("Hej"), "echo")
    await read(unkept)
    assert await contents.read(ORG, unkept.id) is None


# masking


ASKED = TextPart("Vem svarar?")
PUBLISHED = f"Kontakt {NUMBER}, anna@bjorksta.example"


def with_source(level: Level | None) -> ChatRequest:
    return ChatRequest((Message("user", (SourcePart(1, "Om anna@bjorksta.example", PUBLISHED, level), ASKED)),))


@pytest.mark.parametrize(
    ("level", "action"), [(Level.OPEN, "allow"), (Level.INTERNAL, "mask"), (None, "mask"), (Level.SENSITIVE, "allow")]
)
async def test_only_new_text_raises_the_level(door: Door, level: Level | None, action: str) -> None:
    await door.adopt("honest", Level.INTERNAL)
    answering = await door.ask(with_source(level), "honest")
    assert answering.verdict.action == action
    assert answering.scanned
    await read(answering)


async def test_an_earlier_answer_out_of_open_sources_does_not_count(door: Door) -> None:
    await door.adopt("honest", Level.OPEN)
    before = (Message("user", (ASKED,)), Message("assistant", (TextPart(PUBLISHED, Level.OPEN),)))
    answering = await door.ask(ChatRequest((*before, Message("user", (ASKED,)))), "honest")
    assert answering.verdict.action == "allow"
    await read(answering)
    question = Message("user", (TextPart(f"Gäller det {NUMBER}?"),))
    assert (await door.ask(ChatRequest((*before, question)), "honest")).verdict.action == "mask"


async def test_a_masked_call_masks_the_titles_of_sources_too(door: Door, provider: FakeProvider) -> None:
    await door.adopt("honest", Level.INTERNAL)
    await read(await door.ask(with_source(None), "honest"))
    sent = str(provider.calls[-1][1])
    assert "Om [EMAIL_1]" in sent
    assert "anna@" not in sent


@pytest.mark.parametrize("approved", [Level.INTERNAL, Level.SENSITIVE, Level.SECRET])
async def test_a_protected_identity_stops_the_call_and_is_noted(
    door: Door, provider: FakeProvider, db: Database, approved: Level
) -> None:
    await door.adopt("honest", approved)
    with pytest.raises(Denied) as refused:
        await door.call(f"Barnet {NUMBER} har skyddade personuppgifter.", "honest", masking=True)
    assert "skyddade personuppgifter" in refused.value.sv
    assert refused.value.facts["level"] == "secret"
    assert provider.calls == []
    assert await door.record() == [("opened", ""), ("closed", "denied")]
    [change] = await Journal(db).read(ORG)
    assert change.action == "masking.stopped"
    assert NUMBER not in str(change)


async def test_a_protected_identity_in_a_sensitive_source_stops_the_call_too(door: Door) -> None:
    await door.adopt("honest", Level.SENSITIVE)
    source = SourcePart(1, "Akt", f"{NUMBER}: sekretessmarkering.", Level.SENSITIVE)
    with pytest.raises(Denied):
        await door.ask(ChatRequest((Message("user", (source, ASKED)),)), "honest", source_level=Level.SENSITIVE)
    published = SourcePart(1, "Akt", f"{NUMBER}: sekretessmarkering.", Level.OPEN)
    await read(await door.ask(ChatRequest((Message("user", (published, ASKED)),)), "honest"))


async def test_what_was_known_to_be_secret_goes_to_a_model_for_that(door: Door) -> None:
    await door.adopt("honest", Level.SECRET)
    text = f"Barnet {NUMBER} har skyddade personuppgifter."
    assert (await door.call(text, "honest", level=Level.SECRET)).verdict.action == "allow"


async def test_calls_of_tools_are_masked_and_come_back(door: Door, provider: FakeProvider) -> None:
    await door.adopt("tools", Level.INTERNAL)
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": f'{{"nr": "{NUMBER}"}}'}}
    tool = {"type": "function", "function": {"name": "find", "description": "Skriv som anna@bjorksta.example"}}
    request = ChatRequest(
        (Message("assistant", (), {"tool_calls": [call]}), Message("tool", (TextPart(f"Nr {NUMBER}"),))),
        {"tools": [tool]},
    )
    provider.scripts["tools"] = Script((), Finish("tool_calls"))
    pieces = ('{"nr": "[PERSON', 'NUMMER_1]"}')
    provider.extras = [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces]
    answering = await door.ask(request, "tools")
    assert answering.verdict.action == "mask"
    async with aclosing(answering.events()) as events:
        told = [event.extra for event in [event async for event in events] if isinstance(event, Delta)]
    assert merged(told)["tool_calls"][0]["function"]["arguments"] == f'{{"nr": "{NUMBER}"}}'
    sent = str(provider.calls[-1][1])
    assert NUMBER not in sent
    assert "anna@" not in sent
    assert "find" in sent


async def test_what_the_model_made_up_is_told(door: Door, provider: FakeProvider) -> None:
    provider.scripts["echo"] = Script(("[PERSONNUMMER_1] och [PERSONNUMMER_9]",))
    await door.adopt("echo", Level.INTERNAL)
    answering = await door.call(NUMBER, "echo", masking=True)
    assert await read(answering) == f"{NUMBER} och [PERSONNUMMER_9]"
    assert answering.invented == ("[PERSONNUMMER_9]",)
    assert (await door.closed())["invented"] == 1


async def test_an_assistant_leaves_sorts_alone(door: Door) -> None:
    await door.adopt("honest", Level.INTERNAL)
    request = ChatRequest((Message("user", (TextPart(f"Nr {NUMBER}"),)),))
    assert (await door.ask(request, "honest")).verdict.action == "mask"
    answering = await door.ask(request, "honest", masking_off=("PERSONNUMMER",))
    assert answering.verdict.action == "allow"
    assert await read(answering) == "Det står i källan. [1]"


async def test_tokens_stay_the_same_in_a_conversation_and_nothing_is_kept_without_one(
    door: Door, provider: FakeProvider, db: Database
) -> None:
    await door.adopt("echo", Level.INTERNAL)

    async def kept() -> list[str]:
        async with db.read(Scope(ORG)) as session:
            return list(await session.scalars(select(PseudonymTable.scope)))

    await read(await door.call("bo@bjorksta.example", "echo", masking=True, scope=""))
    assert await kept() == []
    await read(await door.call("bo@bjorksta.example", "echo", masking=True, scope="talk"))
    await read(await door.call("anna@bjorksta.example och bo@bjorksta.example", "echo", masking=True, scope="talk"))
    assert await kept() == ["talk"]
    assert provider.calls[-1][1].messages[0].text == "[EMAIL_2] och [EMAIL_1]"
