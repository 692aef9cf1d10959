"""What people see of sources: each with its latest sync, the reports of syncs, and what became of an item. Values without I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from samverk.core.schedules import Schedule
from samverk.knowledge.syncing import Outcome
from samverk.knowledge.views import Reason, Status

SyncState = Literal["waiting", "running", "open", "held", "done", "failed", "cancelled"]
UNDER_WAY: tuple[SyncState, ...] = ("waiting", "running", "open")


@dataclass(frozen=True, slots=True)
class SourceFields:
    """What people say of a source. `name` empty: its place; `secret` None: the one that it had; `schedule` None: when asked."""

    kind: str
    settings: dict[str, str]
    name: str = ""
    secret: str | None = None
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True)
class SyncInfo:
    """One sync. Counts are of items; `held` are those whose removal waits for an answer, `not_read` and `reading` those of the
    taken whose documents could not be read or are still being read; `expected` is how many there were the last time."""

    id: UUID
    source_id: UUID
    state: SyncState
    reason: Reason | None
    asked_by: str
    added: int
    changed: int
    removed: int
    refused: int
    unchanged: int
    held: int
    not_read: int
    reading: int
    seen: int
    expected: int
    bytes: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in UNDER_WAY

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None before its end."""
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source of a collection. `where` is its place in a few characters; `has_secret`: one is kept, and never shown."""

    id: UUID
    collection: str
    collection_id: UUID
    kind: str
    name: str
    where: str
    settings: dict[str, str]
    has_secret: bool
    schedule: Schedule | None
    next_at: datetime | None
    paused: bool
    items: int
    last: SyncInfo | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """What a sync did with an item. `status` is how the reading of what it took went, as long as that is the document's file."""

    address: str
    path: str
    outcome: Outcome
    reason: Reason | None
    document_id: UUID | None
    bytes: int
    status: Status | None
