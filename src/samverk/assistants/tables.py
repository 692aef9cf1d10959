"""Assistants with their immutable versions and drafts, what is shared between organisations, and the prompt library."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, Uuid, and_
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class AssistantRow(OrgOwned, Base):
    """An assistant: a stable name for whichever version is current. `owner` set: nobody else sees it yet.

    Until its first version is published, `version_id` names none and all there is to it is its draft.
    """

    __tablename__ = "assistants"
    __table_args__ = (Index("assistants_by_slug", "org_id", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    version_id: Mapped[UUID]
    owner: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class AssistantVersionRow(OrgOwned, Base):
    """One immutable version: `body` is canonical JSON, `digest` its SHA-256, `note` what its maker says of it."""

    __tablename__ = "assistant_versions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "assistant_id"], ["assistants.org_id", "assistants.id"]),
        Index("assistant_versions_by_ordinal", "org_id", "assistant_id", "ordinal", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    assistant_id: Mapped[UUID]
    ordinal: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str]
    created_by_name: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class AssistantDraft(OrgOwned, Base):
    """What an assistant may become: the body under work, at most one an assistant, tried out before it is put in force."""

    __tablename__ = "assistant_drafts"
    __table_args__ = (ForeignKeyConstraint(["org_id", "assistant_id"], ["assistants.org_id", "assistants.id"]),)

    assistant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_by: Mapped[str]
    updated_by_name: Mapped[str]


class AssistantShare(Base):
    """A version that its organisation shows to all others, who may take a copy. Belongs to two sides, as a grant does.

    `body` is what they see: groups and contacts of the owner are left out of it.
    """

    __tablename__ = "assistant_shares"
    __table_args__ = (
        ForeignKeyConstraint(["owner_org", "assistant_id"], ["assistants.org_id", "assistants.id"]),
        Index("assistant_shares_by_assistant", "owner_org", "assistant_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner_org: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    assistant_id: Mapped[UUID]
    ordinal: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    @classmethod
    def readable(cls, org: UUID) -> ColumnElement[bool]:
        """Which shares an organisation is shown: what the others share with it."""
        return and_(cls.owner_org != org, cls.revoked_at.is_(None))


class PromptRow(OrgOwned, Base):
    """A question to fill in and send: `text` holds its fields as `{field}`. Its owner's alone until it is shared."""

    __tablename__ = "prompts"
    __table_args__ = (Index("prompts_by_owner", "org_id", "owner"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner: Mapped[str]
    owner_name: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)
