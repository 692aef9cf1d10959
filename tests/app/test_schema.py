"""The databases are brought to their newest schema: the same as the code's, once, by whoever comes first."""

import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from samverk.app import schema
from samverk.app.tables import METADATA
from samverk.core.database import Database, DatabaseFailed

UPGRADE = """
import asyncio, sys
from samverk.app import schema
from samverk.core.database import Database
async def main():
    db, ledger = Database(sys.argv[1]), Database(sys.argv[2])
    await schema.upgrade(db, ledger)
asyncio.run(main())
"""
BRANCHES = ("main", "ledger")


@pytest.mark.parametrize("branch", BRANCHES)
async def test_an_upgrade_from_nothing_gives_what_the_code_says(
    databases: tuple[Database, Database], branch: str
) -> None:
    def differences(connection: Connection) -> list[object]:
        names = METADATA[branch].tables
        options = {
            "include_object": lambda thing, name, kind, *_: kind != "table" or name in names,
            "compare_type": True,
            "render_as_batch": True,
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA[branch])

    async with databases[BRANCHES.index(branch)].engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.parametrize("branch", BRANCHES)
async def test_the_head_is_what_alembic_says_and_what_is_stored(
    databases: tuple[Database, Database], branch: str
) -> None:
    async with databases[BRANCHES.index(branch)].engine.connect() as connection:
        stored = await connection.execute(text(f"select version_num from alembic_version_{branch}"))
        assert stored.scalar_one() == schema.head(branch)
        found = await connection.run_sync(
            lambda connection: ScriptDirectory.from_config(schema.config(branch, connection)).get_heads()
        )
    assert list(found) == [schema.head(branch)], "one line of revisions, numbered in order"


async def test_an_upgrade_of_what_is_up_to_date_does_nothing(
    databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("there is nothing to do")

    monkeypatch.setattr(schema, "_upgrade", refuse)
    await schema.upgrade(*databases)


def test_processes_that_start_at_once_do_not_get_in_each_other_s_way(empty: tuple[str, str]) -> None:
    command = [sys.executable, "-c", UPGRADE, *empty]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said


async def test_a_database_that_cannot_be_reached_is_told() -> None:
    gone = Database("postgresql+psycopg://app@127.0.0.1:1/samverk")
    with pytest.raises(DatabaseFailed, match="could not be used"):
        await schema.upgrade(gone, gone)
    await gone.close()
