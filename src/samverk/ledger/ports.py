"""The port of exporters: where records of calls go beside the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from samverk.core.errors import SamverkError
from samverk.ledger.content import Content


@dataclass(frozen=True, slots=True)
class Record:
    """A call that has ended: the bodies and times of both its events. `content` is None unless it is kept and is to be told."""

    org_id: UUID
    call_id: UUID
    opened_at: datetime
    closed_at: datetime
    opened: dict[str, Any]
    closed: dict[str, Any]
    content: Content | None = field(default=None, repr=False)

    @property
    def model(self) -> str:
        """The model that answered; empty where none did."""
        return str(self.closed.get("model") or self.opened.get("model") or "")

    @property
    def failure(self) -> str:
        """What went wrong, as a code; empty where nothing did."""
        outcome = self.closed.get("outcome")
        return str(
            self.closed.get("failure") or (outcome if outcome in {"denied", "failed", "cut", "left_open"} else "")
        )


class ExportFailed(SamverkError):
    """Records could not be handed over. `lasting`: the receiver refuses what was sent, and would refuse it again."""

    code = "export_failed"
    status = 502
    sv = "Det gick inte att lämna över bokföringen till {exporter}: {why}"
    en = "The record could not be handed over to {exporter}: {why}"

    def __init__(self, exporter: str, why: str, *, lasting: bool = False) -> None:
        super().__init__(exporter=exporter, why=why)
        self.lasting = lasting


class Exporter(Protocol):
    """Hands records over to somebody else. The same record may come twice: after an outage nobody knows what arrived."""

    name: str

    async def send(self, records: Sequence[Record]) -> None:
        """Hand records over, all or none. Raises ExportFailed."""
        ...
