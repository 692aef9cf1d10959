"""Queries about sources, their items and their syncs, each within the scope of the session that it is given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.ids import new_id, now
from samverk.knowledge import store
from samverk.knowledge.source_tables import SourceItem, SourceRow, SyncEntry, SyncRow
from samverk.knowledge.source_views import UNDER_WAY, EntryInfo, SyncInfo
from samverk.knowledge.sources import Seen
from samverk.knowledge.syncing import Entry, Known, Outcome, key_of
from samverk.knowledge.tables import Collection, Document
from samverk.knowledge.views import Reason

_KEPT = 100  # syncs of a source that are remembered
_ITEM = ("key", "address", "path", "link", "etag", "modified", "hash", "size", "document_id")
_COUNTED = ("added", "changed", "removed", "refused")
_AT_ONCE = 200  # rows that one statement removes


async def source(session: AsyncSession, org: UUID, source_id: UUID) -> SourceRow | None:
    """A source of the organisation, deleted or not."""
    return await session.get(SourceRow, (org, source_id))


async def locked(session: AsyncSession, org: UUID, source_id: UUID) -> SourceRow | None:
    """The same for a unit of work that others on it shall wait for: on SQLite they do anyway."""
    return await session.get(SourceRow, (org, source_id), with_for_update=True, populate_existing=True)


async def sources_of(session: AsyncSession, collection: UUID) -> list[SourceRow]:
    """The living sources of a collection, the oldest first."""
    query = select(SourceRow).where(SourceRow.collection_id == collection, SourceRow.deleted_at.is_(None))
    return list(await session.scalars(query.order_by(SourceRow.id)))


async def due(session: AsyncSession) -> list[SourceRow]:
    """The sources that should be synced by now."""
    query = select(SourceRow).where(
        SourceRow.deleted_at.is_(None),
        SourceRow.paused_at.is_(None),
        SourceRow.next_at <= now(),
    )
    return list(await session.scalars(query))


async def numbers_of_items(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many items each of these sources has; one without is absent."""
    query = select(SourceItem.source_id, func.count()).where(SourceItem.source_id.in_(ids))
    return {row[0]: row[1] for row in await session.execute(query.group_by(SourceItem.source_id))}


async def known(session: AsyncSession, source_id: UUID) -> dict[str, Known]:
    """What is remembered of a source's items, by address."""
    query = select(
        SourceItem.address,
        SourceItem.etag,
        SourceItem.modified,
        SourceItem.hash,
        SourceItem.size,
        SourceItem.path,
        SourceItem.document_id,
    ).where(SourceItem.source_id == source_id)
    rows = await session.execute(query)
    return {row.address: Known(Seen(*row[:5]), row.path, row.document_id) for row in rows}


async def is_taken(session: AsyncSession, of: Collection, path: str, source_id: UUID, key: str) -> bool:
    """Whether a document with this path belongs to another item, of this source or another living one."""
    document = await store.document_at(session, of, path)
    if document is None or document.deleted_at is not None:
        return False
    query = (
        select(SourceItem.key)
        .join(SourceRow, and_(SourceRow.org_id == SourceItem.org_id, SourceRow.id == SourceItem.source_id))
        .where(
            SourceItem.document_id == document.id,
            or_(SourceItem.source_id != source_id, SourceItem.key != key),
            SourceRow.deleted_at.is_(None),
        )
    )
    return await session.scalar(query.limit(1)) is not None


async def remember(session: AsyncSession, sync: SyncRow, items: Iterable[SourceItem]) -> None:
    """Write down items as they are now."""
    mine = {"org_id": sync.org_id, "source_id": sync.source_id, "sync_id": sync.id}
    rows = {item.key: {**{name: getattr(item, name) for name in _ITEM}, **mine} for item in items}
    await forget(session, sync.source_id, list(rows))
    if rows:
        await session.execute(insert(SourceItem), list(rows.values()))


async def item(session: AsyncSession, org: UUID, source_id: UUID, key: str) -> SourceItem | None:
    """What is remembered of one item."""
    return await session.get(SourceItem, (org, source_id, key))


async def not_mentioned(session: AsyncSession, sync: SyncRow) -> list[SourceItem]:
    """The items of a source that a sync has not mentioned: neither as they are, nor as something that was refused."""
    refused = select(SyncEntry.key).where(SyncEntry.sync_id == sync.id, SyncEntry.outcome == "refused")
    query = select(SourceItem).where(
        SourceItem.source_id == sync.source_id, SourceItem.sync_id != sync.id, SourceItem.key.not_in(refused)
    )
    return list(await session.scalars(query.order_by(SourceItem.path)))


async def forget(session: AsyncSession, source_id: UUID, keys: Sequence[str]) -> None:
    """Forget items of a source."""
    mine = SourceItem.source_id == source_id
    for i in range(0, len(keys), _AT_ONCE):
        await session.execute(delete(SourceItem).where(mine, SourceItem.key.in_(keys[i : i + _AT_ONCE])))


async def take_away(session: AsyncSession, org: UUID, ids: Iterable[UUID]) -> None:
    """Delete those of these documents that are there, as people do."""
    for some in store.parts(ids):
        query = select(Document).where(Document.id.in_(some), Document.deleted_at.is_(None))
        documents = list(await session.scalars(query))
        for document in documents:
            document.deleted_at = document.updated_at = now()
        await store.add_changes_of(session, org, documents, removed=True)
        await session.flush()


async def bring_back(session: AsyncSession, org: UUID, ids: Iterable[UUID], since: datetime) -> int:
    """Bring back those of the documents that were deleted since; how many."""
    number = 0
    for some in store.parts(ids):
        query = select(Document).where(Document.id.in_(some), Document.deleted_at >= since)
        documents = list(await session.scalars(query))
        for document in documents:
            document.deleted_at, document.updated_at = None, now()
            if document.status == "reading":  # its job found it deleted and left it
                document.reading_id = new_id()
        await store.add_changes_of(session, org, documents, removed=False)
        await session.flush()
        number += len(documents)
    return number


# syncs


async def sync(session: AsyncSession, org: UUID, sync_id: UUID) -> SyncRow | None:
    """A sync of the organisation."""
    return await session.get(SyncRow, (org, sync_id))


async def under_way(session: AsyncSession, source_id: UUID | None = None) -> list[SyncRow]:
    """The organisation's syncs that have not ended, of one source or of all."""
    query = select(SyncRow).where(SyncRow.state.in_(UNDER_WAY))
    if source_id is not None:
        query = query.where(SyncRow.source_id == source_id)
    return list(await session.scalars(query.order_by(SyncRow.id)))


async def syncs_of(session: AsyncSession, source_id: UUID, part: slice) -> list[SyncRow]:
    """A part of a source's syncs, the latest first."""
    query = select(SyncRow).where(SyncRow.source_id == source_id).order_by(SyncRow.id.desc())
    return list(await session.scalars(query.offset(part.start).limit(part.stop - part.start)))


async def number_of_syncs(session: AsyncSession, source_id: UUID) -> int:
    """How many of a source's syncs are remembered."""
    query = select(func.count()).select_from(SyncRow).where(SyncRow.source_id == source_id)
    return await session.scalar(query) or 0


async def forget_old_syncs(session: AsyncSession, source_id: UUID) -> None:
    """Forget the reports of a source's syncs but the latest."""
    old = [row.id for row in await syncs_of(session, source_id, slice(_KEPT, _KEPT + _AT_ONCE))]
    await session.execute(delete(SyncEntry).where(SyncEntry.sync_id.in_(old)))
    await session.execute(delete(SyncRow).where(SyncRow.id.in_(old)))


async def described(session: AsyncSession, rows: Sequence[SyncRow]) -> list[SyncInfo]:
    """These syncs as people see them, with how the readings of what they took went."""
    found = {row.id: row for row in rows}
    if not found:
        return []
    query = (
        select(
            SyncEntry.sync_id,
            _count(SyncEntry.outcome == "held"),
            _count(_its_file() & (Document.status == "not_read")),
            _count(_its_file() & (Document.status == "reading")),
        )
        .outerjoin(Document, _document_of_entry())
        .where(SyncEntry.sync_id.in_(found))
        .group_by(SyncEntry.sync_id)
    )
    counts = {row[0]: row[1:] for row in await session.execute(query)}
    return [_info(row, *counts.get(row.id, (0, 0, 0))) for row in rows]


def _info(row: SyncRow, held: int, not_read: int, reading: int) -> SyncInfo:
    same = {name: getattr(row, name) for name in SyncInfo.__slots__ if hasattr(row, name) and name != "reason"}
    reason = Reason(**row.reason) if row.reason else None
    return SyncInfo(**same, reason=reason, held=held, not_read=not_read, reading=reading)


# what a sync did


async def outcomes(session: AsyncSession, sync_id: UUID) -> dict[str, Outcome]:
    """What a sync has done so far, by address."""
    query = select(SyncEntry.address, SyncEntry.outcome).where(SyncEntry.sync_id == sync_id)
    return {row.address: row.outcome for row in await session.execute(query)}


async def write_down(session: AsyncSession, sync: SyncRow, entries: Iterable[Entry]) -> None:
    """Write down what a sync did with items, each once: what was said of one before is replaced."""
    rows = {key_of(entry.address): entry for entry in entries}
    keys, mine = list(rows), SyncEntry.sync_id == sync.id
    for i in range(0, len(keys), _AT_ONCE):
        await session.execute(delete(SyncEntry).where(mine, SyncEntry.key.in_(keys[i : i + _AT_ONCE])))
    if rows:
        await session.execute(insert(SyncEntry), [_entry_row(sync, key, entry) for key, entry in rows.items()])


def _entry_row(sync: SyncRow, key: str, entry: Entry) -> dict[str, object]:
    return {
        "org_id": sync.org_id,
        "sync_id": sync.id,
        "key": key,
        "address": entry.address,
        "path": entry.path,
        "outcome": entry.outcome,
        "reason": entry.reason.as_json() if entry.reason else None,
        "document_id": entry.document,
        "hash": entry.hash,
        "bytes": entry.bytes,
    }


async def done_with(session: AsyncSession, sync: SyncRow, address: str) -> dict[str, Outcome]:
    """What a sync has done with one item so far, by its address; empty where nothing."""
    row = await session.get(SyncEntry, (sync.org_id, sync.id, key_of(address)))
    return {address: cast("Outcome", row.outcome)} if row else {}


async def entries_with(session: AsyncSession, sync_id: UUID, outcome: Outcome, limit: int) -> list[SyncEntry]:
    """The first entries of a sync with one outcome, by path."""
    query = select(SyncEntry).where(SyncEntry.sync_id == sync_id, SyncEntry.outcome == outcome)
    return list(await session.scalars(query.order_by(SyncEntry.path).limit(limit)))


async def entries(session: AsyncSession, sync_id: UUID, shown: str, part: slice) -> tuple[list[EntryInfo], int]:
    """A part of what a sync did, by path, and how much there is: of one outcome, `not_read`, or all with an empty `shown`."""
    wanted = [SyncEntry.sync_id == sync_id]
    number = select(func.count()).select_from(SyncEntry)
    if shown == "not_read":
        wanted += [_its_file(), Document.status == "not_read"]
        number = number.join(Document, _document_of_entry())
    elif shown:
        wanted.append(SyncEntry.outcome == shown)
    query = (
        select(SyncEntry, case((_its_file(), Document.status)), Document.reason)
        .outerjoin(Document, _document_of_entry())
        .where(*wanted)
        .order_by(SyncEntry.path, SyncEntry.key)
    )
    total = await session.scalar(number.where(*wanted)) or 0
    rows = await session.execute(query.offset(part.start).limit(part.stop - part.start))
    return [_entry_info(*row) for row in rows], total


def _entry_info(row: SyncEntry, status: str | None, unread: dict[str, str] | None) -> EntryInfo:
    stored = row.reason or (unread if status == "not_read" else None)
    reason = Reason(**stored) if stored else None
    return EntryInfo(row.address, row.path, row.outcome, reason, row.document_id, row.bytes, status)  # type: ignore[arg-type]


def _document_of_entry() -> ColumnElement[bool]:
    return and_(Document.org_id == SyncEntry.org_id, Document.id == SyncEntry.document_id)


def _its_file() -> ColumnElement[bool]:
    """That the document's file is still the one that the sync took."""
    taken = SyncEntry.outcome.in_(("added", "changed"))
    return and_(taken, Document.content_hash == SyncEntry.hash, Document.deleted_at.is_(None))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def count(sync: SyncRow, entries: Iterable[Entry], done: Mapping[str, Outcome]) -> None:
    """Add these entries to the counts of a sync that has done so much already: an item counts once, as what was said last."""
    for entry in entries:
        before = done.get(entry.address)
        if before == entry.outcome:
            continue
        for outcome, step in ((before, -1), (entry.outcome, 1)):
            if outcome in _COUNTED:
                setattr(sync, outcome, getattr(sync, outcome) + step)
        sync.bytes += entry.bytes
