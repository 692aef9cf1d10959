"""The record: every change to it shows, and it is shared by all processes."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.ledger.service import Ledger, LedgerStopped

ORG, OTHER = new_id(), new_id()


async def test_two_processes_make_one_chain_for_each_organisation(books: Database) -> None:
    ledgers = [Ledger(books), Ledger(Database(books.url))]
    await asyncio.gather(
        *(ledger.opened(org, new_id(), {"n": n}) for n in range(20) for ledger in ledgers for org in (ORG, OTHER))
    )
    for org in (ORG, OTHER):
        entries = await ledgers[0].entries(org)
        assert [entry.seq for entry in entries] == list(range(1, 41))
        assert await ledgers[0].verify(org) is None
    await ledgers[1]._db.close()


async def test_an_organisation_sees_its_own_chain_only(books: Database) -> None:
    ledger = Ledger(books)
    call = new_id()
    await ledger.opened(ORG, call, {"a": 1})
    await ledger.closed(ORG, call, {"b": 2})
    assert [entry.event for entry in await ledger.entries(ORG, call)] == ["opened", "closed"]
    assert await ledger.entries(OTHER) == []


async def test_the_database_lets_nobody_change_or_remove_an_entry(books: Database) -> None:
    await Ledger(books).opened(ORG, new_id(), {"a": 1})
    for statement in ("update ledger_entries set event = 'x'", "delete from ledger_entries"):
        with pytest.raises(DBAPIError, match=r"append only|permission denied"):
            async with books.write(Scope(ORG)) as session:
                await session.execute(text(statement))


@pytest.mark.parametrize(
    "tampering",
    [
        "update ledger_entries set body = '{\"n\": 9}' where seq = 2",
        "update ledger_entries set digest = 'x' where seq = 2",
        "delete from ledger_entries where seq = 2",
        "delete from ledger_entries where seq = 3",
        (
            "insert into ledger_entries select org_id, 4, '00000000000000000000000000000000', event, at, body, previous, digest "
            "from ledger_entries where seq = 3"
        ),
    ],
)
async def test_what_was_changed_with_force_is_found(books: Database, tampering: str) -> None:
    if not books.is_sqlite:
        pytest.skip("the file is what can be changed behind the database's back")
    ledger = Ledger(books)
    for n in range(3):
        await ledger.opened(ORG, new_id(), {"n": n})
    assert await ledger.verify(ORG) is None
    async with books.engine.begin() as connection:
        for change in ("update", "delete"):
            await connection.execute(text(f"drop trigger ledger_entries_no_{change}"))
        await connection.execute(text(tampering))
    assert await ledger.verify(ORG) in {2, 3, 4}


async def test_one_call_opens_once(books: Database) -> None:
    ledger = Ledger(books)
    call = new_id()
    await ledger.opened(ORG, call, {})
    with pytest.raises(LedgerStopped):
        await ledger.opened(ORG, call, {})
    await ledger.closed(ORG, call, {})
    assert await ledger.verify(ORG) is None
