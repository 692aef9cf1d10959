"""What text recognition read on the pages of stored files."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_readings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "content_hash", "page"),
    )
    rows.protect("page_readings")
    rows.allow("page_readings")


def downgrade() -> None:
    op.drop_table("page_readings")
