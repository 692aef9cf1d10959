"""Jobs that survive: DBOS on a SQLite file of its own, or on PostgreSQL.

Several processes work on one queue, each as an executor that holds a lease as long as it lives. Whoever can take the lease
of an executor with jobs under way knows that it is dead, and puts its jobs back into the queue. DBOS is loaded when the
first job is asked for, or when somebody left one unfinished: a process with nothing to do never pays for it.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from contextvars import Context
from pathlib import Path
from typing import Any, ClassVar, cast
from uuid import UUID

import orjson
import structlog
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from samverk.core.ids import new_id
from samverk.core.jobs import Handler, JobsFailed, JobState, Payload, why
from samverk.core.jobs.bookkeeping import SCHEMA, Bookkeeping, open_engine
from samverk.core.leases import Lease, Leases, PostgresLease, PostgresLeases

QUEUE = "samverk"
APPLICATION = "samverk"
VERSION = "1"  # of the jobs as they are written down: pinned, so that every process can finish another's
POLL_SECONDS = 0.5  # between two looks into the queue; idle looks cost 1 % of a core
AT_ONCE = 24  # jobs that one process takes from the queue; handlers bound their own work further
AT_ONCE_FOR_ONE = 16  # of them for the same organisation, so that there is always room for another
LOOK_SECONDS = 10.0  # between two looks for what the dead have left
ATTEMPTS = 20  # to finish a job whose process died or was stopped, before it counts as failed

_log = structlog.get_logger(__name__)


class _Stopped(BaseException):
    """The process stops: the job stays unfinished. Not an Exception, which would count as the job's failure."""


class DurableJobs:
    """Jobs in `home/jobs.db`, or in PostgreSQL where `database_url` names one. One of these a process at a time.

    `owner_url` is the same database for the role that makes tables, where the application's role may not.
    """

    _running: ClassVar["DurableJobs | None"] = None
    _workflow: ClassVar[Callable[..., None] | None] = None

    def __init__(self, home: Path, database_url: str = "", *, synchronous: str = "NORMAL", owner_url: str = "") -> None:
        self._home = home
        self._owner_url = owner_url
        self._synchronous = synchronous
        on_postgres = database_url.startswith("postgresql")
        self._url = _blocking(database_url) if on_postgres else f"sqlite:///{(home / 'jobs.db').resolve()}"
        self._books = Bookkeeping(self._url)
        self._leases: Leases | PostgresLeases
        self._leases = PostgresLeases(self._url) if on_postgres else Leases(self._home / "jobs")
        self._handlers: dict[str, Handler] = {}
        self._executor = new_id().hex
        self._lease: Lease | PostgresLease | None = None
        self._engine: Engine | None = None
        self._launching = threading.Lock()
        self._launched = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._under_way: dict[str, Future[None]] = {}  # by the job's key
        self._idle: set[str] = set()  # keys of jobs that counted as under way here at the last look, and were not
        self._stopping = False

    def register(self, name: str, handler: Handler) -> None:
        """See `Jobs`."""
        self._handlers[name] = handler

    async def start(self) -> None:
        """See `Jobs`. Returns at once; the watcher finds what was left unfinished."""
        self._loop = asyncio.get_running_loop()
        self._stopping = False
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """See `Jobs`."""
        self._stopping = True
        if self._watcher:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        for future in list(self._under_way.values()):
            future.cancel()
        await asyncio.to_thread(self._land)

    async def enqueue(self, name: str, payload: Payload, *, key: str, org: UUID) -> None:
        """See `Jobs`. The organisation is the queue's partition key, so that one's crowd can be kept from another's way."""
        if name not in self._handlers:
            raise ValueError(f"nobody does jobs named {name!r}")
        await self._asking(self._enqueue, name, payload, key, org)

    async def status(self, keys: Iterable[str]) -> dict[str, JobState]:
        """See `Jobs`."""
        return await asyncio.to_thread(self._books.states, keys)

    async def failures(self, keys: Iterable[str]) -> dict[str, str]:
        """See `Jobs`."""
        return await asyncio.to_thread(self._books.failures, keys)

    async def cancel(self, keys: Iterable[str]) -> None:
        """See `Jobs`. A handler in another process is cancelled when that looks into the queue the next time."""
        wanted = list(keys)
        await self._asking(self._cancel, wanted)
        for key in wanted:
            if future := self._under_way.get(key):
                future.cancel()

    async def retry(self, keys: Iterable[str]) -> None:
        """See `Jobs`."""
        await self._asking(self._retry, list(keys))

    async def _asking(self, ask: Callable[..., None], *facts: object) -> None:
        """Ask the jobs' database for something, in a thread. Raises JobsFailed."""
        try:
            await asyncio.to_thread(ask, *facts)
        except (SQLAlchemyError, OSError) as error:
            raise JobsFailed(why=_first_line(error)) from error

    # what runs in threads

    def _enqueue(self, name: str, payload: Payload, key: str, org: UUID) -> None:
        self._launch()
        import dbos

        text = orjson.dumps(payload).decode()
        with dbos.SetWorkflowID(key), dbos.SetEnqueueOptions(queue_partition_key=org.hex):
            dbos.DBOS.enqueue_workflow(QUEUE, self._workflow_function(), name, text)

    def _cancel(self, keys: list[str]) -> None:
        if not self._books.states(keys):
            return
        self._launch()
        import dbos

        dbos.DBOS.cancel_workflows(keys)

    def _retry(self, keys: list[str]) -> None:
        if self._books.states(keys):
            self._launch()
            self._books.put_back(keys, QUEUE)

    def _launch(self) -> None:
        """Load DBOS and begin to work, once."""
        with self._launching:
            if self._launched or self._stopping:
                return
            if DurableJobs._running is not None:
                raise RuntimeError("another DurableJobs works in this process")
            self._home.mkdir(parents=True, exist_ok=True)
            self._lease = self._leases.take(self._executor)
            DurableJobs._running = self
            try:
                self._lift_off()
            except BaseException:
                self._put_down()
                raise
            self._launched = True

    def _lift_off(self) -> None:
        import dbos

        self._workflow_function()
        if self._owner_url:
            self._make_tables()
        dbos.DBOS(config=cast("dbos.DBOSConfig", self._config()))
        dbos.DBOS.launch()
        dbos.DBOS.register_queue(
            QUEUE,
            worker_concurrency=AT_ONCE,
            partition_worker_concurrency=AT_ONCE_FOR_ONE,
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )
        self._books.forget_old()
        self._take_over()

    def _make_tables(self) -> None:
        """Make the jobs' tables with the owner's role, and let the application's role use them."""
        import dbos

        dbos.DBOS.migrate(_blocking(self._owner_url), schema=SCHEMA, application_role=make_url(self._url).username)

    def _land(self) -> None:
        """End DBOS, if it was loaded."""
        with self._launching:
            if self._launched:
                self._launched = False
                self._put_down()

    def _put_down(self) -> None:
        """End DBOS; the lease is given back last, so that nobody takes what we still hold."""
        import dbos

        dbos.DBOS.destroy()
        if self._engine:
            self._engine.dispose()
        DurableJobs._running = None
        if self._lease:
            self._lease.release(forget=True)
            self._lease = None

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = {
            "name": APPLICATION,
            "system_database_url": self._url,
            "application_version": VERSION,
            "executor_id": self._executor,
            "log_level": "CRITICAL",  # what goes wrong in a job is logged here, with its name
            "serializer": _serializer(),
            "max_executor_threads": 2 * AT_ONCE,
            "dbos_system_schema": SCHEMA,
            "run_migrations": not self._owner_url,
        }
        if self._url.startswith("sqlite"):
            self._engine = open_engine(self._url, synchronous=self._synchronous, pooled=True)
            config["system_database_engine"] = self._engine
        return config

    def _take_over(self) -> None:
        """Put back into the queue what dead executors had under way."""
        import dbos

        for executor in self._books.executors():
            if executor == self._executor or (lease := self._leases.take(executor)) is None:
                continue
            try:
                _log.info("taking over the jobs of a process that died", executor=executor)
                dbos.DBOS._recover_pending_workflows([executor])
            finally:
                lease.release(forget=True)

    def _take_up_idle(self) -> None:
        """Put back into the queue what counts as under way here and is not: the database was gone when its end was to be
        written down. Only at the second look, for a job is taken from the queue a moment before it begins."""
        idle = {key for key in self._books.under_way(self._executor) if key not in self._under_way}
        if again := idle & self._idle:
            _log.info("taking up jobs whose end could not be written down", jobs=len(again))
            self._books.put_back(again, QUEUE, under_way=True)
        self._idle = idle

    def _let_go(self) -> None:
        """Cancel the handlers here whose jobs were cancelled elsewhere."""
        for key, state in self._books.states(list(self._under_way)).items():
            if state is JobState.CANCELLED and (future := self._under_way.get(key)):
                future.cancel()

    def _look(self) -> None:
        """Load DBOS if there is something to do, and see who has died."""
        if self._launched:
            self._take_over()
            self._take_up_idle()
            self._let_go()
        elif self._books.has_unfinished():
            self._launch()

    async def _watch(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._look)
            except Exception:  # noqa: BLE001 - recorded; the next look tries again
                _log.exception("the queue of jobs could not be looked into")
            await asyncio.sleep(LOOK_SECONDS)

    def _perform(self, key: str, name: str, payload: str) -> None:
        """Do one job: its handler runs in the event loop, this thread waits for it."""
        if self._stopping or self._loop is None:
            raise _Stopped
        handler = self._handlers[name]
        # Outside DBOS's context: within it what the handler asks for would be a part of this job, and where the job runs again
        # after a crash it would be taken for asked for already, by its number in order and whatever its key.
        work = _awaited(handler, orjson.loads(payload))
        future = Context().run(asyncio.run_coroutine_threadsafe, work, self._loop)
        self._under_way[key] = future
        try:
            future.result()
        except (CancelledError, asyncio.CancelledError):
            raise _Stopped from None
        except Exception as error:  # noqa: BLE001 - recorded, and raised as what may be stored
            if self._stopping:
                raise _Stopped from None
            _log.exception("job failed", job=name)
            raise RuntimeError(why(error)) from None  # the store of jobs is no place for what an error says
        finally:
            self._under_way.pop(key, None)

    @classmethod
    def _workflow_function(cls) -> Callable[..., None]:
        """The one function that DBOS knows; registered once a process."""
        if cls._workflow is None:
            import dbos

            cls._workflow = dbos.DBOS.workflow(name="samverk.job", max_recovery_attempts=ATTEMPTS)(_job)
        return cls._workflow


def _job(name: str, payload: str) -> None:
    jobs = DurableJobs._running
    if jobs is None:
        raise _Stopped
    import dbos

    jobs._perform(str(dbos.DBOS.workflow_id), name, payload)


async def _awaited(handler: Handler, payload: Payload) -> None:
    await handler(payload)


def _serializer() -> object:
    """Plain JSON in the jobs' tables: what is read back from a database must never be able to run."""
    import dbos

    class Json(dbos.Serializer):
        def serialize(self, data: Any) -> str:
            return orjson.dumps(data, default=repr).decode()

        def deserialize(self, serialized_data: str) -> Any:
            return orjson.loads(serialized_data)

        def name(self) -> str:
            return "samverk_json"

    return Json()


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).partition("\n")[0][:200]


def _blocking(url: str) -> str:
    """The same database for a driver that blocks."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
