"""What the durable jobs have written down, read without loading what executes them.

Loading it costs a second of processor time and 40 MB, so a process asks here first whether there is anything to do.
"""

import re
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import Engine, TextClause, bindparam, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from samverk.core.jobs import DIED, JobState

SCHEMA = "dbos"  # on PostgreSQL; on SQLite the jobs have a file of their own
KEPT_DAYS = 30.0  # that a finished job is remembered
_AT_ONCE = 500

_STATES: Mapping[str, JobState] = {
    "ENQUEUED": JobState.WAITING,
    "DELAYED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "CANCELLED": JobState.CANCELLED,
}  # every other is a failure
_ENDED_BADLY = "('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
_UNDER_WAY = "('PENDING')"
_WHY = re.compile(r"RuntimeError\('(\w+)'\)")  # as the durable jobs write down what a handler raised


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
        prefix = "" if self._schema is None else f"{SCHEMA}."
        self._table, self._results = f"{prefix}workflow_status", f"{prefix}workflow_output"

    def exists(self) -> bool:
        """Whether there ever was a job. Makes nothing."""
        path = self._engine.url.database
        if self._schema is None and path is not None and not Path(path).is_file():
            return False
        try:
            self._rows(f"select 1 from {self._table} limit 1")  # noqa: S608
        except (OperationalError, ProgrammingError):  # not there, or not ours yet: they are just being made
            return False
        return True

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
        query = f"select workflow_uuid, status from {self._table} where workflow_uuid in :keys"  # noqa: S608
        return {str(key): _STATES.get(str(state), JobState.FAILED) for key, state in self._of(query, keys)}

    def failures(self, keys: Iterable[str]) -> dict[str, str]:
        """Why those of these jobs that failed did."""
        query = (
            f"select s.workflow_uuid, coalesce(s.error, r.error) from {self._table} s "  # noqa: S608
            f"left join {self._results} r on r.workflow_uuid = s.workflow_uuid "
            "where s.workflow_uuid in :keys and s.status in ('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"
        )
        found = {str(key): _WHY.search(str(error)) for key, error in self._of(query, keys)}
        return {key: match[1] if match else DIED for key, match in found.items()}

    def under_way(self, executor: str) -> set[str]:
        """The jobs that count as under way with an executor."""
        query = f"select workflow_uuid from {self._table} where status = 'PENDING' and executor_id = :executor"  # noqa: S608
        with self._engine.connect() as connection:
            return {str(key) for key in connection.execute(text(query), {"executor": executor}).scalars()}

    def put_back(self, keys: Iterable[str], queue: str, *, under_way: bool = False) -> None:
        """Put those of these jobs that failed or were cancelled back into a queue, as if nobody had tried.

        Those that count as under way instead, where that is said.
        """
        query = (
            f"update {self._table} set status = 'ENQUEUED', queue_name = :queue, recovery_attempts = 0, error = null, "  # noqa: S608
            "owner_xid = null, started_at_epoch_ms = null, completed_at = null, updated_at = :now "
            f"where workflow_uuid in :keys and status in {_UNDER_WAY if under_way else _ENDED_BADLY}"
        )
        more = {"queue": queue, "now": round(1000 * time.time())}
        with self._engine.begin() as connection:
            for some in _parts(keys):
                connection.execute(_naming(query), {"keys": some, **more})

    def _of(self, query: str, keys: Iterable[str]) -> list[tuple[object, object]]:
        """The rows of a query over `:keys`, a part of these at a time."""
        wanted = list(keys)
        if not wanted or not self.exists():
            return []
        with self._engine.connect() as connection:
            every = [connection.execute(_naming(query), {"keys": some}).all() for some in _parts(wanted)]
        return [(row[0], row[1]) for rows in every for row in rows]

    def forget_old(self, days: float = KEPT_DAYS) -> None:
        """Forget the jobs that were finished long ago."""
        before = round(1000 * (time.time() - days * 86_400))
        query = f"delete from {self._table} where status in ('SUCCESS', 'ERROR', 'CANCELLED') and updated_at < :before"  # noqa: S608
        with self._engine.begin() as connection:
            connection.execute(text(query), {"before": before})

    def _rows(self, query: str) -> list[tuple[object, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]


def _parts(keys: Iterable[str]) -> list[list[str]]:
    every = list(keys)
    return [every[i : i + _AT_ONCE] for i in range(0, len(every), _AT_ONCE)]


def _naming(query: str) -> TextClause:
    return text(query).bindparams(bindparam("keys", expanding=True))
