"""Assistants: those that the key may use, and new versions of them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import CollectionName, Label, LevelName, Line, Sent, Slug, Text, level_of, name_of
from samverk.assistants.model import Assistant, AssistantBody, Contact
from samverk.http.rooms import Rooms
from samverk.identity.principal import Principal

router = APIRouter(tags=["assistants"], route_class=KeyedRoute)

_Long = Annotated[Text, Field(max_length=20_000)]
_Few = Field(max_length=50)


class ContactShape(Sent):
    """Whom to ask when the sources are silent."""

    unit: Line
    phone: Annotated[Text, Field(max_length=200)] = ""
    email: Annotated[Text, Field(max_length=200)] = ""
    url: Annotated[Text, Field(max_length=500)] = ""
    note: Annotated[Text, Field(max_length=2000)] = ""


class AssistantIn(Sent):
    """What a version of an assistant holds. `collections`: slugs, or `organisation/slug` for one that is shared."""

    name: Annotated[Line, Field(max_length=120)]
    description: _Long = ""
    instructions: _Long = ""
    models: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)] = ("extractive",)
    collections: Annotated[tuple[CollectionName, ...], _Few] = ()
    level: LevelName = "open"
    audience: Literal["citizen", "staff"] = "staff"
    groups: Annotated[tuple[Slug, ...], _Few] = ()
    tone: _Long = ""
    language: Literal["sv", "en"] = "sv"
    sample_questions: Annotated[tuple[Line, ...], _Few] = ()
    contact: ContactShape | None = None
    masking: bool = False
    masking_off: Annotated[tuple[Label, ...], _Few] = ()
    keep_content: bool = False

    def body(self) -> AssistantBody:
        """As the room keeps it."""
        return AssistantBody.model_validate({**self.model_dump(), "level": level_of(self.level)})


class AssistantOut(AssistantIn):
    """An assistant in its current version."""

    slug: str
    version: int
    version_id: UUID


@router.get("/assistants", openapi_extra=needs("chat"))
async def assistants(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[AssistantOut]:
    """The assistants that the key may use, by slug."""
    some, following = page(await rooms.assistants.list(who), lambda assistant: assistant.slug, limit, cursor)
    return Page(data=[_out(assistant) for assistant in some], next_cursor=following)


@router.get("/assistants/{assistant}", openapi_extra=needs("chat"))
async def assistant(assistant: str, rooms: Reached, who: Caller) -> AssistantOut:
    """The assistant with this slug."""
    return _out(await rooms.assistants.get(who, assistant))


@router.put("/assistants/{assistant}", openapi_extra=needs("assistants:write"))
async def save_assistant(assistant: str, body: AssistantIn, rooms: Reached, who: Caller) -> AssistantOut:
    """Put a body in force: a new assistant, or a new version of one if it differs. Models and collections must exist."""
    await _check_parts(rooms, who, body)
    return _out(await rooms.assistants.save(who.org_id, assistant, body.body(), who))


async def _check_parts(rooms: Rooms, who: Principal, body: AssistantIn) -> None:
    for model in body.models:
        await rooms.gateway.cards(who.org_id, [model])
    for collection in body.collections:
        await rooms.knowledge.collection(who, collection)


def _out(assistant: Assistant) -> AssistantOut:
    body = assistant.body
    return AssistantOut.model_construct(
        **{**dict(body), "level": name_of(body.level), "contact": _contact(body.contact)},
        slug=assistant.slug,
        version=assistant.version,
        version_id=assistant.version_id,
    )


def _contact(contact: Contact | None) -> ContactShape | None:
    return ContactShape.model_construct(**dict(contact)) if contact else None
