"""The record: entries can be added and read, never changed."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "seq"),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index("ledger_entries_by_call", ["org_id", "call_id", "event"], unique=True)

    op.create_table(
        "ledger_heads",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id"),
    )
    rows.freeze("ledger_entries")
    rows.protect("ledger_entries")
    rows.protect("ledger_heads")
    rows.allow("ledger_entries", "select, insert")
    rows.allow("ledger_heads", "select, insert, update")
    rows.allow("alembic_version_ledger", "select")


def downgrade() -> None:
    op.drop_table("ledger_heads")
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index("ledger_entries_by_call")

    op.drop_table("ledger_entries")
