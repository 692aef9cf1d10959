"""A PostgreSQL server of our own for the tests: made in a temporary folder, reached over a socket, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

_CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off"


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def _as_server(command: list[str]) -> None:
    """Run a command as a user that the server accepts: it refuses root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, timeout=60, cwd="/")


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty database on a fresh server. Without PostgreSQL the test is skipped, and fails in CI."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="samverk-pg-", dir="/tmp") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = f"{folder}/data"
        _as_server([initdb, "-D", data, "-U", "samverk", "-A", "trust", "--no-sync", "-E", "UTF8"])
        options = f"-k {folder} -c listen_addresses='' -c max_connections=60 {_CARELESS}"
        _as_server([control, "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start"])
        try:
            yield f"postgresql+psycopg://samverk@/postgres?host={folder}"
        finally:
            _as_server([control, "-D", data, "-m", "immediate", "-w", "stop"])


async def fresh(url: str, *, copy: bool = False) -> str:
    """The URL of a new database for an owner who is no superuser: empty, or a copy of the one that `url` names.

    The role `app` may connect.
    """
    name = f"db_{uuid4().hex}"
    source = make_url(url)
    engine = create_async_engine(source.set(database="postgres", username="samverk"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        known = set((await connection.execute(text("select rolname from pg_roles"))).scalars())
        for role in {"owner", "app"} - known:
            await connection.execute(text(f"create role {role} login"))
        how = f"template {source.database}" if copy else ""
        if int(await connection.scalar(text("show server_version_num"))) >= 150_000:
            how += " strategy file_copy"  # half the work of the log; older servers know nothing else
        await connection.execute(text(f"create database {name} owner owner {how}"))
    await engine.dispose()
    return source.set(database=name, username="owner").render_as_string(hide_password=False)


def as_role(url: str, role: str) -> str:
    """The same database, for another role."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)
