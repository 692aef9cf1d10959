"""Who asks an interface: the key in `Authorization: Bearer sv-…`. Cookies are not read here, so no other site can ride on one."""

from starlette.requests import HTTPConnection

from samverk.core.errors import NotSignedIn
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal


class KeyMissing(NotSignedIn):
    """No key was sent."""

    code = "missing_api_key"
    sv = "Ingen nyckel skickades. Sänd den som Authorization: Bearer sv-…"
    en = "No API key was sent. Send it as Authorization: Bearer sv-…"


async def caller(connection: HTTPConnection, permission: str) -> Principal:
    """The principal behind a request's key. Raises as `holder`."""
    return await holder(rooms_of(connection), connection.headers.get("authorization", ""), permission)


async def holder(rooms: Rooms, authorization: str, permission: str) -> Principal:
    """Whose key the header holds. Raises KeyMissing, InvalidKey, and NotAllowed without the permission."""
    kind, _, secret = authorization.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise KeyMissing
    principal = await rooms.identity.key(secret.strip())
    principal.require(permission)
    return principal
