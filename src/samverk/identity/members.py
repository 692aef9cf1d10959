"""Use cases of membership: who belongs, in which role and groups, until when. Knows nothing of how anybody logs in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import store
from samverk.identity.principal import ADMIN, Principal, Role
from samverk.identity.tables import Group, GroupMember, LoginSession, Member, Person

PAGE = 50


class LastAdmin(Conflict):
    """The organisation would be left with nobody who may administer it."""

    sv = "{name} är organisationens enda administratör. Gör någon annan till administratör först."
    en = "{name} is the organisation's only administrator. Make somebody else an administrator first."


@dataclass(frozen=True, slots=True)
class MemberInfo:
    """A member as the pages show one. `groups` are pairs (slug, name) by name."""

    id: UUID
    name: str
    email: str
    role: Role
    since: datetime
    last_login_at: datetime | None
    ended_at: datetime | None
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def group_slugs(self) -> frozenset[str]:
        """The slugs of the groups."""
        return frozenset(slug for slug, _ in self.groups)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which members are looked for: by parts of name or address, a role, a group's slug; `ended`: among those who left."""

    text: str = ""
    role: Role | None = None
    group: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members, and how many there are on all pages."""

    members: list[MemberInfo] = field(default_factory=list)
    total: int = 0


class Members:
    """The members of the organisations."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, org_id: UUID, sought: Sought, page: int = 1, size: int = PAGE) -> MemberPage:
        """The members that are looked for, by name, `size` on a page; pages count from 1."""
        query = _sought(select(Member, Person).join(Person, Person.id == Member.person_id), sought)
        async with self._db.read(Scope(org_id)) as session:
            total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
            shown = query.order_by(func.lower(Person.name), Member.id).offset((page - 1) * size).limit(size)
            rows = [(row[0], row[1]) for row in await session.execute(shown)]
            groups = await store.groups_of(session, [member.id for member, _ in rows])
        return MemberPage([_info(member, person, groups.get(member.id, ())) for member, person in rows], total)

    async def get(self, org_id: UUID, member_id: UUID) -> MemberInfo:
        """One member, also one whose membership has ended. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            row, person = await _with_person(session, org_id, member_id)
            groups = await store.groups_of(session, [row.id])
        return _info(row, person, groups.get(row.id, ()))

    async def count(self, org_id: UUID) -> dict[Role, int]:
        """How many members there are in each role."""
        query = select(Member.role, func.count()).where(Member.ended_at.is_(None)).group_by(Member.role)
        async with self._db.read(Scope(org_id)) as session:
            found = {Role(role): count for role, count in await session.execute(query)}
        return {role: found.get(role, 0) for role in Role}

    async def names(self, org_id: UUID, owners: Collection[str]) -> dict[str, str]:
        """What the members among these owners (`member:…`) are called."""
        ids = [UUID(owner.removeprefix("member:")) for owner in set(owners) if owner.startswith("member:")]
        query = select(Member.id, Person.name).join(Person, Person.id == Member.person_id).where(Member.id.in_(ids))
        async with self._db.read(Scope(org_id)) as session:
            return {f"member:{member_id}": name for member_id, name in await session.execute(query)}

    async def change_role(self, by: Principal, member_id: UUID, role: Role) -> None:
        """Give a member another role. Raises NotFound, LastAdmin."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row, person = await _leaving(session, by.org_id, member_id, stays_admin=role is Role.ADMIN)
            if row.role == role.value:
                return
            note(session, by.org_id, by, "member.changed", name=person.name, role=role.value, was=row.role)
            row.role = role.value

    async def change_groups(self, by: Principal, member_id: UUID, slugs: Collection[str]) -> None:
        """Let a member belong to exactly these groups. Raises NotFound for a member or group that does not exist."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row, person = await _with_person(session, by.org_id, member_id, lock=True)
            if await store.group_slugs(session, row.id) == frozenset(slugs):
                return
            groups = await store.groups_by_slug(session, slugs)
            if missing := set(slugs) - groups.keys():
                raise NotFound("group", min(missing))
            await session.execute(delete(GroupMember).where(GroupMember.member_id == row.id))
            session.add_all(
                GroupMember(org_id=by.org_id, group_id=group.id, member_id=row.id) for group in groups.values()
            )
            names = ", ".join(sorted(group.name for group in groups.values()))
            note(session, by.org_id, by, "member.grouped", name=person.name, groups=names or "–")

    async def end(self, by: Principal, member_id: UUID) -> str:
        """End a membership: every log-in of the person in this organisation ends with it. Returns the name.

        Raises NotFound, LastAdmin. Ending one that has ended changes nothing.
        """
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row, person = await _leaving(session, by.org_id, member_id)
            if row.ended_at is None:
                row.ended_at = now()
                ours = (LoginSession.person_id == row.person_id, LoginSession.org_id == by.org_id)
                await session.execute(delete(LoginSession).where(*ours))
                note(session, by.org_id, by, "member.ended", name=person.name)
        return person.name

    async def restore(self, by: Principal, member_id: UUID) -> str:
        """Take the end of a membership back; role and groups are as they were. Returns the name. Raises NotFound."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row, person = await _with_person(session, by.org_id, member_id, lock=True)
            if row.ended_at is not None:
                row.ended_at = None
                note(session, by.org_id, by, "member.restored", name=person.name, role=row.role)
        return person.name


async def join(session: AsyncSession, org_id: UUID, person: Person, role: Role, groups: Sequence[Group]) -> Member:
    """Let a person belong to the organisation, anew if they left it before. One who belongs already keeps what they have."""
    row = await session.scalar(select(Member).where(Member.person_id == person.id).with_for_update())
    if row is not None and row.ended_at is None:
        return row
    if row is None:
        row = Member(org_id=org_id, id=new_id(), person_id=person.id, role=role.value)
        session.add(row)
        await session.flush()
    else:
        row.role, row.ended_at, row.created_at = role.value, None, now()
        await session.execute(delete(GroupMember).where(GroupMember.member_id == row.id))
    session.add_all(GroupMember(org_id=org_id, group_id=group.id, member_id=row.id) for group in groups)
    return row


async def _leaving(
    session: AsyncSession, org_id: UUID, member_id: UUID, stays_admin: bool = False
) -> tuple[Member, Person]:
    """The member, locked, unless the organisation would lose its last administrator. Raises NotFound, LastAdmin.

    All administrators are locked first and in one order: two who demote each other at once take turns.
    """
    admins = select(Member.id).where(Member.role == Role.ADMIN.value, Member.ended_at.is_(None))
    others = set(await session.scalars(admins.order_by(Member.id).with_for_update())) - {member_id}
    row, person = await _with_person(session, org_id, member_id, lock=True)
    is_admin = row.role == Role.ADMIN.value and row.ended_at is None
    if is_admin and not stays_admin and not others:
        raise LastAdmin(name=person.name)
    return row, person


async def _with_person(
    session: AsyncSession, org_id: UUID, member_id: UUID, lock: bool = False
) -> tuple[Member, Person]:
    row = await session.get(Member, (org_id, member_id), with_for_update=lock or None)
    person = await session.get(Person, row.person_id) if row else None
    if row is None or person is None:
        raise NotFound("member")
    return row, person


def _sought(query: Select[Member, Person], sought: Sought) -> Select[Member, Person]:
    query = query.where(Member.ended_at.is_not(None) if sought.ended else Member.ended_at.is_(None))
    if sought.role is not None:
        query = query.where(Member.role == sought.role.value)
    if sought.group:
        in_group = select(GroupMember.member_id).join(Group, Group.id == GroupMember.group_id)
        query = query.where(Member.id.in_(in_group.where(Group.slug == sought.group)))
    for word in sought.text.replace("\x00", "").split():
        # SQLite folds the case of a-z alone: å, ä and ö are tried as they are usually written
        spellings = {word.lower(), word.upper(), word.title()}
        columns = (Person.name, Person.subject)
        query = query.where(or_(*(c.icontains(spelling, autoescape=True) for c in columns for spelling in spellings)))
    return query


def _info(row: Member, person: Person, groups: Sequence[tuple[str, str]]) -> MemberInfo:
    return MemberInfo(
        id=row.id,
        name=person.name,
        email=person.subject,
        role=Role(row.role),
        since=row.created_at,
        last_login_at=row.last_login_at,
        ended_at=row.ended_at,
        groups=tuple(groups),
    )
