"""`/v1/models`: the assistants that the key may use, and the models that its organisation has adopted."""

from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from samverk.api.keys import caller
from samverk.api.refusals import UnknownModel
from samverk.api.v1.asked import ASSISTANT
from samverk.assistants.model import Assistant
from samverk.core.errors import NotFound
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import Principal
from samverk.library.cards import AdoptedCard


async def every(scope: Scope, receive: Receive, send: Send) -> None:
    """The list."""
    request = Request(scope, receive)
    principal = await caller(request, "chat")
    body = {"object": "list", "data": await _listed(rooms_of(request), principal)}
    await Response(orjson.dumps(body), media_type="application/json")(scope, receive, send)


async def one(scope: Scope, receive: Receive, send: Send) -> None:
    """One of them. Raises UnknownModel."""
    request = Request(scope, receive)
    principal, name = await caller(request, "chat"), request.path_params["model"]
    found = await _found(rooms_of(request), principal, name)
    await Response(orjson.dumps(found), media_type="application/json")(scope, receive, send)


async def _listed(rooms: Rooms, principal: Principal) -> list[dict[str, Any]]:
    assistants = [_assistant(assistant) for assistant in await rooms.assistants.list(principal)]
    models = await rooms.library.models(principal.org_id)
    return assistants + [_model(adopted) for adopted in models if adopted.card.kind == "chat"]


async def _found(rooms: Rooms, principal: Principal, name: str) -> dict[str, Any]:
    if name.startswith(ASSISTANT):
        try:
            return _assistant(await rooms.assistants.get(principal, name.removeprefix(ASSISTANT)))
        except NotFound as error:
            raise UnknownModel(name) from error
    for adopted in await rooms.library.models(principal.org_id):
        if adopted.card.slug == name and adopted.card.kind == "chat":
            return _model(adopted)
    raise UnknownModel(name)


def _assistant(assistant: Assistant) -> dict[str, Any]:
    body = assistant.body
    shown = {"kind": "assistant", "name": body.name, "description": body.description, "level": body.level.slug}
    return _entry(f"{ASSISTANT}{assistant.slug}", assistant.version_id, "samverk", shown)


def _model(adopted: AdoptedCard) -> dict[str, Any]:
    card = adopted.card
    shown = {"kind": "model", "name": card.name, "hosting": card.hosting, "approved_for": card.approved_for.slug}
    return _entry(card.slug, adopted.id, card.vendor or "samverk", shown)


def _entry(name: str, version: UUID, owner: str, shown: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": seconds_of(version), "owned_by": owner, "samverk": shown}


def seconds_of(version: UUID) -> int:
    """When a version-7 UUID was made, in whole seconds since 1970."""
    return (version.int >> 80) // 1000
