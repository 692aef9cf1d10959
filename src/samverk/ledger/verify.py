"""Checking a chain: every change, gap, exchange and removed end shows. Pure; the rows come in order, one at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from samverk.core.errors import Language
from samverk.ledger.chain import GENESIS, link, link_of

BREAKS = {
    "missing": ("Händelse {seq} saknas.", "Event {seq} is missing."),
    "changed": ("Händelse {seq} har ändrats.", "Event {seq} has been changed."),
    "end_missing": (
        "Kedjans slut saknas: händelse {seq} och det som följde.",
        "The end of the chain is missing: event {seq} and what followed.",
    ),
    "end_changed": (
        "Kedjans slut stämmer inte med händelse {seq}.",
        "The end of the chain does not agree with event {seq}.",
    ),
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event of a chain that is not as it was written: its number, and why, a code of BREAKS."""

    seq: int
    why: str

    def message(self, language: Language) -> str:
        """The break as a person reads it."""
        return BREAKS[self.why][0 if language == "sv" else 1].format(seq=self.seq)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to: how many events are as they were written, and the first that is not."""

    events: int
    broken: Broken | None


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the chain, its body as it is stored."""

    seq: int
    call_id: UUID
    event: str
    at: datetime
    body: str
    previous: str
    digest: str


class Chain:
    """A chain that is followed from its beginning. `head` is the end that was stored when the check began."""

    def __init__(self, head: tuple[int, str]) -> None:
        self.seq, self.digest = 0, GENESIS
        self._head = head

    def follow(self, row: Link) -> Broken | None:
        """Take the next row; the break, where it does not follow on the one before."""
        if row.seq != self.seq + 1:
            return Broken(self.seq + 1, "missing")
        if row.previous != self.digest or row.digest != _digest(self.digest, row):
            return Broken(row.seq, "changed")
        self.seq, self.digest = row.seq, row.digest
        if row.seq == self._head[0] and row.digest != self._head[1]:
            return Broken(row.seq, "end_changed")
        return None

    def end(self, latest: int) -> Broken | None:
        """After the last row: the break, where the end that is stored now (`latest`) or was stored then is another."""
        if self.seq < self._head[0]:
            return Broken(self.seq + 1, "end_missing")
        return Broken(self.seq, "end_changed") if latest < self.seq else None


def _digest(previous: str, row: Link) -> str:
    """The digest that the row should have. Older bodies are not stored in canonical form, so they are put in it first."""
    digest = link(previous, row.call_id, row.event, row.at, row.body.encode())
    if digest == row.digest:
        return digest
    try:
        return link_of(previous, row.call_id, row.event, row.at, orjson.loads(row.body))
    except orjson.JSONDecodeError:
        return ""
