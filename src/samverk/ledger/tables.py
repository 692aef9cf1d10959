"""The tables of the record: chains of events, accounts, calls on their way, sums. On SQLite they have their own file.

The entries are append-only. The others say what the entries come to, and are written in the same transactions.
"""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from samverk.core.database import Json, Moment

_ONE_TREE = {"sqlite_with_rowid": False}  # what every call touches: less to write


class LedgerBase(DeclarativeBase):
    """All tables of the ledger."""


class OfOrganisation:
    """A table whose rows belong to an organisation."""

    org_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-10)

    @classmethod
    def readable(cls: type[Self], org_id: UUID) -> ColumnElement[bool]:
        """The rows of an organisation. The ledger's reads name it themselves: writing goes over many chains at once."""
        return cls.org_id == org_id


class LedgerEntry(OfOrganisation, LedgerBase):
    """One event of a call: `opened` before the model is called, `closed` after. Never updated, never deleted."""

    __tablename__ = "ledger_entries"
    __table_args__ = (Index("ledger_entries_by_call", "org_id", "call_id", "event", unique=True),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_id: Mapped[UUID] = mapped_column(Uuid)
    event: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    previous: Mapped[str]
    digest: Mapped[str]


class LedgerHead(OfOrganisation, LedgerBase):
    """The end of an organisation's chain; its row is locked while the chain grows and its accounts change."""

    __tablename__ = "ledger_heads"

    seq: Mapped[int]
    digest: Mapped[str]


class LedgerAccount(OfOrganisation, LedgerBase):
    """What an account has come to; see `samverk.ledger.accounts`."""

    __tablename__ = "ledger_accounts"
    __table_args__ = _ONE_TREE

    account: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)


class LedgerHolds(OfOrganisation, LedgerBase):
    """A call that is open: what it holds, in which process, and under which names it will be counted."""

    __tablename__ = "ledger_holds"
    __table_args__ = _ONE_TREE

    call_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    holder: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(Json)


class LedgerUsage(OfOrganisation, LedgerBase):
    """A day's sums under one name: `kind` says what the name is of (model, assistant, key, group; all: everything)."""

    __tablename__ = "ledger_usage"
    __table_args__ = _ONE_TREE

    kind: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    denied: Mapped[int] = mapped_column(BigInteger)
    failed: Mapped[int] = mapped_column(BigInteger)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int] = mapped_column(BigInteger)
    ms: Mapped[int] = mapped_column(BigInteger)


class LedgerProcess(LedgerBase):
    """A process that opens calls. It is alive as long as it holds the lease with its id."""

    __tablename__ = "ledger_processes"

    id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment)


class LedgerContent(OfOrganisation, LedgerBase):
    """What was asked and answered in a call, sealed. The record holds its digest alone.

    `run_id` is the run that the call was made for: whoever erases the run erases this too.
    """

    __tablename__ = "ledger_contents"
    __table_args__ = (
        Index("ledger_contents_by_time", "org_id", "at"),
        Index("ledger_contents_by_run", "org_id", "run_id"),
    )

    call_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    sealed: Mapped[bytes]
    run_id: Mapped[UUID | None] = mapped_column(Uuid)


class LedgerChoice(OfOrganisation, LedgerBase):
    """How many days an organisation keeps the content of calls; without a row it keeps none."""

    __tablename__ = "ledger_choices"

    content_days: Mapped[int]


class LedgerCursor(OfOrganisation, LedgerBase):
    """How far an exporter has come in an organisation's chain."""

    __tablename__ = "ledger_cursors"

    exporter: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
