"""Who is at the door of a collection: what every page of the area asks first."""

from collections.abc import Mapping

from starlette.requests import Request

from samverk.core.errors import NotAllowed
from samverk.http.rooms import Rooms, rooms_of
from samverk.http.sessions import principal
from samverk.identity.principal import Principal
from samverk.knowledge.access import READ, SHARE, WRITE
from samverk.knowledge.views import CollectionInfo


class ReadOnly(NotAllowed):
    """The person may read collections and not change them."""

    sv = "Du kan läsa samlingarna men inte ändra dem. Be en byggare eller förvaltare i din organisation om hjälp."
    en = "You can read the collections but not change them. Ask a builder or steward in your organisation for help."


async def reading(request: Request) -> Principal:
    """Who reads. Raises NotSignedIn, NotAllowed."""
    who = await principal(request)
    who.require(READ)
    return who


async def changing(request: Request) -> Principal:
    """Who changes something. Raises NotSignedIn, ReadOnly."""
    who = await principal(request)
    if not who.may(WRITE):
        raise ReadOnly
    return who


async def sharing(request: Request) -> Principal:
    """Who shares with other organisations. Raises NotSignedIn, NotAllowed."""
    who = await principal(request)
    who.require(SHARE)
    return who


async def own(request: Request, who: Principal) -> CollectionInfo:
    """The collection of ours that the address names. Raises NotFound."""
    return await rooms_of(request).knowledge.collection(who, request.path_params["slug"])


async def group_names(rooms: Rooms, who: Principal) -> Mapping[str, str]:
    """The organisation's groups: their names by slug."""
    return {group.slug: group.name for group in await rooms.identity.groups.all(who.org_id)}
