"""The database: one door to sessions, on SQLite (embedded, WAL) and PostgreSQL alike.

`read` gives a session for reading, `write` one short unit of work that begins immediately and commits at its end, so that
two that read and then write never lose each other's update. Both narrow every statement to the caller's scope.

On SQLite the units of a process take turns, first come first served: the engine's own waiting is unfair, and gives up.
A task that is cancelled leaves nothing half done: a commit that has begun ends, anything else is rolled back.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import DateTime, Dialect, String, TypeDecorator, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from samverk.core.errors import Conflict, SamverkError
from samverk.core.scope import Scope, guard

T = TypeVar("T")

_BUSY_MS = 30_000
_FORGET_WAITS_MS = 500  # nobody writes meanwhile


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC, on engines that know time zones and on those that do not."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Json(TypeDecorator[Any]):
    """JSON in a text column, read and written by orjson: the same on every engine."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class DatabaseFailed(SamverkError):
    """The database could not be used: the disk is full, or it cannot be reached."""

    code = "database_failed"
    status = 503
    sv = "Databasen gick inte att använda: {why}. Det som sparats finns kvar; försök igen om en stund."
    en = "The database could not be used: {why}. What was stored is still there; please try again in a while."


class Database:
    """One database and its connections."""

    def __init__(self, url: str, synchronous: str = "NORMAL") -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_pre_ping=url.startswith("postgresql"),
            hide_parameters=True,  # an error that is logged must not tell what was stored
        )
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turn: AbstractAsyncContextManager[None] = Turn() if self.is_sqlite else nullcontext()
        if self.is_sqlite:
            _tune_sqlite(self.engine.sync_engine, synchronous)

    @asynccontextmanager
    async def read(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """A session for reading within the scope; nothing is kept at its end."""
        async with self._session(scope, "BEGIN") as session:
            yield session

    @asynccontextmanager
    async def write(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """One unit of work within the scope: begins immediately, commits at its end, rolls back on any error."""
        async with self._turn, self._session(scope, "BEGIN IMMEDIATE") as session:
            yield session
            await completed(session.commit())

    @asynccontextmanager
    async def _session(self, scope: Scope, begin: str) -> AsyncIterator[AsyncSession]:
        with plainly():
            async with self._opened(scope, begin) as session:
                yield session

    @asynccontextmanager
    async def _opened(self, scope: Scope, begin: str) -> AsyncIterator[AsyncSession]:
        async with self.engine.connect() as connection:
            if self.is_sqlite:
                await connection.execution_options(samverk_begin=begin)
            async with AsyncSession(connection, expire_on_commit=False, info={"scope": scope}) as session:
                guard(session.sync_session)
                if not self.is_sqlite:
                    org = str(scope.org) if scope.org else ""
                    await session.execute(text("select set_config('app.org', :org, true)"), {"org": org})
                yield session

    async def forget(self) -> None:
        """Let what was erased leave the write-ahead log too, where older pages still hold it.

        Where somebody reads for longer than a moment it stays until the next time. PostgreSQL clears its own by vacuum.
        """
        if not self.is_sqlite:
            return
        with plainly():
            async with self._turn, self.engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                for pragma in (
                    f"busy_timeout={_FORGET_WAITS_MS}",
                    "wal_checkpoint(TRUNCATE)",
                    f"busy_timeout={_BUSY_MS}",
                ):
                    await driver.execute_fetchall(f"PRAGMA {pragma}")

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


@contextmanager
def plainly() -> Iterator[None]:
    """Tell what keeps the database from working, or a name that is taken, as an error that a person understands.

    Raises DatabaseFailed for a full disk or a lost connection, Conflict where somebody stored the same meanwhile.
    """
    try:
        yield
    except OperationalError as error:
        raise DatabaseFailed(why=str(error.orig).partition("\n")[0]) from error
    except IntegrityError as error:
        if not _is_taken(error):
            raise
        raise Conflict(
            sv="Någon annan hann före med samma sak. Försök igen.",
            en="Somebody else was faster with the same thing. Please try again.",
        ) from error
    except NoConnectionFree as error:
        raise DatabaseFailed(why="no connection is free") from error


def _is_taken(error: IntegrityError) -> bool:
    """Whether a row with the same unique key exists already: SQLSTATE 23505; SQLite says it in words alone."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


class Turn(AbstractAsyncContextManager[None]):
    """The right of one task at a time, in the order in which they asked."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    async def __aenter__(self) -> None:
        if self._holder is asyncio.current_task():
            raise RuntimeError("a unit of work within a unit of work would wait for itself")
        await self._lock.acquire()
        self._holder = asyncio.current_task()

    async def __aexit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()


async def completed(work: Coroutine[Any, Any, T]) -> T:
    """Do something to its end, even if the task that waits for it is cancelled; the cancellation goes on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled from (None if task.cancelled() else task.exception())
    return task.result()


def _tune_sqlite(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we begin ourselves: the driver would begin too late
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_MS}",  # first: the others may have to wait
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "cache_size=-8000",
            # What is erased is overwritten, in freed pages too; FAST leaves those as they were. No dearer than FAST, or than OFF,
            # on an ordinary write: 0.39 ms CPU with any of them (events of an answer and the words of its conversation).
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("samverk_begin", "BEGIN"))


def _write_ahead(cursor: Any) -> None:
    """Switch a new database to its write-ahead log; where two processes do so at once, SQLite does not wait by itself."""
    for patience in (0.05, 0.2, 0.5, 1.0, 2.0):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(patience)
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")
