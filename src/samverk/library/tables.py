"""Which models: immutable versions of model cards, where each is reached, and the catalogues that cards come from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class ModelCardVersion(OrgOwned, Base):
    """One immutable version of a model card. The newest version of a slug is the one in force.

    `origin` says which catalogue it was adopted from; null where the organisation wrote it itself.
    """

    __tablename__ = "model_cards"
    __table_args__ = (Index("model_cards_by_slug", "org_id", "slug", "version", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    version: Mapped[int]
    card: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
    origin: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    created_by: Mapped[str]


class ModelStanding(OrgOwned, Base):
    """How an organisation lets a model be used, whatever version of its card is in force: tightened, or retired."""

    __tablename__ = "model_standings"

    slug: Mapped[str] = mapped_column(primary_key=True)
    tightening: Mapped[dict[str, Any] | None] = mapped_column(Json)
    retired_at: Mapped[datetime | None] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class ModelEndpoint(OrgOwned, Base):
    """Where a model is reached: one row makes a compatible server usable. The key is encrypted at rest.

    Of several, those with the lowest `rank` are asked first, and share the calls by `weight`.
    """

    __tablename__ = "model_endpoints"
    __table_args__ = (Index("model_endpoints_by_slug", "org_id", "slug"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    slug: Mapped[str]
    provider: Mapped[str]
    model: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    flavour: Mapped[str] = mapped_column(default="")
    rank: Mapped[int] = mapped_column(default=0)
    weight: Mapped[int] = mapped_column(default=1)
    key: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CatalogueRow(OrgOwned, Base):
    """A catalogue that an organisation subscribes to, and the edition in use: `sequence` is null until there is one.

    `address` is empty where the file is carried over by hand. `refused` says why the latest edition that came was not taken.
    """

    __tablename__ = "catalogues"
    __table_args__ = (Index("catalogues_by_name", "org_id", "name", unique=True),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str]
    address: Mapped[str]
    public_key: Mapped[str]
    publisher: Mapped[str] = mapped_column(default="")
    sequence: Mapped[int | None]
    issued: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    refused: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class CatalogueCard(OrgOwned, Base):
    """A card of the edition that is in use."""

    __tablename__ = "catalogue_cards"

    catalogue_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    card: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str]
