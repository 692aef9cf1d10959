"""Where documents come from: sources, what is remembered of their items, and the reports of their syncs."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("sources", "source_items", "syncs", "sync_entries")


def upgrade() -> None:
    op.create_table(
        "sources",
        *_uuids("org_id", "id", "collection_id"),
        *_texts("kind", "name"),
        sa.Column("settings", database.Json(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("schedule", database.Json(), nullable=True),
        *_moments("next_at", "paused_at", nullable=True),
        sa.Column("memory", database.Json(), nullable=False),
        sa.Column("sync_id", sa.Uuid(), nullable=True),
        *_texts("added_by"),
        *_moments("created_at", "updated_at"),
        *_moments("deleted_at", nullable=True),
        sa.ForeignKeyConstraint(["org_id", "collection_id"], ["collections.org_id", "collections.id"]),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    op.create_index("sources_by_collection", "sources", ["org_id", "collection_id"])
    op.create_table(
        "source_items",
        *_uuids("org_id", "source_id"),
        *_texts("key", "address", "path", "link", "etag", "modified", "hash"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_uuids("document_id", "sync_id"),
        sa.ForeignKeyConstraint(["org_id", "source_id"], ["sources.org_id", "sources.id"]),
        sa.PrimaryKeyConstraint("org_id", "source_id", "key"),
    )
    op.create_index("source_items_by_document", "source_items", ["org_id", "document_id"])
    op.create_table(
        "syncs",
        *_uuids("org_id", "id", "source_id"),
        *_texts("state"),
        sa.Column("reason", database.Json(), nullable=True),
        *_texts("asked_by"),
        *_numbers("added", "changed", "removed", "refused", "unchanged", "seen", "expected"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        *_moments("created_at"),
        *_moments("started_at", "finished_at", "cancelled_at", nullable=True),
        sa.ForeignKeyConstraint(["org_id", "source_id"], ["sources.org_id", "sources.id"]),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    op.create_index("syncs_by_source", "syncs", ["org_id", "source_id", "id"])
    op.create_index("syncs_by_state", "syncs", ["org_id", "state"])
    op.create_table(
        "sync_entries",
        *_uuids("org_id", "sync_id"),
        *_texts("key", "address", "path", "outcome"),
        sa.Column("reason", database.Json(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        *_texts("hash"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "sync_id"], ["syncs.org_id", "syncs.id"]),
        sa.PrimaryKeyConstraint("org_id", "sync_id", "key"),
    )
    op.create_index("sync_entries_by_outcome", "sync_entries", ["org_id", "sync_id", "outcome", "path"])
    for table in TABLES:
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _uuids(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moments(*names: str, nullable: bool = False) -> list[sa.Column[object]]:
    return [sa.Column(name, database.Moment(timezone=True), nullable=nullable) for name in names]
