"""Queries of the room. What must be found before the organisation is known goes through the narrow lookups at the end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.scope import Scope
from samverk.identity.tables import (
    ApiKey,
    Group,
    GroupMember,
    Invitation,
    LoginAttempt,
    Member,
    Organisation,
    Person,
)

SUBJECT = "subject:"  # what failures of one account, rather than of an address, are counted under


async def organisation(session: AsyncSession, slug: str) -> Organisation | None:
    """The organisation with this slug."""
    found: Organisation | None = await session.scalar(select(Organisation).where(Organisation.slug == slug))
    return found


async def person(session: AsyncSession, issuer: str, subject: str) -> Person | None:
    """The person that an issuer knows by this subject."""
    query = select(Person).where(Person.issuer == issuer, Person.subject == subject)
    found: Person | None = await session.scalar(query)
    return found


async def group(session: AsyncSession, slug: str) -> Group | None:
    """The group of the scope's organisation with this slug."""
    found: Group | None = await session.scalar(select(Group).where(Group.slug == slug))
    return found


async def member(session: AsyncSession, person_id: UUID) -> Member | None:
    """The person's living membership in the scope's organisation."""
    query = select(Member).where(Member.person_id == person_id, Member.ended_at.is_(None))
    found: Member | None = await session.scalar(query)
    return found


async def group_slugs(session: AsyncSession, member_id: UUID) -> frozenset[str]:
    """The slugs of the groups that a member belongs to."""
    query = select(Group.slug).join(GroupMember, GroupMember.group_id == Group.id)
    return frozenset(await session.scalars(query.where(GroupMember.member_id == member_id)))


async def groups_of(session: AsyncSession, member_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str]]]:
    """The groups of several members, as (slug, name) by name."""
    query = select(GroupMember.member_id, Group.slug, Group.name).join(Group, Group.id == GroupMember.group_id)
    found: dict[UUID, list[tuple[str, str]]] = {}
    for member_id, slug, name in await session.execute(
        query.where(GroupMember.member_id.in_(member_ids)).order_by(Group.name, Group.id)
    ):
        found.setdefault(member_id, []).append((slug, name))
    return found


async def groups_by_slug(session: AsyncSession, slugs: Collection[str]) -> dict[str, Group]:
    """Those of the named groups that exist."""
    found = await session.scalars(select(Group).where(Group.slug.in_(slugs)))
    return {group.slug: group for group in found}


async def failures_since(session: AsyncSession, who: str, since: datetime) -> tuple[int, datetime | None]:
    """How many failed log-ins are counted against `who` since a moment, and when the first of them was."""
    query = select(func.count(), func.min(LoginAttempt.at)).where(LoginAttempt.who == who, LoginAttempt.at > since)
    count, first = (await session.execute(query)).one()
    return int(count), first


async def failures_by_subject(session: AsyncSession, since: datetime) -> dict[str, int]:
    """How many failed log-ins each account has since a moment."""
    query = select(LoginAttempt.who, func.count()).where(LoginAttempt.at > since, LoginAttempt.who.startswith(SUBJECT))
    rows = await session.execute(query.group_by(LoginAttempt.who))
    return {row[0]: int(row[1]) for row in rows}


async def forget_failures(session: AsyncSession, who: list[str], before: datetime) -> None:
    """Drop the failures of those who have logged in, and everybody's old ones."""
    await session.execute(delete(LoginAttempt).where(LoginAttempt.who.in_(who) | (LoginAttempt.at < before)))


async def living_key(db: Database, digest: str, at: datetime) -> ApiKey | None:
    """The key with this digest, in whichever organisation, unless it is revoked or expired."""
    found = await _orgs(db, "select org_id from api_keys where digest = :value", digest)
    if not found:
        return None
    async with db.read(Scope(found[0])) as session:
        key: ApiKey | None = await session.scalar(select(ApiKey).where(ApiKey.digest == digest))
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= at):
        return None
    return key


async def invitation(db: Database, digest: str) -> Invitation | None:
    """The invitation with this digest, in whichever organisation and state."""
    found = await _orgs(db, "select org_id from invitations where digest = :value", digest)
    if not found:
        return None
    async with db.read(Scope(found[0])) as session:
        row: Invitation | None = await session.scalar(select(Invitation).where(Invitation.digest == digest))
    return row


async def touch_key(db: Database, key: ApiKey, at: datetime) -> None:
    """Remember when the key was last used, to the minute."""
    if key.last_used_at and at - key.last_used_at < timedelta(minutes=1):
        return
    async with db.write(Scope(key.org_id)) as session:
        row = await session.get(ApiKey, (key.org_id, key.id))
        if row:
            row.last_used_at = at


async def orgs_of(db: Database, person_id: UUID) -> list[UUID]:
    """The organisations in which a person has a living membership, the earliest first."""
    cast, value = ("", person_id.hex) if db.is_sqlite else ("::uuid", str(person_id))
    living = f"person_id = (:value){cast} and ended_at is null"
    return await _orgs(db, f"select org_id from members where {living} order by created_at", value)  # noqa: S608


async def _orgs(db: Database, narrow: str, value: str) -> list[UUID]:
    """A narrow lookup across organisations. PostgreSQL lets through only the rows that hold the value that we name."""
    async with db.read(Scope.platform()) as session:
        if not db.is_sqlite:
            await session.execute(text("select set_config('app.lookup', :value, true)"), {"value": value})
        rows: Any = (await session.execute(text(narrow), {"value": value})).scalars().all()
    return [row if isinstance(row, UUID) else UUID(row) for row in rows]
