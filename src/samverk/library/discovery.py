"""Looks for an Ollama in reach. What is found is offered to a steward, never used by itself."""

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
            found = await response.json() if response.status == 200 else {}
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        log.debug("ollama_not_found", url=url, why=type(error).__name__)
        return []
    return [_offer(model, url) for model in found.get("models", []) if model.get("name")]


def _offer(model: dict[str, Any], url: str) -> Offer:
    name = str(model["name"])
    slug = "ollama-" + "".join(c if c.isalnum() or c in "._-" else "-" for c in name.lower())
    card = ModelCard(slug=slug[:100], name=name, vendor="Ollama", hosting="own", abilities=frozenset({"abstain"}))
    return Offer(card, Endpoint("openai_compatible", name, f"{url}/v1"))
