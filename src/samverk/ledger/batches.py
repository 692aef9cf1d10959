"""A batch of events, written in one transaction: for each organisation its chain, its accounts and its sums.

A chain's head is locked first, and all that is the organisation's is read and written under that lock: two processes never
see the same account at once. A hold that does not fit refuses its own call, which is recorded as such; the rest goes on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from samverk.core.canonical import canonical
from samverk.core.ids import now
from samverk.ledger.accounts import Account, BudgetSpent, Hold, amounts, reserve, settle
from samverk.ledger.chain import GENESIS, Event, link
from samverk.ledger.connections import Connection
from samverk.ledger.usage import Sums, names_of

log = structlog.get_logger()


@dataclass(slots=True)
class Entry:
    """An event that waits to be written. `text` is its body as canonical JSON; `refused` is set where a hold did not fit."""

    org_id: UUID
    call_id: UUID
    event: Event
    body: dict[str, Any]
    text: bytes
    holds: Sequence[Hold] = ()
    spent: dict[str, int] = field(default_factory=dict)
    refused: BudgetSpent | None = None


def write(connection: Connection, batch: Sequence[Entry], holder: str) -> list[Sums]:
    """Write a batch in one transaction; the sums of what ended. All processes take the organisations in one order."""
    connection.begin()
    sums = []
    for org_id in sorted({entry.org_id for entry in batch}):
        connection.belong(org_id)
        sums.append(_Page(connection, org_id, holder).write([entry for entry in batch if entry.org_id == org_id]))
    connection.commit()
    return sums


class _Page:
    """What a batch does to one organisation."""

    def __init__(self, connection: Connection, org_id: UUID, holder: str) -> None:
        self._connection = connection
        self._org_id = org_id
        self._holder = holder
        self._at = now()
        self._seq, self._digest = self._locked_head()
        self._rows: list[tuple[Any, ...]] = []
        self._sums = Sums()

    def _locked_head(self) -> tuple[int, str]:
        found = self._connection.rows("head", org=self._org_id)
        if not found:
            self._connection.run("first head", org=self._org_id, digest=GENESIS)
            found = self._connection.rows("head", org=self._org_id)
        seq, digest = found[0]
        return seq, digest

    def write(self, batch: Sequence[Entry]) -> Sums:
        """Apply the events in their order, then write what they came to."""
        open_calls = self._ended(batch)
        accounts = self._accounts(batch, open_calls)
        opening: dict[str, Any] = {}
        for entry in batch:
            if entry.event == "opened":
                self._open(entry, accounts, opening)
            else:
                self._close(entry, accounts, opening, open_calls)
        self._store(accounts, opening)
        return self._sums

    def _ended(self, batch: Sequence[Entry]) -> dict[str, dict[str, Any]]:
        """The calls of the batch's closings, taken from those that are open."""
        closing = [entry.call_id.hex for entry in batch if entry.event == "closed"]
        found = self._connection.rows("ended", org=self._org_id, rows=closing) if closing else []
        return {call: orjson.loads(body) for call, body in found}

    def _accounts(self, batch: Sequence[Entry], open_calls: dict[str, dict[str, Any]]) -> dict[str, Account]:
        """The accounts that the batch may change."""
        names = {hold.account for entry in batch for hold in entry.holds}
        names.update(*(entry.spent for entry in batch), *(call["holds"] for call in open_calls.values()))
        if not names:
            return {}
        found = self._connection.rows("accounts", org=self._org_id, rows=list(names))
        known = {name: Account(used, held) for name, used, held in found}
        return {name: known.get(name) or Account() for name in names}

    def _open(self, entry: Entry, accounts: dict[str, Account], opening: dict[str, Any]) -> None:
        entry.refused = None
        refusing = reserve(accounts, entry.holds)
        if refusing is None:
            self._append(entry.call_id, "opened", entry.text)
            opening[entry.call_id.hex] = {"holds": amounts(entry.holds), "names": names_of(entry.body)}
            return
        account = accounts[refusing.account]
        entry.refused = BudgetSpent(
            account=refusing.account,
            amount=refusing.amount,
            limit=refusing.limit,
            used=account.used,
            held=account.held,
        )
        reasons = [*entry.body.get("reasons", ()), BudgetSpent.code]
        opened = {**entry.body, "action": "deny", "model": None, "reasons": reasons}
        closed = {"outcome": "denied", "failure": BudgetSpent.code, "account": refusing.account}
        self._append(entry.call_id, "opened", canonical(opened))
        self._append(entry.call_id, "closed", canonical(closed))
        self._sums.add(self._at, names_of(opened), closed)

    def _close(
        self, entry: Entry, accounts: dict[str, Account], opening: dict[str, Any], open_calls: dict[str, Any]
    ) -> None:
        call = opening.pop(entry.call_id.hex, None) or open_calls.pop(entry.call_id.hex, None)
        if call is None:  # refused, or closed before: by another who thought that this process was dead
            log.warning("call_not_open", call=str(entry.call_id))
            return
        settle(accounts, call["holds"], entry.spent)
        self._append(entry.call_id, "closed", entry.text)
        self._sums.add(self._at, call["names"], entry.body)

    def _append(self, call_id: UUID, event: Event, text: bytes) -> None:
        digest = link(self._digest, call_id, event, self._at, text)
        self._seq += 1
        self._rows.append((self._seq, call_id.hex, event, text.decode(), self._digest, digest))
        self._digest = digest

    def _store(self, accounts: dict[str, Account], opening: dict[str, Any]) -> None:
        self._put("entries", self._rows, at=self._at)
        self._put("holds", ((call, canonical(body).decode()) for call, body in opening.items()), holder=self._holder)
        self._put("settled", ((name, account.used, account.held) for name, account in accounts.items()))
        self._put("usage", ((*key, *numbers) for key, numbers in self._sums.rows.items()))
        self._connection.run("grown", org=self._org_id, seq=self._seq, digest=self._digest)

    def _put(self, name: str, rows: Iterable[tuple[Any, ...]], **values: datetime | str) -> None:
        if found := list(rows):
            self._connection.run(name, org=self._org_id, rows=found, **values)
