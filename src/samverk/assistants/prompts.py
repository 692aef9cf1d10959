"""Use cases of the prompt library: questions to fill in, one's own and those that are shared in the organisation.

A prompt is seen by its owner, and by everybody in the organisation once it is shared. It is changed by its owner; a shared one
by administrators too. Changes of shared prompts are written in the journal. Knows neither assistants nor answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.assistants.fields import Field, fields_of
from samverk.assistants.tables import PromptRow
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotAllowed, NotFound
from samverk.core.ids import now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity.principal import Principal

LONGEST = {"title": 300, "description": 1_000, "text": 20_000}  # characters
MOST_FIELDS = 30
KEPT = timedelta(days=30)  # how long what was deleted can be taken back

Shelf = Literal["own", "shared"]


@dataclass(frozen=True, slots=True)
class PromptBody:
    """What a person writes. `text` holds its fields as `{field}` (`assistants.fields`)."""

    title: str
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as one who may see it sees it."""

    id: UUID
    title: str
    description: str
    text: str
    shared: bool
    owner_name: str
    updated_at: datetime
    is_own: bool
    may_edit: bool

    @property
    def fields(self) -> tuple[Field, ...]:
        """What is to be filled in."""
        return fields_of(self.text)


@dataclass(frozen=True, slots=True)
class PromptList:
    """A page of prompts, by title, and how many there are in all."""

    prompts: tuple[Prompt, ...]
    total: int


class PromptChanged(Conflict):
    """Somebody changed the prompt while it was being edited."""

    sv = "Mallen har ändrats sedan du öppnade den. Din text står kvar här. Spara igen om den ska gälla."
    en = "The prompt has been changed since you opened it. Your text is still here. Save again to put it in force."


def problems(body: PromptBody) -> dict[str, str]:
    """What is wrong, by field: `title_missing`, `text_missing`, `text_fields`, or `…_long` for what exceeds LONGEST."""
    found = {name: f"{name}_long" for name, limit in LONGEST.items() if len(getattr(body, name)) > limit}
    found |= {name: f"{name}_missing" for name in ("title", "text") if not getattr(body, name).strip()}
    if "text" not in found and len(fields_of(body.text)) > MOST_FIELDS:
        found["text"] = "text_fields"
    return found


class Prompts:
    """The prompt library of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, by: Principal, shelf: Shelf, query: str = "", *, skip: int = 0, limit: int = 50) -> PromptList:
        """One's own prompts, or those that are shared in the organisation; of those, the ones with every word of the query."""
        _require_staff(by)
        kept = PromptRow.owner == by.owner if shelf == "own" else PromptRow.shared.is_(True)
        words = query.casefold().split()
        text = PromptRow.text if words else literal("")
        columns = select(PromptRow.id, PromptRow.title, PromptRow.description, text)
        async with self._db.read(Scope(by.org_id)) as session:
            rows = await session.execute(columns.where(kept, PromptRow.deleted_at.is_(None)))
            # In Python: SQLite neither folds nor sorts å, ä and ö.
            hits = [(title.casefold(), one) for one, title, *more in rows if _holds(words, (title, *more))]
            ids = [one for _, one in sorted(hits)[skip : skip + limit]]
            found = await session.scalars(select(PromptRow).where(PromptRow.id.in_(ids)))
            shown = {row.id: _prompt(row, by) for row in found}
        return PromptList(tuple(shown[one] for one in ids if one in shown), len(hits))

    async def get(self, by: Principal, prompt_id: UUID) -> Prompt:
        """The prompt. Raises NotFound for one that does not exist, is deleted, or is another's own."""
        async with self._db.read(Scope(by.org_id)) as session:
            return _prompt(await _visible(session, by, prompt_id), by)

    async def create(self, by: Principal, prompt_id: UUID, body: PromptBody) -> Prompt:
        """A new prompt of one's own. Sent twice with the same id it is still one. Raises Invalid."""
        _require_staff(by)
        _check(body)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await session.scalar(select(PromptRow).where(PromptRow.id == prompt_id))
            if row is not None and (row.owner != by.owner or row.deleted_at):
                raise Conflict(what="id")
            if row is None:
                row = PromptRow(org_id=by.org_id, id=prompt_id, owner=by.owner, owner_name=by.name, shared=False)
                session.add(row)
            _put(row, body)
            await session.flush()
            return _prompt(row, by)

    async def edit(self, by: Principal, prompt_id: UUID, body: PromptBody, seen: datetime | None = None) -> Prompt:
        """New words. `seen`: when what they replace was changed; PromptChanged if it has been since. Raises Invalid."""
        _check(body)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _editable(session, by, prompt_id)
            if seen is not None and seen != row.updated_at:
                raise PromptChanged
            _put(row, body)
            if row.shared:
                note(session, by.org_id, by, "prompt.edited", title=row.title)
            await session.flush()
            return _prompt(row, by)

    async def share(self, by: Principal, prompt_id: UUID, shared: bool = True) -> Prompt:
        """Show the prompt to everybody in the organisation, or to nobody else any more."""
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _editable(session, by, prompt_id)
            if row.shared != shared:
                row.shared = shared
                note(session, by.org_id, by, "prompt.shared" if shared else "prompt.unshared", title=row.title)
            return _prompt(row, by)

    async def delete(self, by: Principal, prompt_id: UUID) -> Prompt:
        """Take the prompt away; `restore` brings it back. What was deleted long ago goes for good on the way."""
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _editable(session, by, prompt_id)
            row.deleted_at = now()
            if row.shared:
                note(session, by.org_id, by, "prompt.deleted", title=row.title)
            await session.execute(delete(PromptRow).where(PromptRow.deleted_at < now() - KEPT))
            return _prompt(row, by)

    async def restore(self, by: Principal, prompt_id: UUID) -> Prompt:
        """Bring back what was deleted. Bringing it back twice changes nothing more."""
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _editable(session, by, prompt_id, deleted=True)
            if row.deleted_at and row.shared:
                note(session, by.org_id, by, "prompt.restored", title=row.title)
            row.deleted_at = None
            return _prompt(row, by)

    async def count(self, by: Principal) -> dict[Shelf, int]:
        """How many prompts there are on each shelf."""
        _require_staff(by)
        living = PromptRow.deleted_at.is_(None)
        own, shared = (
            select(func.count()).select_from(PromptRow).where(living, kept)
            for kept in (PromptRow.owner == by.owner, PromptRow.shared.is_(True))
        )
        async with self._db.read(Scope(by.org_id)) as session:
            return {"own": await session.scalar(own) or 0, "shared": await session.scalar(shared) or 0}


async def _visible(session: AsyncSession, by: Principal, prompt_id: UUID, deleted: bool = False) -> PromptRow:
    """The row that this principal may see. What is not for it looks like what does not exist."""
    _require_staff(by)
    seen = or_(PromptRow.owner == by.owner, PromptRow.shared.is_(True))
    living: list[ColumnElement[bool]] = [] if deleted else [PromptRow.deleted_at.is_(None)]
    row = await session.scalar(select(PromptRow).where(PromptRow.id == prompt_id, seen, *living))
    if row is None:
        raise NotFound("prompt")
    return row


async def _editable(session: AsyncSession, by: Principal, prompt_id: UUID, deleted: bool = False) -> PromptRow:
    row = await _visible(session, by, prompt_id, deleted)
    if not _may_edit(row, by):
        raise NotAllowed
    return row


def _require_staff(by: Principal) -> None:
    """Citizens ask; the library is for those who work here."""
    by.require("chat")
    if not by.is_staff:
        raise NotAllowed


def _may_edit(row: PromptRow, by: Principal) -> bool:
    return row.owner == by.owner or (row.shared and by.may("admin"))


def _check(body: PromptBody) -> None:
    wrong = problems(body)
    if wrong:
        raise Invalid(why=", ".join(wrong.values()))


def _put(row: PromptRow, body: PromptBody) -> None:
    row.title, row.description, row.text = body.title.strip(), body.description.strip(), body.text
    row.updated_at = now()


def _holds(words: list[str], texts: tuple[str, ...]) -> bool:
    held = "\n".join(texts).casefold() if words else ""
    return all(word in held for word in words)


def _prompt(row: PromptRow, by: Principal) -> Prompt:
    return Prompt(
        id=row.id,
        title=row.title,
        description=row.description,
        text=row.text,
        shared=row.shared,
        owner_name=row.owner_name,
        updated_at=row.updated_at,
        is_own=row.owner == by.owner,
        may_edit=_may_edit(row, by),
    )
