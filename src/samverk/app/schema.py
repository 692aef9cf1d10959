"""Brings the databases to the newest schema. Alembic is loaded only when there is something to do."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from samverk.core.database import Database, plainly

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


def head(branch: str) -> str:
    """The newest revision of a branch (`main`, `ledger`): revisions are files numbered from 0001."""
    return max(path.name[:4] for path in (_MIGRATIONS / branch / "versions").glob("[0-9]*.py"))


async def upgrade(db: Database, ledger: Database, owner_url: str = "") -> None:
    """Bring both databases to their newest schema, one process at a time; with the owner's role where it has a URL.

    Raises DatabaseFailed when a database cannot be reached.
    """
    for branch, database in (("main", db), ("ledger", ledger)):
        with plainly():
            async with database.engine.connect() as connection:
                current = await _current(connection, branch)
            if current == head(branch):
                continue
            owner = Database(owner_url) if owner_url else database
            try:
                await _upgrade(owner, branch, role=database.engine.url.username)
            finally:
                if owner is not database:
                    await owner.close()


async def _current(connection: AsyncConnection, branch: str) -> str | None:
    try:
        found = await connection.execute(text(f"select version_num from alembic_version_{branch}"))  # noqa: S608
    except DBAPIError:  # no such table: a new database
        return None
    version: str | None = found.scalar()
    return version


async def _upgrade(database: Database, branch: str, role: str | None) -> None:
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            await connection.execution_options(samverk_begin="BEGIN IMMEDIATE")
        async with connection.begin():
            if not database.is_sqlite:
                await connection.execute(text("select pg_advisory_xact_lock(8400)"))
            await connection.run_sync(_run, branch, role)


def _run(connection: Connection, branch: str, role: str | None) -> None:
    from alembic import command

    made = config(branch, connection)
    made.attributes["role"] = role
    command.upgrade(made, "head")


def config(branch: str, connection: Connection) -> "Config":
    """Alembic's configuration for one branch over an open connection."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS / branch))
    made.set_main_option("path_separator", "os")
    made.attributes.update(connection=connection, branch=branch)
    return made
