"""The room's front: one door to its use cases, each a module of its own. What everybody asks for stands here itself."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from samverk.core.database import Database
from samverk.core.errors import Conflict
from samverk.core.ids import new_id, new_secret
from samverk.core.journal import note
from samverk.core.scope import Scope
from samverk.identity import passwords, store
from samverk.identity.access import Access
from samverk.identity.groups import Groups
from samverk.identity.invitations import Invitations
from samverk.identity.keys import Keys, NewKey
from samverk.identity.members import Members, join
from samverk.identity.organisations import Organisations
from samverk.identity.ports import IdentityProvider
from samverk.identity.principal import Kind, Principal, Role, system
from samverk.identity.providers import local
from samverk.identity.settings import Habits, Look
from samverk.identity.slugs import check_slug, email_of
from samverk.identity.tables import ApiKey, Group, Member, Organisation, Person

__all__ = ["Identity", "check_slug"]


class Identity:
    """Who somebody is and what they belong to. `provider` vouches for people at log-in: local accounts unless given."""

    def __init__(self, db: Database, session_hours: int = 12, provider: IdentityProvider | None = None) -> None:
        self._db = db
        self.organisation = Organisations(db, session_hours)
        self.members = Members(db)
        self.groups = Groups(db)
        self.access = Access(db, provider or local.LocalAccounts(db), session_hours)
        self.invitations = Invitations(db, self.access)
        self.api_keys = Keys(db)

    # organisations and people

    async def create_org(self, slug: str, name: str, kind: str = "municipality") -> Organisation:
        """See `Organisations.create`."""
        return await self.organisation.create(slug, name, kind)

    async def org(self, slug: str) -> Organisation:
        """The organisation with this slug. Raises NotFound."""
        return await self.organisation.by_slug(slug)

    async def org_by_id(self, org_id: UUID) -> Organisation:
        """The organisation with this id. Raises NotFound."""
        return await self.organisation.by_id(org_id)

    async def orgs(self) -> list[Organisation]:
        """Every organisation on this platform, by name."""
        return await self.organisation.all()

    async def appearance(self, org_id: UUID) -> tuple[Organisation, Look]:
        """The organisation and how it looks, for the frame of every page. Raises NotFound."""
        return await self.organisation.appearance(org_id)

    async def habits(self, org_id: UUID) -> Habits:
        """What the organisation keeps for how long, and whom people can turn to."""
        return await self.organisation.habits(org_id)

    async def create_user(
        self,
        org_slug: str,
        email: str,
        name: str,
        role: Role = Role.MEMBER,
        groups: Sequence[str] = (),
        password: str | None = None,
    ) -> tuple[Member, str]:
        """A member with a local account, made on the machine; groups that do not exist are made. Returns it and the password.

        A person who has an account already keeps its password, and the returned one is empty.
        """
        org, subject = await self.org(org_slug), email_of(email)
        password = password or new_secret()[:16]
        hashed = await asyncio.to_thread(passwords.hash_password, password)
        for slug in groups:
            check_slug(slug)
        async with self._db.write(Scope(org.id)) as session:
            person = await store.person(session, local.ISSUER, subject)
            known = person is not None
            if person is None:
                person = Person(id=new_id(), issuer=local.ISSUER, subject=subject, name=name, password_hash=hashed)
                session.add(person)
                await session.flush()
            elif await store.member(session, person.id):
                raise Conflict(what=email)
            there = await store.groups_by_slug(session, groups)
            made = [Group(org_id=org.id, id=new_id(), slug=s, name=s) for s in sorted(set(groups) - there.keys())]
            session.add_all(made)
            await session.flush()
            member = await join(session, org.id, person, role, [*there.values(), *made])
            note(session, org.id, system(org.id), "member.added", name=person.name, role=role.value)
        return member, "" if known else password

    # log-in

    async def log_in(self, email: str, password: str, address: str, org: str | None = None) -> tuple[str, Principal]:
        """See `Access.log_in`."""
        return await self.access.log_in(email, password, address, org)

    async def session(self, secret: str) -> Principal:
        """Who the session's cookie belongs to; use prolongs it. Raises NotSignedIn."""
        return await self.access.session(secret)

    async def organisations(self, secret: str) -> list[Organisation]:
        """The organisations of the person who is logged in, by name. Raises NotSignedIn."""
        return await self.access.organisations(secret)

    async def switch(self, secret: str, org_slug: str) -> tuple[str, Principal]:
        """See `Access.switch`."""
        return await self.access.switch(secret, org_slug)

    async def log_out(self, secret: str) -> None:
        """End a session. Ending one that is gone is no error."""
        await self.access.log_out(secret)

    async def memberships(self, email: str) -> list[Organisation]:
        """The organisations of the person with a local account, for choosing one at log-in."""
        return await self.access.memberships(local.ISSUER, email.strip().casefold())

    async def anonymous(self, org_slug: str, visitor: str) -> Principal:
        """A citizen without log-in. `visitor` is a random id that the caller keeps for them."""
        org = await self.org(org_slug)
        return Principal(Kind.ANONYMOUS, org.id, visitor, "")

    # keys

    async def create_key(
        self, org_slug: str, name: str, scopes: Sequence[str], groups: Sequence[str] = (), days: int | None = None
    ) -> tuple[ApiKey, str]:
        """A key made on the machine: see `Keys.create`."""
        org = await self.org(org_slug)
        return await self.api_keys.create(system(org.id), NewKey(name, scopes, groups, days))

    async def keys(self, org_id: UUID) -> list[ApiKey]:
        """The keys of an organisation, the oldest first, revoked ones too."""
        return await self.api_keys.all(org_id)

    async def revoke_key(self, org_id: UUID, key_id: UUID) -> None:
        """End a key from the machine: see `Keys.revoke`."""
        await self.api_keys.revoke(system(org_id), key_id)

    async def key(self, secret: str) -> Principal:
        """Who a key stands for. Raises InvalidKey. Cached for two seconds."""
        return await self.api_keys.principal(secret)
