"""Who asks an interface: the key in `Authorization: Bearer sv-…`, or in `X-Api-Key` as Anthropic's clients send it.

Cookies are not read here, so no other site can ride on one.
"""

from hmac import compare_digest

from starlette.requests import HTTPConnection

from samverk.core.errors import NotSignedIn
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.errors import InvalidKey
from samverk.identity.principal import Principal


class KeyMissing(NotSignedIn):
    """No key was sent."""

    code = "missing_api_key"
    sv = "Ingen nyckel skickades. Sänd den som Authorization: Bearer sv-…"
    en = "No API key was sent. Send it as Authorization: Bearer sv-…"


async def caller(connection: HTTPConnection, permission: str) -> Principal:
    """The principal behind a request's key. Raises as `holder`."""
    headers = connection.headers
    return await holder(
        rooms_of(connection), headers.get("authorization", ""), permission, headers.get("x-api-key", "")
    )


async def holder(rooms: Rooms, authorization: str, permission: str, api_key: str = "") -> Principal:
    """Whose key the headers hold. Raises KeyMissing, InvalidKey, and NotAllowed without the permission."""
    principal = await rooms.identity.key(_secret(authorization, api_key.strip()))
    principal.require(permission)
    return principal


def _secret(authorization: str, api_key: str) -> str:
    """The key that was sent. Two keys in one request are one and the same, or none: nobody is to guess which one counts."""
    kind, _, bearer = authorization.partition(" ")
    bearer = bearer.strip() if kind.lower() == "bearer" else ""
    if bearer and api_key and not compare_digest(bearer.encode(), api_key.encode()):
        raise InvalidKey
    if secret := bearer or api_key:
        return secret
    raise KeyMissing
