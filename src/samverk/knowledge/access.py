"""Which collections a principal may read: its organisation's own and those shared with it, narrowed by level and group.

A collection with an owner is the owner's alone and stands in no list: it is reached by its id or its name.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import NotFound
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal, system
from samverk.knowledge import store
from samverk.knowledge.tables import Collection
from samverk.knowledge.views import CollectionInfo, LeftOut, Reason

READ, WRITE, SHARE = "knowledge:read", "knowledge:write", "share"

_NOT_READABLE = Reason(
    "not_readable",
    "Kunskapssamlingen finns inte, delas inte längre eller är inte öppen för den som frågar.",
    "The collection does not exist, is no longer shared, or is not open to the one who asks.",
)


def may_read(principal: Principal, level: Level, groups: Iterable[str]) -> bool:
    """The staff reads what their groups may; citizens read what is open to all. Pure."""
    wanted = frozenset(groups)
    return principal.in_any(wanted) if principal.is_staff else level is Level.OPEN and not wanted


def changer(org_id: UUID, by: Principal | None, permission: str = WRITE) -> Principal:
    """Who changes something: without a principal it is the platform itself. Raises NotAllowed. Pure."""
    who = by or system(org_id)
    who.require(permission)
    return who


async def readable(db: Database, principal: Principal) -> list[CollectionInfo]:
    """The collections that the principal may read, own ones first, by name; none that is somebody's alone."""
    async with db.read(Scope(principal.org_id)) as session:
        infos = await _described(session, principal, await store.readable_collections(session))
    return sorted(infos, key=lambda info: (not info.own, info.name.casefold()))


async def by_id(db: Database, principal: Principal, collection_id: UUID) -> CollectionInfo | None:
    """The collection with this id, if the principal may read it."""
    async with db.read(Scope(principal.org_id)) as session:
        row = await store.collection(session, collection_id)
        infos = await _described(session, principal, [row] if row else [])
    return infos[0] if infos else None


async def resolve(
    db: Database, principal: Principal, names: Iterable[str]
) -> tuple[list[CollectionInfo], list[LeftOut]]:
    """The collections with these names ("slug" or "org/slug") that the principal may read, and those that it may not."""
    wanted = list(dict.fromkeys(names))
    slugs = {name.rpartition("/")[2] for name in wanted}
    async with db.read(Scope(principal.org_id)) as session:
        rows = await store.named_collections(session, principal.owner, slugs)
        known = {name: info for info in await _described(session, principal, rows) for name in _names(info)}
    found = {known[name].id: known[name] for name in wanted if name in known}
    return list(found.values()), [LeftOut(name, _NOT_READABLE) for name in wanted if name not in known]


async def one(db: Database, principal: Principal, name: str) -> CollectionInfo:
    """The collection with this name ("slug" or "org/slug"). Raises NotFound."""
    found, _ = await resolve(db, principal, [name])
    if not found:
        raise NotFound("collection", name)
    return found[0]


def _names(info: CollectionInfo) -> tuple[str, ...]:
    return (info.slug, info.full_ref) if info.own else (info.full_ref,)


async def _described(session: AsyncSession, principal: Principal, rows: list[Collection]) -> list[CollectionInfo]:
    mine = [row for row in rows if is_open_to(principal, row)]
    slugs = await store.org_slugs(session, {row.org_id for row in mine})
    return [described(row, principal.org_id, slugs[row.org_id]) for row in mine]


def is_open_to(principal: Principal, row: Collection) -> bool:
    """Whether the principal may read this collection: its owner alone, where it has one."""
    if row.owner is not None:
        return row.owner == principal.owner
    return may_read(principal, Level(row.level), row.groups)


def described(row: Collection, org: UUID, owner: str) -> CollectionInfo:
    """A collection as the organisation `org` sees it; `owner` is the slug of the organisation that it belongs to."""
    return CollectionInfo(
        id=row.id,
        org_id=row.org_id,
        full_ref=f"{owner}/{row.slug}",
        slug=row.slug,
        name=row.name,
        level=Level(row.level),
        groups=frozenset(row.groups),
        own=row.org_id == org,
        description=row.description,
    )
