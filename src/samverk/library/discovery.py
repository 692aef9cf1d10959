"""Looks for an Ollama in reach. What is found is offered to a steward, never used by itself."""

import re
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from samverk.library.cards import ModelCard
from samverk.library.ports import Endpoint

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Offer:
    """A model in reach that nobody has reviewed yet."""

    card: ModelCard
    endpoint: Endpoint


async def ollama(session: aiohttp.ClientSession, url: str) -> list[Offer]:
    """The models of the Ollama at this address; none when nothing answers there within a second."""
    if not url:
        return []
    try:
        async with session.get(f"{url}/api/tags", timeout=aiohttp.ClientTimeout(total=1)) as response:
            found = await response.json() if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        log.debug("ollama_not_found", url=url, why=type(error).__name__)
        return []
    return [_offer(name, url) for name in _names(found)]


def _names(reply: Any) -> list[str]:
    """The models that the reply names; what is no Ollama's names none."""
    models = reply.get("models") if isinstance(reply, dict) else None
    listed = models if isinstance(models, list) else []
    return [str(model["name"]) for model in listed if isinstance(model, dict) and model.get("name")]


def _offer(name: str, url: str) -> Offer:
    slug = "ollama-" + re.sub(r"[^a-z0-9._-]", "-", name.lower())
    card = ModelCard(slug=slug[:100], name=name, vendor="Ollama", hosting="own", abilities=frozenset({"abstain"}))
    return Offer(card, Endpoint("openai_compatible", name, f"{url}/v1"))
