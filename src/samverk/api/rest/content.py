"""What is kept of the content of calls: for how long, of which calls, and what was said, which the organisation's log tells."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, cursor_of, place_of, wrong_cursor
from samverk.api.rest.shapes import Line, Sent
from samverk.ledger.content import LONGEST_DAYS, Kept

router = APIRouter(tags=["content"], route_class=KeyedRoute)


class KeepingShape(Sent):
    """For how many days what is asked and answered is kept; 0: it is not."""

    days: Annotated[int, Field(ge=0, le=LONGEST_DAYS)]


class KeptOut(BaseModel):
    """A call whose content is kept. `purpose`: `assistant:<slug>`, or `v1` for a model that was asked directly."""

    call: UUID
    at: datetime
    purpose: str
    model: str | None


class ReadIn(Sent):
    """Why somebody wants to read it: the organisation's log tells."""

    why: Line


class ContentOut(BaseModel):
    """What was asked and answered, as it left and came: masked, where it was. `digest` stands in the call's record too."""

    question: str
    answer: str
    at: datetime
    digest: str


@router.get("/content/keeping", openapi_extra=needs("admin"))
async def keeping(rooms: Reached, who: Caller) -> KeepingShape:
    """For how long the organisation keeps the content of calls."""
    return KeepingShape(days=await rooms.keeping.days(who.org_id))


@router.put("/content/keeping", openapi_extra=needs("admin"))
async def keep(body: KeepingShape, rooms: Reached, who: Caller) -> KeepingShape:
    """Keep it for so long from now on. What is older is erased."""
    await rooms.keeping.choose(who, body.days)
    return body


@router.get("/content", openapi_extra=needs("admin"))
async def contents(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[KeptOut]:
    """The calls whose content is kept, the latest first."""
    skip = _number(place_of(cursor)) if cursor is not None else 0
    found = await rooms.keeping.list(who, limit + 1, skip)
    following = cursor_of(str(skip + limit)) if len(found) > limit else None
    return Page(data=[_out(kept) for kept in found[:limit]], next_cursor=following)


@router.post("/content/{call}/read", openapi_extra=needs("admin"))
async def read(call: UUID, body: ReadIn, rooms: Reached, who: Caller) -> ContentOut:
    """What was asked and answered in a call. Each reading is written into the organisation's log."""
    content = await rooms.keeping.read(who, call, body.why)
    return ContentOut(question=content.question, answer=content.answer, at=content.at, digest=content.digest)


def _number(place: str) -> int:
    if not (place.isascii() and place.isdigit() and len(place) <= 9):
        raise wrong_cursor()
    return int(place)


def _out(kept: Kept) -> KeptOut:
    opened: Any = kept.opened
    return KeptOut(call=kept.call_id, at=kept.at, purpose=opened.get("purpose", ""), model=opened.get("model"))
