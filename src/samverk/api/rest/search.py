"""Searching collections, and reading what was found where it stands."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from samverk.answers.model import places
from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.shapes import CollectionName, LevelName, Reason, Sent, Text, name_of
from samverk.core.errors import TooLarge
from samverk.knowledge.places import page_of

router = APIRouter(tags=["search"], route_class=KeyedRoute)


class SearchIn(Sent):
    """What to search for, and where: collections by slug, or `organisation/slug`."""

    query: Annotated[Text, Field(min_length=1)]
    collections: Annotated[list[CollectionName], Field(min_length=1, max_length=50)]
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class Hit(BaseModel):
    """A passage that was found. `score` compares within one search only; `page` is the printed label."""

    passage: UUID
    collection: str
    document_id: UUID
    version_id: UUID
    document: str
    heading: list[str]
    page: str | None
    place: dict[str, str]
    level: LevelName
    score: float
    text: str


class LeftOutShape(BaseModel):
    """Something that was not searched or not shown, and why."""

    title: str
    reason: Reason


class FoundOut(BaseModel):
    """What a search found, best first, and what it left out."""

    hits: list[Hit]
    left_out: list[LeftOutShape]


class PassageOut(BaseModel):
    """A passage in its document: `start` and `end` are its characters in the document's text, which comes when asked for."""

    id: UUID
    collection: str
    document_id: UUID
    version_id: UUID
    document: str
    path: str
    version: int
    date: datetime
    current: bool
    heading: list[str]
    page: str | None
    place: dict[str, str]
    level: LevelName
    text: str
    start: int
    end: int
    previous: UUID | None
    next: UUID | None
    whole: str | None


@router.post("/search", openapi_extra=needs("knowledge:read"))
async def search(body: SearchIn, rooms: Reached, who: Caller) -> FoundOut:
    """The best passages of these collections. One that the key may not read is left out, with the reason."""
    longest = rooms.settings.question_characters
    if len(body.query) > longest:
        raise TooLarge(limit=f"{longest}")
    found = await rooms.knowledge.search(who, body.collections, body.query, body.limit)
    left_out = [LeftOutShape(title=item.title, reason=Reason(**item.reason.as_json())) for item in found.left_out]
    return FoundOut(hits=[_hit(hit) for hit in found.hits], left_out=left_out)


@router.get("/passages/{passage}", openapi_extra=needs("knowledge:read"))
async def passage(
    passage: UUID,
    rooms: Reached,
    who: Caller,
    whole: Annotated[bool, Query(description="Also the whole text of the document's version.")] = False,
) -> PassageOut:
    """A passage where it stands, in the version that it belongs to."""
    view = await rooms.knowledge.passage(who, passage)
    return PassageOut(
        **{name: getattr(view, name) for name in PassageOut.model_fields if name in _SAME},
        document=view.title,
        heading=list(view.heading),
        page=page_of(view.label),
        place=places(view.heading, view.label),
        level=name_of(view.level),
        whole=view.whole if whole else None,
    )


_SAME = frozenset(
    {"id", "collection", "document_id", "version_id", "path", "version", "date", "current", "text", "start", "end"}
    | {"previous", "next"}
)


def _hit(hit: Any) -> Hit:
    return Hit(
        passage=hit.id,
        collection=hit.collection,
        document_id=hit.document_id,
        version_id=hit.version_id,
        document=hit.title,
        heading=list(hit.heading),
        page=page_of(hit.label),
        place=places(hit.heading, hit.label),
        level=name_of(hit.level),
        score=hit.score,
        text=hit.text,
    )
