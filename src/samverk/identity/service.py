"""Use cases of the room: organisations, members, log-in, sessions and keys."""

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound, NotSignedIn, TooMany
from samverk.core.ids import new_id, new_secret, now
from samverk.core.scope import Scope
from samverk.identity import passwords, store
from samverk.identity.errors import InvalidKey, WrongCredentials
from samverk.identity.ports import IdentityProvider
from samverk.identity.principal import PERMISSIONS, Kind, Principal, Role
from samverk.identity.providers import local
from samverk.identity.settings import Look, look_of
from samverk.identity.tables import (
    ApiKey,
    Group,
    GroupMember,
    LoginAttempt,
    LoginSession,
    Member,
    Organisation,
    OrganisationSettings,
    Person,
)

KEY_PREFIX = "sv-"
KEY_CACHE_SECONDS = 2.0  # how long a revoked key may live on in another process
ATTEMPTS = {"subject": 5, "address": 30}  # failed log-ins within WINDOW before the next must wait
WINDOW = timedelta(minutes=5)
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


class Identity:
    """Who somebody is and what they belong to. `provider` vouches for people at log-in: local accounts unless given."""

    def __init__(self, db: Database, session_hours: int = 12, provider: IdentityProvider | None = None) -> None:
        self._db = db
        self._provider = provider or local.LocalAccounts(db)
        self._lifetime = timedelta(hours=session_hours)
        self._keys: dict[str, tuple[float, Principal]] = {}

    # organisations and people

    async def create_org(self, slug: str, name: str, kind: str = "municipality") -> Organisation:
        """A new organisation. Raises Invalid for a slug that cannot stand in an address, Conflict if it exists."""
        check_slug(slug)
        async with self._db.write(Scope.platform()) as session:
            if await store.organisation(session, slug):
                raise Conflict(what=slug)
            org = Organisation(id=new_id(), slug=slug, name=name, kind=kind)
            session.add(org)
        return org

    async def org(self, slug: str) -> Organisation:
        """The organisation with this slug. Raises NotFound."""
        async with self._db.read(Scope.platform()) as session:
            org = await store.organisation(session, slug)
        if org is None:
            raise NotFound("organisation", slug)
        return org

    async def org_by_id(self, org_id: UUID) -> Organisation:
        """The organisation with this id. Raises NotFound."""
        async with self._db.read(Scope.platform()) as session:
            org = await session.get(Organisation, org_id)
        if org is None:
            raise NotFound("organisation")
        return org

    async def appearance(self, org_id: UUID) -> tuple[Organisation, Look]:
        """The organisation and how it looks, for the frame of every page. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            org = await session.get(Organisation, org_id)
            settings = await session.get(OrganisationSettings, org_id)
        if org is None:
            raise NotFound("organisation")
        return org, look_of(settings)

    async def orgs(self) -> list[Organisation]:
        """Every organisation on this platform, by name."""
        async with self._db.read(Scope.platform()) as session:
            return list(await session.scalars(select(Organisation).order_by(Organisation.name)))

    async def create_user(
        self,
        org_slug: str,
        email: str,
        name: str,
        role: Role = Role.MEMBER,
        groups: Sequence[str] = (),
        password: str | None = None,
    ) -> tuple[Member, str]:
        """A member with a local account; groups that do not exist are made. Returns the member and the password.

        A person who has an account already keeps its password, and the returned one is empty.
        """
        org = await self.org(org_slug)
        subject = _email(email)
        password = password or new_secret()[:16]
        hashed = await asyncio.to_thread(passwords.hash_password, password)
        async with self._db.write(Scope(org.id)) as session:
            person = await store.person(session, local.ISSUER, subject)
            known = person is not None
            if person is None:
                person = Person(id=new_id(), issuer=local.ISSUER, subject=subject, name=name, password_hash=hashed)
                session.add(person)
                await session.flush()
            elif await store.member(session, person.id):
                raise Conflict(what=email)
            member = Member(org_id=org.id, id=new_id(), person_id=person.id, role=role.value)
            session.add(member)
            await session.flush()
            for slug in groups:
                await self._join(session, org.id, member.id, slug)
        return member, "" if known else password

    async def _join(self, session: AsyncSession, org_id: UUID, member_id: UUID, slug: str) -> None:
        check_slug(slug)
        group = await store.group(session, slug)
        if group is None:
            group = Group(org_id=org_id, id=new_id(), slug=slug, name=slug)
            session.add(group)
            await session.flush()
        session.add(GroupMember(org_id=org_id, group_id=group.id, member_id=member_id))

    # log-in

    async def log_in(self, email: str, password: str, address: str, org: str | None = None) -> tuple[str, Principal]:
        """Ask the provider who this is and begin a session. Returns the secret for the cookie, and who it is.

        Raises WrongCredentials, or TooMany once the subject or the address has failed too often. `org` chooses among several
        memberships; without it the first is taken.
        """
        subject = email.strip().casefold()
        counted = {"subject": f"subject:{digest(subject)}", "address": f"address:{address}"}
        await self._slow_down(counted)
        person = await self._vouched(subject, password)
        orgs = await store.orgs_of(self._db, person.id) if person else []
        chosen = await self._choose(orgs, org)
        if not person or not chosen:
            await self._count_failure(counted)
            raise WrongCredentials
        secret = new_secret()
        at = now()
        async with self._db.write(Scope.platform()) as session:
            await store.forget_failures(session, [counted["subject"]], at - WINDOW)
            await session.execute(delete(LoginSession).where(LoginSession.expires_at < at))
            expires = at + self._lifetime
            session.add(LoginSession(digest=digest(secret), person_id=person.id, org_id=chosen, expires_at=expires))
        return secret, await self._member(person.id, chosen)

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
                    raise TooMany(seconds=max(1, int((first + WINDOW - now()).total_seconds())))

    async def _count_failure(self, counted: dict[str, str]) -> None:
        async with self._db.write(Scope.platform()) as session:
            session.add_all(LoginAttempt(id=new_id(), who=who) for who in counted.values())

    async def session(self, secret: str) -> Principal:
        """Who the session's cookie belongs to; use prolongs it. Raises NotSignedIn."""
        row, at = await self._living(secret), now()
        if at - row.used_at > timedelta(minutes=5):
            async with self._db.write(Scope.platform()) as session:
                living = await session.get(LoginSession, row.digest)
                if living:
                    living.used_at, living.expires_at = at, at + self._lifetime
        return await self._member(row.person_id, row.org_id)

    async def _member(self, person_id: UUID, org_id: UUID) -> Principal:
        async with self._db.read(Scope(org_id)) as session:
            person = await session.get(Person, person_id)
            member = await store.member(session, person_id)
            if member is None or person is None:
                raise NotSignedIn
            groups = await store.group_slugs(session, member.id)
        return Principal(Kind.MEMBER, org_id, str(member.id), person.name, Role(member.role), groups)

    async def organisations(self, secret: str) -> list[Organisation]:
        """The organisations of the person who is logged in, by name. Raises NotSignedIn."""
        row = await self._living(secret)
        ids = await store.orgs_of(self._db, row.person_id)
        async with self._db.read(Scope.platform()) as session:
            query = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
            return list(await session.scalars(query))

    async def switch(self, secret: str, org_slug: str) -> tuple[str, Principal]:
        """Go on in another of one's organisations: the session ends and a new one begins. Raises NotSignedIn, NotFound."""
        row = await self._living(secret)
        chosen = await self._choose(await store.orgs_of(self._db, row.person_id), org_slug)
        if chosen is None:
            raise NotFound("organisation", org_slug)
        fresh = new_secret()
        async with self._db.write(Scope.platform()) as session:
            await session.execute(delete(LoginSession).where(LoginSession.digest == row.digest))
            expires = now() + self._lifetime
            session.add(LoginSession(digest=digest(fresh), person_id=row.person_id, org_id=chosen, expires_at=expires))
        return fresh, await self._member(row.person_id, chosen)

    async def _living(self, secret: str) -> LoginSession:
        async with self._db.read(Scope.platform()) as session:
            row: LoginSession | None = await session.get(LoginSession, digest(secret))
        if row is None or row.expires_at <= now():
            raise NotSignedIn
        return row

    async def log_out(self, secret: str) -> None:
        """End a session. Ending one that is gone is no error."""
        async with self._db.write(Scope.platform()) as session:
            await session.execute(delete(LoginSession).where(LoginSession.digest == digest(secret)))

    async def memberships(self, email: str) -> list[Organisation]:
        """The organisations of the person with a local account, for choosing one at log-in."""
        async with self._db.read(Scope.platform()) as session:
            person = await store.person(session, local.ISSUER, email.strip().casefold())
            ids = await store.orgs_of(self._db, person.id) if person else []
            query = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)
            return list(await session.scalars(query))

    # keys

    async def create_key(
        self, org_slug: str, name: str, scopes: Sequence[str], groups: Sequence[str] = (), days: int | None = None
    ) -> tuple[ApiKey, str]:
        """A key for the interfaces. Returns it with its secret, which is shown this once. Raises Invalid for an unknown scope."""
        unknown = sorted(set(scopes) - PERMISSIONS.keys())
        if unknown or not scopes:
            known = ", ".join(PERMISSIONS)
            raise Invalid(
                sv=f"Okänd behörighet: {', '.join(unknown) or '–'}. De som finns är {known}.",
                en=f"Unknown scope: {', '.join(unknown) or '–'}. Those that exist are {known}.",
            )
        org = await self.org(org_slug)
        secret = new_secret(KEY_PREFIX)
        key = ApiKey(
            org_id=org.id,
            id=new_id(),
            name=name,
            digest=digest(secret),
            prefix=secret[: len(KEY_PREFIX) + 4],
            scopes=sorted(scopes),
            groups=sorted(groups),
            expires_at=now() + timedelta(days=days) if days is not None else None,
        )
        async with self._db.write(Scope(org.id)) as session:
            session.add(key)
        return key, secret

    async def keys(self, org_id: UUID) -> list[ApiKey]:
        """The keys of an organisation, the oldest first, revoked ones too. Their secrets are known to nobody."""
        async with self._db.read(Scope(org_id)) as session:
            return list(await session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)))

    async def revoke_key(self, org_id: UUID, key_id: UUID) -> None:
        """End a key, at once here and within two seconds in every other process. Raises NotFound."""
        async with self._db.write(Scope(org_id)) as session:
            key = await session.get(ApiKey, (org_id, key_id))
            if key is None:
                raise NotFound("key")
            key.revoked_at = key.revoked_at or now()
            self._keys.pop(key.digest, None)

    async def key(self, secret: str) -> Principal:
        """Who a key stands for. Raises InvalidKey. Cached for two seconds."""
        key_digest = digest(secret)
        cached = self._keys.get(key_digest)
        if cached and time.monotonic() - cached[0] < KEY_CACHE_SECONDS:
            return cached[1]
        row = await store.living_key(self._db, key_digest, now())
        if row is None:
            self._keys.pop(key_digest, None)
            raise InvalidKey
        await store.touch_key(self._db, row, now())
        groups, scopes = frozenset(row.groups), frozenset(row.scopes)
        principal = Principal(Kind.KEY, row.org_id, str(row.id), row.name, None, groups, scopes)
        if len(self._keys) > 10_000:
            self._keys.clear()
        self._keys[key_digest] = (time.monotonic(), principal)
        return principal

    async def anonymous(self, org_slug: str, visitor: str) -> Principal:
        """A citizen without log-in. `visitor` is a random id that the caller keeps for them."""
        org = await self.org(org_slug)
        return Principal(Kind.ANONYMOUS, org.id, visitor, "")


def check_slug(slug: str) -> None:
    """Raise Invalid unless the text can stand in an address: small letters a-z, digits and hyphens, at most 64."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            sv=f"Kortnamnet {slug!r} går inte att använda: bara små bokstäver a–z, siffror och bindestreck, högst 64 tecken.",
            en=f"The slug {slug!r} cannot be used: only small letters a–z, digits and hyphens, at most 64 characters.",
        )


def _email(text: str) -> str:
    subject = text.strip().casefold()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", subject):
        raise Invalid(sv=f"{text!r} är ingen e-postadress.", en=f"{text!r} is no e-mail address.")
    return subject
