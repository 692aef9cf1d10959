"""Collections of documents: those that the key may read, and new ones."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from samverk.api.rest.keyed import Caller, ErrorBody, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import LevelName, Line, Sent, Slug, level_of, name_of
from samverk.http.rooms import Rooms
from samverk.knowledge.views import CollectionInfo

router = APIRouter(tags=["collections"], route_class=KeyedRoute)


class CollectionIn(Sent):
    """A new collection. `groups`: who may read it; none named means all of the staff."""

    slug: Slug
    name: Line
    level: LevelName = "internal"
    groups: Annotated[tuple[Slug, ...], Field(max_length=50)] = ()


class CollectionOut(BaseModel):
    """A collection as the key sees it. `ref` is how to name it elsewhere: `organisation/slug` where it is shared with us."""

    id: UUID
    ref: str
    slug: str
    name: str
    level: LevelName
    groups: list[str]
    own: bool


@router.get("/collections", openapi_extra=needs("knowledge:read"))
async def collections(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[CollectionOut]:
    """The collections that the key may read, its organisation's own and those shared with it, by name of reference."""
    some, following = page(await rooms.knowledge.collections(who), lambda info: info.ref, limit, cursor)
    return Page(data=[_out(info) for info in some], next_cursor=following)


@router.post(
    "/collections",
    status_code=201,
    openapi_extra=needs("knowledge:write"),
    responses={409: {"model": ErrorBody, "description": "There is one with this slug."}},
)
async def create_collection(body: CollectionIn, rooms: Reached, who: Caller) -> CollectionOut:
    """A new collection of the key's organisation."""
    level = level_of(body.level)
    made = await rooms.knowledge.create_collection(who.org_id, body.slug, body.name, level, body.groups, by=who)
    return _out(made)


@router.get("/collections/{collection}", openapi_extra=needs("knowledge:read"))
async def collection(collection: str, rooms: Reached, who: Caller) -> CollectionOut:
    """The organisation's own collection with this slug."""
    return _out(await rooms.knowledge.collection(who, collection))


class ReaderIn(Sent):
    """Whom a collection is shared with: an organisation's slug, or null for every organisation."""

    organisation: Slug | None


class ReaderOut(BaseModel):
    """An organisation that a collection is shared with; both null: every organisation."""

    organisation: str | None
    name: str | None


class UseOut(BaseModel):
    """How many searches of an organisation the collection had something for in the last 30 days, and the last day with one."""

    name: str
    searches: int
    last: date


class SharingOut(BaseModel):
    """Whom a collection is shared with, and who uses it."""

    readers: list[ReaderOut]
    used_by: list[UseOut]


@router.get("/collections/{collection}/sharing", openapi_extra=needs("share"))
async def sharing(collection: str, rooms: Reached, who: Caller) -> SharingOut:
    """Whom the organisation's own collection is shared with, and who uses it."""
    info = await rooms.knowledge.collection(who, collection)
    slugs = {org.id: org.slug for org in await rooms.identity.organisation.all()}
    readers = await rooms.knowledge.catalogue.readers(info)
    used = await rooms.knowledge.uses.lately(who.org_id, info.id)
    return SharingOut(
        readers=[ReaderOut(organisation=slugs[r.org_id] if r.org_id else None, name=r.name or None) for r in readers],
        used_by=[UseOut(name=use.by, searches=use.searches, last=use.last) for use in used],
    )


@router.post("/collections/{collection}/sharing", openapi_extra=needs("share"))
async def share(collection: str, body: ReaderIn, rooms: Reached, who: Caller) -> SharingOut:
    """Share it with one more organisation, or with every one."""
    await rooms.knowledge.share(who.org_id, collection, await _organisation(rooms, body.organisation), by=who)
    return await sharing(collection, rooms, who)


@router.delete("/collections/{collection}/sharing", status_code=204, openapi_extra=needs("share"))
async def unshare(
    collection: str,
    rooms: Reached,
    who: Caller,
    organisation: Annotated[Slug | None, Query(description="Without it: what was given to every one.")] = None,
) -> None:
    """Take back what an organisation, or every one, was given. It holds at once."""
    await rooms.knowledge.unshare(who.org_id, collection, await _organisation(rooms, organisation), by=who)


async def _organisation(rooms: Rooms, slug: str | None) -> UUID | None:
    return (await rooms.identity.org(slug)).id if slug else None


def _out(info: CollectionInfo) -> CollectionOut:
    return CollectionOut(
        id=info.id,
        ref=info.ref,
        slug=info.slug,
        name=info.name,
        level=name_of(info.level),
        groups=sorted(info.groups),
        own=info.own,
    )
