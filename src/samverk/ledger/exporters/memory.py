"""The fake: keeps what it is sent, and fails when told to."""

from collections.abc import Sequence

from samverk.ledger.ports import ExportFailed, Record


class MemoryExporter:
    """An exporter for tests. `down`: the receiver is away; `refuses`: models whose records it never takes."""

    name = "memory"

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.down = False
        self.refuses: frozenset[str] = frozenset()
        self.tries = 0

    async def send(self, records: Sequence[Record]) -> None:
        """Keep the records. Raises ExportFailed when down, or for a model that it refuses."""
        self.tries += 1
        if self.down:
            raise ExportFailed(self.name, "down")
        if any(record.model in self.refuses for record in records):
            raise ExportFailed(self.name, "refused", lasting=True)
        self.records += records
