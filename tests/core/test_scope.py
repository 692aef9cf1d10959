"""Nobody reads or writes another organisation's rows, whatever the statement, on either engine."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from samverk.app import tables  # noqa: F401 - all tables
from samverk.core.database import Database
from samverk.core.ids import new_id
from samverk.core.scope import OutOfScope, Scope, owned_tables
from samverk.identity.tables import Group, Organisation
from samverk.knowledge.tables import Collection, Grant

MINE, THEIRS = new_id(), new_id()


@pytest.fixture(autouse=True)
async def organisations(db: Database) -> None:
    async with db.write(Scope.platform()) as session:
        session.add_all(
            [Organisation(id=MINE, slug="mine", name="M"), Organisation(id=THEIRS, slug="theirs", name="T")]
        )


async def add_group(db: Database, org: UUID) -> UUID:
    group = Group(org_id=org, id=new_id(), slug="g", name="G")
    async with db.write(Scope(org)) as session:
        session.add(group)
    return group.id


def a_row(table: Any, org: UUID) -> dict[str, Any]:
    """Values for every column that must have one."""
    samples: dict[Any, Any] = {str: "x", int: 1, bool: False, UUID: new_id(), bytes: b"x"}

    def value(column: Column[Any]) -> Any:
        try:
            return samples[column.type.python_type]
        except (NotImplementedError, KeyError):
            return []

    needed = [c for c in table.__table__.columns if not c.nullable and c.default is None]
    return {**{c.key: value(c) for c in needed}, "org_id": org}


@pytest.mark.parametrize("table", owned_tables(), ids=lambda table: table.__tablename__)
async def test_no_table_takes_a_row_for_another_organisation(db: Database, table: Any) -> None:
    with pytest.raises(OutOfScope):
        async with db.write(Scope(MINE)) as session:
            session.add(table(**a_row(table, THEIRS)))
    with pytest.raises(OutOfScope):
        async with db.write(Scope(MINE)) as session:
            await session.execute(insert(table), [a_row(table, THEIRS)])
    with pytest.raises(OutOfScope):
        async with db.write(Scope.platform()) as session:
            session.add(table(**a_row(table, THEIRS)))


async def test_reads_see_only_ones_own(db: Database) -> None:
    mine, theirs = await add_group(db, MINE), await add_group(db, THEIRS)
    async with db.read(Scope(MINE)) as session:
        assert [group.id for group in await session.scalars(select(Group))] == [mine]
        assert await session.scalar(select(Group).where(Group.id == theirs)) is None
        assert await session.get(Group, (THEIRS, theirs)) is None
        assert await session.scalar(select(Group.name).where(Group.id == theirs)) is None
    async with db.read(Scope.platform()) as session:
        assert list(await session.scalars(select(Group))) == []


async def test_updates_and_deletes_touch_only_ones_own(db: Database) -> None:
    theirs = await add_group(db, THEIRS)
    async with db.write(Scope(MINE)) as session:
        await session.execute(update(Group).values(name="stolen"))
        await session.execute(delete(Group))
    async with db.read(Scope(THEIRS)) as session:
        group = await session.get(Group, (THEIRS, theirs))
        assert group is not None
        assert group.name == "G"


async def test_a_row_cannot_be_moved_to_another_organisation(db: Database) -> None:
    mine = await add_group(db, MINE)
    with pytest.raises(OutOfScope):
        async with db.write(Scope(MINE)) as session:
            await session.execute(update(Group).values(org_id=THEIRS))
    with pytest.raises(OutOfScope):
        async with db.write(Scope(MINE)) as session:
            group = await session.get(Group, (MINE, mine))
            assert group is not None
            group.org_id = THEIRS


async def test_what_is_shared_can_be_read_but_not_written_until_it_is_taken_back(db: Database) -> None:
    collection = Collection(org_id=THEIRS, id=new_id(), slug="c", name="C", level=0)
    async with db.write(Scope(THEIRS)) as session:
        session.add(collection)
        await session.flush()
        grant = Grant(id=new_id(), owner_org=THEIRS, collection_id=collection.id, to_org=MINE)
        session.add(grant)
    async with db.write(Scope(MINE)) as session:
        assert [c.slug for c in await session.scalars(select(Collection))] == ["c"]
        await session.execute(update(Collection).values(name="stolen"))
    async with db.write(Scope(THEIRS)) as session:
        row = await session.get(Grant, grant.id)
        assert row is not None
        row.revoked_at = row.created_at
    async with db.read(Scope(THEIRS)) as session:
        assert [c.name for c in await session.scalars(select(Collection))] == ["C"]
    async with db.read(Scope(MINE)) as session:
        assert list(await session.scalars(select(Collection))) == []


async def test_the_database_itself_refuses_on_postgresql(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has no row-level security")
    await add_group(db, THEIRS)
    async with db.read(Scope(MINE)) as session:
        assert (await session.execute(text("select count(*) from groups"))).scalar() == 0
    with pytest.raises(DBAPIError, match="row-level security"):
        async with db.write(Scope(MINE)) as session:
            await session.execute(
                text("insert into groups (org_id, id, slug, name) values (:org, :id, 's', 'n')"),
                {"org": THEIRS, "id": new_id()},
            )


async def test_a_scope_does_not_leak_into_the_next_use_of_a_connection(db: Database) -> None:
    await add_group(db, MINE)
    for _ in range(20):
        async with db.read(Scope(MINE)) as session:
            assert len(list(await session.scalars(select(Group)))) == 1
        async with db.read(Scope.platform()) as session:
            assert list(await session.scalars(select(Group))) == []
            if not db.is_sqlite:
                assert (await session.execute(text("select count(*) from groups"))).scalar() == 0


async def test_concurrent_increments_are_all_kept(db: Database) -> None:
    group_id = await add_group(db, MINE)

    async def append() -> None:
        async with db.write(Scope(MINE)) as session:
            group = await session.get(Group, (MINE, group_id), with_for_update=True)
            assert group is not None
            group.name += "+"

    await asyncio.gather(*(append() for _ in range(8)))
    async with db.read(Scope(MINE)) as session:
        group = await session.get(Group, (MINE, group_id))
        assert group is not None
        assert group.name == "G" + "+" * 8
