"""A raw connection to the ledger, for the one thread that writes. The engines differ here and in `statements` alone."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import orjson
from sqlalchemy import make_url

from samverk.ledger.statements import POSTGRES, SQLITE

_BUSY_SECONDS = 30.0


class Connection(Protocol):
    """What the writer needs of an engine. Every method blocks."""

    def begin(self) -> None:
        """Begin a transaction that may write."""

    def belong(self, org_id: UUID) -> None:
        """What follows in this transaction is this organisation's."""

    def rows(self, name: str, org_id: UUID, **values: Any) -> list[tuple[Any, ...]]:
        """What a statement gives back. `rows` of the values is a list, sent as JSON."""

    def run(self, name: str, org_id: UUID, **values: Any) -> None:
        """Run a statement that gives nothing back."""

    def commit(self) -> None:
        """Make what was done durable."""

    def rollback(self) -> None:
        """Undo what was done since `begin`; nothing happens outside a transaction."""

    def close(self) -> None:
        """Close the connection; the thread may open another."""


def connect(url: str, synchronous: str) -> Connection:
    """A connection to the database of a SQLAlchemy URL."""
    return Sqlite(url, synchronous) if url.startswith("sqlite") else Postgres(url)


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

    def rows(self, name: str, org_id: UUID, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(SQLITE[name], _plain(values, org_id)).fetchall()

    def run(self, name: str, org_id: UUID, **values: Any) -> None:
        self._connection.execute(SQLITE[name], _plain(values, org_id))

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


class Postgres:
    """A connection to PostgreSQL, for the application's role: row-level security stands."""

    def __init__(self, url: str) -> None:
        import psycopg  # heavy: only where it is used

        made = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(made, autocommit=True)

    def begin(self) -> None:
        self._connection.execute("BEGIN")

    def belong(self, org_id: UUID) -> None:
        self._connection.execute("select set_config('app.org', %s, true)", (str(org_id),))

    def rows(self, name: str, org_id: UUID, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(POSTGRES[name].encode(), _json(values, org_id)).fetchall()

    def run(self, name: str, org_id: UUID, **values: Any) -> None:
        self._connection.execute(POSTGRES[name].encode(), _json(values, org_id))

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


def _json(values: dict[str, Any], org_id: Any) -> dict[str, Any]:
    values["org"] = org_id
    if "rows" in values:
        values["rows"] = orjson.dumps(values["rows"]).decode()
    return values


def _plain(values: dict[str, Any], org_id: UUID) -> Mapping[str, Any]:
    """The values as SQLite stores them: the same as SQLAlchemy would."""
    if isinstance(at := values.get("at"), datetime):
        values["at"] = at.isoformat(" ", "microseconds")[:26]
    return _json(values, org_id.hex)
