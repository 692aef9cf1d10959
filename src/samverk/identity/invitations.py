"""Use cases of inviting: a link makes somebody a member, once, within a week. Its SHA-256 alone is kept; nothing is mailed."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.canonical import digest
from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import new_id, new_secret, now
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import passwords, store
from samverk.identity.access import Access
from samverk.identity.errors import InvitationClosed
from samverk.identity.members import join
from samverk.identity.passwords import Weakness
from samverk.identity.principal import ADMIN, Kind, Principal, Role
from samverk.identity.providers import local
from samverk.identity.slugs import email_of, name_of
from samverk.identity.tables import Invitation, Organisation, Person

LIFETIME = timedelta(days=7)
SOON = timedelta(days=2)  # before it expires, an invitation is worth a word
PAGE = 50

InvitationState = Literal["waiting", "expiring", "expired", "revoked", "accepted"]

_WEAK: dict[Weakness, tuple[str, str]] = {
    "too_short": (
        f"Lösenordet är för kort: minst {passwords.LEAST_CHARACTERS} tecken. Flera ord i rad går bra.",
        f"The password is too short: at least {passwords.LEAST_CHARACTERS} characters. Several words in a row will do.",
    ),
    "too_long": (
        f"Lösenordet är för långt: högst {passwords.MOST_CHARACTERS} tecken.",
        f"The password is too long: at most {passwords.MOST_CHARACTERS} characters.",
    ),
    "repeated": (
        "Lösenordet upprepar samma få tecken och är lätt att gissa.",
        "The password repeats the same few characters and is easy to guess.",
    ),
    "common": (
        "Lösenordet bygger på något av det som gissas först. Välj ord som inte hör ihop.",
        "The password is built on one of those that are guessed first. Choose words that do not belong together.",
    ),
    "own_name": (
        "Lösenordet bygger på ditt namn, din adress eller organisationens namn. Välj andra ord.",
        "The password is built on your name, your address or the organisation's name. Choose other words.",
    ),
}


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Who is invited, as what. `groups` are slugs."""

    email: str
    name: str
    role: Role = Role.MEMBER
    groups: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """A page of invitations, the newest first, and how many there are on all pages."""

    invitations: list[Invitation] = field(default_factory=list)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the link of an invitation opens: to which organisation, as what, and whether the person has an account already."""

    organisation: Organisation
    invitation: Invitation
    state: InvitationState
    known: bool

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted."""
        return self.state in ("waiting", "expiring")


def state_of(invitation: Invitation, at: datetime) -> InvitationState:
    """What has become of an invitation at a moment."""
    if invitation.accepted_at:
        return "accepted"
    if invitation.revoked_at:
        return "revoked"
    if invitation.expires_at <= at:
        return "expired"
    return "expiring" if invitation.expires_at - at <= SOON else "waiting"


class Invitations:
    """The invitations of the organisations."""

    def __init__(self, db: Database, access: Access) -> None:
        self._db = db
        self._access = access

    async def invite(self, by: Principal, new: NewInvitation) -> tuple[Invitation, str]:
        """Invite somebody. Returns the invitation and the secret of its link, which is shown this once.

        Raises Invalid for an address or name that is none, Conflict for one who belongs already or whose invitation waits.
        """
        by.require(ADMIN)
        email, name = email_of(new.email), name_of(new.name)
        secret, at = new_secret(), now()
        async with self._db.write(Scope(by.org_id)) as session:
            await self._refuse_known(session, email, at)
            groups = await store.groups_by_slug(session, new.groups)
            row = Invitation(
                org_id=by.org_id,
                id=new_id(),
                email=email,
                name=name,
                role=new.role.value,
                groups=sorted(groups),
                digest=digest(secret),
                created_by=by.owner,
                created_at=at,
                expires_at=at + LIFETIME,
            )
            session.add(row)
            note(session, by.org_id, by, "member.invited", name=name, email=email, role=new.role.value)
        return row, secret

    async def page(self, org_id: UUID, page: int = 1, size: int = PAGE) -> InvitationPage:
        """The invitations, the newest first; pages count from 1."""
        async with self._db.read(Scope(org_id)) as session:
            total = await session.scalar(select(func.count()).select_from(Invitation)) or 0
            query = select(Invitation).order_by(Invitation.created_at.desc(), Invitation.id.desc())
            rows = await session.scalars(query.offset((page - 1) * size).limit(size))
            return InvitationPage(list(rows), total)

    async def waiting(self, org_id: UUID) -> list[Invitation]:
        """Those that can still be accepted, the next to expire first."""
        async with self._db.read(Scope(org_id)) as session:
            query = select(Invitation).where(*_open(now())).order_by(Invitation.expires_at)
            return list(await session.scalars(query))

    async def get(self, org_id: UUID, invitation_id: UUID) -> Invitation:
        """One invitation. Raises NotFound."""
        async with self._db.read(Scope(org_id)) as session:
            row = await session.get(Invitation, (org_id, invitation_id))
        if row is None:
            raise NotFound("invitation")
        return row

    async def renew(self, by: Principal, invitation_id: UUID) -> tuple[Invitation, str]:
        """Give an invitation a new link and a new week; the old link is dead. Raises NotFound, InvitationClosed once accepted."""
        by.require(ADMIN)
        secret, at = new_secret(), now()
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _locked(session, by.org_id, invitation_id)
            if row.accepted_at:
                raise InvitationClosed(why="accepted")
            row.digest, row.expires_at, row.revoked_at = digest(secret), at + LIFETIME, None
            note(session, by.org_id, by, "invitation.renewed", name=row.name, email=row.email)
        return row, secret

    async def revoke(self, by: Principal, invitation_id: UUID) -> Invitation:
        """Let the link of an invitation be worth nothing. Raises NotFound, InvitationClosed once accepted."""
        by.require(ADMIN)
        async with self._db.write(Scope(by.org_id)) as session:
            row = await _locked(session, by.org_id, invitation_id)
            if row.accepted_at:
                raise InvitationClosed(why="accepted")
            if row.revoked_at is None:
                row.revoked_at = now()
                note(session, by.org_id, by, "invitation.revoked", name=row.name, email=row.email)
        return row

    async def open(self, secret: str) -> Welcome:
        """What a link opens, whatever its state. Raises NotFound for one that nobody gave out."""
        row = await store.invitation(self._db, digest(secret))
        if row is None:
            raise NotFound("invitation")
        async with self._db.read(Scope.platform()) as session:
            organisation = await session.get(Organisation, row.org_id)
            person = await store.person(session, local.ISSUER, row.email)
        if organisation is None:
            raise NotFound("invitation")
        return Welcome(organisation, row, state_of(row, now()), person is not None)

    async def accept(self, secret: str, name: str, password: str, address: str) -> tuple[str, Principal]:
        """Become a member. A new person chooses `password`; one with an account gives theirs, and `name` says nothing.

        Returns the secret of a session in the organisation, and who it is. Raises NotFound, InvitationClosed, Invalid for a
        name that is none or a weak password; for a person with an account WrongCredentials and TooMany.
        """
        welcome = await self.open(secret)
        if not welcome.is_open:
            raise InvitationClosed(why=welcome.state)
        email, org = welcome.invitation.email, welcome.organisation
        if welcome.known:
            known = await self._access.prove(email, password, address)
            return await self._let_in(secret, org.id, known, is_new=False)
        name = name_of(name)
        check_password(password, (name, email, org.name))
        hashed = await asyncio.to_thread(passwords.hash_password, password)
        person = Person(id=new_id(), issuer=local.ISSUER, subject=email, name=name, password_hash=hashed)
        return await self._let_in(secret, org.id, person, is_new=True)

    async def _let_in(self, secret: str, org_id: UUID, person: Person, is_new: bool) -> tuple[str, Principal]:
        at = now()
        async with self._db.write(Scope(org_id)) as session:
            by_digest = select(Invitation).where(Invitation.digest == digest(secret)).with_for_update()
            row = await session.scalar(by_digest)
            if row is None or row.accepted_at or row.revoked_at or row.expires_at <= at:
                raise InvitationClosed(why=state_of(row, at) if row else "revoked")
            if is_new:
                session.add(person)
                await session.flush()
            groups = await store.groups_by_slug(session, row.groups)
            member = await join(session, org_id, person, Role(row.role), list(groups.values()))
            row.accepted_at = at
            role, slugs = Role(member.role), await store.group_slugs(session, member.id)
            who = Principal(Kind.MEMBER, org_id, str(member.id), person.name, role, slugs)
            note(session, org_id, who, "member.joined", name=person.name, role=member.role)
            fresh = await self._access.begin(session, person.id, org_id)
        return fresh, who

    async def _refuse_known(self, session: AsyncSession, email: str, at: datetime) -> None:
        person = await store.person(session, local.ISSUER, email)
        if person and await store.member(session, person.id):
            raise Conflict(sv=f"{email} är redan medlem.", en=f"{email} is a member already.", param="email")
        if await session.scalar(select(Invitation.id).where(Invitation.email == email, *_open(at)).limit(1)):
            raise Conflict(
                sv=f"{email} är redan inbjuden. Förnya eller återkalla den inbjudan i listan.",
                en=f"{email} is invited already. Renew or revoke that invitation in the list.",
                param="email",
            )


def check_password(password: str, known: Collection[str]) -> None:
    """Raise Invalid for a password that is too easy to guess. `known` are the person's name, address and organisation."""
    weak = passwords.weakness(password, known)
    if weak:
        sv, en = _WEAK[weak]
        raise Invalid(sv=sv, en=en, param="password")


def _open(at: datetime) -> tuple:  # type: ignore[type-arg]
    return (Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > at)


async def _locked(session: AsyncSession, org_id: UUID, invitation_id: UUID) -> Invitation:
    row = await session.get(Invitation, (org_id, invitation_id), with_for_update=True)
    if row is None:
        raise NotFound("invitation")
    return row
