"""What was asked and answered, kept apart from the record, and how far each exporter has come."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_contents",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "call_id"),
    )
    with op.batch_alter_table("ledger_contents", schema=None) as batch_op:
        batch_op.create_index("ledger_contents_by_time", ["org_id", "at"], unique=False)
    op.create_table(
        "ledger_choices",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("content_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("org_id"),
    )
    op.create_table(
        "ledger_cursors",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("exporter", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "exporter"),
    )
    for table in ("ledger_contents", "ledger_choices", "ledger_cursors"):
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    for table in ("ledger_cursors", "ledger_choices", "ledger_contents"):
        op.drop_table(table)
