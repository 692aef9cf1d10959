"""The search index in PostgreSQL keeps a passage's words in order; none in shelves of before, which are made anew."""

from alembic import op

from samverk.app.migrations import rows

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if rows.is_postgres():
        op.execute("alter table index_passages add column words bytea")


def downgrade() -> None:
    if rows.is_postgres():
        op.execute("alter table index_passages drop column words")
