"""Models: the cards as they stand today, what a steward changes, and where each is reached. Keys go in and never come out."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StringConstraints

from samverk.api.rest.keyed import Caller, ErrorBody, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Cursor, Limit, Page, page
from samverk.api.rest.shapes import LevelName, Line, Sent, Text, level_of, name_of
from samverk.library.cards import (
    USES,
    AdoptedCard,
    CertificateState,
    Certification,
    Day,
    Energy,
    Hosting,
    Kind,
    ModelCard,
    Price,
    StopCode,
    Tightening,
    Use,
    certificate,
)
from samverk.library.endpoints import Place
from samverk.library.ports import Endpoint
from samverk.library.shelf import today

router = APIRouter(tags=["models"], route_class=KeyedRoute)

ModelName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._:-]{0,99}$")]
Names = Annotated[tuple[Line, ...], Field(max_length=50)]
Uses = Annotated[tuple[Use, ...], Field(max_length=50)]
_Short = Annotated[Text, Field(max_length=200)]
_Long = Annotated[Text, Field(max_length=1000)]
TAKEN: dict[int | str, dict[str, Any]] = {409: {"model": ErrorBody, "description": "It comes from a catalogue."}}


class CardIn(Sent):
    """What a card says. Prices are whole numbers, in millionths of the currency."""

    name: Line
    kind: Kind = "chat"
    vendor: _Short = ""
    hosting: Hosting = "third_country"
    approved_for: LevelName = "open"
    uncertified_for: LevelName = "open"
    allowed_uses: Uses = tuple(sorted(USES))
    demands: Names = ()
    certified_by: _Short = ""
    certified_on: Day = ""
    certified_until: Day = ""
    certificate_report: _Long = ""
    earlier_certificates: Annotated[tuple[Certification, ...], Field(max_length=100)] = ()
    licence: _Short = ""
    context_tokens: Annotated[int, Field(ge=1, le=10**9)] = 8192
    abilities: Names = ()
    price_in: Price = 0
    price_out: Price = 0
    price_minute: Price = 0
    price_image: Price = 0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "SEK"
    price_from: Day = ""
    base_model: _Short = ""
    lineage: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    knowledge_cutoff: Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")] = ""
    energy: Energy | None = None

    def card(self, slug: str) -> ModelCard:
        """As the room keeps it."""
        levels = {"approved_for": level_of(self.approved_for), "uncertified_for": level_of(self.uncertified_for)}
        return ModelCard.model_validate({**dict(self), **levels, "slug": slug})


class CardOut(CardIn):
    """A card."""

    slug: str


class TighteningShape(Sent):
    """What the organisation asks beyond the card. `approved_for` is at most this; null: the card decides."""

    approved_for: LevelName | None = None
    without_uses: Uses = ()
    without_abilities: Names = ()
    demands: Names = ()


class OriginOut(BaseModel):
    """The catalogue that a card was adopted from, and its edition then."""

    name: str
    sequence: int
    digest: str


class ModelOut(BaseModel):
    """A model. `card` is what counts today, `adopted` what was adopted.

    `stopped` says why no call is made with it; `newer`: the catalogue says something else by now.
    """

    slug: str
    version: int
    version_id: UUID
    card: CardOut
    adopted: CardOut
    tightening: TighteningShape
    certificate: CertificateState
    origin: OriginOut | None
    stopped: StopCode | None
    newer: bool


class EndpointIn(Sent):
    """Where a model is reached. Of several, those of the lowest `order` are asked first and share the calls by `weight`."""

    model: Line
    url: Annotated[Text, Field(max_length=500)] = ""
    key: Annotated[Text, Field(max_length=2000)] = ""
    provider: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] = "openai_compatible"
    flavour: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,50}$")] = ""
    order: Annotated[int, Field(ge=0, le=99)] = 0
    weight: Annotated[int, Field(ge=1, le=1000)] = 1

    def endpoint(self) -> Endpoint:
        """As the room knows it."""
        return Endpoint(self.provider, self.model, self.url, self.key or None, self.flavour, self.order, self.weight)


class EndpointOut(BaseModel):
    """An endpoint. Whether it has a key, never which."""

    id: UUID
    provider: str
    model: str
    url: str
    flavour: str
    order: int
    weight: int
    has_key: bool


class ModelIn(Sent):
    """A card of one's own, and where the model is reached; without an endpoint it stays where it was."""

    card: CardIn
    endpoint: EndpointIn | None = None


class CertificateIn(Sent):
    """A certificate, and the level that it gives."""

    by: Line
    approved_for: LevelName
    on: Day = ""
    until: Day = ""
    report: _Long = ""


class KeyIn(Sent):
    """A key; empty for none."""

    key: Annotated[Text, Field(max_length=2000)]


class OfferOut(BaseModel):
    """A model in reach that the organisation has not adopted: send both parts to `PUT /models/{model}` to do so."""

    card: CardOut
    endpoint: EndpointIn


@router.get("/models", openapi_extra=needs("chat"))
async def models(
    rooms: Reached,
    who: Caller,
    stopped: Annotated[bool, Query(description="Those that are not used, too.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ModelOut]:
    """The models that the organisation has adopted, as they stand today, by slug."""
    found = await rooms.library.models(who.org_id, stopped=stopped)
    some, following = page(found, lambda model: model.card.slug, limit, cursor)
    return Page(data=[model_out(model) for model in some], next_cursor=following)


@router.get("/offers", openapi_extra=needs("models:write"))
async def offers(rooms: Reached, who: Caller, limit: Limit = 50, cursor: Cursor = None) -> Page[OfferOut]:
    """Models in reach that nobody has reviewed. None is used before it is adopted."""
    found = await rooms.library.unreviewed(who.org_id)
    some, following = page(found, lambda offer: offer.card.slug, limit, cursor)
    told = [OfferOut(card=card_out(offer.card), endpoint=_offered(offer.endpoint)) for offer in some]
    return Page(data=told, next_cursor=following)


@router.put("/models/{model}/certificate", openapi_extra=needs("models:write"), responses=TAKEN)
async def certify(model: ModelName, body: CertificateIn, rooms: Reached, who: Caller) -> ModelOut:
    """Note a certificate on a card of one's own; the one before it stays in the card's history."""
    given = Certification(by=body.by, on=body.on, until=body.until, report=body.report)
    return model_out(await rooms.library.curation.certify(who, model, given, level_of(body.approved_for)))


@router.put("/models/{model}/tightening", openapi_extra=needs("models:write"))
async def tighten(model: ModelName, body: TighteningShape, rooms: Reached, who: Caller) -> ModelOut:
    """Ask this of a model beyond its card, in place of what was asked before."""
    level = level_of(body.approved_for) if body.approved_for else None
    wanted = Tightening.model_validate({**dict(body), "approved_for": level})
    return model_out(await rooms.library.curation.tighten(who, model, wanted))


@router.post("/models/{model}/retire", status_code=204, openapi_extra=needs("models:write"))
async def retire(model: ModelName, rooms: Reached, who: Caller) -> None:
    """Make no more calls with a model. Its card and its history stay."""
    await rooms.library.curation.retire(who, model)


@router.post("/models/{model}/restore", status_code=204, openapi_extra=needs("models:write"))
async def restore(model: ModelName, rooms: Reached, who: Caller) -> None:
    """Use a retired model again, with the card that it had."""
    await rooms.library.curation.restore(who, model)


@router.get("/models/{model}/endpoints", openapi_extra=needs("models:write"))
async def endpoints(model: ModelName, rooms: Reached, who: Caller) -> Page[EndpointOut]:
    """Where a model is reached, those that are asked first at the head."""
    return Page(
        data=[_place(place) for place in await rooms.library.endpoints.list(who.org_id, model)], next_cursor=None
    )


@router.post("/models/{model}/endpoints", status_code=201, openapi_extra=needs("models:write"))
async def add_endpoint(model: ModelName, body: EndpointIn, rooms: Reached, who: Caller) -> EndpointOut:
    """Reach a model here too."""
    return _place(await rooms.library.endpoints.add(who, model, body.endpoint()))


@router.put("/models/{model}/endpoints/{endpoint}/key", status_code=204, openapi_extra=needs("models:write"))
async def replace_key(model: ModelName, endpoint: UUID, body: KeyIn, rooms: Reached, who: Caller) -> None:
    """Use another key there from now on."""
    await rooms.library.endpoints.replace_key(who, model, endpoint, body.key)


@router.delete("/models/{model}/endpoints/{endpoint}", status_code=204, openapi_extra=needs("models:write"))
async def remove_endpoint(model: ModelName, endpoint: UUID, rooms: Reached, who: Caller) -> None:
    """Reach a model here no more. Without any endpoint no call is made with it."""
    await rooms.library.endpoints.remove(who, model, endpoint)


@router.get("/models/{model}", openapi_extra=needs("chat"))
async def model(model: ModelName, rooms: Reached, who: Caller) -> ModelOut:
    """The model with this slug, whether it is used or not."""
    return model_out((await rooms.library.history(who.org_id, model))[0])


@router.put("/models/{model}", openapi_extra=needs("models:write"), responses=TAKEN)
async def put_model(model: ModelName, body: ModelIn, rooms: Reached, who: Caller) -> ModelOut:
    """Put a card of one's own in force: a new model, or a new version of its card if it differs."""
    endpoint = body.endpoint.endpoint() if body.endpoint else None
    return model_out(await rooms.library.curation.put(who, body.card.card(model), endpoint))


def card_out(card: ModelCard) -> CardOut:
    """A card as it is told."""
    levels = {"approved_for": name_of(card.approved_for), "uncertified_for": name_of(card.uncertified_for)}
    sets = {name: tuple(sorted(getattr(card, name))) for name in ("abilities", "allowed_uses", "demands")}
    known: Mapping[str, Any] = {**dict(card), **levels, **sets}
    return CardOut.model_construct(**known)


def model_out(model: AdoptedCard) -> ModelOut:
    """A model as it is told."""
    origin = model.origin
    return ModelOut.model_construct(
        slug=model.card.slug,
        version=model.version,
        version_id=model.id,
        card=card_out(model.card),
        adopted=card_out(model.published),
        tightening=_asked(model.tightening),
        certificate=certificate(model.card, today()).state,
        origin=OriginOut(name=origin.name, sequence=origin.sequence, digest=origin.digest) if origin else None,
        stopped=model.stopped,
        newer=model.newer,
    )


def _asked(tightening: Tightening) -> TighteningShape:
    level = name_of(tightening.approved_for) if tightening.approved_for is not None else None
    sets: dict[str, Any] = {
        name: tuple(sorted(getattr(tightening, name))) for name in ("without_uses", "without_abilities", "demands")
    }
    return TighteningShape.model_construct(**{"approved_for": level, **sets})


def _offered(endpoint: Endpoint) -> EndpointIn:
    """An offer's endpoint. What is discovered has no key."""
    return EndpointIn.model_construct(
        model=endpoint.model, url=endpoint.url, key="", provider=endpoint.provider, flavour=endpoint.flavour
    )


def _place(place: Place) -> EndpointOut:
    return EndpointOut(
        id=place.id,
        provider=place.provider,
        model=place.model,
        url=place.url,
        flavour=place.flavour,
        order=place.order,
        weight=place.weight,
        has_key=place.has_key,
    )
