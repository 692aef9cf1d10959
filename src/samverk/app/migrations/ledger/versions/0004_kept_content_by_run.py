"""Kept content can be found by the run that it was said in: who erases a conversation erases it too."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ledger_contents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run_id", sa.Uuid(), nullable=True))
        batch_op.create_index("ledger_contents_by_run", ["org_id", "run_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ledger_contents", schema=None) as batch_op:
        batch_op.drop_index("ledger_contents_by_run")
        batch_op.drop_column("run_id")
