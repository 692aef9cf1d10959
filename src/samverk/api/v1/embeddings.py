"""`POST /v1/embeddings`: vectors of texts, as numbers or as base64 of little-endian float32, whatever the server gives."""

import base64
import struct
from collections.abc import Sequence
from typing import Any

import orjson

from samverk.api.refusals import WrongField
from samverk.api.v1.arrived import Arrived
from samverk.api.v1.asked import HELD_BACK
from samverk.api.v1.direct import opened, wished
from samverk.api.v1.fields import Fields, wrong
from samverk.library.ports import EmbeddingRequest, Embeddings

MOST_TEXTS = 2048  # in one call, as OpenAI has it
_MOST_DIMENSIONS = 65_536
_FORMATS = ("float", "base64")
_OWN_FIELDS = frozenset({"model", "input", "samverk"}) | HELD_BACK
Vector = list[float] | str


async def embed(arrived: Arrived) -> None:
    """As OpenAI's embeddings."""
    fields = await arrived.json()
    format = fields.choice("encoding_format", _FORMATS, "float")
    fields.count("dimensions", _MOST_DIMENSIONS)
    request = EmbeddingRequest(_texts(fields), fields.beside(_OWN_FIELDS))
    said = wished(arrived, fields)

    async def work() -> None:
        call = await opened(arrived, arrived.rooms.gateway.embed, said, request)
        made: Embeddings = await call.answering.result()
        body = {**_listed(made, format), "model": said.model, "samverk": call.samverk()}
        await arrived.tell(orjson.dumps(body), headers=call.headers())

    await arrived.while_listening(work())


def _texts(fields: Fields) -> tuple[str, ...]:
    given = fields.get("input")
    texts = [given] if isinstance(given, str) else fields.items("input")
    if len(texts) > MOST_TEXTS:
        raise WrongField(
            "input", f"högst {MOST_TEXTS} texter tas emot åt gången", f"at most {MOST_TEXTS} texts at a time"
        )
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise WrongField(
                "input", "det ska vara text; nummer på token tas inte emot", "it must be text, not token ids"
            )
        if not text:
            raise wrong(f"input[{i}]", "empty")
    return tuple(texts)


def _listed(made: Embeddings, format: str) -> dict[str, Any]:
    told = as_base64 if format == "base64" else as_numbers
    data = [{"object": "embedding", "index": i, "embedding": told(vector)} for i, vector in enumerate(made.vectors)]
    tokens = made.tokens_in or 0
    return {"object": "list", "data": data, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def as_base64(vector: Vector) -> str:
    """A vector as base64 of little-endian float32."""
    return vector if isinstance(vector, str) else base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def as_numbers(vector: Vector) -> Sequence[float]:
    """A vector as numbers."""
    if not isinstance(vector, str):
        return vector
    packed = base64.b64decode(vector)
    return struct.unpack(f"<{len(packed) // 4}f", packed)
