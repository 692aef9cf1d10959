"""Assistants and their immutable versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class AssistantRow(OrgOwned, Base):
    """An assistant: a stable name for whichever version is current."""

    __tablename__ = "assistants"
    __table_args__ = (Index("assistants_by_slug", "org_id", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    version_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)


class AssistantVersionRow(OrgOwned, Base):
    """One immutable version: `body` is canonical JSON, `digest` its SHA-256."""

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
