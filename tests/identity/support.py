"""An organisation with an administrator, for tests of the room."""

from dataclasses import dataclass
from uuid import UUID

from samverk.core.database import Database
from samverk.core.journal import Journal
from samverk.identity.principal import Kind, Principal, Role
from samverk.identity.service import Identity
from samverk.identity.tables import Member

PASSWORD, ADDRESS = "blå tallrik under taket", "127.0.0.1"


@dataclass
class Town:
    """The room on a database, an organisation and its first administrator."""

    db: Database
    identity: Identity
    org: UUID
    slug: str
    admin: Principal

    async def member(self, name: str, role: Role = Role.MEMBER, groups: tuple[str, ...] = ()) -> Principal:
        """A further member, with the address `name@slug.example` and the common password."""
        email = f"{name.split(maxsplit=1)[0].lower()}@{self.slug}.example"
        made, _ = await self.identity.create_user(self.slug, email, name, role, groups, PASSWORD)
        return principal_of(made, name)

    async def log(self) -> list[str]:
        """The actions in the journal, the latest first."""
        return [change.action for change in await Journal(self.db).read(self.org)]


def principal_of(member: Member, name: str) -> Principal:
    """The principal of a member."""
    return Principal(Kind.MEMBER, member.org_id, str(member.id), name, Role(member.role))


async def town(db: Database, slug: str = "ekby", identity: Identity | None = None) -> Town:
    """A new organisation with its administrator Karin."""
    identity = identity or Identity(db)
    org = await identity.create_org(slug, f"{slug.title()} kommun")
    made, _ = await identity.create_user(slug, f"karin@{slug}.example", "Karin Ek", Role.ADMIN, (), PASSWORD)
    return Town(db, identity, org.id, slug, principal_of(made, "Karin Ek"))
