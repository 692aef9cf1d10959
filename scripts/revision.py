"""Writes the next migration from what the tables say and the last migration left: scripts/revision.py main|ledger NAME."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from samverk.app import schema, tables
from samverk.core.database import Database


def _revise(connection: Connection, branch: str, name: str) -> None:
    config = schema.config(branch, connection)
    versions = schema._MIGRATIONS / branch / "versions"
    number = f"{sum(1 for _ in versions.glob('[0-9]*.py')) + 1:04}"
    if number != "0001":
        command.upgrade(config, "head")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    command.revision(config, name, autogenerate=True, rev_id=number)


async def main(branch: str, name: str) -> None:
    assert branch in tables.METADATA
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder)}/new.db")
        async with database.engine.begin() as connection:
            await connection.run_sync(_revise, branch, name)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
