"""A raw connection to the ledger, for the one thread that writes. The engines differ here and in `statements` alone."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import make_url

from samverk.ledger.statements import POSTGRES, SQLITE

_BUSY_SECONDS = 30.0
_CONNECT_SECONDS = 10


class Connection(Protocol):
    """What the writer needs of an engine. Every method blocks."""

    def begin(self) -> None:
        """Begin a transaction that may write."""

    def belong(self, org_id: UUID) -> None:
        """What follows in this transaction is this organisation's."""

    def rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a statement gives back. A list among the values is sent as JSON."""

    def run(self, name: str, **values: Any) -> None:
        """Run a statement that gives nothing back."""

    def commit(self) -> None:
        """Make what was done durable."""

    def close(self) -> None:
        """Close the connection. What was not committed is undone."""


def connect(url: str, synchronous: str) -> Connection:
    """A connection to the database of a SQLAlchemy URL."""
    return Sqlite(url, synchronous) if url.startswith("sqlite") else Postgres(url)


def one(org_id: UUID, statement: str, **values: Any) -> Callable[[Connection], None]:
    """One statement of an organisation, as a unit of work for the writer."""

    def work(connection: Connection) -> None:
        connection.begin()
        connection.belong(org_id)
        connection.run(statement, org=org_id, **values)
        connection.commit()

    return work


class Sqlite:
    """A connection to the ledger's own file. Ids are stored as 32 hexadecimal digits, times as text in UTC."""

    def __init__(self, url: str, synchronous: str) -> None:
        self._connection = sqlite3.connect(
            make_url(url).database or "", timeout=_BUSY_SECONDS, isolation_level=None, cached_statements=64
        )
        for pragma in (f"synchronous={synchronous}", "cache_size=-8000", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def belong(self, org_id: UUID) -> None:
        """The file has no rows of its own to guard."""

    def rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        plain = {key: _for_sqlite(value) for key, value in values.items()}
        return self._connection.execute(SQLITE[name], plain).fetchall()

    def run(self, name: str, **values: Any) -> None:
        plain = {key: _for_sqlite(value) for key, value in values.items()}
        self._connection.execute(SQLITE[name], plain)

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class Postgres:
    """A connection to PostgreSQL, for the application's role: row-level security stands."""

    def __init__(self, url: str) -> None:
        import psycopg  # heavy: only where it is used

        made = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(made, autocommit=True, connect_timeout=_CONNECT_SECONDS)

    def begin(self) -> None:
        self._connection.execute("BEGIN")

    def belong(self, org_id: UUID) -> None:
        self._connection.execute("select set_config('app.org', %s, true)", (str(org_id),))

    def rows(self, name: str, **values: Any) -> list[tuple[Any, ...]]:
        plain = {key: _as_json(value) for key, value in values.items()}
        return self._connection.execute(POSTGRES[name].encode(), plain).fetchall()

    def run(self, name: str, **values: Any) -> None:
        plain = {key: _as_json(value) for key, value in values.items()}
        self._connection.execute(POSTGRES[name].encode(), plain)

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _for_sqlite(value: Any) -> Any:
    """A value as SQLite stores it: the same as SQLAlchemy would."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")[:26]
    return _as_json(value)


def _as_json(value: Any) -> Any:
    return orjson.dumps(value).decode() if isinstance(value, list) else value
