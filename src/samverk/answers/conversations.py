"""One's conversations: finding them again, naming, pinning and putting them in folders, deleting them, erasing them for good.

What can be taken back is deleted (`delete`, `restore`); what must leave nothing behind is erased (`end`, `erase`, `sweep`).
A conversation of somebody else is not found, whatever is asked of it.
"""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.answers import erasing, history, store
from samverk.answers.erasing import Due
from samverk.answers.finding import Sought
from samverk.answers.history import Cursor, FolderInfo, Narrowed, Place
from samverk.answers.model import ConversationInfo, scope_of
from samverk.answers.service import Answers
from samverk.answers.tables import Conversation, Folder, Run
from samverk.assistants.service import Assistants
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity.principal import Principal, system
from samverk.identity.service import Identity
from samverk.identity.settings import habits_of
from samverk.identity.tables import OrganisationSettings
from samverk.knowledge.service import Knowledge
from samverk.ledger.content import Contents
from samverk.masking.service import Masking

PAGE = 25
MOST_PINNED = 10
MOST_FOLDERS = 50
TITLE_CHARACTERS = 300
FOLDER_CHARACTERS = 100
EXPORTED_AT_ONCE = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """Which conversations somebody wants to see: those that say something, in a folder, with an assistant, after a place."""

    query: str = ""
    folder: UUID | None = None
    assistant: str = ""  # its slug
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of conversations, the latest used first, with what one can choose among.

    `pinned` are those that stand first, on a first page that nothing is sought on. `places` says for each hit where it was said.
    `following` is where the next page begins; None at the end. `assistants` are those one has talked with: slug and name.
    """

    items: tuple[ConversationInfo, ...]
    pinned: tuple[ConversationInfo, ...] = ()
    places: dict[UUID, Place] = field(default_factory=dict)
    following: Cursor | None = None
    folders: tuple[FolderInfo, ...] = ()
    assistants: tuple[dict[str, str], ...] = ()


Names = dict[UUID, dict[str, str]]


class Conversations:
    """The conversations of everybody on this platform."""

    def __init__(
        self,
        db: Database,
        identity: Identity,
        masking: Masking,
        assistants: Assistants,
        answers: Answers,
        knowledge: Knowledge,
        contents: Contents,
    ) -> None:
        self._db = db
        self._identity = identity
        self._masking = masking
        self._assistants = assistants
        self._answers = answers
        self._knowledge = knowledge
        self._contents = contents

    # finding

    async def recent(
        self, principal: Principal, limit: int = 20, after: Cursor | None = None
    ) -> list[ConversationInfo]:
        """The conversations that were used last, pinned or not; with `after` those that follow that place."""
        async with self._db.read(Scope(principal.org_id)) as session:
            rows = await history.latest(session, Narrowed(principal.owner), after, limit, pinned_too=True)
        names = await self._names(principal, {row.assistant_id for row in rows})
        return [_info(row, names) for row in rows]

    async def look(self, principal: Principal, wish: Wish) -> Listing:
        """A page of the conversations that somebody wants to see. Raises NotFound for another's folder or assistant."""
        assistant = (await self._assistants.known(principal, wish.assistant)).id if wish.assistant else None
        narrowed, sought = Narrowed(principal.owner, wish.folder, assistant), Sought.of(wish.query)
        async with self._db.read(Scope(principal.org_id)) as session:
            if wish.folder is not None:
                await _folder(session, principal, wish.folder)
            found = await self._page(session, narrowed, sought, wish)
            rows = found[:PAGE]
            pinned = await history.pinned(session, narrowed) if not (wish.query.strip() or wish.after) else ()
            places = await history.places(session, [row.id for row in rows], sought) if sought else {}
            folders = await history.folders(session, principal.owner)
            used = await history.assistants_used(session, principal.owner)
        names = await self._names(principal, {*used, *(row.assistant_id for row in (*rows, *pinned))})
        return Listing(
            items=tuple(_info(row, names) for row in rows),
            pinned=tuple(_info(row, names) for row in pinned),
            places=places,
            following=Cursor(rows[-1].updated_at, rows[-1].id) if len(found) > PAGE else None,
            folders=tuple(folders),
            assistants=tuple(sorted((names[id] for id in used if id in names), key=lambda one: one["name"].casefold())),
        )

    async def _page(self, session: AsyncSession, narrowed: Narrowed, sought: Sought, wish: Wish) -> history.Rows:
        """One more than fits on a page tells that there is another."""
        if sought:
            return await history.saying(session, narrowed, sought, wish.after, PAGE + 1)
        if wish.query.strip():
            return []  # signs alone: nobody says them
        return await history.latest(session, narrowed, wish.after, PAGE + 1, pinned_too=False)

    async def info(self, principal: Principal, conversation_id: UUID) -> ConversationInfo:
        """One conversation as in a list. Raises NotFound."""
        async with self._db.read(Scope(principal.org_id)) as session:
            row = await store.conversation(session, principal, conversation_id)
        return _info(row, await self._names(principal, {row.assistant_id}))

    async def folders(self, principal: Principal) -> list[FolderInfo]:
        """The principal's folders, by name."""
        async with self._db.read(Scope(principal.org_id)) as session:
            return await history.folders(session, principal.owner)

    async def _names(self, principal: Principal, ids: Collection[UUID]) -> Names:
        known = await self._assistants.some(principal, ids)
        return {id: {"slug": assistant.slug, "name": assistant.name} for id, assistant in known.items()}

    async def export(self, principal: Principal) -> AsyncGenerator[dict[str, Any], None]:
        """Every conversation of the principal with all that was said in it, the latest first, as plain data."""
        folders = {folder.id: folder.name for folder in await self.folders(principal)}
        after: Cursor | None = None
        while some := await self.recent(principal, EXPORTED_AT_ONCE, after):
            for info in some:
                async with self._db.read(Scope(principal.org_id)) as session:
                    turns = await _exported_turns(session, info.id)
                yield {
                    "id": str(info.id),
                    "title": info.title,
                    "assistant": info.assistant["name"],
                    "folder": folders.get(info.folder) if info.folder else None,
                    "updated_at": info.updated_at.isoformat(),
                    "turns": turns,
                }
            after = Cursor(some[-1].updated_at, some[-1].id)

    # naming, pinning, deleting

    async def rename(self, principal: Principal, conversation_id: UUID, title: str) -> str:
        """Give a conversation another title, by which it is found too. Returns the title. Raises Invalid, NotFound."""
        title = _named(title, TITLE_CHARACTERS)
        async with self._db.write(Scope(principal.org_id)) as session:
            row = await store.conversation(session, principal, conversation_id)
            row.title, row.terms = title, store.with_terms(row.terms, title)
        return title

    async def pin(self, principal: Principal, conversation_id: UUID, pinned: bool) -> None:
        """Let a conversation stand first, or no longer. Raises NotFound, Invalid when too many are pinned."""
        async with self._db.write(Scope(principal.org_id)) as session:
            row = await store.conversation(session, principal, conversation_id)
            if pinned and row.pinned_at is None:
                if len(await history.pinned(session, Narrowed(principal.owner))) >= MOST_PINNED:
                    raise Invalid(
                        sv=f"Högst {MOST_PINNED} samtal kan vara fästa. Lossa ett av dem först.",
                        en=f"At most {MOST_PINNED} conversations can be pinned. Unpin one of them first.",
                    )
                row.pinned_at = now()
            elif not pinned:
                row.pinned_at = None

    async def delete(self, principal: Principal, ids: Sequence[UUID]) -> list[str]:
        """Delete conversations, for a week in which `restore` brings them back. Returns their titles. Raises NotFound."""
        async with self._db.write(Scope(principal.org_id)) as session:
            rows = [await store.conversation(session, principal, id) for id in ids]
            for row in rows:
                row.deleted_at = now()
        return [row.title for row in rows]

    async def restore(self, principal: Principal, ids: Sequence[UUID]) -> None:
        """Bring deleted conversations back. One that is not deleted is no error. Raises NotFound for any not theirs."""
        async with self._db.write(Scope(principal.org_id)) as session:
            for id in ids:
                row = await session.get(Conversation, (principal.org_id, id))
                if row is None or row.owner != principal.owner or row.temporary:
                    raise NotFound("conversation")
                row.deleted_at = None

    # folders

    async def move(self, principal: Principal, ids: Sequence[UUID], folder: UUID | None) -> None:
        """Put conversations in a folder, or in none. Raises NotFound for any, or a folder, that is not theirs."""
        async with self._db.write(Scope(principal.org_id)) as session:
            if folder is not None:
                await _folder(session, principal, folder)
            for id in ids:
                (await store.conversation(session, principal, id)).folder_id = folder

    async def make_folder(self, principal: Principal, name: str) -> UUID:
        """A new folder. Raises Invalid for no name or too many folders, Conflict for a name that they have already."""
        name = _named(name, FOLDER_CHARACTERS)
        async with self._db.write(Scope(principal.org_id)) as session:
            mine = select(func.count()).select_from(Folder).where(Folder.owner == principal.owner)
            if (await session.scalar(mine) or 0) >= MOST_FOLDERS:
                raise Invalid(
                    sv=f"Du kan ha högst {MOST_FOLDERS} mappar.", en=f"You can have at most {MOST_FOLDERS} folders."
                )
            await _refuse_taken(session, principal, name)
            row = Folder(org_id=principal.org_id, id=new_id(), owner=principal.owner, name=name)
            session.add(row)
        return row.id

    async def rename_folder(self, principal: Principal, folder: UUID, name: str) -> None:
        """Give a folder another name. Raises as `make_folder` does, NotFound."""
        name = _named(name, FOLDER_CHARACTERS)
        async with self._db.write(Scope(principal.org_id)) as session:
            row = await _folder(session, principal, folder)
            if row.name != name:
                await _refuse_taken(session, principal, name)
            row.name = name

    async def delete_folder(self, principal: Principal, folder: UUID) -> str:
        """Delete a folder; its conversations are kept, in none. Returns its name. Raises NotFound."""
        async with self._db.write(Scope(principal.org_id)) as session:
            row = await _folder(session, principal, folder)
            inside = Conversation.owner == principal.owner, Conversation.folder_id == folder
            await session.execute(update(Conversation).where(*inside).values(folder_id=None))
            await session.delete(row)
        return row.name

    # erasing

    async def end(self, principal: Principal, conversation_id: UUID) -> None:
        """End a temporary conversation: what is being answered stops, and all of it is erased. Raises NotFound for any other."""
        async with self._db.read(Scope(principal.org_id)) as session:
            if not (await store.conversation(session, principal, conversation_id)).temporary:
                raise NotFound("conversation")
        await self._end(principal, [conversation_id])

    async def end_all(self, principal: Principal) -> None:
        """End the temporary conversations of somebody who leaves."""
        mine = Conversation.owner == principal.owner, Conversation.temporary.is_(True)
        async with self._db.read(Scope(principal.org_id)) as session:
            ids = list(await session.scalars(select(Conversation.id).where(*mine)))
        await self._end(principal, ids)

    async def _end(self, principal: Principal, ids: Sequence[UUID]) -> None:
        if not ids:
            return
        living = Run.conversation_id.in_(ids), Run.status == "running"
        async with self._db.read(Scope(principal.org_id)) as session:
            runs = list(await session.scalars(select(Run.id).where(*living)))
        for run in runs:
            await self._answers.stop(principal, run)
        await self.erase(principal.org_id, ids)

    async def erase(self, org_id: UUID, ids: Sequence[UUID]) -> None:
        """Erase conversations for good, with their runs, events, citations, traces, feedback, pseudonyms, attached files, and
        what the ledger has kept of what was said.

        In units of work of a bounded number of rows, the conversations last: what is cut off is due again. May be done twice.
        """
        scope = Scope(org_id)
        async with self._db.write(scope) as session:
            attached = await erasing.hide(session, ids)
        for collection in attached:
            await self._knowledge.erase(org_id, collection)
        await self._erase_runs(org_id, erasing.runs_of(ids))
        await self._masking.forget(org_id, [scope_of(id) for id in ids])
        async with self._db.write(scope) as session:
            await erasing.erase_conversations(session, ids)
        await self._db.forget()

    async def _erase_runs(self, org_id: UUID, of: Any) -> int:
        erased = 0
        while True:
            async with self._db.read(Scope(org_id)) as session:
                some = await erasing.some_runs(session, of)
            if not some:
                return erased
            await self._contents.erase(org_id, some)
            async with self._db.write(Scope(org_id)) as session:
                await erasing.erase_runs(session, some)
            erased += len(some)

    async def sweep(self, moment: datetime) -> int:
        """Erase what is due in every organisation (see `erasing`). Returns how many conversations were erased.

        Pinned ones too: the organisation decides how long it keeps things. Runs of programs, without a conversation, go likewise,
        files that were attached to a question that nobody asked, and pseudonyms that nobody has used for a month.
        """
        return sum([await self._sweep(org.id, moment) for org in await self._identity.orgs()])

    async def _sweep(self, org_id: UUID, moment: datetime) -> int:
        async with self._db.read(Scope(org_id)) as session:
            habits = habits_of(await session.get(OrganisationSettings, org_id))
        due, erased = Due.at(moment, habits.retention_days), 0
        while True:
            async with self._db.read(Scope(org_id)) as session:
                ids = await erasing.due(session, due)
            if not ids:
                break
            await self.erase(org_id, ids)
            erased += len(ids)
        runs = await self._erase_runs(org_id, erasing.lone_runs(due.kept_since)) if due.kept_since else 0
        async with self._db.read(Scope(org_id)) as session:
            forsaken = await erasing.forsaken_files(session, moment - erasing.UNASKED_LASTS)
        for collection in forsaken:
            await self._knowledge.erase(org_id, collection)
        if await self._masking.sweep(org_id, moment):
            await self._db.forget()
        if erased or runs:
            log.info("conversations_swept", org=str(org_id), conversations=erased, runs=runs)
            async with self._db.write(Scope(org_id)) as session:
                note(session, org_id, system(org_id), "conversation.swept", n=erased, runs=runs)
        return erased


def _info(row: Row[Any] | Conversation, names: Names) -> ConversationInfo:
    assistant = names.get(row.assistant_id, {"slug": "", "name": ""})
    return ConversationInfo(row.id, row.title, assistant, row.updated_at, row.pinned_at is not None, row.folder_id)


def _named(text: str, most: int) -> str:
    """A name on one line. Raises Invalid for none, or one that is too long."""
    name = " ".join(text.replace("\x00", "").split())
    if not name:
        raise Invalid(sv="Skriv ett namn.", en="Write a name.")
    if len(name) > most:
        raise Invalid(sv=f"Namnet får ha högst {most} tecken.", en=f"The name can have at most {most} characters.")
    return name


async def _folder(session: AsyncSession, principal: Principal, folder: UUID) -> Folder:
    row = await session.get(Folder, (principal.org_id, folder))
    if row is None or row.owner != principal.owner:
        raise NotFound("folder")
    return row


async def _refuse_taken(session: AsyncSession, principal: Principal, name: str) -> None:
    taken = select(Folder.id).where(Folder.owner == principal.owner, Folder.name == name)
    if await session.scalar(taken) is not None:
        raise Conflict(sv=f"Du har redan en mapp som heter {name}.", en=f"You have a folder called {name} already.")


async def _exported_turns(session: AsyncSession, conversation: UUID) -> list[dict[str, Any]]:
    query = select(Run).where(Run.conversation_id == conversation).order_by(Run.created_at)
    runs = list(await session.scalars(query))
    citations = await store.citations_of(session, [run.id for run in runs])
    return [
        {
            "id": str(run.id),
            "after": str(run.after_id) if run.after_id else None,
            "asked_at": run.created_at.isoformat(),
            "question": run.question,
            "answer": run.answer,
            "status": run.status,
            "sources": [
                {"n": one.n, "document": one.document, "quote": one.quote, "verdict": one.verdict}
                for one in citations.get(run.id, [])
            ],
        }
        for run in runs
    ]
