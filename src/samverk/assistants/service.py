"""Use cases of the room: which assistants somebody may use, and new versions of them."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.assistants.model import Assistant, AssistantBody, may_use
from samverk.assistants.tables import AssistantRow, AssistantVersionRow
from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.ids import new_id
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.service import check_slug


class Assistants:
    """The assistants of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list(self, principal: Principal) -> list[Assistant]:
        """The assistants that this principal may use, by name."""
        query = _current().where(AssistantRow.retired_at.is_(None))
        async with self._db.read(Scope(principal.org_id)) as session:
            found = [_assistant(row, version) for row, version in await session.execute(query)]
        return sorted((a for a in found if may_use(principal, a.body)), key=lambda a: a.name.casefold())

    async def get(self, principal: Principal, slug: str) -> Assistant:
        """The assistant with this slug. Raises NotFound when there is none that this principal may use."""
        return await self._one(principal, AssistantRow.slug == slug, slug)

    async def get_by_id(self, principal: Principal, assistant_id: UUID) -> Assistant:
        """The assistant with this id. Raises NotFound when there is none that this principal may use."""
        return await self._one(principal, AssistantRow.id == assistant_id, "")

    async def _one(self, principal: Principal, condition: ColumnElement[bool], asked: str) -> Assistant:
        query = _current().where(AssistantRow.retired_at.is_(None), condition)
        async with self._db.read(Scope(principal.org_id)) as session:
            found = (await session.execute(query)).first()
        assistant = _assistant(*found) if found else None
        if assistant is None or not may_use(principal, assistant.body):
            raise NotFound("assistant", asked)
        return assistant

    async def save(self, org_id: UUID, slug: str, body: AssistantBody, by: str) -> Assistant:
        """Put a body in force: a new version if it differs from the current one. Raises Invalid for a bad slug."""
        check_slug(slug)
        async with self._db.write(Scope(org_id)) as session:
            row = await session.scalar(select(AssistantRow).where(AssistantRow.slug == slug))
            if row is None:
                row = AssistantRow(org_id=org_id, id=new_id(), slug=slug, version_id=new_id())
                session.add(row)
                await session.flush()
            current = await session.get(AssistantVersionRow, (org_id, row.version_id))
            if current is None or current.digest != digest(body.body()):
                current = await self._add_version(session, row, body, by)
        return _assistant(row, current)

    async def _add_version(
        self, session: AsyncSession, row: AssistantRow, body: AssistantBody, by: str
    ) -> AssistantVersionRow:
        newest = await session.scalar(
            select(func.max(AssistantVersionRow.ordinal)).where(AssistantVersionRow.assistant_id == row.id)
        )
        version = AssistantVersionRow(
            org_id=row.org_id,
            id=new_id(),
            assistant_id=row.id,
            ordinal=(newest or 0) + 1,
            body=body.body(),
            digest=digest(body.body()),
            created_by=by,
        )
        session.add(version)
        row.version_id = version.id
        return version


def _current() -> Select[AssistantRow, AssistantVersionRow]:
    return select(AssistantRow, AssistantVersionRow).join(
        AssistantVersionRow, AssistantVersionRow.id == AssistantRow.version_id
    )


def _assistant(row: AssistantRow, version: AssistantVersionRow) -> Assistant:
    body = AssistantBody.model_validate(version.body)
    return Assistant(row.id, row.slug, version.ordinal, version.id, body)
