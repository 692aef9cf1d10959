"""Asking a model something to see whether it answers: through the door, as every call goes, decided, recorded and paid for.

Each kind of model is asked in its own way. A model that nobody has adopted yet can be tried too; it is known to that one call
alone.
"""

import base64
import binascii
import io
import math
import time
import wave
from array import array
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Literal

from samverk.core.errors import SamverkError
from samverk.core.ids import new_id
from samverk.core.levels import Level
from samverk.gateway.calls import Call, Request
from samverk.gateway.rules import Reason
from samverk.gateway.service import Gateway
from samverk.identity.principal import Principal
from samverk.library.cards import AdoptedCard, ModelCard
from samverk.library.ports import (
    SPEECH_TYPES,
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Embeddings,
    Endpoint,
    ImageRequest,
    Images,
    Message,
    Ranking,
    RerankRequest,
    SpeechRequest,
    TextPart,
    Transcription,
    TranscriptionRequest,
)
from samverk.library.service import Model

Act = Literal["chat", "embeddings", "rerank", "speak", "transcribe", "image"]
ACTS: Mapping[str, tuple[Act, ...]] = {
    "chat": ("chat",),
    "embeddings": ("embeddings",),
    "rerank": ("rerank",),
    "speech": ("speak", "transcribe"),  # most do one of the two
    "image": ("image",),
}
"""The ways in which a kind of model can be asked."""

LONGEST_QUESTION = 2_000  # characters
LONGEST_ANSWER = 4_000
MOST_BYTES = 4 << 20  # of a sound or a picture that is shown
_MOST_TOKENS = 500
_HERTZ = 16_000
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_SOUNDS = {b"RIFF": "wav", b"OggS": "opus", b"fLaC": "flac", b"": "mp3"}  # an mp3 may begin with anything


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked: a question, or a text to read aloud or to draw. Each kind takes what it needs of the rest.

    `documents` are put in order; `recording` is written down, a short tone where there is none.
    """

    act: Act
    text: str = ""
    documents: tuple[str, ...] = ()
    voice: str = "alloy"
    recording: bytes = b""
    file_name: str = "prov.wav"


@dataclass(frozen=True, slots=True)
class Media:
    """A sound or a picture, with its type."""

    type: str
    data: bytes

    @property
    def url(self) -> str:
        """As an address that holds all of it (RFC 2397)."""
        return f"data:{self.type};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test call: the answer in the shape of its kind, or the error instead. `ms` is how long it took.

    `answer` is what was said or written down, `numbers` how many a vector has, `ranked` documents with their scores, best first.
    """

    asked: Asked
    ms: int
    answer: str = ""
    numbers: int = 0
    ranked: tuple[tuple[str, float], ...] = ()
    media: Media | None = None
    error: SamverkError | None = None
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    reasons: tuple[Reason, ...] = ()


async def tried(gateway: Gateway, who: Principal, slug: str, asked: Asked, model: Model | None = None) -> Tried:
    """Ask the model that the organisation has by this name, or the given one."""
    began = time.monotonic()
    asked = replace(asked, text=asked.text[:LONGEST_QUESTION])
    call = Call(who, (slug,), _request(asked), "model-test", marked_level=Level.OPEN, use="staff")
    try:
        answering = await gateway.call(call, model)
        async with aclosing(answering.events()) as events:
            came: list[Any] = [event async for event in events]
    except SamverkError as error:
        return Tried(asked, _since(began), error=error)
    return Tried(
        asked,
        _since(began),
        **_read(asked, came),
        model=answering.model.card.name,
        tokens_in=answering.tokens_in,
        tokens_out=answering.tokens_out,
        cost=answering.cost,
        reasons=answering.verdict.reasons,
    )


def unadopted(card: ModelCard, endpoint: Endpoint) -> Model:
    """A model that no organisation has adopted, to be tried."""
    return Model(AdoptedCard(id=new_id(), version=0, card=card), (endpoint,))


def tone(seconds: float = 1.0) -> bytes:
    """A recording (WAV) of a quiet tone: enough to see whether a model that writes down what is said answers at all. Pure."""
    samples = array("h", (int(3_000 * math.sin(2 * math.pi * 440 * n / _HERTZ)) for n in range(int(seconds * _HERTZ))))
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_HERTZ)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def _request(asked: Asked) -> Request:
    match asked.act:
        case "chat":
            return ChatRequest((Message("user", (TextPart(asked.text),)),), {"max_tokens": _MOST_TOKENS})
        case "embeddings":
            return EmbeddingRequest((asked.text,))
        case "rerank":
            return RerankRequest(asked.text, asked.documents)
        case "speak":
            return SpeechRequest(asked.text, asked.voice)
        case "transcribe":
            return TranscriptionRequest(asked.recording or tone(), asked.file_name, "audio/wav")
        case "image":
            return ImageRequest(asked.text)


def _read(asked: Asked, came: list[Any]) -> dict[str, Any]:
    """The answer, by what it is. Pure."""
    match came:
        case [Embeddings() as made]:
            return {"numbers": len(made.vectors[0])}
        case [Ranking() as ranking]:
            pairs = zip(asked.documents, ranking.scores, strict=True)
            return {"ranked": tuple(sorted(pairs, key=lambda pair: -pair[1]))}
        case [Transcription() as written]:
            return {"answer": _plain(written.text)}
        case [Images() as drawn]:
            return {"media": _picture(drawn)}
        case [bytes(), *_]:
            return {"media": _sound(b"".join(came))}
    return {"answer": _plain("".join(event.text for event in came if isinstance(event, Delta)))}


def _sound(data: bytes) -> Media | None:
    """The sound, of the type that it is rather than of the one that was asked for."""
    return _shown(data, {begins: SPEECH_TYPES[kind] for begins, kind in _SOUNDS.items()})


def _picture(drawn: Images) -> Media | None:
    """The first picture; None also where the model gave an address, or something that is no picture."""
    try:
        return _shown(base64.b64decode(drawn.items[0].b64_json, validate=True), _PICTURES)
    except (binascii.Error, IndexError):
        return None


def _shown(data: bytes, types: Mapping[bytes, str]) -> Media | None:
    """What is shown of a medium, its type told by how it begins; None for nothing, too much, and what is of no such type."""
    kind = next((kind for begins, kind in types.items() if data.startswith(begins)), "")
    return Media(kind, data) if kind and 0 < len(data) <= MOST_BYTES else None


def _plain(text: str) -> str:
    """The text without characters that would steer a terminal."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")[:LONGEST_ANSWER]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
