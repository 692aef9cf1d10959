"""The terms that an organisation's calls stand under: its budgets, its limits, its plan."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import new_id, now
from samverk.core.scope import Base, OrgOwned


class BudgetRow(OrgOwned, Base):
    """A budget; see `samverk.gateway.budgets`. `warned_period` is the last one in which somebody was warned."""

    __tablename__ = "budgets"
    __table_args__ = (
        Index("budgets_by_subject", "org_id", "subject", "name", "period", "unit", "currency", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    subject: Mapped[str]
    name: Mapped[str]
    period: Mapped[str]
    unit: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    before: Mapped[int] = mapped_column(BigInteger, default=0)
    before_period: Mapped[str] = mapped_column(default="")
    warned_period: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class LimitRow(OrgOwned, Base):
    """How fast a key may ask or a model be asked; `name` is a key's id, a model's slug, or `*` for all others."""

    __tablename__ = "limits"

    subject: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int | None]
    tokens: Mapped[int | None]
    concurrent: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)


class PlanRow(OrgOwned, Base):
    """The plan of an organisation; without a row it has none."""

    __tablename__ = "plans"

    body: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
