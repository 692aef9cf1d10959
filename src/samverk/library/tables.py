"""Which models: immutable versions of model cards, and where each is reached."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class ModelCardVersion(OrgOwned, Base):
    """One immutable version of a model card. The newest version of a slug is the one in force."""

    __tablename__ = "model_cards"
    __table_args__ = (Index("model_cards_by_slug", "org_id", "slug", "version", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    version: Mapped[int]
    card: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str]


class ModelEndpoint(OrgOwned, Base):
    """Where a model is reached: one row makes a compatible server usable. The key is encrypted at rest."""

    __tablename__ = "model_endpoints"
    __table_args__ = (Index("model_endpoints_by_slug", "org_id", "slug", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    provider: Mapped[str]
    model: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
