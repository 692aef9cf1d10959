"""Use cases of groups: named sets of members that assistants, collections and keys are opened to. Knows none of those."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity.principal import ADMIN, Principal
from samverk.identity.slugs import name_of, slug_of
from samverk.identity.tables import ApiKey, Group, GroupMember, Member, Person


class GroupInUse(Conflict):
    """Something is open to this group: without it that would be closed to everybody, or open to a later group of its name."""

    sv = "Gruppen {name} används och kan inte tas bort: {what}. Ändra där först."
    en = "The group {name} is in use and cannot be deleted: {what}. Change that first."


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A group and how many members it has. `slug` never changes: what is open to the group names it by that."""

    id: UUID
    slug: str
    name: str
    members: int = 0


class Groups:
    """The groups of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self, org_id: UUID) -> list[GroupInfo]:
        """Every group, by name, with the number of its living members."""
        living = (
            select(GroupMember.group_id, func.count().label("n"))
            .join(Member, Member.id == GroupMember.member_id)
            .where(Member.ended_at.is_(None))
            .group_by(GroupMember.group_id)
            .subquery()
        )
        query = select(Group, living.c.n).outerjoin(living, living.c.group_id == Group.id)
        async with self._db.read(Scope(org_id)) as session:
            rows = await session.execute(query.order_by(func.lower(Group.name), Group.id))
            return [GroupInfo(group.id, group.slug, group.name, n or 0) for group, n in rows]

    async def get(self, org_id: UUID, group_id: UUID) -> GroupInfo:
        """One group. Raises NotFound."""
        found = next((group for group in await self.all(org_id) if group.id == group_id), None)
        if found is None:
            raise NotFound("group")
        return found

    async def create(self, by: Principal, name: str) -> GroupInfo:
        """A new group. Raises Invalid for a name that is none, Conflict for one that is taken."""
        by.require(ADMIN)
        name = name_of(name)
        async with self._db.write(Scope(by.org_id)) as session:
            await _refuse_taken(session, name)
            slug = await _free_slug(session, slug_of(name, "grupp"))
            group = Group(org_id=by.org_id, id=new_id(), slug=slug, name=name)
            session.add(group)
            note(session, by.org_id, by, "group.created", name=name)
        return GroupInfo(group.id, slug, name)

    async def rename(self, by: Principal, group_id: UUID, name: str) -> None:
        """Call a group something else; what is open to it stays open. Raises NotFound, Invalid, Conflict."""
        by.require(ADMIN)
        name = name_of(name)
        async with self._db.write(Scope(by.org_id)) as session:
            group = await _group(session, by.org_id, group_id)
            if group.name != name:
                await _refuse_taken(session, name, besides=group_id)
                note(session, by.org_id, by, "group.renamed", was=group.name, name=name)
                group.name = name

    async def delete(self, by: Principal, group_id: UUID, used_by: Sequence[str] = ()) -> str:
        """Delete a group that nothing is open to; `used_by` are the names of what is. Returns its name.

        Raises NotFound, GroupInUse.
        """
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            group = await _group(session, by.org_id, group_id)
            uses = [*used_by, *await _keys(session, group.slug)]
            if uses:
                raise GroupInUse(name=group.name, what=", ".join(uses))
            await session.execute(delete(GroupMember).where(GroupMember.group_id == group.id))
            await session.delete(group)
            note(session, by.org_id, by, "group.deleted", name=group.name)
        return group.name

    async def keys_of(self, org_id: UUID, slug: str) -> list[str]:
        """The names of the living keys that have this group."""
        async with self._db.read(Scope(org_id)) as session:
            return await _keys(session, slug)

    async def add(self, by: Principal, group_id: UUID, member_id: UUID) -> str:
        """Let a member belong to a group. Returns the member's name. Raises NotFound; being there already is no error."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            group, name = await _group(session, by.org_id, group_id), await _name(session, by.org_id, member_id)
            if await session.get(GroupMember, (by.org_id, group_id, member_id)) is None:
                session.add(GroupMember(org_id=by.org_id, group_id=group_id, member_id=member_id))
                note(session, by.org_id, by, "group.joined", name=name, group=group.name)
        return name

    async def remove(self, by: Principal, group_id: UUID, member_id: UUID) -> str:
        """Take a member out of a group. Returns the member's name. Raises NotFound; being gone already is no error."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            group, name = await _group(session, by.org_id, group_id), await _name(session, by.org_id, member_id)
            row = await session.get(GroupMember, (by.org_id, group_id, member_id))
            if row is not None:
                await session.delete(row)
                note(session, by.org_id, by, "group.left", name=name, group=group.name)
        return name


async def _group(session: AsyncSession, org_id: UUID, group_id: UUID) -> Group:
    """The group, locked. Raises NotFound."""
    group = await session.get(Group, (org_id, group_id), with_for_update=True)
    if group is None:
        raise NotFound("group")
    return group


async def _name(session: AsyncSession, org_id: UUID, member_id: UUID) -> str:
    row = await session.get(Member, (org_id, member_id))
    person = await session.get(Person, row.person_id) if row else None
    if person is None:
        raise NotFound("member")
    return person.name


async def _refuse_taken(session: AsyncSession, name: str, besides: UUID | None = None) -> None:
    rows = await session.execute(select(Group.id, Group.name))
    if any(other.casefold() == name.casefold() and group_id != besides for group_id, other in rows):
        raise Conflict(
            sv=f"Det finns redan en grupp som heter {name}.",
            en=f"There is a group called {name} already.",
            param="name",
        )


async def _free_slug(session: AsyncSession, wanted: str) -> str:
    taken = set(await session.scalars(select(Group.slug)))
    return next(slug for n in range(1, 1000) if (slug := wanted if n == 1 else f"{wanted}-{n}") not in taken)


async def _keys(session: AsyncSession, slug: str) -> list[str]:
    rows = await session.scalars(select(ApiKey).where(ApiKey.revoked_at.is_(None)))
    at = now()
    return sorted(key.name for key in rows if slug in key.groups and not (key.expires_at and key.expires_at <= at))
