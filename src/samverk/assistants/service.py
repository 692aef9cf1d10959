"""Use cases of the room: which assistants somebody may use, and a body put in force by a command or a program."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement

from samverk.assistants import store
from samverk.assistants.access import can_build, require_build
from samverk.assistants.model import Assistant, AssistantBody, may_use
from samverk.assistants.tables import AssistantRow
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, NotFound
from samverk.core.ids import new_id
from samverk.core.journal import Actor, note
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.service import check_slug


class Assistants:
    """The assistants of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, principal: Principal) -> list[Assistant]:
        """The assistants that this principal may use, by name."""
        async with self._db.read(Scope(principal.org_id)) as session:
            found = [store.assistant(row, version) for row, version in await session.execute(store.current())]
        return sorted((a for a in found if may_use(principal, a)), key=lambda a: a.name.casefold())

    async def some(self, principal: Principal, ids: Collection[UUID]) -> dict[UUID, Assistant]:
        """Those of these assistants that this principal may use, or could until they were retired, by their ids: what was said
        with them can still be read."""
        async with self._db.read(Scope(principal.org_id)) as session:
            rows = await session.execute(store.current(retired=True).where(AssistantRow.id.in_(ids)))
            found = [store.assistant(row, version) for row, version in rows]
        return {assistant.id: assistant for assistant in found if may_use(principal, assistant)}

    async def known(self, principal: Principal, slug: str) -> Assistant:
        """As `get`, and also one that is retired since."""
        return await self._one(principal, AssistantRow.slug == slug, slug, retired=True)

    async def get(self, principal: Principal, slug: str) -> Assistant:
        """The assistant with this slug. Raises NotFound when there is none that this principal may use."""
        return await self._one(principal, AssistantRow.slug == slug, slug)

    async def get_by_id(self, principal: Principal, assistant_id: UUID) -> Assistant:
        """The assistant with this id. Raises NotFound when there is none that this principal may use."""
        return await self._one(principal, AssistantRow.id == assistant_id, "")

    async def _one(
        self, principal: Principal, condition: ColumnElement[bool], asked: str, *, retired: bool = False
    ) -> Assistant:
        async with self._db.read(Scope(principal.org_id)) as session:
            found = (await session.execute(store.current(retired=retired).where(condition))).first()
        assistant = store.assistant(*found) if found else None
        if assistant is None or not may_use(principal, assistant):
            raise NotFound("assistant", asked)
        return assistant

    async def draft(self, principal: Principal, slug: str) -> Assistant:
        """What the assistant may become, for trying it out: its draft, else its version in force. Raises NotAllowed, NotFound."""
        require_build(principal)
        async with self._db.read(Scope(principal.org_id)) as session:
            found = await store.parts(session, slug)
        if found is None or found.row.retired_at or not can_build(principal, found.row.owner):
            raise NotFound("assistant", slug)
        if found.draft is not None:
            row, body = found.row, AssistantBody.model_validate(found.draft.body)
            return Assistant(row.id, row.slug, 0, row.version_id, body, row.owner)
        if found.version is None:
            raise NotFound("assistant", slug)
        return store.assistant(found.row, found.version)

    async def wanted(self, principal: Principal, slug: str, draft: bool) -> Assistant:
        """The assistant in force, or its draft: what `get` or `draft` gives."""
        return await (self.draft if draft else self.get)(principal, slug)

    async def open_to(self, org_id: UUID, group: str) -> tuple[str, ...]:
        """The names of the assistants that are open to a group, or would be: retired ones, private ones and drafts too."""
        async with self._db.read(Scope(org_id)) as session:
            bodies = await store.bodies(session)
        return tuple(sorted({body["name"] for body in bodies if group in body.get("groups", ())}))

    async def save(self, org_id: UUID, slug: str, body: AssistantBody, by: Actor) -> Assistant:
        """Put a body in force: a new version if it differs from the current one. One that was retired lives again.

        Raises Invalid for a bad slug, Conflict for that of somebody else's private assistant.
        """
        check_slug(slug)
        async with self._db.write(Scope(org_id)) as session:
            found = await store.parts(session, slug, lock=True)
            row = found.row if found else AssistantRow(org_id=org_id, id=new_id(), slug=slug, version_id=new_id())
            if row.owner not in (None, by.owner):
                raise Conflict(what=slug)
            if found is None:
                session.add(row)
                await session.flush()
                note(session, org_id, by, "assistant.created", name=body.name, slug=slug)
            row.retired_at = None
            current = found.version if found else None
            if current is None or current.digest != digest(body.body()):
                current = await store.add_version(session, row, body, by)
                note(session, org_id, by, "assistant.published", name=body.name, slug=slug, version=current.ordinal)
        return store.assistant(row, current)
