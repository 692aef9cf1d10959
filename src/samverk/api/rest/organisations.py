"""The key's own organisation."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from samverk.api.rest.keyed import Caller, KeyedRoute, Reached, needs
from samverk.api.rest.paging import Page
from samverk.core.errors import NotFound
from samverk.identity.tables import Organisation

router = APIRouter(tags=["organisations"], route_class=KeyedRoute)


class OrganisationOut(BaseModel):
    """A tenant of the platform."""

    id: UUID
    slug: str
    name: str
    kind: str
    created_at: datetime


@router.get("/organisations", openapi_extra=needs("admin"))
async def organisations(rooms: Reached, who: Caller) -> Page[OrganisationOut]:
    """The organisations that the key may administer: its own."""
    return Page(data=[_out(await rooms.identity.org_by_id(who.org_id))], next_cursor=None)


@router.get("/organisations/{organisation}", openapi_extra=needs("admin"))
async def organisation(organisation: str, rooms: Reached, who: Caller) -> OrganisationOut:
    """The organisation with this slug."""
    own = await rooms.identity.org_by_id(who.org_id)
    if own.slug != organisation:
        raise NotFound("organisation", organisation)
    return _out(own)


def _out(row: Organisation) -> OrganisationOut:
    return OrganisationOut(id=row.id, slug=row.slug, name=row.name, kind=row.kind, created_at=row.created_at)
