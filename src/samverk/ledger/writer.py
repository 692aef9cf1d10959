"""The writer: one thread a process that takes what waits, writes it in one transaction, and begins the next.

Whoever adds an event waits for its own alone. Where a batch cannot be written its events are tried once more, one by one and
over a new connection: an event that cannot be written fails alone, and a connection that was lost is no failure.
"""

import asyncio
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue

from samverk.core.errors import SamverkError
from samverk.ledger import batches
from samverk.ledger.batches import Entry
from samverk.ledger.connections import Connection, connect
from samverk.ledger.metrics import Metrics
from samverk.ledger.presence import Presence

_MOST_AT_ONCE = 500
# A batch costs 0.25 ms beside its events. The more calls are on their way, the longer one is gathered: a call waits for the
# others anyway. One alone waits for nobody.
_LINGER_SECONDS = 0.00025  # for each call on its way
_LONGEST_LINGER_SECONDS = 0.005


class LedgerStopped(SamverkError):
    """The record cannot be written, so no model may be called."""

    code = "ledger_stopped"
    status = 503
    sv = "Anropet kan inte bokföras just nu, och utan bokföring görs inga anrop. Försök igen om en stund."
    en = "The call cannot be recorded right now, and no call is made without a record. Try again in a while."


@dataclass(slots=True)
class _Waiting:
    """Something to write, an event or a unit of work of another kind, and who waits for it."""

    what: Entry | Callable[[Connection], None]
    done: "asyncio.Future[None]"
    loop: asyncio.AbstractEventLoop
    error: LedgerStopped | None = None

    def tell(self) -> None:
        if self.done.done():  # whoever waited has left
            return
        if self.error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(self.error)


_Queue = SimpleQueue[_Waiting | None]


class Writer:
    """The writer of one process. The thread begins with the first event."""

    def __init__(self, url: str, synchronous: str, presence: Presence, metrics: Metrics) -> None:
        self._queue: _Queue = SimpleQueue()
        connection = partial(connect, url, synchronous)
        self._loop = _Loop(connection, presence, metrics, self._queue)
        self._thread: threading.Thread | None = None
        self._ended = weakref.finalize(self, self._queue.put, None)

    async def add(self, entry: Entry) -> None:
        """Write an event; returns once it is durable. Raises LedgerStopped when it cannot be, BudgetSpent for a refused hold."""
        await self._put(entry)
        if entry.refused is not None:
            raise entry.refused

    async def do(self, work: Callable[[Connection], None]) -> None:
        """Do something in the writer's thread that begins and commits by itself. Raises LedgerStopped when it fails."""
        await self._put(work)

    def _put(self, what: Entry | Callable[[Connection], None]) -> "asyncio.Future[None]":
        if not self._ended.alive:
            raise LedgerStopped
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

    def __init__(self, connect: Callable[[], Connection], presence: Presence, metrics: Metrics, queue: _Queue) -> None:
        self._connect = connect
        self._presence = presence
        self._metrics = metrics
        self._queue = queue
        self._connection: Connection | None = None
        self._under_way = 0  # calls that were opened and are not closed

    def run(self) -> None:
        """Write until told to end."""
        going = True
        while going:
            batch, going = self._taken()
            self._write(batch)
            _tell(batch)
        self._drop()
        self._presence.end()

    def _taken(self) -> tuple[list[_Waiting], bool]:
        """What waits now, at least one thing, and whether there will be more."""
        batch: list[_Waiting] = []
        first = self._queue.get()
        if self._under_way > 1:
            time.sleep(min(self._under_way * _LINGER_SECONDS, _LONGEST_LINGER_SECONDS))
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
        """Write the events at once, where that fails one by one over a new connection; then do what else there is to do."""
        events = [(waiting, waiting.what) for waiting in batch if isinstance(waiting.what, Entry)]
        if events and self._failed(partial(self._record, entries=[entry for _, entry in events])):
            lost = self._failed(lambda _: None)  # no connection can be had: nobody has to wait for that more than once
            for waiting, entry in events:
                waiting.error = lost or self._failed(partial(self._record, entries=[entry]))
        for waiting in batch:
            if not isinstance(waiting.what, Entry):
                waiting.error = self._failed(waiting.what)

    def _record(self, connection: Connection, entries: Sequence[Entry]) -> None:
        began = time.perf_counter()
        for sums in batches.write(connection, entries, self._presence.id):
            for model, closed in sums.calls:
                self._metrics.ended(model, closed)
        more = sum(-1 if entry.event == "closed" else entry.refused is None for entry in entries)
        self._under_way = max(self._under_way + more, 0)  # what others left open is closed here too
        self._metrics.count("samverk_records_total", len(entries))
        self._metrics.observe("samverk_record_batch_seconds", time.perf_counter() - began)

    def _failed(self, work: Callable[[Connection], None]) -> LedgerStopped | None:
        """Do something; what went wrong, if anything did. A connection that something went wrong with is not used again."""
        try:
            work(self._open())
        except Exception as error:  # noqa: BLE001 - every caller is told
            self._drop()
            stopped = LedgerStopped()
            stopped.__cause__ = error
            return stopped
        return None

    def _open(self) -> Connection:
        if self._connection is None:
            connection = self._connect()
            try:
                self._presence.declare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _drop(self) -> None:
        """Close the connection; what was begun and not committed is undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


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
