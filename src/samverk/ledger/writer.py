"""The writer: one thread a process that takes what waits, writes it in one transaction, and begins the next.

Whoever adds an event waits for its own alone. Where a batch cannot be written its events are tried one by one, so that
one that cannot be written fails alone; where the connection is lost another is made.
"""

import asyncio
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from samverk.core.errors import SamverkError
from samverk.ledger import batches
from samverk.ledger.batches import Entry
from samverk.ledger.connections import Connection, connect

T = TypeVar("T")

_MOST_AT_ONCE = 500


class LedgerStopped(SamverkError):
    """The record cannot be written, so no model may be called."""

    code = "ledger_stopped"
    status = 503
    sv = "Anropet kan inte bokföras just nu, och utan bokföring görs inga anrop. Försök igen om en stund."
    en = "The call cannot be recorded right now, and no call is made without a record. Try again in a while."


@dataclass(slots=True)
class _Waiting:
    """Something to write, an event or a unit of work of another kind, and who waits for it."""

    what: Entry | Callable[[Connection], Any]
    done: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        if self.done.done():  # whoever waited has left
            return
        if self.error is None:
            self.done.set_result(self.result)
        else:
            self.done.set_exception(self.error)


_Queue = SimpleQueue[_Waiting | None]


class Writer:
    """The writer of one process. `holder` is its name in the calls that it opens. The thread begins with the first event."""

    def __init__(self, url: str, synchronous: str, holder: str) -> None:
        self.holder = holder
        self._queue: _Queue = SimpleQueue()
        self._loop = _Loop(url, synchronous, holder, self._queue)
        self._thread: threading.Thread | None = None
        self._ended = weakref.finalize(self, self._queue.put, None)

    async def add(self, entry: Entry) -> None:
        """Write an event; returns once it is durable. Raises LedgerStopped when it cannot be, BudgetSpent for a refused hold."""
        await self._put(entry)
        if entry.refused is not None:
            raise entry.refused

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Do something in the writer's thread, in a transaction of its own; gives what it gives."""
        result: T = await self._put(work)
        return result

    def _put(self, what: Entry | Callable[[Connection], Any]) -> "asyncio.Future[Any]":
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop.run, name="ledger", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(what, loop.create_future(), loop)
        self._queue.put(waiting)
        return waiting.done

    def close(self) -> None:
        """Write what waits, and end the thread. Blocks until then."""
        self._ended()
        if self._thread is not None:
            self._thread.join()


class _Loop:
    """What the thread does. It does not know the writer, so that a writer that nobody holds any more ends its thread."""

    def __init__(self, url: str, synchronous: str, holder: str, queue: _Queue) -> None:
        self._url = url
        self._synchronous = synchronous
        self._holder = holder
        self._queue = queue
        self._connection: Connection | None = None

    def run(self) -> None:
        """Write until told to end."""
        going = True
        while going:
            batch, going = self._taken()
            self._write([waiting for waiting in batch if isinstance(waiting.what, Entry)])
            for waiting in batch:
                if not isinstance(waiting.what, Entry):
                    self._tried(waiting, waiting.what)
            _tell(batch)
        self._drop()

    def _taken(self) -> tuple[list[_Waiting], bool]:
        """What waits now, at least one thing, and whether there will be more."""
        batch: list[_Waiting] = []
        first = self._queue.get()
        while first is not None:
            batch.append(first)
            if len(batch) == _MOST_AT_ONCE:
                return batch, True
            try:
                first = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """Write the events at once; where that fails, one by one."""
        if not batch:
            return
        entries = [waiting.what for waiting in batch if isinstance(waiting.what, Entry)]
        try:
            batches.write(self._open(), entries, self._holder)
        except Exception as error:  # noqa: BLE001 - every caller is told
            self._undo()
            if len(batch) > 1:
                for waiting in batch:
                    self._write([waiting])
            else:
                batch[0].error = _stopped(error)

    def _tried(self, waiting: _Waiting, work: Callable[[Connection], Any]) -> None:
        try:
            connection = self._open()
            connection.begin()
            waiting.result = work(connection)
            connection.commit()
        except Exception as error:  # noqa: BLE001 - the caller is told
            self._undo()
            waiting.error = _stopped(error)

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = connect(self._url, self._synchronous)
        return self._connection

    def _undo(self) -> None:
        """Undo what was begun; a connection that cannot even do that is lost."""
        try:
            if self._connection is not None:
                self._connection.rollback()
        except Exception:  # noqa: BLE001 - the error that led here is told
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _stopped(error: Exception) -> LedgerStopped:
    stopped = LedgerStopped()
    stopped.__cause__ = error
    return stopped


def _tell(batch: Sequence[_Waiting]) -> None:
    """Tell all that wait, once for each of their event loops."""
    for loop in {waiting.loop for waiting in batch}:
        told = [waiting for waiting in batch if waiting.loop is loop]
        try:
            loop.call_soon_threadsafe(_tell_here, told)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _tell_here(batch: Sequence[_Waiting]) -> None:
    for waiting in batch:
        waiting.tell()
