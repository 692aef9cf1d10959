"""Keeping collections fresh: their sources as people manage them, when each is synced, and the reports of it.

The walk itself is `syncs`'. Every function that a person reaches takes who asks, and raises NotAllowed or NotFound before
anything else; a source is reached by those who may read its collection.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database, DatabaseFailed
from samverk.core.egress import Egress
from samverk.core.errors import Conflict, Invalid, NotFound, SamverkError
from samverk.core.ids import new_id, now
from samverk.core.jobs import Jobs, JobState, Payload
from samverk.core.journal import note
from samverk.core.leases import Leases
from samverk.core.schedules import Schedule
from samverk.core.scope import Scope
from samverk.core.vault import Vault
from samverk.identity.principal import Principal
from samverk.knowledge import access, source_store, store
from samverk.knowledge.access import WRITE
from samverk.knowledge.collections import own
from samverk.knowledge.readings import INTERRUPTED
from samverk.knowledge.service import Knowledge
from samverk.knowledge.source_tables import SourceRow, SyncRow
from samverk.knowledge.source_views import EntryInfo, SourceFields, SourceInfo, SyncInfo
from samverk.knowledge.sources import Source, Tools, filled_in, of_kind
from samverk.knowledge.syncs import JOB, Syncs
from samverk.knowledge.tables import Collection
from samverk.knowledge.views import Page, Reason

LONGEST_NAME = 300
SYNCS_A_PAGE = 20
ENTRIES_A_PAGE = 50

_INTERRUPTED = Reason(
    INTERRUPTED.code,
    "Synkningen avbröts gång på gång. Försök igen.",
    "The sync was interrupted again and again. Please try again.",
)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What the platform gives to sources. In a folder of `folders`, `{org}` stands for an organisation's slug."""

    egress: Egress
    scratch: Path
    folders: Sequence[str] = ()
    largest_bytes: int = 100 << 20

    def tools(self, org: str) -> Tools:
        """What a source of the organisation with this slug works with. Makes the scratch folder."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        roots = tuple(Path(folder.replace("{org}", org)) for folder in self.folders)
        return Tools(self.egress, self.scratch, roots, self.largest_bytes)


@dataclass(slots=True)
class Reached:
    """A source that somebody may reach, with its collection."""

    row: SourceRow
    collection: Collection


class Sources:
    """The sources of all organisations' collections."""

    def __init__(
        self,
        db: Database,
        knowledge: Knowledge,
        jobs: Jobs,
        leases: Leases,
        vault: Vault,
        toolbox: Toolbox,
        *,
        kinds: Callable[[str], Source] = of_kind,
    ) -> None:
        self._db = db
        self._knowledge = knowledge
        self._jobs = jobs
        self._vault = vault
        self._toolbox = toolbox
        self._kinds = kinds
        self._syncs = Syncs(db, knowledge, leases, vault, toolbox.tools, kinds)
        jobs.register(JOB, self._syncs.sync)

    # sources

    async def add(self, who: Principal, collection: str, fields: SourceFields) -> SourceInfo:
        """A new source of a collection. Raises NotAllowed, NotFound, Invalid with the field as `param`."""
        who.require(WRITE)
        async with self._db.read(Scope(who.org_id)) as session:
            into = await own(session, who, collection)
        settings = await self._checked(who, fields, fields.secret or "")
        row = SourceRow(
            org_id=who.org_id, id=new_id(), collection_id=into.id, kind=fields.kind, added_by=who.name, memory={}
        )
        self._fill(row, fields, settings)
        async with self._db.write(Scope(who.org_id)) as session:
            session.add(row)
            note(session, who.org_id, who, "source.added", name=row.name, collection=into.name)
        return await self.get(who, row.id)

    async def change(self, who: Principal, source_id: UUID, fields: SourceFields) -> SourceInfo:
        """Change what is said of a source; its kind stays, and without a new secret the old one. Raises as `add` does."""
        who.require(WRITE)
        async with self._db.read(Scope(who.org_id)) as session:
            row = (await reach(session, who, source_id)).row
        fields = replace(fields, kind=row.kind)
        secret = fields.secret if fields.secret is not None else self._secret(row)
        settings = await self._checked(who, fields, secret)
        async with self._db.write(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id)
            if reached.row.settings != settings:  # what was remembered is of another place
                reached.row.memory = {}
            self._fill(reached.row, fields, settings)
            note(session, who.org_id, who, "source.changed", name=reached.row.name, collection=reached.collection.name)
        return await self.get(who, source_id)

    async def of(self, who: Principal, collection: str) -> list[SourceInfo]:
        """The sources of a collection of ours, the oldest first. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            of = await own(session, who, collection)
            return await self._described(session, of, await source_store.sources_of(session, of.id))

    async def get(self, who: Principal, source_id: UUID) -> SourceInfo:
        """A source of ours. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id)
            return (await self._described(session, reached.collection, [reached.row]))[0]

    async def pause(self, who: Principal, source_id: UUID, *, paused: bool = True) -> SourceInfo:
        """Let a source rest, or wake it: its schedule waits meanwhile. Raises NotAllowed, NotFound."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id)
            row = reached.row
            if (row.paused_at is not None) != paused:
                row.paused_at = now() if paused else None
                row.next_at = _next(row)
                action = "source.paused" if paused else "source.woken"
                note(session, who.org_id, who, action, name=row.name, collection=reached.collection.name)
        return await self.get(who, source_id)

    async def remove(self, who: Principal, source_id: UUID, *, documents: bool = False) -> None:
        """Take a source away, with its documents if that is asked for; else they stay in the collection as they are.

        `restore` brings it back. Raises NotAllowed, NotFound.
        """
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id)
            row = reached.row
            row.deleted_at = now()
            for sync in await source_store.under_way(session, source_id):
                sync.state, sync.finished_at = "cancelled", now()
            if documents:
                known = await source_store.known(session, source_id)
                await source_store.take_away(session, who.org_id, [each.document for each in known.values()])
            note(session, who.org_id, who, "source.removed", name=row.name, collection=reached.collection.name)
        await self._knowledge.follow(who.org_id, row.collection_id)

    async def restore(self, who: Principal, source_id: UUID) -> SourceInfo:
        """Bring a source back, with the documents that were taken away with it. Raises NotAllowed, NotFound."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id, removed=True)
            row = reached.row
            removed_at, row.deleted_at = row.deleted_at, None
            row.next_at = _next(row)
            known = await source_store.known(session, source_id)
            if removed_at is not None:
                ids = [each.document for each in known.values()]
                await source_store.bring_back(session, who.org_id, ids, removed_at)
            note(session, who.org_id, who, "source.restored", name=row.name, collection=reached.collection.name)
        await self._knowledge.resume(who.org_id)
        await self._knowledge.follow(who.org_id, row.collection_id)
        return await self.get(who, source_id)

    # syncs

    async def sync(self, who: Principal, source_id: UUID) -> SyncInfo:
        """Sync a source now; where a sync is under way that one. Raises NotAllowed, NotFound, Conflict, JobsFailed."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            reached = await reach(session, who, source_id)
            row = await self._ask(session, reached.row, who.name)
            info = (await source_store.described(session, [row]))[0]
        await self._enqueue(row)
        return info

    async def syncs(self, who: Principal, source_id: UUID, page: int = 1) -> Page[SyncInfo]:
        """The syncs of a source that are remembered, the latest first. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            await reach(session, who, source_id)
            rows = await source_store.syncs_of(session, source_id, _part(page, SYNCS_A_PAGE))
            total = await source_store.number_of_syncs(session, source_id)
            return Page(tuple(await source_store.described(session, rows)), total, page, SYNCS_A_PAGE)

    async def report(
        self, who: Principal, sync_id: UUID, shown: str = "", page: int = 1
    ) -> tuple[SyncInfo, Page[EntryInfo]]:
        """A sync, and what it did with items: all that it says something of, one outcome, or `not_read`. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            row = await reach_sync(session, who, sync_id)
            part = _part(page, ENTRIES_A_PAGE)
            found, total = await source_store.entries(session, sync_id, shown, part)
            info = (await source_store.described(session, [row]))[0]
        return info, Page(tuple(found), total, page, ENTRIES_A_PAGE)

    async def progress(self, who: Principal, sync_id: UUID) -> SyncInfo:
        """How far a sync has come. Raises NotFound."""
        async with self._db.read(Scope(who.org_id)) as session:
            row = await reach_sync(session, who, sync_id)
            return (await source_store.described(session, [row]))[0]

    async def cancel(self, who: Principal, sync_id: UUID) -> None:
        """Let a sync stop where it is: what it has taken stays, nothing is removed. Raises NotAllowed, NotFound."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            row = await reach_sync(session, who, sync_id)
            if row.state not in {"waiting", "running"}:
                return
            row.state, row.finished_at = "cancelled", now()
        await self._jobs.cancel([sync_id.hex, _held_key(sync_id)])

    async def answer(self, who: Principal, sync_id: UUID, *, remove: bool) -> None:
        """Say whether what a sync holds back is to be removed. Raises NotAllowed, NotFound, Conflict where a later sync asks."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            row = await reach_sync(session, who, sync_id)
            source = await source_store.source(session, who.org_id, row.source_id)
            if row.state != "held" or source is None or source.sync_id != sync_id:
                raise _answered()
            row.state = "running" if remove else "done"
            note(session, who.org_id, who, "source.confirmed" if remove else "source.kept", name=source.name)
        if remove:
            await self._enqueue(row, held=True)

    async def bring_back(self, who: Principal, sync_id: UUID) -> int:
        """Bring back the documents that a sync removed; how many. Raises NotAllowed, NotFound."""
        who.require(WRITE)
        async with self._db.write(Scope(who.org_id)) as session:
            row = await reach_sync(session, who, sync_id)
            entries = await source_store.entries_with(session, sync_id, "removed", 1_000_000)
            ids = [entry.document_id for entry in entries if entry.document_id]
            number = await source_store.bring_back(session, who.org_id, ids, row.started_at or row.created_at)
            source = await source_store.source(session, who.org_id, row.source_id)
            if number and source is not None:
                note(session, who.org_id, who, "source.brought_back", name=source.name, documents=number)
        await self._knowledge.resume(who.org_id)
        if source is not None:
            await self._knowledge.follow(who.org_id, source.collection_id)
        return number

    # what the platform does again and again

    async def look(self) -> None:
        """Sync what is due, and take up or give up the syncs that nobody works on."""
        async with self._db.read(Scope.platform()) as session:
            orgs = await store.all_orgs(session)
        for org in orgs:
            try:
                await self.resume(org)
                await self._sync_due(org)
            except SamverkError as error:
                _log.warning("sources_not_looked_after", why=error.code)

    async def resume(self, org: UUID) -> None:
        """Take up the syncs of an organisation that nobody works on, and give up those that failed for good."""
        async with self._db.read(Scope(org)) as session:
            rows = [row for row in await source_store.under_way(session) if row.state != "open"]
        keys = {row.id: _held_key(row.id) if _is_answered(row) else row.id.hex for row in rows}
        states = await self._jobs.status(keys.values())
        why = await self._jobs.failures(key for key, state in states.items() if state is JobState.FAILED)
        for row in rows:
            key = keys[row.id]
            state = states.get(key)
            if state is None:
                await self._enqueue(row, held=_is_answered(row))
            elif why.get(key) == DatabaseFailed.code:  # not even that could be recorded: it goes on where it was
                await self._jobs.retry([key])
            elif state in {JobState.FAILED, JobState.CANCELLED, JobState.DONE}:
                await self._syncs.fail(org, row.id, _INTERRUPTED)

    async def _sync_due(self, org: UUID) -> None:
        async with self._db.read(Scope(org)) as session:
            ids = [row.id for row in await source_store.due(session)]
        for source_id in ids:
            async with self._db.write(Scope(org)) as session:
                source = await source_store.locked(session, org, source_id)
                if source is None or source.next_at is None or source.next_at > now():
                    continue  # another process was faster
                source.next_at = _next(source)
                row = await self._ask(session, source, "")
            await self._enqueue(row)

    async def _ask(self, session: AsyncSession, source: SourceRow, by: str) -> SyncRow:
        """The sync of a source that is under way, or a new one. Raises Conflict for a source that is never walked."""
        if not self._kinds(source.kind).walks:
            raise Conflict(
                sv="Till den här källan skickas dokumenten; den hämtas inte härifrån.",
                en="Documents are sent to this source; it is not fetched from here.",
            )
        await source_store.locked(session, source.org_id, source.id)
        for row in await source_store.under_way(session, source.id):
            return row
        row = SyncRow(org_id=source.org_id, id=new_id(), source_id=source.id, state="waiting", asked_by=by)
        session.add(row)
        await session.flush()
        source.sync_id = row.id
        return row

    async def _enqueue(self, row: SyncRow, *, held: bool = False) -> None:
        payload: Payload = {"org": str(row.org_id), "sync": str(row.id), "source": str(row.source_id), "held": held}
        key = _held_key(row.id) if held else row.id.hex
        await self._jobs.enqueue(JOB, payload, key=key, org=row.org_id)

    # what is said of a source

    async def _checked(self, who: Principal, fields: SourceFields, secret: str) -> dict[str, str]:
        kind = self._kinds(fields.kind)
        settings = filled_in(kind.form, fields.settings)
        if len(fields.name) > LONGEST_NAME:
            raise Invalid(
                sv=f"Källans namn får vara högst {LONGEST_NAME} tecken.",
                en=f"The source's name may be at most {LONGEST_NAME} characters.",
                param="name",
            )
        async with self._db.read(Scope(who.org_id)) as session:
            slug = (await store.org_slugs(session, [who.org_id]))[who.org_id]
        await kind.check(settings, secret, self._toolbox.tools(slug))
        return settings

    def _fill(self, row: SourceRow, fields: SourceFields, settings: dict[str, str]) -> None:
        row.name = " ".join(fields.name.split()) or self._kinds(row.kind).where(settings)[:LONGEST_NAME]
        row.settings, row.schedule = settings, fields.schedule.as_json() if fields.schedule else None
        if fields.secret is not None:
            row.secret = self._vault.lock(fields.secret, str(row.id)) if fields.secret else None
        row.next_at, row.updated_at = _next(row), now()

    def _secret(self, row: SourceRow) -> str:
        return self._vault.unlock(row.secret, str(row.id)) if row.secret else ""

    async def _described(self, session: AsyncSession, of: Collection, rows: Sequence[SourceRow]) -> list[SourceInfo]:
        org = of.org_id
        items = await source_store.numbers_of_items(session, [row.id for row in rows])
        latest = [await source_store.sync(session, org, row.sync_id) for row in rows if row.sync_id]
        last = {info.source_id: info for info in await source_store.described(session, [row for row in latest if row])}
        return [
            SourceInfo(
                id=row.id,
                collection=of.slug,
                collection_id=of.id,
                kind=row.kind,
                name=row.name,
                where=self._kinds(row.kind).where(row.settings),
                settings=dict(row.settings),
                has_secret=row.secret is not None,
                schedule=Schedule.from_json(row.schedule),
                next_at=row.next_at,
                paused=row.paused_at is not None,
                items=items.get(row.id, 0),
                last=last.get(row.id),
                created_at=row.created_at,
            )
            for row in rows
        ]


async def reach(session: AsyncSession, who: Principal, source_id: UUID, *, removed: bool = False) -> Reached:
    """A source with its collection, if the principal may read that. Raises NotFound."""
    row = await source_store.source(session, who.org_id, source_id)
    collection = await store.collection(session, row.collection_id) if row else None
    if row is None or collection is None or not access.is_open_to(who, collection):
        raise NotFound("source")
    if row.deleted_at is not None and not removed:
        raise NotFound("source")
    return Reached(row, collection)


async def reach_sync(session: AsyncSession, who: Principal, sync_id: UUID) -> SyncRow:
    """A sync of a source, if the principal may read its collection. Raises NotFound."""
    row = await source_store.sync(session, who.org_id, sync_id)
    if row is None:
        raise NotFound("sync")
    await reach(session, who, row.source_id)
    return row


def _next(row: SourceRow) -> datetime | None:
    schedule = Schedule.from_json(row.schedule)
    return schedule.after(now()) if schedule and row.paused_at is None else None


def _is_answered(row: SyncRow) -> bool:
    """Whether a sync under way was held, and somebody said yes."""
    return row.finished_at is not None


def _held_key(sync_id: UUID) -> str:
    return f"{sync_id.hex}-held"


def _part(page: int, size: int) -> slice:
    return slice((page - 1) * size, page * size)


def _answered() -> Conflict:
    return Conflict(
        sv="Frågan är redan besvarad, eller så har en senare synkning ställt den på nytt.",
        en="The question has been answered already, or a later sync has asked it anew.",
    )
