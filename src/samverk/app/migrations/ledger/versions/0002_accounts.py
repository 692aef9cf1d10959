"""Accounts and the calls that hold of them, sums by day, and the processes that open calls.

What every call touches has no row ids on SQLite: one tree to write instead of two.
"""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LOOKUP = "nullif(current_setting('app.lookup', true), '')"


def upgrade() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "account"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_holds",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "call_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_usage",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "day", "name", "currency")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("calls", "denied", "failed", "tokens_in", "tokens_out", "cost", "ms")
        ),
        sa.PrimaryKeyConstraint("org_id", "kind", "day", "name", "currency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_processes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("started_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    rows.protect("ledger_accounts")
    rows.protect("ledger_holds", readable=[f"holder = {_LOOKUP}"])
    rows.protect("ledger_usage")
    for table in ("ledger_accounts", "ledger_holds", "ledger_usage", "ledger_processes"):
        rows.allow(table)


def downgrade() -> None:
    for table in ("ledger_processes", "ledger_usage", "ledger_holds", "ledger_accounts"):
        op.drop_table(table)
