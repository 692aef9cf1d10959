"""Conversations, runs and their events, citations, traces and feedback."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


def _where(condition: str) -> dict[str, Any]:
    """An index over the rows for which a condition holds, so that a list never touches the others.

    The condition stands in the words that a query has on the engine; in others, SQLite does not see that the index has the rows.
    """
    return {
        "sqlite_where": text(condition.replace("false", "0").replace("true", "1")),
        "postgresql_where": text(condition),
    }


LISTED = "deleted_at IS NULL AND temporary IS false"


class Folder(OrgOwned, Base):
    """Where a principal puts conversations that belong together."""

    __tablename__ = "folders"
    __table_args__ = (Index("folders_by_name", "org_id", "owner", "name", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner: Mapped[str]
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Conversation(OrgOwned, Base):
    """Questions and answers of one principal with one assistant. `owner` is the principal's id as text.

    Its runs form a tree by `Run.after_id`; `head_id` is the end of the branch that was used last. `terms` are the stems of all
    that was said, between blanks, for searching. `collection_id` holds the files that were attached. A temporary conversation is
    in no list and erased soon after its last use.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("conversations_by_owner", "org_id", "owner", "updated_at"),
        Index("conversations_by_use", "org_id", "updated_at"),
        Index("conversations_by_folder", "org_id", "owner", "folder_id", "updated_at", **_where(LISTED)),
        Index("conversations_by_assistant", "org_id", "owner", "assistant_id", "updated_at", **_where(LISTED)),
        Index("conversations_pinned", "org_id", "owner", "pinned_at", **_where("pinned_at IS NOT NULL")),
        Index("conversations_temporary", "org_id", "updated_at", **_where("temporary IS true")),
        Index("conversations_deleted", "org_id", "deleted_at", **_where("deleted_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner: Mapped[str]
    assistant_id: Mapped[UUID]
    title: Mapped[str]
    head_id: Mapped[UUID | None]
    folder_id: Mapped[UUID | None]
    collection_id: Mapped[UUID | None]
    temporary: Mapped[bool] = mapped_column(default=False)
    terms: Mapped[str] = mapped_column(default="")
    pinned_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Run(OrgOwned, Base):
    """One piece of work that events tell of: an answer today; tools, flows and approvals by the same table.

    `kind` is `ask`; `status` is `running`, `done`, `stopped` or `failed`; `parent_id` makes a tree of runs that start others.
    `after_id` is the run before it in its conversation: runs after the same one are branches. An answer that was asked again, or
    whose question was changed, points to the one it replaces.
    """

    __tablename__ = "runs"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "conversation_id"], ["conversations.org_id", "conversations.id"]),
        Index("runs_by_conversation", "org_id", "conversation_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(default="ask")
    parent_id: Mapped[UUID | None]
    conversation_id: Mapped[UUID | None]
    owner: Mapped[str]
    question: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default="running")
    worker: Mapped[str]
    replaces: Mapped[UUID | None]
    after_id: Mapped[UUID | None]
    marked_level: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class RunEvent(OrgOwned, Base):
    """One event of a run, in order."""

    __tablename__ = "run_events"
    __table_args__ = (ForeignKeyConstraint(["org_id", "run_id"], ["runs.org_id", "runs.id"]),)

    run_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class CitationRow(OrgOwned, Base):
    """A citation as it was checked, never renumbered: the quote stays even if its document goes."""

    __tablename__ = "citations"
    __table_args__ = (ForeignKeyConstraint(["org_id", "run_id"], ["runs.org_id", "runs.id"]),)

    run_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]
    passage_id: Mapped[UUID | None]
    body: Mapped[dict[str, Any]] = mapped_column(Json)


class TraceRow(OrgOwned, Base):
    """How an answer came about, as a snapshot. `public_id` is set once somebody publishes its projection."""

    __tablename__ = "traces"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "run_id"], ["runs.org_id", "runs.id"]),
        Index("traces_by_public_id", "public_id", unique=True),
    )

    run_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    public_id: Mapped[str | None]


class Feedback(OrgOwned, Base):
    """What a person thought of an answer. `consent` says whether it may be used to improve assistants."""

    __tablename__ = "feedback"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "run_id"], ["runs.org_id", "runs.id"]),
        Index("feedback_by_run", "org_id", "run_id", "owner", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    run_id: Mapped[UUID]
    owner: Mapped[str]
    good: Mapped[bool]
    reason: Mapped[str | None]
    comment: Mapped[str] = mapped_column(default="")
    consent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
