"""Who asks: a principal is a member, a key, a citizen (verified or anonymous) or the system itself. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from samverk.core.errors import NotAllowed


class Role(StrEnum):
    """What a member may do; each role may also do what the earlier ones may."""

    MEMBER = "member"
    BUILDER = "builder"
    STEWARD = "steward"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Kind(StrEnum):
    """What sort of principal it is."""

    MEMBER = "member"
    KEY = "key"
    CITIZEN = "citizen"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


ADMIN = "admin"

# What each permission asks of a member. A key has the permissions among its scopes; citizens may chat and no more.
PERMISSIONS: dict[str, Role] = {
    "chat": Role.MEMBER,
    "knowledge:read": Role.MEMBER,
    "knowledge:write": Role.BUILDER,
    "assistants:write": Role.BUILDER,
    "models:write": Role.STEWARD,
    "share": Role.STEWARD,
    ADMIN: Role.ADMIN,
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, in which organisation. `id` names it within its kind and owns its conversations."""

    kind: Kind
    org_id: UUID
    id: str
    name: str
    role: Role | None = None
    groups: frozenset[str] = field(default=frozenset())
    scopes: frozenset[str] = field(default=frozenset())

    @property
    def owner(self) -> str:
        """The name under which what it makes is kept: `member:…`, `key:…`."""
        return f"{self.kind}:{self.id}"

    @property
    def is_staff(self) -> bool:
        """Whether it stands for the organisation rather than for a citizen."""
        return self.kind in {Kind.MEMBER, Kind.KEY, Kind.SYSTEM}

    def may(self, permission: str) -> bool:
        """Whether it has a permission. An unknown permission is nobody's."""
        needed = PERMISSIONS.get(permission)
        if needed is None:
            return False
        match self.kind:
            case Kind.SYSTEM:
                return True
            case Kind.KEY:
                return permission in self.scopes
            case Kind.MEMBER:
                return self.role is not None and self.role.covers(needed)
            case _:
                return permission == "chat"

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless it has the permission."""
        if not self.may(permission):
            raise NotAllowed(permission=permission)

    def in_any(self, groups: frozenset[str] | tuple[str, ...] | list[str]) -> bool:
        """Whether it belongs to one of the groups; where none are named, everybody of the staff does."""
        if not groups:
            return self.is_staff
        return self.kind is Kind.SYSTEM or bool(self.groups & frozenset(groups))


def system(org_id: UUID) -> Principal:
    """The platform itself, working for an organisation (commands on the machine)."""
    return Principal(Kind.SYSTEM, org_id, "system", "Samverk")
