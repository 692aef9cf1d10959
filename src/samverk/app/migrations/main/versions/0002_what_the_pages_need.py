"""What the pages need: the look of an organisation, invitations, drafts, prompts, branches and folders of conversations."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database
from samverk.core.swedish import stems

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW = (
    "changes",
    "folders",
    "invitations",
    "organisation_settings",
    "preferences",
    "prompts",
    "assistant_drafts",
    "assistant_shares",
)
LISTED = "deleted_at IS NULL AND temporary IS false"
CONVERSATION_INDEXES = (
    ("conversations_by_folder", ["org_id", "owner", "folder_id", "updated_at"], LISTED),
    ("conversations_by_assistant", ["org_id", "owner", "assistant_id", "updated_at"], LISTED),
    ("conversations_pinned", ["org_id", "owner", "pinned_at"], "pinned_at IS NOT NULL"),
    ("conversations_temporary", ["org_id", "updated_at"], "temporary IS true"),
    ("conversations_deleted", ["org_id", "deleted_at"], "deleted_at IS NOT NULL"),
)
# What the older rows are read and written through.
OLDER = sa.MetaData()
ORGANISATIONS = sa.Table("organisations", OLDER, sa.Column("id", sa.Uuid))
RUNS = sa.Table(
    "runs",
    OLDER,
    *(sa.Column(name, sa.Uuid) for name in ("org_id", "id", "conversation_id", "replaces", "after_id")),
    *(sa.Column(name, sa.String) for name in ("question", "answer")),
    sa.Column("created_at", database.Moment),
)
CONVERSATIONS = sa.Table(
    "conversations",
    OLDER,
    *(sa.Column(name, sa.Uuid) for name in ("org_id", "id", "head_id")),
    sa.Column("terms", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("facts", database.Json(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index("changes_by_action", ["org_id", "action"], unique=False)

    op.create_table(
        "folders",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("folders", schema=None) as batch_op:
        batch_op.create_index("folders_by_name", ["org_id", "owner", "name"], unique=True)

    op.create_table(
        "invitations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("groups", database.Json(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", database.Moment(timezone=True), nullable=False),
        sa.Column("accepted_at", database.Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("invitations_by_digest", ["digest"], unique=True)

    op.create_table(
        "organisation_settings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_type", sa.String(), nullable=False),
        sa.Column("logo_digest", sa.String(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("session_hours", sa.Integer(), nullable=True),
        sa.Column("contact", database.Json(), nullable=True),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id"),
    )
    op.create_table(
        "preferences",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "owner"),
    )
    op.create_table(
        "prompts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("owner_name", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.Column("deleted_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("prompts", schema=None) as batch_op:
        batch_op.create_index("prompts_by_owner", ["org_id", "owner"], unique=False)

    op.create_table(
        "assistant_drafts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.Column("updated_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "assistant_id"],
            ["assistants.org_id", "assistants.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "assistant_id"),
    )
    op.create_table(
        "assistant_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_org", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_org", "assistant_id"],
            ["assistants.org_id", "assistants.id"],
        ),
        sa.ForeignKeyConstraint(
            ["owner_org"],
            ["organisations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assistant_shares", schema=None) as batch_op:
        batch_op.create_index("assistant_shares_by_assistant", ["owner_org", "assistant_id"], unique=False)

    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_by", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("assistants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner", sa.String(), nullable=True))

    with op.batch_alter_table("assistant_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_by_name", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("owner", sa.String(), nullable=True))

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("head_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("folder_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("collection_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("temporary", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("terms", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pinned_at", database.Moment(timezone=True), nullable=True))
        batch_op.create_index("conversations_by_use", ["org_id", "updated_at"], unique=False)
        for name, columns, condition in CONVERSATION_INDEXES:
            on_sqlite = condition.replace("false", "0").replace("true", "1")
            batch_op.create_index(
                name, columns, unique=False, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(condition)
            )

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_by", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_login_at", database.Moment(timezone=True), nullable=True))

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("after_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("marked_level", sa.Integer(), nullable=False, server_default="0"))

    _protect()
    _chain_runs()


def _protect() -> None:
    for table in ("changes", "folders", "organisation_settings", "preferences", "prompts", "assistant_drafts"):
        rows.protect(table)
    rows.protect("invitations", readable=["digest = current_setting('app.lookup', true)"])
    rows.protect("assistant_shares", owner="owner_org", readable=["revoked_at is null"])
    for table in NEW:
        rows.allow(table)


def _chain_runs() -> None:
    """Let each run of an older conversation follow the one before it; one that was asked again stands beside its successor."""
    bind = op.get_bind()
    for org in bind.execute(sa.select(ORGANISATIONS.c.id)).scalars().all():
        if rows.is_postgres():
            bind.execute(sa.text("select set_config('app.org', :org, true)"), {"org": str(org)})
        ours = bind.execute(
            sa.select(RUNS).where(RUNS.c.org_id == org, RUNS.c.conversation_id.is_not(None)).order_by(RUNS.c.created_at)
        )
        said: dict[UUID, list[sa.Row[Any]]] = {}
        for run in ours:
            said.setdefault(run.conversation_id, []).append(run)
        for conversation, runs in said.items():
            _chain(bind, org, conversation, runs)


def _chain(bind: sa.Connection, org: UUID, conversation: UUID, runs: list[sa.Row[Any]]) -> None:
    after: dict[UUID, UUID | None] = {}
    head: UUID | None = None
    for run in runs:
        after[run.id] = after.get(run.replaces, head)
        head = run.id
        bind.execute(sa.update(RUNS).where(RUNS.c.org_id == org, RUNS.c.id == run.id).values(after_id=after[run.id]))
    found = {stem for run in runs for text in (run.question, run.answer) for stem in stems(text)}
    bind.execute(
        sa.update(CONVERSATIONS)
        .where(CONVERSATIONS.c.org_id == org, CONVERSATIONS.c.id == conversation)
        .values(head_id=head, terms=" ".join(["", *sorted(found), ""]))
    )


def downgrade() -> None:
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_column("marked_level")
        batch_op.drop_column("after_id")

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("last_login_at")

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_column("added_by")

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        for name, _, _ in CONVERSATION_INDEXES:
            batch_op.drop_index(name)
        batch_op.drop_index("conversations_by_use")
        batch_op.drop_column("pinned_at")
        batch_op.drop_column("terms")
        batch_op.drop_column("temporary")
        batch_op.drop_column("collection_id")
        batch_op.drop_column("folder_id")
        batch_op.drop_column("head_id")

    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.drop_column("owner")
        batch_op.drop_column("description")

    with op.batch_alter_table("assistant_versions", schema=None) as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("created_by_name")

    with op.batch_alter_table("assistants", schema=None) as batch_op:
        batch_op.drop_column("owner")

    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_column("created_by")

    with op.batch_alter_table("assistant_shares", schema=None) as batch_op:
        batch_op.drop_index("assistant_shares_by_assistant")

    op.drop_table("assistant_shares")
    op.drop_table("assistant_drafts")
    with op.batch_alter_table("prompts", schema=None) as batch_op:
        batch_op.drop_index("prompts_by_owner")

    op.drop_table("prompts")
    op.drop_table("preferences")
    op.drop_table("organisation_settings")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("invitations_by_digest")

    op.drop_table("invitations")
    with op.batch_alter_table("folders", schema=None) as batch_op:
        batch_op.drop_index("folders_by_name")

    op.drop_table("folders")
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index("changes_by_action")

    op.drop_table("changes")
