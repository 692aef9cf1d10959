"""Vectors of passages."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vector_sets",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("org_id", "id")),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("model", "query_prefix", "passage_prefix", "state")
        ),
        sa.Column("reason", database.Json(), nullable=True),
        sa.Column("refused", database.Json(), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("figures", database.Json(), nullable=True),
        sa.Column("serving", sa.Boolean(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    op.create_table(
        "passage_vectors",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("org_id", "set_id", "passage_id", "collection_id")),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("dated", database.Moment(timezone=True), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "set_id"], ["vector_sets.org_id", "vector_sets.id"]),
        sa.PrimaryKeyConstraint("org_id", "set_id", "passage_id"),
    )
    op.create_index(
        "passage_vectors_by_batch", "passage_vectors", ["org_id", "set_id", "collection_id", "batch"], unique=False
    )
    op.create_index("passage_vectors_by_digest", "passage_vectors", ["org_id", "set_id", "digest"], unique=False)
    for table in ("vector_sets", "passage_vectors"):
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    op.drop_table("passage_vectors")
    op.drop_table("vector_sets")
