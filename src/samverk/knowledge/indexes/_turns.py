"""Turns at writing to a shelf, by leases in a folder: against other threads and, where they share the folder, other processes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from samverk.core.leases import Lease, Leases
from samverk.knowledge.ports import Shelf, ShelfBusy, ShelfNotWritten

LEASE_SECONDS = 60.0  # a writer waits for its turn
_LOOK_AGAIN_SECONDS = 0.02


@contextmanager
def turn(leases: Leases, shelf: Shelf, seconds: float = LEASE_SECONDS) -> Iterator[None]:
    """The right to write to a shelf, waited for. Raises ShelfBusy after so many seconds, ShelfNotWritten without a folder."""
    deadline = time.monotonic() + seconds
    while (lease := _taken(leases, shelf)) is None:
        if time.monotonic() > deadline:
            raise ShelfBusy
        time.sleep(_LOOK_AGAIN_SECONDS)
    try:
        yield
    finally:
        lease.release()


def _taken(leases: Leases, shelf: Shelf) -> Lease | None:
    try:
        return leases.take(shelf.collection.hex)
    except OSError as error:
        raise ShelfNotWritten from error
