"""Leases: the right to do something alone, among all threads and processes of this machine.

A lease is a locked file. The system frees it when its holder dies, however it dies, so a lease that can be had means
that nobody alive holds it.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_LOOK_AGAIN_SECONDS = 0.05


class Lease:
    """A held lease. Give it back with `release`."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path

    def release(self, *, forget: bool = False) -> None:
        """Give the lease back; with `forget` its file is removed too, for names that never come again."""
        if forget:
            self._path.unlink(missing_ok=True)
        os.close(self._handle)


class Leases:
    """Leases by name, as files in a folder that is made when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, name: str) -> Lease | None:
        """The lease, or None when somebody holds it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise
        return Lease(handle, path)

    @asynccontextmanager
    async def waiting(self, name: str) -> AsyncIterator[None]:
        """Hold the lease, after waiting for it as long as it takes."""
        while (lease := self.take(name)) is None:  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        try:
            yield
        finally:
            lease.release()
