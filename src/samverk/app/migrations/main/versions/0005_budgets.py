"""The terms that an organisation's calls stand under: budgets, limits, plans."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("budgets", "limits", "plans")


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("subject", "name", "period", "unit", "currency")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("before_period", sa.String(), nullable=False),
        sa.Column("warned_period", sa.String(), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        named = ["org_id", "subject", "name", "period", "unit", "currency"]
        batch_op.create_index("budgets_by_subject", named, unique=True)
    op.create_table(
        "limits",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("requests", "tokens", "concurrent")),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "subject", "name"),
    )
    op.create_table(
        "plans",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id"),
    )
    for table in TABLES:
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
