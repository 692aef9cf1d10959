"""The first tables. Row-level security says which rows an organisation may read and write."""

import sqlalchemy as sa
from alembic import op

from samverk.app.migrations import rows
from samverk.core import database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PLATFORM = ("login_attempts", "organisations", "persons", "sessions")
OWN = (
    "assistant_versions",
    "assistants",
    "citations",
    "conversations",
    "feedback",
    "group_members",
    "groups",
    "model_cards",
    "model_endpoints",
    "run_events",
    "runs",
    "traces",
)
SHARED = ("document_versions", "documents", "index_changes", "passages")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("scopes", database.Json(), nullable=False),
        sa.Column("groups", database.Json(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", database.Moment(timezone=True), nullable=True),
        sa.Column("revoked_at", database.Moment(timezone=True), nullable=True),
        sa.Column("last_used_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index("api_keys_by_digest", ["digest"], unique=True)

    op.create_table(
        "assistants",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("retired_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("assistants", schema=None) as batch_op:
        batch_op.create_index("assistants_by_slug", ["org_id", "slug"], unique=True)

    op.create_table(
        "collections",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("groups", database.Json(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("deleted_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.create_index("collections_by_slug", ["org_id", "slug"], unique=True)

    op.create_table(
        "conversations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.Column("deleted_at", database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index("conversations_by_owner", ["org_id", "owner", "updated_at"], unique=False)

    op.create_table(
        "groups",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.create_index("groups_by_slug", ["org_id", "slug"], unique=True)

    op.create_table(
        "index_changes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "seq"),
    )
    with op.batch_alter_table("index_changes", schema=None) as batch_op:
        batch_op.create_index("index_changes_by_collection", ["org_id", "collection_id", "seq"], unique=False)

    op.create_table(
        "login_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index("login_attempts_by_who", ["who", "at"], unique=False)

    op.create_table(
        "model_cards",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("card", database.Json(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("model_cards", schema=None) as batch_op:
        batch_op.create_index("model_cards_by_slug", ["org_id", "slug", "version"], unique=True)

    op.create_table(
        "model_endpoints",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("model_endpoints", schema=None) as batch_op:
        batch_op.create_index("model_endpoints_by_slug", ["org_id", "slug"], unique=True)

    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index("persons_by_subject", ["issuer", "subject"], unique=True)

    op.create_table(
        "assistant_versions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "assistant_id"],
            ["assistants.org_id", "assistants.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("assistant_versions", schema=None) as batch_op:
        batch_op.create_index("assistant_versions_by_ordinal", ["org_id", "assistant_id", "ordinal"], unique=True)

    op.create_table(
        "documents",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", database.Json(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("updated_at", database.Moment(timezone=True), nullable=False),
        sa.Column("deleted_at", database.Moment(timezone=True), nullable=True),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "collection_id"],
            ["collections.org_id", "collections.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("documents_by_id", ["id"], unique=False)
        batch_op.create_index("documents_by_path", ["org_id", "collection_id", "path"], unique=True)
        batch_op.create_index("documents_by_status", ["org_id", "status"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_org", sa.Uuid(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.Column("to_org", sa.Uuid(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_org", "collection_id"],
            ["collections.org_id", "collections.id"],
        ),
        sa.ForeignKeyConstraint(
            ["to_org"],
            ["organisations.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index("grants_by_collection", ["collection_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index("members_by_person", ["org_id", "person_id"], unique=True)

    op.create_table(
        "runs",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "conversation_id"],
            ["conversations.org_id", "conversations.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("runs_by_conversation", ["org_id", "conversation_id", "created_at"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", database.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id"],
            ["organisations.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "citations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Uuid(), nullable=True),
        sa.Column("body", database.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"],
            ["runs.org_id", "runs.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "run_id", "ordinal"),
    )
    op.create_table(
        "document_versions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("extractor", sa.String(), nullable=False),
        sa.Column("labels", database.Json(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("notes", database.Json(), nullable=False),
        sa.Column("walls", database.Json(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "document_id"],
            ["documents.org_id", "documents.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index("document_versions_by_document", ["org_id", "document_id", "ordinal"], unique=True)
        batch_op.create_index("document_versions_by_id", ["id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("created_at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"],
            ["runs.org_id", "runs.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("feedback_by_run", ["org_id", "run_id", "owner"], unique=True)

    op.create_table(
        "group_members",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "group_id"],
            ["groups.org_id", "groups.id"],
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "member_id"],
            ["members.org_id", "members.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "group_id", "member_id"),
    )
    op.create_table(
        "run_events",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("at", database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"],
            ["runs.org_id", "runs.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "run_id", "seq"),
    )
    op.create_table(
        "traces",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("body", database.Json(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "run_id"],
            ["runs.org_id", "runs.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "run_id"),
    )
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.create_index("traces_by_public_id", ["public_id"], unique=True)

    op.create_table(
        "passages",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("heading", database.Json(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("pages", database.Json(), nullable=False),
        sa.Column("collection_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "version_id"],
            ["document_versions.org_id", "document_versions.id"],
        ),
        sa.PrimaryKeyConstraint("org_id", "id"),
    )
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.create_index("passages_by_id", ["id"], unique=False)
        batch_op.create_index("passages_by_version", ["org_id", "version_id", "ordinal"], unique=True)
    _protect()


def _protect() -> None:
    for table in OWN:
        rows.protect(table)
    for table in SHARED:
        rows.protect(table, readable=[f"collection_id in ({rows.GRANTED})"])
    rows.protect("collections", readable=[f"id in ({rows.GRANTED})"])
    rows.protect("grants", owner="owner_org", readable=[f"to_org = {rows.ORG}", "to_org is null"])
    rows.protect("api_keys", readable=["digest = current_setting('app.lookup', true)"])
    rows.protect("members", readable=["person_id::text = current_setting('app.lookup', true)"])
    for table in (*PLATFORM, *OWN, *SHARED, "collections", "grants", "api_keys", "members"):
        rows.allow(table)
    rows.allow("alembic_version_main", "select")


def downgrade() -> None:
    with op.batch_alter_table("passages", schema=None) as batch_op:
        batch_op.drop_index("passages_by_version")
        batch_op.drop_index("passages_by_id")

    op.drop_table("passages")
    with op.batch_alter_table("traces", schema=None) as batch_op:
        batch_op.drop_index("traces_by_public_id")

    op.drop_table("traces")
    op.drop_table("run_events")
    op.drop_table("group_members")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("feedback_by_run")

    op.drop_table("feedback")
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.drop_index("document_versions_by_id")
        batch_op.drop_index("document_versions_by_document")

    op.drop_table("document_versions")
    op.drop_table("citations")
    op.drop_table("sessions")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index("runs_by_conversation")

    op.drop_table("runs")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index("members_by_person")

    op.drop_table("members")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index("grants_by_collection")

    op.drop_table("grants")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("documents_by_status")
        batch_op.drop_index("documents_by_path")
        batch_op.drop_index("documents_by_id")

    op.drop_table("documents")
    with op.batch_alter_table("assistant_versions", schema=None) as batch_op:
        batch_op.drop_index("assistant_versions_by_ordinal")

    op.drop_table("assistant_versions")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index("persons_by_subject")

    op.drop_table("persons")
    op.drop_table("organisations")
    with op.batch_alter_table("model_endpoints", schema=None) as batch_op:
        batch_op.drop_index("model_endpoints_by_slug")

    op.drop_table("model_endpoints")
    with op.batch_alter_table("model_cards", schema=None) as batch_op:
        batch_op.drop_index("model_cards_by_slug")

    op.drop_table("model_cards")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_index("login_attempts_by_who")

    op.drop_table("login_attempts")
    with op.batch_alter_table("index_changes", schema=None) as batch_op:
        batch_op.drop_index("index_changes_by_collection")

    op.drop_table("index_changes")
    with op.batch_alter_table("groups", schema=None) as batch_op:
        batch_op.drop_index("groups_by_slug")

    op.drop_table("groups")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("conversations_by_owner")

    op.drop_table("conversations")
    with op.batch_alter_table("collections", schema=None) as batch_op:
        batch_op.drop_index("collections_by_slug")

    op.drop_table("collections")
    with op.batch_alter_table("assistants", schema=None) as batch_op:
        batch_op.drop_index("assistants_by_slug")

    op.drop_table("assistants")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index("api_keys_by_digest")

    op.drop_table("api_keys")
