"""Catalogues of model cards that the organisation follows: their editions, what changed, and what is adopted from them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.models import TAKEN, CardOut, EndpointIn, ModelName, ModelOut, card_out, model_out
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import Reason, Sent, Slug, Text
from samverk.library.comparing import Comparison
from samverk.library.subscriptions import Subscription

router = APIRouter(tags=["catalogues"], route_class=KeyedRoute)


class CatalogueIn(Sent):
    """Where the file is, and the key that signs it. Without an address the file is handed in."""

    address: Annotated[Text, Field(max_length=500)] = ""
    public_key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CatalogueOut(BaseModel):
    """A catalogue and its edition in use; `sequence` is null until there is one. `refused`: why the latest file was not taken."""

    name: str
    address: str
    public_key: str
    publisher: str
    sequence: int | None
    issued: str
    digest: str
    taken_at: datetime | None
    asked_at: datetime | None
    refused: Reason | None


class UpdateIn(Sent):
    """The file's text where it is handed in; null: what the address has."""

    file: Text | None = None


class AdoptIn(Sent):
    """Where the model is reached; null: where it was."""

    endpoint: EndpointIn | None = None


class DifferenceOut(BaseModel):
    """A field that says something else."""

    field: str
    before: Any
    after: Any


class ChangedOut(BaseModel):
    """A card that says something else, and the respects in which it lets more through than before."""

    slug: str
    fields: list[DifferenceOut]
    looser: list[str]


class ComparisonOut(BaseModel):
    """What became of the cards, by their slugs."""

    added: list[str]
    changed: list[ChangedOut]
    withdrawn: list[str]


@router.get("/catalogues", openapi_extra=needs("chat"))
async def catalogues(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[CatalogueOut]:
    """The catalogues that the organisation follows, by name."""
    found = await rooms.library.catalogues.list(who.org_id)
    some, following = page(found, lambda one: one.name, limit, cursor)
    return Page(data=[_told(one) for one in some], next_cursor=following)


@router.get("/catalogues/{catalogue}/cards", openapi_extra=needs("chat"))
async def cards(
    catalogue: Slug, rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None
) -> Page[CardOut]:
    """The cards of the edition in use, by slug."""
    found = await rooms.library.catalogues.cards(who.org_id, catalogue)
    some, following = page(found.values(), lambda card: card.slug, limit, cursor)
    return Page(data=[card_out(card) for card in some], next_cursor=following)


@router.get("/catalogues/{catalogue}/changes", openapi_extra=needs("chat"))
async def changes(catalogue: Slug, rooms: Reached, who: Caller) -> ComparisonOut:
    """What the edition in use says beside what the organisation has adopted from it."""
    return _compared(await rooms.library.catalogues.changes(who.org_id, catalogue))


@router.post("/catalogues/{catalogue}/update", openapi_extra=needs("models:write"))
async def update(catalogue: Slug, body: UpdateIn, rooms: Reached, who: Caller) -> ComparisonOut:
    """Take the newest edition into use, and tell what is new in it. A file that is refused leaves the edition in use."""
    file = body.file.encode() if body.file is not None else None
    return _compared(await rooms.library.catalogues.update(who, catalogue, file))


@router.post("/catalogues/{catalogue}/cards/{card}/adopt", openapi_extra=needs("models:write"), responses=TAKEN)
async def adopt(catalogue: Slug, card: ModelName, body: AdoptIn, rooms: Reached, who: Caller) -> ModelOut:
    """Adopt a card as the edition in use has it."""
    endpoint = body.endpoint.endpoint() if body.endpoint else None
    return model_out(await rooms.library.catalogues.adopt(who, catalogue, card, endpoint))


@router.delete("/catalogues/{catalogue}", status_code=204, openapi_extra=needs("models:write"))
async def leave(catalogue: Slug, rooms: Reached, who: Caller) -> None:
    """Follow a catalogue no more: the models whose cards come from it are no longer used."""
    await rooms.library.catalogues.leave(who, catalogue)


@router.put("/catalogues/{catalogue}", openapi_extra=needs("models:write"))
async def subscribe(catalogue: Slug, body: CatalogueIn, rooms: Reached, who: Caller) -> CatalogueOut:
    """Follow a catalogue under this name, or give another address or key for it. Nothing is fetched yet."""
    return _told(await rooms.library.catalogues.subscribe(who, catalogue, body.address, body.public_key))


def _told(one: Subscription) -> CatalogueOut:
    why = one.refused
    return CatalogueOut(
        name=one.name,
        address=one.address,
        public_key=one.public_key,
        publisher=one.publisher,
        sequence=one.sequence,
        issued=one.issued,
        digest=one.digest,
        taken_at=one.taken_at,
        asked_at=one.asked_at,
        refused=Reason(code=why["reason"], sv=why["sv"], en=why["en"]) if why else None,
    )


def _compared(found: Comparison) -> ComparisonOut:
    changed = [
        ChangedOut(
            slug=one.slug,
            fields=[DifferenceOut(field=field.field, before=field.before, after=field.after) for field in one.fields],
            looser=list(one.looser),
        )
        for one in found.changed
    ]
    return ComparisonOut(added=list(found.added), changed=changed, withdrawn=list(found.withdrawn))
