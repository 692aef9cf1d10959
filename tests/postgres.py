"""A PostgreSQL server of our own for the tests: made in a temporary folder, reached over a socket, gone at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


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
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        _as_server([control, "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start"])
        try:
            yield f"postgresql+psycopg://samverk@/postgres?host={folder}"
        finally:
            _as_server([control, "-D", data, "-m", "immediate", "-w", "stop"])
