"""What the durable jobs have written down, read without loading what executes them.

Loading it costs a second of processor time and 40 MB, so a process asks here first whether there is anything to do.
"""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Engine, bindparam, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from samverk.core.jobs import JobState

SCHEMA = "dbos"  # on PostgreSQL; on SQLite the jobs have a file of their own
KEPT_DAYS = 30.0  # that a finished job is remembered
_AT_ONCE = 500

_STATES: Mapping[str, JobState] = {
    "ENQUEUED": JobState.WAITING,
    "DELAYED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
}  # every other is a failure


def open_engine(url: str, *, synchronous: str = "NORMAL", pooled: bool = False) -> Engine:
    """An engine for the jobs' database, which on SQLite is put in WAL mode: a reader never waits for a writer there."""
    if not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url) if pooled else create_engine(url, poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _tune(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"  # two that read and then write lose nothing
        cursor = connection.cursor()
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


class Bookkeeping:
    """The jobs' table, in the database at `url`. Its functions block: call them in a thread."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        self._schema = None if url.startswith("sqlite") else SCHEMA
        self._table = "workflow_status" if self._schema is None else f"{SCHEMA}.workflow_status"

    def exists(self) -> bool:
        """Whether there ever was a job. Makes nothing."""
        path = self._engine.url.database
        if self._schema is None and path is not None and not Path(path).is_file():
            return False
        try:
            return inspect(self._engine).has_table("workflow_status", schema=self._schema)
        except OperationalError:
            return False

    def has_unfinished(self) -> bool:
        """Whether any job waits or is under way, here or elsewhere."""
        query = f"select 1 from {self._table} where status in ('ENQUEUED', 'PENDING', 'DELAYED') limit 1"  # noqa: S608
        return self.exists() and bool(self._rows(query))

    def executors(self) -> list[str]:
        """Who has jobs under way, alive or dead."""
        query = f"select distinct executor_id from {self._table} where status = 'PENDING'"  # noqa: S608
        return [str(row[0]) for row in self._rows(query) if row[0]]

    def states(self, keys: Iterable[str]) -> dict[str, JobState]:
        """The states of the jobs with these keys; unknown ones are absent."""
        wanted = list(keys)
        if not wanted or not self.exists():
            return {}
        query = text(f"select workflow_uuid, status from {self._table} where workflow_uuid in :keys")  # noqa: S608
        query = query.bindparams(bindparam("keys", expanding=True))
        found: dict[str, JobState] = {}
        with self._engine.connect() as connection:
            for i in range(0, len(wanted), _AT_ONCE):
                for key, state in connection.execute(query, {"keys": wanted[i : i + _AT_ONCE]}):
                    found[str(key)] = _STATES.get(str(state), JobState.FAILED)
        return found

    def forget_old(self, days: float = KEPT_DAYS) -> None:
        """Forget the jobs that were finished long ago."""
        before = round(1000 * (time.time() - days * 86_400))
        query = f"delete from {self._table} where status in ('SUCCESS', 'ERROR', 'CANCELLED') and updated_at < :before"  # noqa: S608
        with self._engine.begin() as connection:
            connection.execute(text(query), {"before": before})

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
