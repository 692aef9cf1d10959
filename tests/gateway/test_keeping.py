"""What is kept of content: chosen by who administers, kept of calls that allow it alone, and read for a reason that is told."""

import pytest

from samverk.core.errors import Invalid, NotAllowed, NotFound
from samverk.core.ids import new_id
from samverk.core.journal import Journal
from samverk.core.levels import Level
from samverk.core.vault import Vault
from samverk.gateway.calls import Call
from samverk.gateway.keeping import Keeping
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.ledger.content import Contents
from samverk.library.ports import EmbeddingRequest
from tests.gateway.door import ORG, Door, chat, key, read

STEWARD = Principal(Kind.MEMBER, ORG, "1", "Samir", Role.STEWARD)
ADMIN = Principal(Kind.MEMBER, ORG, "2", "Karin", Role.ADMIN)


@pytest.fixture
async def keeping(door: Door) -> Keeping:
    """An organisation that keeps content for a month, behind the door."""
    contents = Contents(door.ledger._db, door.ledger.writer, door.db, Vault("key"))
    door.gateway._contents = door.gateway._course._contents = contents
    keeping = Keeping(door.db, contents)
    await keeping.choose(ADMIN, 30)
    await door.adopt("echo")
    return keeping


async def test_only_calls_of_chat_that_allow_it_are_kept(door: Door, keeping: Keeping) -> None:
    asked = await door.ask(chat("Hej"), "echo", keep_content=True)
    await read(asked)
    await read(await door.ask(chat("Tyst"), "echo"))
    await door.adopt("vectors", Level.INTERNAL, kind="embeddings")
    vectors = Call(system(ORG), ("vectors",), EmbeddingRequest(("Ett stycke",)), "test", keep_content=True)
    await (await door.gateway.embed(vectors)).result()
    assert [kept.call_id for kept in await keeping.list(ADMIN, 10)] == [asked.id]


async def test_a_reading_is_told_with_its_reason_before_it_is_read(door: Door, keeping: Keeping) -> None:
    asked = await door.ask(chat("Hej"), "echo", keep_content=True)
    await read(asked)
    content = await keeping.read(ADMIN, asked.id, "Klagomål\n12")
    assert (content.question, content.answer) == ("Hej", "Hej")
    change = (await Journal(door.db).read(ORG))[0]
    assert (change.action, change.actor_name) == ("content.read", "Karin")
    assert change.facts == {"call": str(asked.id), "why": "Klagomål 12"}


@pytest.mark.parametrize("why", ["", " \n", "a" * 201])
async def test_nothing_is_read_without_a_reason(door: Door, keeping: Keeping, why: str) -> None:
    asked = await door.ask(chat("Hej"), "echo", keep_content=True)
    await read(asked)
    with pytest.raises(Invalid):
        await keeping.read(ADMIN, asked.id, why)
    assert [change.action for change in await Journal(door.db).read(ORG)] == ["content.kept"]


async def test_what_is_not_there_is_not_found_and_leaves_no_trace_in_the_log(door: Door, keeping: Keeping) -> None:
    with pytest.raises(NotFound):
        await keeping.read(ADMIN, new_id(), "Nyfiken")
    assert [change.action for change in await Journal(door.db).read(ORG)] == ["content.kept"]


@pytest.mark.parametrize("who", [STEWARD, key()])
async def test_nobody_but_who_administers_chooses_lists_or_reads(keeping: Keeping, who: Principal) -> None:
    for work in (keeping.choose(who, 3), keeping.list(who, 1), keeping.read(who, new_id(), "Klagomål")):
        with pytest.raises(NotAllowed):
            await work
