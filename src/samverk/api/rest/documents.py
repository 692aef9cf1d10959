"""Documents of a collection: listed, uploaded, followed while they are read, deleted and brought back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from samverk.api.refusals import WrongField
from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, StreamedRoute, needs
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import Reason
from samverk.core.errors import NotFound
from samverk.http.rooms import Rooms
from samverk.http.uploads import FILES, NoFile, received_form
from samverk.identity.principal import Principal
from samverk.knowledge.views import DocumentInfo

router = APIRouter(tags=["documents"], route_class=KeyedRoute)
uploads = APIRouter(tags=["documents"], route_class=StreamedRoute)

_FILES = {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string", "format": "binary"}}
_MULTIPART = {
    "required": True,
    "description": "Files in parts named `files`, each with its file name. The bound is on the whole request.",
    "content": {
        "multipart/form-data": {"schema": {"type": "object", "required": ["files"], "properties": {"files": _FILES}}}
    },
}


class DocumentOut(BaseModel):
    """A document as its steward sees it. Until it is read, `status` is `reading`; `not_read` comes with a reason."""

    id: UUID
    path: str
    title: str
    status: Literal["reading", "read", "not_read"]
    reason: Reason | None
    pages: int
    passages: int
    ms: int | None
    version: int | None
    version_id: UUID | None
    notes: list[str]
    updated_at: datetime


class Accepted(BaseModel):
    """The documents that were received, and how each stands."""

    documents: list[DocumentOut]


@router.get("/collections/{collection}/documents", openapi_extra=needs("knowledge:read"))
async def documents(
    collection: str, rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[DocumentOut]:
    """The documents of one of our collections, by path."""
    return _page(await rooms.knowledge.documents(who, collection), limit, cursor)


@router.get("/shared/{organisation}/{collection}/documents", openapi_extra=needs("knowledge:read"))
async def shared_documents(
    organisation: str, collection: str, rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[DocumentOut]:
    """The documents of a collection that another organisation shares, by path."""
    return _page(await rooms.knowledge.documents(who, f"{organisation}/{collection}"), limit, cursor)


@uploads.post(
    "/collections/{collection}/documents",
    status_code=202,
    openapi_extra=needs("knowledge:write", requestBody=_MULTIPART),
)
async def upload(collection: str, request: Request, rooms: Reached, who: Caller) -> Accepted:
    """Receive files into one of our collections; they are read afterwards. A file with a known path is a new version."""
    await rooms.knowledge.collection(who, collection)
    most = rooms.settings.upload_megabytes << 20
    async with received_form(request, most, rooms.settings.home / "uploads") as sent:
        if sent.fields:
            raise WrongField(
                FILES, "varje del ska vara en fil med namnet files", "each part must be a file named files"
            )
        if not sent.files:
            raise NoFile
        ids = [await rooms.knowledge.add(who.org_id, collection, file.name, file.path, by=who) for file in sent.files]
    return Accepted(documents=[_out(info) for info in await rooms.knowledge.progress(who.org_id, ids)])


router.include_router(uploads)


@router.get("/documents/{document}", openapi_extra=needs("knowledge:read"))
async def document(document: UUID, rooms: Reached, who: Caller) -> DocumentOut:
    """How a document of ours stands: ask again while its status is `reading`."""
    await rooms.knowledge.collection_of(who, document)
    return await _one(rooms, who, document)


@router.delete("/documents/{document}", status_code=204, openapi_extra=needs("knowledge:write"))
async def delete_document(document: UUID, rooms: Reached, who: Caller) -> Response:
    """Take a document out of its collection; it can be restored."""
    await rooms.knowledge.collection_of(who, document)
    await rooms.knowledge.delete(who.org_id, document, by=who)
    return Response(status_code=204)


@router.post("/documents/{document}/read", status_code=202, openapi_extra=needs("knowledge:write"))
async def read_document(document: UUID, rooms: Reached, who: Caller) -> DocumentOut:
    """Read its file anew, as when the server can read more than it could; what was read before stands until then."""
    await rooms.knowledge.collection_of(who, document)
    await rooms.knowledge.read_again(who.org_id, document, by=who)
    return await _one(rooms, who, document)


@router.post("/documents/{document}/restore", openapi_extra=needs("knowledge:write"))
async def restore_document(document: UUID, rooms: Reached, who: Caller) -> DocumentOut:
    """Bring a deleted document back as it was."""
    await rooms.knowledge.collection_of(who, document)
    await rooms.knowledge.restore(who.org_id, document, by=who)
    return await _one(rooms, who, document)


async def _one(rooms: Rooms, who: Principal, document: UUID) -> DocumentOut:
    found = await rooms.knowledge.progress(who.org_id, [document])
    if not found:
        raise NotFound("document")
    return _out(found[0])


def _page(infos: list[DocumentInfo], limit: int, cursor: str | None) -> Page[DocumentOut]:
    some, following = page(infos, lambda info: info.path, limit, cursor)
    return Page(data=[_out(info) for info in some], next_cursor=following)


def _out(info: DocumentInfo) -> DocumentOut:
    fields: dict[str, Any] = {name: value for name, value in asdict(info).items() if name in DocumentOut.model_fields}
    return DocumentOut(**fields)
