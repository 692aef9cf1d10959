"""What was asked and answered is sealed, kept as long as chosen and no longer, and is no part of the chain."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from samverk.core.database import Database
from samverk.core.errors import Invalid
from samverk.core.ids import new_id, now
from samverk.core.journal import Journal
from samverk.core.vault import Unlockable, Vault
from samverk.identity.principal import system
from samverk.ledger.content import Content, Contents
from samverk.ledger.service import Ledger
from samverk.ledger.tables import LedgerContent

ORG, OTHER = new_id(), new_id()
QUESTION, ANSWER = "Får Björn Ek bistånd?", "Ja, från och med mars."


@pytest.fixture
def ledger(books: Database) -> Ledger:
    return Ledger(books)


@pytest.fixture
def contents(db: Database, books: Database, ledger: Ledger) -> Contents:
    return Contents(books, ledger.writer, db, Vault("a key"))


async def test_nothing_is_kept_unless_chosen(contents: Contents) -> None:
    call = new_id()
    assert await contents.keep(ORG, call, QUESTION, ANSWER) is None
    assert await contents.read(ORG, call) is None


async def test_what_is_kept_is_read_by_its_organisation_alone(contents: Contents, db: Database) -> None:
    await contents.choose(system(ORG), ORG, 30)
    call = new_id()
    kept = await contents.keep(ORG, call, QUESTION, ANSWER)
    found = await contents.read(ORG, call)
    assert found == Content(QUESTION, ANSWER, found.at if found else now(), kept or "")
    assert await contents.read(OTHER, call) is None
    assert await contents.keep(OTHER, new_id(), QUESTION, ANSWER) is None
    assert [(change.action, change.facts) for change in await Journal(db).read(ORG)] == [("content.kept", {"days": 30})]


async def test_what_is_stored_is_sealed_and_cannot_be_moved(contents: Contents, books: Database) -> None:
    await contents.choose(system(ORG), ORG, 30)
    call, other = new_id(), new_id()
    await contents.keep(ORG, call, QUESTION, ANSWER)
    await contents.keep(ORG, other, "Annan fråga", "Annat svar")
    async with books.engine.begin() as connection:
        if not books.is_sqlite:
            await connection.execute(text("select set_config('app.org', :org, true)"), {"org": str(ORG)})
        sealed = (await connection.execute(select(LedgerContent.sealed))).scalars().all()
        assert not [piece for piece in sealed if b"Bj" in piece]
        moved = LedgerContent.__table__.update().values(sealed=sealed[1]).where(LedgerContent.call_id == call)
        await connection.execute(moved.where(LedgerContent.sealed == sealed[0]))
    with pytest.raises(Unlockable):
        for one in (call, other):
            await contents.read(ORG, one)
        raise AssertionError("the move was not seen")


async def test_erasing_leaves_the_chain_whole_and_the_digest_silent(contents: Contents, ledger: Ledger) -> None:
    await contents.choose(system(ORG), ORG, 30)
    calls, runs = [new_id(), new_id()], [new_id(), new_id()]
    digests = []
    for call, run in zip(calls, runs, strict=True):
        await ledger.opened(ORG, call, {"action": "allow"})
        digests.append(await contents.keep(ORG, call, QUESTION, ANSWER, run))
        await ledger.closed(ORG, call, {"outcome": "stop", "content": digests[-1]})
    assert digests[0] != digests[1], "the same words give another digest: nobody can guess"
    await contents.erase(OTHER, runs)
    assert await contents.read(ORG, calls[0]), "another organisation erases nothing of it"
    await contents.erase(ORG, [runs[0], new_id()])
    assert await contents.read(ORG, calls[0]) is None
    assert await contents.read(ORG, calls[1])
    assert await ledger.verify(ORG) is None


async def test_what_is_due_is_swept(contents: Contents) -> None:
    for org in (ORG, OTHER):
        await contents.choose(system(org), org, 30)
    call = new_id()
    for org in (ORG, OTHER):
        await contents.keep(org, call, QUESTION, ANSWER)
    await contents.sweep(ORG, now() + timedelta(days=29))
    assert await contents.read(ORG, call)
    await contents.sweep(ORG, now() + timedelta(days=31))
    assert await contents.read(ORG, call) is None
    assert await contents.read(OTHER, call), "it has days of its own"
    await contents.choose(system(OTHER), OTHER, 0)
    assert await contents.read(OTHER, call) is None, "who keeps none any more has none left"


async def test_what_is_kept_is_listed_with_how_its_call_began(contents: Contents, ledger: Ledger) -> None:
    await contents.choose(system(ORG), ORG, 30)
    calls = [new_id() for _ in range(3)]
    for number, call in enumerate(calls):
        await ledger.opened(ORG, call, {"purpose": f"assistant:{number}"})
        await contents.keep(ORG, call, QUESTION, ANSWER)
        await ledger.closed(ORG, call, {"outcome": "stop"})
    first, second = await contents.list(ORG, 2)
    assert [kept.call_id for kept in (first, second)] == [calls[2], calls[1]]
    assert first.opened == {"purpose": "assistant:2"}
    assert [kept.call_id for kept in await contents.list(ORG, 2, 2)] == [calls[0]]
    assert await contents.list(OTHER, 2) == []


@pytest.mark.parametrize("days", [-1, 3651])
async def test_days_have_bounds(contents: Contents, days: int) -> None:
    with pytest.raises(Invalid, match="days"):
        await contents.choose(system(ORG), ORG, days)
