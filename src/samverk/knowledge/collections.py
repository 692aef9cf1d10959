"""What is changed about collections: made, described, opened to groups, shared, taken away and brought back. Reads no document.

A collection that was taken away gives its slug back: a new one may bear it, and who comes back finds another if need be.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from samverk.core.database import Database
from samverk.core.errors import Conflict, Invalid, NotFound
from samverk.core.ids import new_id, now
from samverk.core.journal import note
from samverk.core.levels import Level
from samverk.core.scope import Scope
from samverk.identity.principal import Principal
from samverk.identity.service import check_slug
from samverk.knowledge import access, store
from samverk.knowledge.tables import Collection, Grant
from samverk.knowledge.views import CollectionInfo

LONGEST_NAME = 300
LONGEST_DESCRIPTION = 2_000
LONGEST_SLUG = 64
RESERVED = frozenset({"ny", "sok", "betydelse"})  # addresses beside the collections': never suggested
_PARKED = "~"  # stands in the slug of a deleted collection, and in no slug that is asked for
_UNNAMED = "samling"


@dataclass(frozen=True, slots=True)
class CollectionFields:
    """What people say of a collection. `groups` empty: all of the staff may read."""

    name: str
    description: str = ""
    level: Level = Level.INTERNAL
    groups: tuple[str, ...] = ()

    def checked(self) -> "CollectionFields":
        """The same, tidy. Raises Invalid for a name that is missing or too long, or a description that is too long."""
        name, description = " ".join(self.name.split()), self.description.strip()
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Invalid(
                sv=f"Ge samlingen ett namn på 1 till {LONGEST_NAME} tecken.",
                en=f"Give the collection a name of 1 to {LONGEST_NAME} characters.",
                param="name",
            )
        if len(description) > LONGEST_DESCRIPTION:
            raise Invalid(
                sv=f"Beskrivningen får vara högst {LONGEST_DESCRIPTION} tecken.",
                en=f"The description may be at most {LONGEST_DESCRIPTION} characters.",
                param="description",
            )
        return CollectionFields(name, description, self.level, tuple(sorted(set(self.groups))))


def slug_for(name: str, taken: Iterable[str] = ()) -> str:
    """A slug that is made from a name and not taken: "Översiktsplan 2030" becomes `oversiktsplan-2030`. Pure."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_SLUG - 5].strip("-") or _UNNAMED
    used = {*taken, *RESERVED}
    return next(slug for n in range(1, len(used) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in used)


class Collections:
    """The organisations' collections, as those change them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def create(self, org_id: UUID, slug: str, fields: CollectionFields, by: Principal | None) -> CollectionInfo:
        """A new collection; without a slug one is made from its name. Raises NotAllowed, Invalid, Conflict if it is taken."""
        who, wanted = access.changer(org_id, by), fields.checked()
        if slug:
            check_slug(slug)
        async with self._db.write(Scope(org_id)) as session:
            taken = await store.slugs(session, org_id)
            slug = slug or slug_for(wanted.name, taken)
            if slug in taken:
                raise _taken(slug)
            row = Collection(org_id=org_id, id=new_id(), slug=slug, **_columns(wanted))
            session.add(row)
            note(session, org_id, who, "collection.created", **_facts(row))
            return await _described(session, row)

    async def ensure(self, org_id: UUID, slug: str) -> None:
        """Make the collection, named as its slug, unless it exists. Raises Invalid for a slug that cannot stand in an address."""
        async with self._db.read(Scope(org_id)) as session:
            known = await store.own_collection(session, org_id, slug)
        if known is None:
            try:
                await self.create(org_id, slug, CollectionFields(slug), None)
            except Conflict:  # somebody was faster
                return

    async def change(self, org_id: UUID, slug: str, fields: CollectionFields, by: Principal | None) -> CollectionInfo:
        """Change what is said of a collection; who may read it changes at once. Raises NotAllowed, NotFound, Invalid."""
        who, wanted = access.changer(org_id, by), _columns(fields.checked())
        async with self._db.write(Scope(org_id)) as session:
            row = await own(session, who, slug)
            changed = [name for name, value in wanted.items() if getattr(row, name) != value]
            for name in changed:
                setattr(row, name, wanted[name])
            if changed:
                note(
                    session,
                    org_id,
                    who,
                    "collection.changed",
                    **_facts(row, fields=", ".join(changed), level=Level(row.level).slug),
                )
            return await _described(session, row)

    async def delete(self, org_id: UUID, slug: str, by: Principal | None) -> UUID:
        """Take a collection away with all it holds; `restore` brings it back. Returns its id. Raises NotAllowed, NotFound."""
        who = access.changer(org_id, by)
        async with self._db.write(Scope(org_id)) as session:
            row = await own(session, who, slug)
            note(session, org_id, who, "collection.deleted", **_facts(row))
            row.deleted_at, row.slug = now(), f"{row.slug}{_PARKED}{row.id.hex}"
            return row.id

    async def restore(self, org_id: UUID, collection_id: UUID, by: Principal | None) -> CollectionInfo:
        """Bring a deleted collection back, under its slug or, if that was taken meanwhile, one like it.

        Raises NotAllowed, NotFound, also where the one who asks may not read it.
        """
        who = access.changer(org_id, by)
        async with self._db.write(Scope(org_id)) as session:
            row = await session.get(Collection, (org_id, collection_id))
            if row is None or row.owner is not None or not access.is_open_to(who, row):
                raise NotFound("collection")
            if row.deleted_at is not None:
                former = row.slug.partition(_PARKED)[0]
                row.deleted_at, row.slug = None, slug_for(former, await store.slugs(session, org_id))
                note(session, org_id, who, "collection.restored", **_facts(row))
            return await _described(session, row)

    async def share(self, org_id: UUID, slug: str, to_org: UUID | None, by: Principal | None) -> None:
        """Let another organisation (None: all) read a collection, until it is taken back. Raises NotAllowed, NotFound."""
        who = access.changer(org_id, by, access.SHARE)
        async with self._db.write(Scope(org_id)) as session:
            row = await own(session, who, slug)
            if await session.scalar(select(Grant).where(*_grant(row, to_org))) is None:
                session.add(Grant(owner_org=org_id, collection_id=row.id, to_org=to_org))
                note(
                    session,
                    org_id,
                    who,
                    "collection.shared",
                    **_facts(row, to=await _org_name(session, to_org)),
                )

    async def unshare(self, org_id: UUID, slug: str, to_org: UUID | None, by: Principal | None) -> None:
        """Take back that another organisation (None: all) may read a collection. Raises NotAllowed, NotFound."""
        who = access.changer(org_id, by, access.SHARE)
        async with self._db.write(Scope(org_id)) as session:
            row = await own(session, who, slug)
            grants = list(await session.scalars(select(Grant).where(*_grant(row, to_org))))
            for grant in grants:
                grant.revoked_at = now()
            if grants:
                note(
                    session,
                    org_id,
                    who,
                    "collection.unshared",
                    **_facts(row, to=await _org_name(session, to_org)),
                )


async def own(session: AsyncSession, who: Principal, slug: str) -> Collection:
    """The collection of the principal's organisation with this slug. Raises NotFound, also where they may not read it."""
    row = await store.own_collection(session, who.org_id, slug)
    if row is None or not access.is_open_to(who, row):
        raise NotFound("collection", slug)
    return row


def _columns(fields: CollectionFields) -> dict[str, Any]:
    return {
        "name": fields.name,
        "description": fields.description,
        "level": int(fields.level),
        "groups": list(fields.groups),
    }


def _facts(row: Collection, **more: str) -> dict[str, str]:
    """What the journal says of a collection."""
    return {"name": row.name, "slug": row.slug, **more}


async def _described(session: AsyncSession, row: Collection) -> CollectionInfo:
    return access.described(row, row.org_id, (await store.org_slugs(session, [row.org_id]))[row.org_id])


async def _org_name(session: AsyncSession, org: UUID | None) -> str:
    """The organisation's name; "*" stands for all."""
    return (await store.org_names(session, [org]))[org] if org else "*"


def _grant(row: Collection, to_org: UUID | None) -> tuple[ColumnElement[bool], ...]:
    to = Grant.to_org.is_(None) if to_org is None else Grant.to_org == to_org
    return Grant.owner_org == row.org_id, Grant.collection_id == row.id, Grant.revoked_at.is_(None), to


def _taken(slug: str) -> Conflict:
    return Conflict(
        sv=f"Kortnamnet {slug} är upptaget. Välj ett annat.",
        en=f"The short name {slug} is taken. Choose another one.",
        what=slug,
        param="slug",
    )
