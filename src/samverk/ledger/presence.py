"""Which processes open calls, and which of them are dead.

A process stands in a table under an id of its own, and holds the lease of that id as long as it lives: the system frees it
however the process dies. Whoever can take another's lease knows that nobody alive holds it.
"""

from pathlib import Path

from sqlalchemy import make_url

from samverk.core.ids import new_id, now
from samverk.core.leases import Lease, Leases, PostgresLease, PostgresLeases
from samverk.ledger.connections import Connection


class Presence:
    """The presence of this process in one ledger. Its methods block; the writer's thread calls all but `of_dead`."""

    def __init__(self, url: str) -> None:
        self.id = str(new_id())
        self._leases = leases_of(url)
        self._lease: Lease | PostgresLease | None = None

    def declare(self, connection: Connection) -> None:
        """Hold the lease and stand in the table. Where the lease was lost and another took it, under a new id."""
        if self._lease is not None and self._lease.held():
            return
        self._lease = self._leases.take(_lease_of(self.id))
        while self._lease is None:
            self.id = str(new_id())
            self._lease = self._leases.take(_lease_of(self.id))
        connection.begin()
        connection.run("process", holder=self.id, at=now())
        connection.commit()

    def of_dead(self, process: str) -> Lease | PostgresLease | None:
        """The lease of a process that is dead; None while it lives, or while another sees to what it left."""
        return self._leases.take(_lease_of(process))

    @staticmethod
    def forget(process: str, connection: Connection) -> None:
        """Take a process that is dead out of the table, once nothing of it is open."""
        connection.begin()
        connection.run("process gone", holder=process)
        connection.commit()

    def end(self) -> None:
        """Let go of the lease. What this process may have left open is settled by the next that looks."""
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release()


def leases_of(url: str) -> Leases | PostgresLeases:
    """The leases that are shared by all who share the ledger: beside its file, or in its database."""
    file = make_url(url).database
    if url.startswith("sqlite") and file:
        return Leases(Path(file).parent / "leases")
    return PostgresLeases(url)


def _lease_of(process: str) -> str:
    return f"ledger-{process}"
