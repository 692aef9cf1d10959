"""How much others use what an organisation shares with them."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "collection_uses"


def upgrade() -> None:
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("org_id", "collection_id", "by_org")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "collection_id"], ["collections.org_id", "collections.id"]),
        sa.PrimaryKeyConstraint("org_id", "collection_id", "by_org", "day"),
    )
    rows.protect(TABLE)
    rows.allow(TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
