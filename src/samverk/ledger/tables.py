"""The append-only record: a chain of events per organisation. On SQLite it has its own file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from samverk.core.database import Json, Moment


class LedgerBase(DeclarativeBase):
    """All tables of the ledger."""


class LedgerEntry(LedgerBase):
    """One event of a call: `opened` before the model is called, `closed` after. Never updated, never deleted."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ledger_entries_by_call", "org_id", "call_id", "event", unique=True),)

    org_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_id: Mapped[UUID] = mapped_column(Uuid)
    event: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str]
    digest: Mapped[str]


class LedgerHead(LedgerBase):
    """The end of an organisation's chain; its row is locked while the chain grows."""

    __tablename__ = "ledger_heads"

    org_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int]
    digest: Mapped[str]
