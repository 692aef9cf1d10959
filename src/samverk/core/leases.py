"""Leases: the right to do something alone, among all threads and processes.

A lease is a locked file, or, among several machines, a lock in the database. The system frees it when its holder dies,
however it dies: a lease that can be had is one that nobody alive holds.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

_LOOK_AGAIN_SECONDS = 0.05


class Lease:
    """A held lease. Give it back with `release`."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path

    def held(self) -> bool:
        """Whether it is still held: until it is released."""
        return True

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


class PostgresLeases:
    """Leases among all machines that share a PostgreSQL database: its advisory locks, each on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def take(self, name: str) -> "PostgresLease | None":
        """The lease, or None when somebody holds it. Blocks on the network: call it in a thread."""
        connection = self._engine.connect()
        try:
            query = text("select pg_try_advisory_lock(hashtextextended(:name, 0))")
            if connection.execute(query, {"name": f"samverk lease {name}"}).scalar():
                return PostgresLease(connection)
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None


class PostgresLease:
    """A held lease; the database frees it when the connection ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held(self) -> bool:
        """Whether it is still held: not once its connection is lost. Blocks on the network."""
        try:
            self._connection.execute(text("select 1"))
        except DBAPIError:
            return False
        return True

    def release(self, *, forget: bool = False) -> None:
        """Give the lease back; there is nothing more to forget."""
        self._connection.close()
