"""Documents that another system sends to a source: put and deleted one by one, and what a round did not mention is removed.

A round is a sync that is open from when it was begun, or from its first document, until it is completed. Everything may be sent
twice; a round that nobody goes on with for a day has ended, and removes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, SamverkError
from samverk.core.ids import new_id, now
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.knowledge import source_store, syncing
from samverk.knowledge.access import WRITE
from samverk.knowledge.keeping import Reached, reach
from samverk.knowledge.receiving import clean_path
from samverk.knowledge.service import Knowledge
from samverk.knowledge.source_tables import SourceItem, SourceRow, SyncRow
from samverk.knowledge.source_views import SyncInfo
from samverk.knowledge.sources import Seen, moment, of_kind
from samverk.knowledge.syncing import Entry, Known, Outcome, key_of
from samverk.knowledge.syncs import PathTaken, measured, note_sync
from samverk.knowledge.views import Reason

_FORGOTTEN = timedelta(days=1)  # after which a round that nobody goes on with has ended


@dataclass(frozen=True, slots=True)
class Pushed:
    """A document as it is sent: `address` names it in the system that sends it, `path` in the collection, `modified` is a moment
    in ISO 8601, `link` where people open it."""

    address: str
    path: str
    modified: str = ""
    link: str = ""

    def checked(self) -> "Pushed":
        """The same, tidy. Raises Invalid with the field as `param`."""
        if not 1 <= len(self.address) <= syncing.LONGEST_ADDRESS:
            raise Invalid(sv=syncing.ADDRESS_TOO_LONG.sv, en=syncing.ADDRESS_TOO_LONG.en, param="address")
        if self.modified and moment(self.modified) is None:
            raise Invalid(
                sv="Tiden då dokumentet ändrades ska skrivas som 2026-05-01T12:00:00Z.",
                en="The time when the document was changed is to be written as 2026-05-01T12:00:00Z.",
                param="modified",
            )
        link = self.link if self.link.startswith(("https://", "http://")) else ""
        return replace(self, path=clean_path(self.path), link=link[: syncing.LONGEST_ADDRESS])


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a document that was sent."""

    document: UUID
    outcome: Literal["added", "changed", "unchanged"]
    sync: UUID


class Pushing:
    """What other systems do with sources that are sent to."""

    def __init__(self, db: Database, knowledge: Knowledge) -> None:
        self._db = db
        self._knowledge = knowledge

    async def begin(self, who: Principal, source_id: UUID) -> SyncInfo:
        """Begin a round; one that was open ends, and removes nothing. Raises NotAllowed, NotFound, Conflict."""
        async with self._reached(who, source_id) as (session, reached):
            for row in await source_store.under_way(session, source_id):
                _end(row)
            made = await _opened(session, reached.row, who)
            return (await source_store.described(session, [made]))[0]

    async def put(self, who: Principal, source_id: UUID, sent: Pushed, content: Path) -> Put:
        """Store a document as its source now has it.

        Raises NotAllowed, NotFound, Conflict, Invalid, TooLarge, PathTaken, StorageFailed; what is wrong with the document stands
        in the report too.
        """
        async with self._reached(who, source_id) as (session, reached):
            sync = await _round(session, reached.row, who)
            before = await source_store.item(session, who.org_id, source_id, key_of(sent.address))
        try:
            return await self._put(who, reached, sync, before, sent, content)
        except SamverkError as error:
            if error.status < 500:  # it is the document that is wrong
                entry = Entry(sent.address[: syncing.LONGEST_ADDRESS], "refused", sent.path[:500], Reason.of(error))
                await self._write(sync, entry, None)
            raise

    async def _put(
        self, who: Principal, reached: Reached, sync: SyncRow, before: SourceItem | None, sent: Pushed, content: Path
    ) -> Put:
        document = sent.checked()
        digest, size = await asyncio.to_thread(measured, content)
        outcome = syncing.taken_as(_known(before), digest, document.path)
        item = SourceItem(
            key=key_of(document.address),
            address=document.address,
            path=document.path,
            link=document.link,
            etag="",
            modified=document.modified,
            hash=digest,
            size=size,
        )
        if outcome is None and before is not None:
            item.document_id = before.document_id
            await self._write(sync, None, item)
            return Put(before.document_id, "unchanged", sync.id)
        async with self._db.read(Scope(who.org_id)) as session:
            if await source_store.is_taken(session, reached.collection, document.path, reached.row.id, item.key):
                raise PathTaken
        received = await self._knowledge.receive_into(
            reached.collection, document.path, content, by=who, modified=moment(document.modified)
        )
        item.document_id = received.id
        outcome = outcome or "added"
        entry = Entry(document.address, outcome, document.path, None, received.id, digest, size)
        moved = before.document_id if before is not None and before.document_id != received.id else None
        await self._write(sync, entry, item, moved)
        return Put(received.id, "added" if outcome == "added" else "changed", sync.id)

    async def delete(self, who: Principal, source_id: UUID, address: str) -> None:
        """Take a document away that its source no longer has; one that is unknown is gone already.

        Raises NotAllowed, NotFound for the source, Conflict.
        """
        async with self._reached(who, source_id) as (session, reached):
            item = await source_store.item(session, who.org_id, source_id, key_of(address))
            if item is None:
                return
            sync = await _round(session, reached.row, who)
            entry = Entry(item.address, "removed", item.path, None, item.document_id)
            await _remove(session, sync, [(item, entry)], await source_store.done_with(session, sync, item.address))
        await self._knowledge.follow(who.org_id, reached.collection.id)

    async def complete(self, who: Principal, source_id: UUID) -> SyncInfo:
        """End the round: what it did not mention is removed, or held back until somebody says yes where that is most of it.

        Raises NotAllowed, NotFound, and Conflict where no round is open.
        """
        async with self._reached(who, source_id) as (session, reached):
            opened = await source_store.under_way(session, source_id)
            if not opened:
                raise Conflict(
                    sv="Det finns ingen påbörjad omgång att avsluta.", en="There is no round under way to complete."
                )
            sync = opened[-1]
            known = (await source_store.numbers_of_items(session, [source_id])).get(source_id, 0)
            gone = await source_store.not_mentioned(session, sync)
            held = syncing.is_suspicious(len(gone), known)
            outcome: Literal["held", "removed"] = "held" if held else "removed"
            pairs = [(item, Entry(item.address, outcome, item.path, None, item.document_id)) for item in gone]
            if held:
                await source_store.write_down(session, sync, [entry for _, entry in pairs])
            else:
                await _remove(session, sync, pairs, {})
            sync.state, sync.finished_at = "held" if held else "done", now()
            note_sync(session, who, reached.row, sync, reached.collection)
            await source_store.forget_old_syncs(session, source_id)
            info = (await source_store.described(session, [sync]))[0]
        await self._knowledge.follow(who.org_id, reached.collection.id)
        return info

    @asynccontextmanager
    async def _reached(self, who: Principal, source_id: UUID) -> AsyncIterator[tuple[AsyncSession, Reached]]:
        """A unit of work on a source that is sent to. Raises NotAllowed, NotFound, Conflict."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            await source_store.locked(session, who.org_id, source_id)
            reached = await reach(session, who, source_id)
            if of_kind(reached.row.kind).walks or reached.row.paused_at is not None:
                raise Conflict(
                    sv="Källan tar inte emot dokument: den är pausad, eller så hämtas den av plattformen själv.",
                    en="The source takes no documents: it is paused, or the platform fetches it by itself.",
                )
            yield session, reached

    async def _write(
        self, sync: SyncRow, entry: Entry | None, item: SourceItem | None, moved: UUID | None = None
    ) -> None:
        """Write down what a round did with one item; without an entry it was as before."""
        async with self._db.write(Scope(sync.org_id)) as session:
            row = await source_store.sync(session, sync.org_id, sync.id)
            if row is None:
                return
            if item is not None:
                before = await source_store.item(session, sync.org_id, sync.source_id, item.key)
                first = before is None or before.sync_id != sync.id
                row.seen += first
                row.unchanged += first and entry is None
                await source_store.remember(session, row, [item])
            if entry is not None:
                done = await source_store.done_with(session, row, entry.address)
                entry = replace(entry, outcome=syncing.summed(done.get(entry.address), entry.outcome))
                source_store.count(row, [entry], done)
                await source_store.write_down(session, row, [entry])
            await source_store.take_away(session, sync.org_id, [moved] if moved else [])
            row.finished_at = now()  # of what it did last, as long as it is open


def _known(item: SourceItem | None) -> Known | None:
    if item is None:
        return None
    return Known(Seen(item.address, item.etag, item.modified, item.hash, item.size), item.path, item.document_id)


async def _round(session: AsyncSession, source: SourceRow, who: Principal) -> SyncRow:
    """The round that is open, or a new one."""
    for row in await source_store.under_way(session, source.id):
        if now() - (row.finished_at or row.created_at) < _FORGOTTEN:
            return row
        _end(row)
    return await _opened(session, source, who)


async def _opened(session: AsyncSession, source: SourceRow, who: Principal) -> SyncRow:
    expected = (await source_store.numbers_of_items(session, [source.id])).get(source.id, 0)
    row = SyncRow(
        org_id=source.org_id,
        id=new_id(),
        source_id=source.id,
        state="open",
        asked_by=who.name,
        started_at=now(),
        expected=expected,
    )
    session.add(row)
    await session.flush()
    source.sync_id = row.id
    return row


def _end(row: SyncRow) -> None:
    row.state, row.finished_at = "done", row.finished_at or now()


async def _remove(
    session: AsyncSession, sync: SyncRow, gone: list[tuple[SourceItem, Entry]], done: Mapping[str, Outcome]
) -> None:
    """Take the documents of these items away and forget the items. `done` is what the round did with them before."""
    await source_store.take_away(session, sync.org_id, [item.document_id for item, _ in gone])
    await source_store.forget(session, sync.source_id, [item.key for item, _ in gone])
    source_store.count(sync, [entry for _, entry in gone], done)
    await source_store.write_down(session, sync, [entry for _, entry in gone])
