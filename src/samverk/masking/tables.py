"""What the room keeps: the pseudonyms of a scope, sealed, and what an organisation has chosen."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from samverk.core.database import Json, Moment
from samverk.core.ids import now
from samverk.core.scope import Base, OrgOwned


class PseudonymTable(OrgOwned, Base):
    """The pseudonyms of one scope, an opaque id that whoever masks has named. `sealed` opens with the platform's key alone.

    `version` counts the changes: who stores must have read the version before, so that no token is lost or given twice.
    """

    __tablename__ = "pseudonym_tables"
    __table_args__ = (Index("pseudonym_tables_by_use", "org_id", "used_at"),)

    scope: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    used_at: Mapped[datetime] = mapped_column(Moment, default=now)


class MaskingChoice(OrgOwned, Base):
    """How an organisation masks: at most one row, and without one everything is as it comes. `body` is a `MaskingSettings`."""

    __tablename__ = "masking_choices"

    body: Mapped[dict[str, Any]] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(Moment, default=now)
