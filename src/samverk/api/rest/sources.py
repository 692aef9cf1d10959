"""Sources of collections: where documents come from, their syncs and reports, and documents that other systems send."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from samverk.api.rest.keyed import Caller, ErrorBody, KeyedRoute, Reached, StreamedRoute, needs
from samverk.api.rest.shapes import Line, Reason, Sent, Text
from samverk.core.schedules import Schedule
from samverk.http.uploads import received_body
from samverk.knowledge.keeping import LONGEST_NAME
from samverk.knowledge.pushing import Pushed
from samverk.knowledge.source_views import EntryInfo, SourceFields, SourceInfo, SyncInfo, SyncState
from samverk.knowledge.syncing import Outcome

router = APIRouter(tags=["sources"], route_class=KeyedRoute)
streamed = APIRouter(tags=["sources"], route_class=StreamedRoute)

CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ErrorBody, "description": "It does not go together with how the source or the sync stands."}
}
_BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
Address = Annotated[
    str, Query(min_length=1, max_length=2_000, description="What names it in the system that sends it.")
]
PageNumber = Annotated[int, Query(ge=1, le=100_000, description="The page, from 1.")]


class ScheduleShape(Sent):
    """Every hour at a minute, every day at a time, or every week on a day (0 is Monday) at a time, in Sweden."""

    every: Literal["hour", "day", "week"]
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "03:00"
    day: Annotated[int, Field(ge=0, le=6)] = 0


class SourceIn(Sent):
    """What is said of a source. `settings` are the fields of its kind; without a `secret` the one that it had stays."""

    kind: Line
    name: Annotated[Text, Field(max_length=LONGEST_NAME)] = ""
    settings: Annotated[
        dict[Line, Annotated[Text, Field(max_length=2_000)]], Field(max_length=30, default_factory=dict)
    ]
    secret: Annotated[Text, Field(max_length=2_000)] | None = None
    schedule: ScheduleShape | None = None

    def fields(self) -> SourceFields:
        """The same, as the room takes it."""
        when = self.schedule
        schedule = Schedule.of(when.every, when.at, str(when.day)) if when else None
        return SourceFields(self.kind, dict(self.settings), self.name, self.secret, schedule)


class SyncOut(BaseModel):
    """A sync and what it did: counts of items. `not_read` and `reading` are of the documents that it added or changed."""

    id: UUID
    source_id: UUID
    state: SyncState
    reason: Reason | None
    added: int
    changed: int
    removed: int
    refused: int
    unchanged: int
    held: int
    not_read: int
    reading: int
    seen: int
    expected: int
    bytes: int
    asked_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class SourceOut(BaseModel):
    """A source of a collection, with its latest sync. A secret is never told, only that there is one."""

    id: UUID
    collection: str
    kind: str
    name: str
    where: str
    settings: dict[str, str]
    has_secret: bool
    schedule: ScheduleShape | None
    next_at: datetime | None
    paused: bool
    items: int
    last: SyncOut | None


class EntryOut(BaseModel):
    """What a sync did with an item, and how the reading of what it took went."""

    address: str
    path: str
    outcome: Outcome
    reason: Reason | None
    document_id: UUID | None
    bytes: int
    status: Literal["reading", "read", "not_read"] | None


class SourcesOut(BaseModel):
    """The sources of a collection."""

    data: list[SourceOut]


class SyncsOut(BaseModel):
    """A page of syncs, the latest first."""

    data: list[SyncOut]
    total: int


class ReportOut(BaseModel):
    """A page of what a sync did."""

    sync: SyncOut
    data: list[EntryOut]
    total: int


class Answer(Sent):
    """Whether what a sync holds back is to be removed."""

    remove: bool


class PutOut(BaseModel):
    """What became of a document that was sent. It is read afterwards."""

    document: UUID
    outcome: Literal["added", "changed", "unchanged"]
    sync: UUID


@router.get("/collections/{collection}/sources", openapi_extra=needs("knowledge:read"))
async def sources(collection: str, rooms: Reached, who: Caller) -> SourcesOut:
    """Where the documents of one of our collections come from, the oldest source first."""
    return SourcesOut(data=[_source(info) for info in await rooms.sources.of(who, collection)])


@router.post(
    "/collections/{collection}/sources", status_code=201, openapi_extra=needs("knowledge:write"), responses=CONFLICT
)
async def add_source(collection: str, body: SourceIn, rooms: Reached, who: Caller) -> SourceOut:
    """A new source of one of our collections; the first sync is asked for apart, or comes by its schedule."""
    return _source(await rooms.sources.add(who, collection, body.fields()))


@router.get("/sources/{source}", openapi_extra=needs("knowledge:read"))
async def source(source: UUID, rooms: Reached, who: Caller) -> SourceOut:
    """A source, with its latest sync."""
    return _source(await rooms.sources.get(who, source))


@router.put("/sources/{source}", openapi_extra=needs("knowledge:write"))
async def change_source(source: UUID, body: SourceIn, rooms: Reached, who: Caller) -> SourceOut:
    """Change what is said of a source; its kind stays."""
    return _source(await rooms.sources.change(who, source, body.fields()))


@router.delete("/sources/{source}", status_code=204, openapi_extra=needs("knowledge:write"))
async def remove_source(source: UUID, rooms: Reached, who: Caller, documents: bool = False) -> Response:
    """Take a source away, with its documents where `documents` says so; it can be restored."""
    await rooms.sources.remove(who, source, documents=documents)
    return Response(status_code=204)


@router.post("/sources/{source}/restore", openapi_extra=needs("knowledge:write"))
async def restore_source(source: UUID, rooms: Reached, who: Caller) -> SourceOut:
    """Bring a source back, with the documents that were taken away with it."""
    return _source(await rooms.sources.restore(who, source))


@router.post("/sources/{source}/pause", openapi_extra=needs("knowledge:write"))
async def pause_source(source: UUID, rooms: Reached, who: Caller) -> SourceOut:
    """Let a source rest: its schedule waits."""
    return _source(await rooms.sources.pause(who, source))


@router.post("/sources/{source}/wake", openapi_extra=needs("knowledge:write"))
async def wake_source(source: UUID, rooms: Reached, who: Caller) -> SourceOut:
    """Let the schedule of a source go on."""
    return _source(await rooms.sources.pause(who, source, paused=False))


@router.get("/sources/{source}/syncs", openapi_extra=needs("knowledge:read"))
async def syncs(source: UUID, rooms: Reached, who: Caller, page: PageNumber = 1) -> SyncsOut:
    """The syncs of a source that are remembered, the latest first."""
    found = await rooms.sources.syncs(who, source, page)
    return SyncsOut(data=[_sync(info) for info in found.items], total=found.total)


@router.post("/sources/{source}/syncs", status_code=202, openapi_extra=needs("knowledge:write"), responses=CONFLICT)
async def sync(source: UUID, rooms: Reached, who: Caller) -> SyncOut:
    """Sync a source now; where a sync is under way that one. Ask for its report until its state is an end."""
    return _sync(await rooms.sources.sync(who, source))


@router.get("/syncs/{sync}", openapi_extra=needs("knowledge:read"))
async def report(
    sync: UUID, rooms: Reached, who: Caller, shown: Outcome | Literal["not_read"] | None = None, page: PageNumber = 1
) -> ReportOut:
    """A sync, and what it did with each item that it did something with, by path."""
    info, entries = await rooms.sources.report(who, sync, shown or "", page)
    return ReportOut(sync=_sync(info), data=[_entry(entry) for entry in entries.items], total=entries.total)


@router.post("/syncs/{sync}/cancel", openapi_extra=needs("knowledge:write"))
async def cancel_sync(sync: UUID, rooms: Reached, who: Caller) -> SyncOut:
    """Let a sync stop where it is: what it has taken stays, nothing is removed."""
    await rooms.sources.cancel(who, sync)
    return _sync((await rooms.sources.report(who, sync))[0])


@router.post("/syncs/{sync}/answer", openapi_extra=needs("knowledge:write"), responses=CONFLICT)
async def answer_sync(sync: UUID, body: Answer, rooms: Reached, who: Caller) -> SyncOut:
    """Say whether what a sync holds back is to be removed."""
    await rooms.sources.answer(who, sync, remove=body.remove)
    return _sync((await rooms.sources.report(who, sync))[0])


@router.post("/syncs/{sync}/restore", openapi_extra=needs("knowledge:write"))
async def restore_removed(sync: UUID, rooms: Reached, who: Caller) -> SyncOut:
    """Bring back the documents that a sync removed."""
    await rooms.sources.bring_back(who, sync)
    return _sync((await rooms.sources.report(who, sync))[0])


@router.post("/sources/{source}/begin", openapi_extra=needs("knowledge:write"), responses=CONFLICT)
async def begin(source: UUID, rooms: Reached, who: Caller) -> SyncOut:
    """Begin a round of sent documents; one that was open ends, and removes nothing."""
    return _sync(await rooms.pushing.begin(who, source))


@streamed.put(
    "/sources/{source}/documents",
    openapi_extra=needs("knowledge:write", requestBody=_BODY),
    responses=CONFLICT,
)
async def put_document(
    source: UUID,
    request: Request,
    rooms: Reached,
    who: Caller,
    address: Address,
    path: Annotated[
        str, Query(min_length=1, max_length=2_000, description="Its name in the collection, with folders.")
    ],
    modified: Annotated[str, Query(max_length=40, description="When it was changed, in ISO 8601.")] = "",
    link: Annotated[str, Query(max_length=2_000, description="Where people open it.")] = "",
) -> PutOut:
    """Send a document as its system now has it, the file as the body. Sent twice it is stored once."""
    settings = rooms.settings
    async with received_body(request, settings.upload_megabytes << 20, settings.home / "uploads") as file:
        put = await rooms.pushing.put(who, source, Pushed(address, path, modified, link), file)
    return PutOut(document=put.document, outcome=put.outcome, sync=put.sync)


router.include_router(streamed)


@router.delete(
    "/sources/{source}/documents", status_code=204, openapi_extra=needs("knowledge:write"), responses=CONFLICT
)
async def delete_sent(source: UUID, rooms: Reached, who: Caller, address: Address) -> Response:
    """Take a document away that its system no longer has; one that is unknown is gone already."""
    await rooms.pushing.delete(who, source, address)
    return Response(status_code=204)


@router.post("/sources/{source}/complete", openapi_extra=needs("knowledge:write"), responses=CONFLICT)
async def complete(source: UUID, rooms: Reached, who: Caller) -> SyncOut:
    """End the round: what it did not mention is removed, or held back until somebody says yes where that is most of it."""
    return _sync(await rooms.pushing.complete(who, source))


def _source(info: SourceInfo) -> SourceOut:
    same = {name: getattr(info, name) for name in SourceOut.model_fields if name not in {"schedule", "last"}}
    when = ScheduleShape(**info.schedule.as_json()) if info.schedule else None
    return SourceOut(**same, schedule=when, last=_sync(info.last) if info.last else None)


def _sync(info: SyncInfo) -> SyncOut:
    return SyncOut(
        **{name: getattr(info, name) for name in SyncOut.model_fields if name != "reason"}, reason=_reason(info)
    )


def _entry(info: EntryInfo) -> EntryOut:
    same = {name: getattr(info, name) for name in EntryOut.model_fields if name != "reason"}
    return EntryOut(**same, reason=_reason(info))


def _reason(info: SyncInfo | EntryInfo) -> Reason | None:
    return Reason(**info.reason.as_json()) if info.reason else None
