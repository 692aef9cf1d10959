"""The library: catalogues that cards come from, what an organisation asks beyond a card, and several endpoints for a model."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("catalogue_cards", "catalogues", "model_standings")


def upgrade() -> None:
    op.create_table(
        "catalogues",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("issued", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("taken_at", database.Moment(timezone=True), nullable=True),
        sa.Column("asked_at", database.Moment(timezone=True), nullable=True),
        sa.Column("refused", database.Json(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("catalogues", schema=None) as batch_op:
        batch_op.create_index("catalogues_by_name", ["org_id", "name"], unique=True)
    op.create_table(
        "catalogue_cards",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("card", database.Json(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "catalogue_id", "slug"),
    )
    op.create_table(
        "model_standings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("tightening", database.Json(), nullable=True),
        sa.Column("retired_at", database.Moment(timezone=True), nullable=True),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "slug"),
    )
    with op.batch_alter_table("model_cards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", database.Json(), nullable=True))
    with op.batch_alter_table("model_endpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("flavour", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_index("model_endpoints_by_slug")
        batch_op.create_index("model_endpoints_by_slug", ["org_id", "slug"], unique=False)
    for table in TABLES:
        rows.protect(table)
        rows.allow(table)


def downgrade() -> None:
    with op.batch_alter_table("model_endpoints", schema=None) as batch_op:
        batch_op.drop_index("model_endpoints_by_slug")
        batch_op.create_index("model_endpoints_by_slug", ["org_id", "slug"], unique=True)
        batch_op.drop_column("weight")
        batch_op.drop_column("rank")
        batch_op.drop_column("flavour")
    with op.batch_alter_table("model_cards", schema=None) as batch_op:
        batch_op.drop_column("origin")
    for table in reversed(TABLES):
        op.drop_table(table)
