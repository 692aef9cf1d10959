"""Masking: the sealed pseudonyms of a scope, and what an organisation has chosen."""

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
        "masking_choices",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id"),
    )
    op.create_table(
        "pseudonym_tables",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "scope"),
    )
    with op.batch_alter_table("pseudonym_tables", schema=None) as batch_op:
        batch_op.create_index("pseudonym_tables_by_use", ["org_id", "used_at"], unique=False)
    for table in ("masking_choices", "pseudonym_tables"):
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    with op.batch_alter_table("pseudonym_tables", schema=None) as batch_op:
        batch_op.drop_index("pseudonym_tables_by_use")
    op.drop_table("pseudonym_tables")
    op.drop_table("masking_choices")
