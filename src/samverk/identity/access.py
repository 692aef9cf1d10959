"""Use cases of logging in: who somebody is, how long that lasts, and how slow guessing is. Knows no cookie."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import NotFound, NotSignedIn, TooMany
from samverk.core.ids import new_id, new_secret, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import store
from samverk.identity.errors import WrongCredentials
from samverk.identity.ports import IdentityProvider
from samverk.identity.principal import ADMIN, Kind, Principal, Role
from samverk.identity.tables import (
    LoginAttempt,
    LoginSession,
    Member,
    Organisation,
    OrganisationSettings,
    Person,
)

ATTEMPTS = {"subject": 5, "address": 30}  # failed log-ins within WINDOW before the next must wait
WINDOW = timedelta(minutes=5)
REMEMBERED = timedelta(days=1)  # how long failures are kept for those who look after the organisation


class Access:
    """Log-ins. `provider` vouches for people; `hours` is how long a log-in lasts unless its organisation says less."""

    def __init__(self, db: Database, provider: IdentityProvider, hours: int) -> None:
        self._db = db
        self._provider = provider
        self.hours = hours

    async def log_in(self, email: str, password: str, address: str, org: str | None = None) -> tuple[str, Principal]:
        """Ask the provider who this is and begin a session. Returns the secret for the cookie, and who it is.

        Raises WrongCredentials, or TooMany once the subject or the address has failed too often. `org` chooses among several
        memberships; without it the first is taken.
        """
        subject = email.strip().casefold()
        counted = _counted(subject, address)
        await self._slow_down(counted)
        person = await self._vouched(subject, password)
        chosen = await self._choose(await store.orgs_of(self._db, person.id) if person else [], org)
        if not person or not chosen:
            await self._count_failure(counted)
            raise WrongCredentials
        async with self._db.write(Scope(chosen)) as session:
            await store.forget_failures(session, [counted["subject"]], now() - REMEMBERED)
            secret = await self.begin(session, person.id, chosen)
        return secret, await self._member(person.id, chosen)

    async def prove(self, email: str, password: str, address: str) -> Person:
        """Whose account it is, if the password is theirs. Guessing counts as at log-in. Raises WrongCredentials, TooMany."""
        subject = email.strip().casefold()
        counted = _counted(subject, address)
        await self._slow_down(counted)
        person = await self._vouched(subject, password)
        if person is None:
            await self._count_failure(counted)
            raise WrongCredentials
        async with self._db.write(Scope.platform()) as session:
            await store.forget_failures(session, [counted["subject"]], now() - REMEMBERED)
        return person

    async def begin(self, session: AsyncSession, person_id: UUID, org_id: UUID) -> str:
        """Begin a session within the organisation's unit of work. Returns the secret for the cookie."""
        secret, at = new_secret(), now()
        await session.execute(delete(LoginSession).where(LoginSession.expires_at < at))
        expires = at + await self._lifetime(session, org_id)
        session.add(LoginSession(digest=digest(secret), person_id=person_id, org_id=org_id, expires_at=expires))
        await session.execute(update(Member).where(Member.person_id == person_id).values(last_login_at=at))
        return secret

    async def session(self, secret: str) -> Principal:
        """Who the session's cookie belongs to; use prolongs it. Raises NotSignedIn."""
        row, at = await self._living(secret), now()
        if at - row.used_at > timedelta(minutes=5):
            async with self._db.write(Scope(row.org_id)) as session:
                living = await session.get(LoginSession, row.digest)
                if living:
                    living.used_at, living.expires_at = at, at + await self._lifetime(session, row.org_id)
        return await self._member(row.person_id, row.org_id)

    async def organisations(self, secret: str) -> list[Organisation]:
        """The organisations of the person who is logged in, by name. Raises NotSignedIn."""
        row = await self._living(secret)
        return await self._by_name(await store.orgs_of(self._db, row.person_id))

    async def memberships(self, issuer: str, subject: str) -> list[Organisation]:
        """The organisations of the person whom an issuer knows, by name."""
        async with self._db.read(Scope.platform()) as session:
            person = await store.person(session, issuer, subject)
        return await self._by_name(await store.orgs_of(self._db, person.id) if person else [])

    async def switch(self, secret: str, org_slug: str) -> tuple[str, Principal]:
        """Go on in another of one's organisations: the session ends and a new one begins. Raises NotSignedIn, NotFound."""
        row = await self._living(secret)
        chosen = await self._choose(await store.orgs_of(self._db, row.person_id), org_slug)
        if chosen is None:
            raise NotFound("organisation", org_slug)
        async with self._db.write(Scope(chosen)) as session:
            await session.execute(delete(LoginSession).where(LoginSession.digest == row.digest))
            fresh = await self.begin(session, row.person_id, chosen)
        return fresh, await self._member(row.person_id, chosen)

    async def log_out(self, secret: str) -> None:
        """End a session. Ending one that is gone is no error."""
        async with self._db.write(Scope.platform()) as session:
            await session.execute(delete(LoginSession).where(LoginSession.digest == digest(secret)))

    async def end_all(self, by: Principal) -> int:
        """End every session in the organisation, the actor's own too. Returns how many."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            ended = await session.execute(delete(LoginSession).where(LoginSession.org_id == by.org_id))
            count = int(ended.rowcount)  # type: ignore[attr-defined]
            note(session, by.org_id, by, "signin.ended", n=count)
        return count

    async def living_sessions(self, org_id: UUID) -> int:
        """How many log-ins there are in the organisation now."""
        async with self._db.read(Scope(org_id)) as session:
            living = (LoginSession.org_id == org_id, LoginSession.expires_at > now())
            return await session.scalar(select(func.count()).select_from(LoginSession).where(*living)) or 0

    async def failures(self, org_id: UUID) -> int:
        """How many log-ins of members failed in the last day; those of people who got in at last count no more."""
        async with self._db.read(Scope(org_id)) as session:
            failed = await store.failures_by_subject(session, now() - REMEMBERED)
            ours = select(Person.subject).join(Member, Member.person_id == Person.id).where(Member.ended_at.is_(None))
            return sum(failed.get(_subject(subject), 0) for subject in await session.scalars(ours)) if failed else 0

    async def _lifetime(self, session: AsyncSession, org_id: UUID) -> timedelta:
        settings = await session.get(OrganisationSettings, org_id)
        own = settings.session_hours if settings else None
        return timedelta(hours=min(own or self.hours, self.hours))

    async def _living(self, secret: str) -> LoginSession:
        async with self._db.read(Scope.platform()) as session:
            row: LoginSession | None = await session.get(LoginSession, digest(secret))
        if row is None or row.expires_at <= now():
            raise NotSignedIn
        return row

    async def _member(self, person_id: UUID, org_id: UUID) -> Principal:
        async with self._db.read(Scope(org_id)) as session:
            person = await session.get(Person, person_id)
            member = await store.member(session, person_id)
            if member is None or person is None:
                raise NotSignedIn
            groups = await store.group_slugs(session, member.id)
        return Principal(Kind.MEMBER, org_id, str(member.id), person.name, Role(member.role), groups)

    async def _by_name(self, ids: list[UUID]) -> list[Organisation]:
        async with self._db.read(Scope.platform()) as session:
            query = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
            return list(await session.scalars(query))

    async def _vouched(self, subject: str, secret: str) -> Person | None:
        known = await self._provider.vouch(subject, secret)
        if known is None:
            return None
        async with self._db.read(Scope.platform()) as session:
            return await store.person(session, known.issuer, known.subject)

    async def _choose(self, orgs: list[UUID], slug: str | None) -> UUID | None:
        if slug is None or not orgs:
            return orgs[0] if orgs else None
        async with self._db.read(Scope.platform()) as session:
            org = await store.organisation(session, slug)
        return org.id if org and org.id in orgs else None

    async def _slow_down(self, counted: dict[str, str]) -> None:
        async with self._db.read(Scope.platform()) as session:
            for sort, who in counted.items():
                count, first = await store.failures_since(session, who, now() - WINDOW)
                if count >= ATTEMPTS[sort] and first:
                    raise TooMany(seconds=_wait(first))

    async def _count_failure(self, counted: dict[str, str]) -> None:
        async with self._db.write(Scope.platform()) as session:
            session.add_all(LoginAttempt(id=new_id(), who=who) for who in counted.values())


def _counted(subject: str, address: str) -> dict[str, str]:
    return {"subject": _subject(subject), "address": f"address:{address}"}


def _subject(subject: str) -> str:
    return f"{store.SUBJECT}{digest(subject)}"


def _wait(first: datetime) -> int:
    return max(1, int((first + WINDOW - now()).total_seconds()))
