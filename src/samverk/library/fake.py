"""Models of every kind for tests, beside the ports: they say what they are told to, also lie, break off and fail.

They reach nothing, and remember what they were asked.
"""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from samverk.core.errors import ModelFailed
from samverk.library.ports import (
    ChatEvent,
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Embeddings,
    Endpoint,
    Finish,
    Image,
    ImageRequest,
    Images,
    Ranking,
    RerankRequest,
    SpeechRequest,
    Transcription,
    TranscriptionRequest,
    Unanswered,
)
from samverk.library.providers._vectors import in_format


@dataclass(frozen=True, slots=True)
class Script:
    """How to answer: these pieces, then this finish; `error` is raised instead of the finish, `pause` (s) before each."""

    pieces: tuple[str, ...]
    finish: Finish | None = field(default_factory=Finish)
    error: str | None = None
    pause: float = 0.0


HONEST = Script(("Det står i källan. ", "[1]"), Finish("stop", 10, 5))
CUT_OFF = Script(("Ansökan ska lämnas in senast den ",), Finish("length", 10, 6))
FAILING = Script((), error="servern svarade 500")
FAILING_MIDWAY = Script(("Beslutet ",), error="strömmen bröts")


def paraphrase(request: ChatRequest) -> Script:
    """The first source's first sentence, honest in other clothes: the clauses swapped around a dash, cited."""
    first, n = _first_sentence(request)
    head, _, tail = first.partition(" ")
    return Script((f"Enligt källan gäller att {head.lower()} {tail}".rstrip("."), f". [{n}]"))


def lie(request: ChatRequest) -> Script:
    """The first source's first sentence with every digit raised and a negation put in, cited as if it stood there."""
    first, n = _first_sentence(request)
    turned = "".join(str((int(letter) + 1) % 10) if letter in "0123456789" else letter for letter in first)
    head, _, tail = turned.partition(" ")
    return Script((f"{head} inte {tail} [{n}]",))


def _first_sentence(request: ChatRequest) -> tuple[str, int]:
    for message in reversed(request.messages):
        for source in message.sources:
            return source.text.split(". ")[0].strip(), source.n
    return "Det finns ingen källa.", 1


Answer = Script | Callable[[ChatRequest], Script]


class FakeProvider:
    """A provider of every kind. Chat answers by model name from its scripts; the other kinds make something of what is sent.

    `calls` holds every request for chat in order, `asked` every other; `closed` counts the answers that somebody stopped
    listening to. `extras` are told before the pieces, each as what is not text (calls of tools). A model called `failing` fails
    at everything.
    """

    name = "fake"

    def __init__(self, scripts: Mapping[str, Answer] | None = None) -> None:
        self.scripts: dict[str, Answer] = {
            "honest": HONEST,
            "cut-off": CUT_OFF,
            "failing": FAILING,
            "failing-midway": FAILING_MIDWAY,
            "paraphrase": paraphrase,
            "lie": lie,
            **(scripts or {}),
        }
        self.calls: list[tuple[Endpoint, ChatRequest]] = []
        self.asked: list[tuple[Endpoint, Any]] = []
        self.closed = 0
        self.extras: list[dict[str, Any]] = []

    async def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Play the script of the model asked for. Raises ModelFailed where the script says so, or for no script."""
        self.calls.append((endpoint, request))
        answer = self.scripts.get(endpoint.model)
        if answer is None:
            raise ModelFailed(model=endpoint.model, why="modellen finns inte")
        script = answer(request) if callable(answer) else answer
        try:
            for extra in self.extras:
                yield Delta("", extra)
            for piece in script.pieces:
                await asyncio.sleep(script.pause)
                yield Delta(piece)
            if script.error is not None:
                raise ModelFailed(model=endpoint.model, why=script.error)
            if script.finish is not None:
                yield script.finish
        except (GeneratorExit, asyncio.CancelledError):
            self.closed += 1
            raise

    def _noted(self, endpoint: Endpoint, request: Any) -> None:
        self.asked.append((endpoint, request))
        if endpoint.model == "failing":
            raise Unanswered(endpoint.model, ("servern svarade 500", "the server answered 500"), status=500)

    async def embed(self, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
        """A vector of as many numbers as `dimensions` says (otherwise four), the same for the same text; a token a word."""
        self._noted(endpoint, request)
        size = int(request.options.get("dimensions") or 4)
        vectors = [_vector(text, size) for text in request.texts]
        tokens = sum(len(text.split()) for text in request.texts)
        return Embeddings(in_format(vectors, request.options.get("encoding_format")), tokens)

    async def transcribe(self, endpoint: Endpoint, request: TranscriptionRequest) -> Transcription:
        """What the bytes say as text, a second a hundred bytes."""
        self._noted(endpoint, request)
        text, seconds = request.audio.decode("utf-8", errors="replace"), len(request.audio) / 100
        segment = {"id": 0, "start": 0.0, "end": seconds, "text": text}
        return Transcription(text, (segment,), seconds, "sv", body={"text": text, "duration": seconds})

    async def speak(self, endpoint: Endpoint, request: SpeechRequest) -> AsyncGenerator[bytes, None]:
        """The words as bytes, one at a time."""
        self._noted(endpoint, request)
        try:
            for word in request.text.split():
                await asyncio.sleep(0)
                yield word.encode() + b" "
        except (GeneratorExit, asyncio.CancelledError):
            self.closed += 1
            raise

    async def draw(self, endpoint: Endpoint, request: ImageRequest) -> Images:
        """As many pictures as asked for, each the prompt itself."""
        self._noted(endpoint, request)
        data = b64encode(request.prompt.encode()).decode()
        image = Image(b64_json=data) if request.format == "b64_json" else Image(url="https://bilder.example/1.png")
        return Images((image,) * request.n, len(request.prompt.split()), 10 * request.n)

    async def rerank(self, endpoint: Endpoint, request: RerankRequest) -> Ranking:
        """How many of the query's words each document has, of 1."""
        self._noted(endpoint, request)
        words = set(request.query.lower().split())
        scores = (len(words & set(document.lower().split())) / max(len(words), 1) for document in request.documents)
        return Ranking(tuple(scores), sum(len(document.split()) for document in request.documents))


def _vector(text: str, size: int) -> list[float]:
    """Numbers between -1 and 1, exact as float32, that depend on the text alone."""
    stream = hashlib.shake_256(text.encode()).digest(size)
    return [byte / 128 - 1 for byte in stream]
