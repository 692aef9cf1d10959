"""The job that syncs a source: walks through it, takes what is new or changed, and takes away what is gone.

One sync of a source at a time, over all processes. It may run twice (a process died in between): what was done is known by
then and counts once. What breaks off removes nothing, and is recorded with the reason.
"""

import asyncio
import errno
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.blobs import SourceUnreadable, StorageFailed
from samverk.core.database import Database, DatabaseFailed
from samverk.core.errors import SamverkError
from samverk.core.ids import now
from samverk.core.jobs import JobsFailed, Payload
from samverk.core.journal import note
from samverk.core.leases import Leases
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.principal import Kind, Principal
from samverk.knowledge import source_store, store, syncing
from samverk.knowledge.receiving import clean_path
from samverk.knowledge.service import Knowledge
from samverk.knowledge.source_tables import SourceItem, SourceRow, SyncRow
from samverk.knowledge.sources import Gone, Item, Mention, Refused, Source, Tools, Unchanged, moment, of_kind
from samverk.knowledge.syncing import Entry, Known, Tally, key_of
from samverk.knowledge.tables import Collection
from samverk.knowledge.views import Reason

JOB = "knowledge.sync"
FLUSH_SECONDS = 1.0  # between two times that a sync writes down what it has done, and looks whether it shall go on
_FLUSH_ITEMS = 50
_REMOVED_AT_ONCE = 100
_PIECE = 1 << 20
_FATAL = (StorageFailed, DatabaseFailed, JobsFailed)  # they would meet every other item too

INTERNAL = Reason(
    "internal",
    "Något gick fel hos oss under synkningen. Felet är loggat; försök igen.",
    "Something went wrong on our side during the sync. The error is logged; please try again.",
)

_log = structlog.get_logger(__name__)


class _CalledOff(Exception):
    """Somebody cancelled the sync, or the source is gone."""


@dataclass(slots=True)
class _Walk:
    """A sync under way: what it belongs to, what it has come to, and what is not written down yet."""

    sync: SyncRow
    source: SourceRow
    collection: Collection
    tools: Tools
    tally: Tally
    paths: dict[str, str]  # by path, the address that it belongs to
    entries: list[Entry] = field(default_factory=list)
    items: list[SourceItem] = field(default_factory=list)
    dropped: list[UUID] = field(default_factory=list)  # documents to take away
    forgotten: list[str] = field(default_factory=list)  # keys of items to forget
    written: float = 0.0

    @property
    def org(self) -> UUID:
        """Whose it is."""
        return self.sync.org_id

    @property
    def who(self) -> Principal:
        """In whose name documents are added."""
        return Principal(Kind.SYSTEM, self.org, "source", self.source.name)


class Syncs:
    """Does the syncs. `tools` makes what a source works with, for the organisation with this slug."""

    def __init__(
        self,
        db: Database,
        knowledge: Knowledge,
        leases: Leases,
        vault: Vault,
        tools: Callable[[str], Tools],
        kinds: Callable[[str], Source] = of_kind,
    ) -> None:
        self._db = db
        self._knowledge = knowledge
        self._leases = leases
        self._vault = vault
        self._tools = tools
        self._kinds = kinds

    async def sync(self, payload: Payload) -> None:
        """The job's handler."""
        org, sync_id, source_id = (UUID(payload[name]) for name in ("org", "sync", "source"))
        async with self._leases.waiting(f"source-{source_id.hex}"):
            try:
                await (self._remove_held if payload.get("held") else self._sync)(org, sync_id)
            except _CalledOff:
                return
            except SamverkError as error:
                await self.fail(org, sync_id, Reason.of(error))
            except OSError as error:
                await self.fail(org, sync_id, Reason.of(StorageFailed(why=error.strerror or "?")))
            except Exception:  # noqa: BLE001 - recorded with the sync
                _log.exception("a source could not be synced", source=str(source_id))
                await self.fail(org, sync_id, INTERNAL)

    async def fail(self, org: UUID, sync_id: UUID, reason: Reason) -> None:
        """Record that a sync broke off, unless it has ended."""
        async with self._db.write(Scope(org)) as session:
            row = await source_store.sync(session, org, sync_id)
            if row is not None and row.state in {"waiting", "running"}:
                row.state, row.reason, row.finished_at = "failed", reason.as_json(), now()

    async def _sync(self, org: UUID, sync_id: UUID) -> None:
        async with self._begun(org, sync_id) as walk:
            source = self._kinds(walk.source.kind)
            secret = self._vault.unlock(walk.source.secret, str(walk.source.id)) if walk.source.secret else ""
            seen = {address: known.seen for address, known in walk.tally.known.items()}
            walked = source.walk(walk.source.settings, secret, seen, walk.tools)
            try:
                async with aclosing(cast("AsyncGenerator[Mention]", walked)) as mentions:
                    async for mention in mentions:
                        await self._meet(walk, mention)
                        await self._flush_if_due(walk)
            finally:
                await self._flush(walk)
            await self._finish(walk)
        await self._knowledge.follow(org, walk.collection.id)

    @asynccontextmanager
    async def _begun(self, org: UUID, sync_id: UUID) -> AsyncIterator[_Walk]:
        """The walk of a sync, with a scratch folder as long as it lasts. Raises _CalledOff where there is nothing to do."""
        async with self._db.write(Scope(org)) as session:
            sync, source, collection = await _belonging(session, org, sync_id)
            if sync.state not in {"waiting", "running"}:
                raise _CalledOff
            known = await source_store.known(session, source.id)
            done = await source_store.outcomes(session, sync_id)
            slug = (await store.org_slugs(session, [org]))[org]
            sync.state, sync.started_at, sync.expected = "running", sync.started_at or now(), len(known)
        general = await asyncio.to_thread(self._tools, slug)
        scratch = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="sync-", dir=general.scratch))
        tools = replace(general, scratch=scratch, memory=dict(source.memory))
        paths = {each.path: address for address, each in known.items()}
        try:
            yield _Walk(sync, source, collection, tools, Tally(known, done), paths)
        finally:
            await asyncio.to_thread(shutil.rmtree, scratch, ignore_errors=True)

    # one item

    async def _meet(self, walk: _Walk, mention: Mention) -> None:
        """Do what a mention asks for."""
        address = mention.address
        if isinstance(mention, Gone):
            walk.tally.gone.add(address)
        elif len(address) > syncing.LONGEST_ADDRESS:
            cut = address[: syncing.LONGEST_ADDRESS]
            walk.entries.append(Entry(cut, "refused", reason=syncing.ADDRESS_TOO_LONG))
        elif not walk.tally.is_new(address) and not (isinstance(mention, Refused) and walk.tally.is_doubtful(address)):
            return
        elif isinstance(mention, Unchanged):
            walk.tally.is_same(address)
        elif isinstance(mention, Refused):
            walk.entries.append(Entry(address, "refused", _path_of(walk, address), mention.reason))
        else:
            await self._take(walk, mention)

    async def _take(self, walk: _Walk, item: Item) -> None:
        """Fetch an item and receive it as a document, or settle why not."""
        target = walk.tools.scratch / "item"
        try:
            path = clean_path(item.path)
            await _fetched(item, target, walk.tools.largest_bytes)
            digest, size = await asyncio.to_thread(measured, target)
            outcome = syncing.taken_as(walk.tally.known.get(item.address), digest, path)
            if outcome is None:
                walk.tally.is_same(item.address)
                known = walk.tally.known[item.address]
                walk.items.append(item_row(item, path, digest, size, known.document))
                return
            await self._own_path(walk, item.address, path)
            received = await self._knowledge.receive_into(
                walk.collection, path, target, by=walk.who, modified=moment(item.modified)
            )
        except _FATAL:
            raise
        except SamverkError as error:
            walk.entries.append(Entry(item.address, "refused", item.path[:500], Reason.of(error)))
            return
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        before = walk.tally.known.get(item.address)
        if before is not None and before.document != received.id:
            walk.dropped.append(before.document)
        outcome = syncing.summed(walk.tally.done.get(item.address), outcome)
        walk.items.append(item_row(item, path, digest, size, received.id))
        walk.entries.append(Entry(item.address, outcome, path, None, received.id, digest, size))

    async def _own_path(self, walk: _Walk, address: str, path: str) -> None:
        """Make the path this item's. Raises PathTaken where another item has it, of this source or another."""
        if walk.paths.setdefault(path, address) != address:
            raise PathTaken
        async with self._db.read(Scope(walk.org)) as session:
            if await source_store.is_taken(session, walk.collection, path, walk.source.id, key_of(address)):
                raise PathTaken

    # writing down

    async def _flush_if_due(self, walk: _Walk) -> None:
        if len(walk.entries) + len(walk.items) >= _FLUSH_ITEMS or time.monotonic() - walk.written > FLUSH_SECONDS:
            await self._flush(walk)

    async def _flush(self, walk: _Walk) -> None:
        """Write down what was done since the last time. Raises _CalledOff where the sync shall not go on."""
        async with self._db.write(Scope(walk.org)) as session:
            sync, _, _ = await _belonging(session, walk.org, walk.sync.id)
            await source_store.remember(session, sync, walk.items)
            await source_store.take_away(session, walk.org, walk.dropped)
            await source_store.forget(session, sync.source_id, walk.forgotten)
            await source_store.write_down(session, sync, walk.entries)
            source_store.count(sync, walk.entries, walk.tally.done)
            sync.unchanged, sync.seen = walk.tally.unchanged, len(walk.tally.mentioned)
            still = sync.state == "running"
        walk.tally.done.update((entry.address, entry.outcome) for entry in walk.entries)
        walk.entries, walk.items, walk.dropped, walk.forgotten = [], [], [], []
        walk.written = time.monotonic()
        if not still:
            raise _CalledOff

    async def _finish(self, walk: _Walk) -> None:
        """Take away what is gone, unless that is so much that somebody has to say yes first; then the sync has ended."""
        vanished = walk.tally.vanished()
        held = syncing.is_suspicious(len(vanished), len(walk.tally.known))
        for address in vanished:
            known = walk.tally.known[address]
            walk.entries.append(Entry(address, "held" if held else "removed", known.path, None, known.document))
            if not held:
                walk.dropped.append(known.document)
                walk.forgotten.append(key_of(address))
            await self._flush_if_due(walk)
        await self._flush(walk)
        async with self._db.write(Scope(walk.org)) as session:
            sync, source, collection = await _belonging(session, walk.org, walk.sync.id)
            if sync.state != "running":
                raise _CalledOff
            sync.state, sync.finished_at = "held" if held else "done", now()
            source.memory = dict(walk.tools.memory)
            note_sync(session, walk.who, source, sync, collection)
            await source_store.forget_old_syncs(session, source.id)

    async def _remove_held(self, org: UUID, sync_id: UUID) -> None:
        """Take away what waited for a yes."""
        more = True
        while more:
            async with self._db.write(Scope(org)) as session:
                sync, source, collection = await _belonging(session, org, sync_id)
                if sync.state != "running":
                    raise _CalledOff
                some = await source_store.entries_with(session, sync_id, "held", _REMOVED_AT_ONCE)
                await source_store.take_away(session, org, [row.document_id for row in some if row.document_id])
                await source_store.forget(session, source.id, [row.key for row in some])
                for row in some:
                    row.outcome = "removed"
                sync.removed += len(some)
                more = bool(some)
                if not more:
                    sync.state, sync.finished_at = "done", now()
                    note_sync(session, Principal(Kind.SYSTEM, org, "source", source.name), source, sync, collection)
        await self._knowledge.follow(org, collection.id)


class PathTaken(SamverkError):
    """A document with the same path belongs to another item."""

    code, sv, en = syncing.PATH_TAKEN.code, syncing.PATH_TAKEN.sv, syncing.PATH_TAKEN.en
    status = 409


async def _belonging(session: AsyncSession, org: UUID, sync_id: UUID) -> tuple[SyncRow, SourceRow, Collection]:
    """A sync, its source and its collection. Raises _CalledOff where one of them is gone."""
    sync = await source_store.sync(session, org, sync_id)
    source = await source_store.source(session, org, sync.source_id) if sync else None
    collection = await store.collection(session, source.collection_id) if source else None
    if sync is None or source is None or collection is None or source.deleted_at is not None:
        raise _CalledOff
    return sync, source, collection


def note_sync(session: AsyncSession, who: Principal, source: SourceRow, sync: SyncRow, collection: Collection) -> None:
    """Tell the journal of a sync that changed something."""
    counts = {name: getattr(sync, name) for name in ("added", "changed", "removed")}
    if any(counts.values()):
        note(session, sync.org_id, who, "source.synced", name=source.name, collection=collection.name, **counts)


def _path_of(walk: _Walk, address: str) -> str:
    known: Known | None = walk.tally.known.get(address)
    return known.path if known else address[:500]


def item_row(item: Item, path: str, digest: str, size: int, document: UUID) -> SourceItem:
    """What is remembered of an item that became a document."""
    return SourceItem(
        key=key_of(item.address),
        address=item.address,
        path=path,
        link=item.link[: syncing.LONGEST_ADDRESS],
        etag=item.etag,
        modified=item.modified,
        hash=digest,
        size=size,
        document_id=document,
    )


async def _fetched(item: Item, target: Path, largest: int) -> None:
    try:
        await item.fetch(target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFailed(why=error.strerror or "?") from error
        raise SourceUnreadable(why=error.strerror or "?") from error


def measured(path: Path) -> tuple[str, int]:
    """The digest and the size of a file."""
    sha, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                sha.update(piece)
                size += len(piece)
    except OSError as error:
        raise SourceUnreadable(why=error.strerror or "?") from error
    return sha.hexdigest(), size
