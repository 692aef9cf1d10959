"""Collections of documents: those that the key may read, and new ones."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from samverk.api.rest.keyed import Caller, ErrorBody, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import LevelName, Line, Sent, Slug, level_of, name_of
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
