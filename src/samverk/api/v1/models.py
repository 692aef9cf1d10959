"""`/v1/models`: the assistants that the key may use, and the models of every kind that its organisation has adopted."""

from typing import Any
from uuid import UUID

import orjson

from samverk.api.refusals import UnknownModel
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import ASSISTANT
from samverk.assistants.model import Assistant
from samverk.core.errors import NotFound
from samverk.library.cards import AdoptedCard


async def every(arrived: Arrived) -> None:
    """The list."""
    assistants = [_assistant(assistant) for assistant in await arrived.rooms.assistants.list(arrived.principal)]
    models = [_model(adopted) for adopted in await arrived.rooms.library.models(arrived.principal.org_id)]
    await arrived.tell(orjson.dumps({"object": "list", "data": assistants + models}))


async def one(arrived: Arrived) -> None:
    """One of them. Raises UnknownModel."""
    await arrived.tell(orjson.dumps(await _found(arrived, arrived.scope["path_params"]["model"])))


async def _found(arrived: Arrived, name: str) -> dict[str, Any]:
    if name.startswith(ASSISTANT):
        try:
            return _assistant(await arrived.rooms.assistants.get(arrived.principal, name.removeprefix(ASSISTANT)))
        except NotFound as error:
            raise UnknownModel(name) from error
    for adopted in await arrived.rooms.library.models(arrived.principal.org_id):
        if adopted.card.slug == name:
            return _model(adopted)
    raise UnknownModel(name)


def _assistant(assistant: Assistant) -> dict[str, Any]:
    body = assistant.body
    shown = {"kind": "assistant", "name": body.name, "description": body.description, "level": body.level.slug}
    return _entry(f"{ASSISTANT}{assistant.slug}", assistant.version_id, "samverk", shown)


def _model(adopted: AdoptedCard) -> dict[str, Any]:
    card = adopted.card
    shown = {
        "kind": card.kind,
        "name": card.name,
        "hosting": card.hosting,
        "approved_for": card.approved_for.slug,
        "abilities": sorted(card.abilities),
        "uses": sorted(card.allowed_uses),
        "context_tokens": card.context_tokens,
        "licence": card.licence,
    }
    return _entry(card.slug, adopted.id, card.vendor or "samverk", shown)


def _entry(name: str, version: UUID, owner: str, shown: dict[str, Any]) -> dict[str, Any]:
    told = {"created": seconds_of(version), "owned_by": owner, "name": shown["name"]}  # Open WebUI shows the name
    return {"id": name, "object": "model", **told, "samverk": shown}


def seconds_of(version: UUID) -> int:
    """When a version-7 UUID was made, in whole seconds since 1970."""
    return (version.int >> 80) // 1000
