"""Sources of a collection, what is remembered of their items, and the report of each sync."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class SourceRow(OrgOwned, Base):
    """A place that documents of a collection come from.

    `settings` is what its form asked for and `secret` the sealed rest; `memory` is the source's own. `schedule` empty: it is
    synced when somebody asks. `next_at` is when the next sync is due, `sync_id` the latest sync.
    """

    __tablename__ = "sources"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "collection_id"], ["collections.org_id", "collections.id"]),
        Index("sources_by_collection", "org_id", "collection_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    collection_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    settings: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    schedule: Mapped[dict[str, Any] | None] = mapped_column(Json)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    memory: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sync_id: Mapped[UUID | None]
    added_by: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class SourceItem(OrgOwned, Base):
    """What is remembered of an item that was taken: `key` is the SHA-256 of its address, which may be long.

    `sync_id` is the sync that changed it last or, where others bring the items, mentioned it last.
    """

    __tablename__ = "source_items"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_id"], ["sources.org_id", "sources.id"]),
        Index("source_items_by_document", "org_id", "document_id"),
    )

    source_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    path: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    modified: Mapped[str] = mapped_column(default="")
    hash: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[UUID]
    sync_id: Mapped[UUID]


class SyncRow(OrgOwned, Base):
    """One sync of a source. `state` is `waiting`, `running`, `held`, `done`, `failed` or `cancelled`; `reason` says why.

    The counts are of items; `expected` is how many there were the last time and `seen` how many were mentioned so far.
    `held`: so many would be removed that somebody has to say yes first.
    """

    __tablename__ = "syncs"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "source_id"], ["sources.org_id", "sources.id"]),
        Index("syncs_by_source", "org_id", "source_id", "id"),
        Index("syncs_by_state", "org_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source_id: Mapped[UUID]
    state: Mapped[str]
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    asked_by: Mapped[str] = mapped_column(default="")
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)


class SyncEntry(OrgOwned, Base):
    """What a sync did with one item: `added`, `changed`, `removed`, `refused`, or `held`, which waits for an answer.

    `hash` is the content that was taken: how its reading went stands with the document as long as that is its content.
    """

    __tablename__ = "sync_entries"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "sync_id"], ["syncs.org_id", "syncs.id"]),
        Index("sync_entries_by_outcome", "org_id", "sync_id", "outcome", "path"),
    )

    sync_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    path: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    reason: Mapped[dict[str, str] | None] = mapped_column(Json)
    document_id: Mapped[UUID | None]
    hash: Mapped[str] = mapped_column(default="")
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
