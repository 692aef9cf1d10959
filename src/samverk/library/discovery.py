"""Looks for model servers in reach: an Ollama, a vLLM, whatever speaks OpenAI's interface at the addresses that it is told.

What is found is offered to a steward, never used by itself. All of it takes a second at most, however many servers are silent.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from samverk.library.cards import Hosting, Kind, ModelCard
from samverk.library.ports import Endpoint

log = structlog.get_logger()

SECONDS = 1.0  # for everything
_LARGEST = 4_000_000  # bytes of a reply

# What a name tells of a model's kind, where the server does not; the first row that fits, otherwise it is for chat.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("rerank", re.compile(r"rerank", re.IGNORECASE)),
    ("embeddings", re.compile(r"embed|minilm|\b(bge|e5|gte)\b|sentence-|arctic-", re.IGNORECASE)),
    ("speech", re.compile(r"whisper|parakeet|canary|kokoro|\btts\b", re.IGNORECASE)),
    ("image", re.compile(r"flux|stable-diffusion|sdxl|dall-e|gpt-image|imagen", re.IGNORECASE)),
)
# Who a server says that its models belong to (`owned_by`): the vendor's name, and its row of quirks.
_OWNERS = {"vllm": ("vLLM", "vllm"), "llamacpp": ("llama.cpp", ""), "library": ("Ollama", "ollama")}
_CONTEXTS = ("max_model_len", "max_context_length", "context_length", "context_window")
_ABILITIES = {
    "tools": "tools",
    "function_calling": "tools",
    "vision": "images",
    "structured_outputs": "structured_output",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A model in reach that nobody has reviewed yet."""

    card: ModelCard
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class _Told:
    """What a server tells of a model. `context` 0: nothing."""

    name: str
    kind: Kind
    context: int = 0
    abilities: frozenset[str] = frozenset()


async def found(session: aiohttp.ClientSession, ollama_url: str, urls: Iterable[str]) -> list[Offer]:
    """The models at all these addresses, each slug once. Never fails because nothing answers."""
    looked = await asyncio.gather(ollama(session, ollama_url), *(compatible(session, url) for url in urls))
    offers: dict[str, Offer] = {}
    for offer in (offer for offers_there in looked for offer in offers_there):
        offers.setdefault(offer.card.slug if offer.card.slug not in offers else _elsewhere(offer), offer)
    return [replace(offer, card=offer.card.model_copy(update={"slug": slug})) for slug, offer in offers.items()]


def _elsewhere(offer: Offer) -> str:
    """The slug of a model that somebody else in reach has too."""
    return _slug(offer.card.slug, urlsplit(offer.endpoint.url).netloc)


async def ollama(session: aiohttp.ClientSession, url: str) -> list[Offer]:
    """The models of the Ollama at this address, with what it tells of each; none when nothing answers there in time."""
    if not url:
        return []
    base, told = url.rstrip("/"), dict[str, _Told]()

    async def show(name: str) -> None:
        told[name] = _shown(name, await _json(session, "POST", f"{base}/api/show", {"model": name}))

    with suppress(TimeoutError):  # what was told until then is enough
        async with asyncio.timeout(SECONDS):
            for name in _names(await _json(session, "GET", f"{base}/api/tags"), "models", "name"):
                told[name] = _Told(name, _kind(name))
            await asyncio.gather(*(show(name) for name in list(told)))
    return [_offer(model, "ollama", "Ollama", f"{base}/v1", "ollama") for model in told.values()]


def _shown(name: str, reply: Any) -> _Told:
    """What `/api/show` tells: docs.ollama.com/api-reference/show-model-details."""
    fields: Mapping[str, Any] = reply if isinstance(reply, dict) else {}
    able = set(map(str, fields["capabilities"])) if isinstance(fields.get("capabilities"), list) else set()
    known = fields.get("model_info")
    known = known if isinstance(known, dict) else {}
    context = next((known[key] for key in known if key.endswith(".context_length")), 0)
    kind: Kind = "embeddings" if "embedding" in able else _kind(name)
    return _Told(name, kind, _positive(context), _able(able))


async def compatible(session: aiohttp.ClientSession, url: str) -> list[Offer]:
    """The models of the server at this address, with or without `/v1`; none when nothing answers there in time."""
    if not url.strip():
        return []
    base = url.strip().rstrip("/")
    base = base if re.search(r"/v\d\w*$", base) else f"{base}/v1"
    try:
        async with asyncio.timeout(SECONDS):
            reply = await _json(session, "GET", f"{base}/models")
    except TimeoutError:
        return []
    offers = []
    for listed in _listed(reply, "data"):
        if name := listed.get("id"):
            owner = str(listed.get("owned_by", ""))
            vendor, flavour = _OWNERS.get(owner, ("", ""))
            offers.append(_offer(_read(str(name), listed), flavour or "server", vendor, base, flavour))
    return offers


def _read(name: str, listed: Mapping[str, Any]) -> _Told:
    """What `/v1/models` tells beside the name: vLLM its `max_model_len`, Mistral its `capabilities`, llama.cpp its `meta`.

    llama.cpp tells in `architecture` whether it takes pictures.
    """
    meta, able = listed.get("meta"), listed.get("capabilities")
    told = [listed.get(field) for field in _CONTEXTS]
    told += [meta.get("n_ctx") or meta.get("n_ctx_train")] if isinstance(meta, dict) else []
    names = (
        able if isinstance(able, list) else [key for key, has in able.items() if has] if isinstance(able, dict) else []
    )
    abilities = _able(map(str, names)) | ({"images"} if _takes_pictures(listed.get("architecture")) else frozenset())
    return _Told(name, _kind(name), next(filter(None, map(_positive, told)), 0), abilities)


def _takes_pictures(architecture: Any) -> bool:
    taken = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    return isinstance(taken, list) and "image" in taken


async def _json(session: aiohttp.ClientSession, method: str, url: str, body: Any = None) -> Any:
    """The reply of a server; None where there is none, or none that is JSON."""
    try:
        async with session.request(method, url, json=body, timeout=aiohttp.ClientTimeout(total=SECONDS)) as response:
            long = (response.content_length or 0) > _LARGEST
            return None if response.status != 200 or long else await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        log.debug("model_server_not_found", url=url, why=type(error).__name__)
        return None


def _listed(reply: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of the reply; what is something else holds none."""
    listed = reply.get(name) if isinstance(reply, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _names(reply: Any, name: str, field: str) -> list[str]:
    return [str(item[field]) for item in _listed(reply, name) if item.get(field)]


def _kind(name: str) -> Kind:
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), "chat")


def _able(names: Iterable[str]) -> frozenset[str]:
    return frozenset(_ABILITIES[name] for name in names if name in _ABILITIES)


def _positive(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _offer(told: _Told, prefix: str, vendor: str, url: str, flavour: str) -> Offer:
    name = _called(told.name)
    card = ModelCard(
        slug=_slug(prefix, name),
        name=name[:200],
        kind=told.kind,
        vendor=vendor,
        hosting=_hosting(url),
        abilities=told.abilities | {"abstain"} if told.kind == "chat" else frozenset(),
        **({"context_tokens": told.context} if told.context else {}),
    )
    return Offer(card, Endpoint("openai_compatible", told.name, url, flavour=flavour))


def _called(name: str) -> str:
    """A model's name for people: llama.cpp names the file that it read, whose folders concern nobody."""
    return (PurePosixPath(name).name or name) if name.startswith("/") else name


def _slug(prefix: str, name: str) -> str:
    return re.sub(r"[^a-z0-9._-]", "-", f"{prefix}-{name}".lower())[:100]


def _hosting(url: str) -> Hosting:
    """Where a server stands: here or in a private network, the organisation's own; of others nothing is known, so farthest."""
    host = urlsplit(url).hostname or ""
    try:
        return "own" if ip_address(host).is_private else "third_country"
    except ValueError:
        return "own" if host == "localhost" else "third_country"
