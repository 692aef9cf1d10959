"""The ports of models: what a provider is asked and what it answers, for each kind. Providers live in `library/providers/`.

Calls of tools, options and formats have the shapes of OpenAI's interface; a provider of another kind translates.
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from samverk.core.errors import ModelFailed
from samverk.core.levels import Level

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """Plain text in a message. `level` is what it is known to be worth; None where nobody has said."""

    text: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A numbered source in a message. `n` is the number that the answer cites, as in `[3]`; `title` says where it stands.

    `level` is that of the collection which the source belongs to; None for what nobody has marked.
    """

    n: int
    title: str
    text: str
    level: Level | None = None

    def as_text(self) -> str:
        """The source as a text model reads it."""
        return f"[{self.n}] {self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture in a message: an https address, or the picture itself as a `data:` address (RFC 2397), which tells its type.

    `mime` is the type where it is known (`image/png`); `detail` how closely to look (`low`, `high`, `auto`), as OpenAI has it.
    """

    url_or_data: str
    mime: str = ""
    detail: str = ""
    level: Level | None = None


Part = TextPart | SourcePart | ImagePart


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `extra` holds fields of the interface that are passed on unread (tool calls, names)."""

    role: Role
    parts: tuple[Part, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All parts that are text as one, sources included, parted by blank lines."""
        read = (part for part in self.parts if not isinstance(part, ImagePart))
        return "\n\n".join(part.text if isinstance(part, TextPart) else part.as_text() for part in read)

    @property
    def sources(self) -> tuple[SourcePart, ...]:
        """The sources among the parts."""
        return tuple(p for p in self.parts if isinstance(p, SourcePart))


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked. `options` are passed on to the provider (temperature, max_tokens, tools, …).

    `stream` False: nobody waits for the pieces, so a provider that can may fetch the answer all at once.
    """

    messages: tuple[Message, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer, in order. `extra` holds what is not text (tool calls), as the provider sent it.

    `index` says which of several answers (`n` > 1) it belongs to. `raw` is the whole event as the server sent it, `data:` and
    blank line included, where it came as OpenAI's stream does and tells nothing but this piece. Whoever changes a piece does so
    with `told`: the bytes tell it no longer.
    """

    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    raw: bytes = field(default=b"", compare=False, repr=False)
    index: int = 0
    logprobs: Mapping[str, Any] | None = None

    def told(self, text: str, extra: Mapping[str, Any]) -> "Delta":
        """The piece with another text, without the bytes that came and how probable their tokens were."""
        return Delta(text, extra, index=self.index)


@dataclass(frozen=True, slots=True)
class Finish:
    """The last event of every answer. Tokens are None where the provider does not count them.

    `reasons` are those of each answer by its index, where there are several. `details` are the server's finer counts
    (`prompt_tokens_details`, `completion_tokens_details`), as OpenAI has them. `ignored` names the options that the provider left
    out because the server does not take them.
    """

    reason: str = "stop"
    tokens_in: int | None = None
    tokens_out: int | None = None
    reasons: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


ChatEvent = Delta | Finish


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached: the provider's name, the base URL, the model's name there, and the key in clear.

    `flavour` names the row of `library/quirks.py` that the server follows; empty: the row of its host, if there is one.
    Of several for one model, those of the lowest `order` are asked first and share the calls by `weight`. `id` names a stored
    one. `locked`: its key cannot be opened any more, so it is not to be asked.
    """

    provider: str
    model: str
    url: str = ""
    key: str | None = field(default=None, repr=False)
    flavour: str = ""
    order: int = 0
    weight: int = 1
    id: UUID | None = field(default=None, compare=False)
    locked: bool = False


Why = tuple[str, str]
"""A reason in Swedish and in English, which never holds a key or what the server wrote."""


class Unanswered(ModelFailed):
    """A call that came to nothing, with what decides whether another try makes sense.

    `before_first_byte`: nothing of an answer has been told. `status`: what the server answered with; None when it did not
    answer. `retry_after`: the seconds that it asks for, if it does.
    """

    def __init__(
        self,
        model: str,
        why: Why,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        before_first_byte: bool = True,
    ) -> None:
        swedish, english = (reason if status is None else f"{reason} ({status})" for reason in why)
        super().__init__(
            sv=ModelFailed.sv.replace("{model}", model).replace("{why}", swedish),
            en=ModelFailed.en.replace("{model}", model).replace("{why}", english),
            model=model,
            status=status,
            retry_after=retry_after,
            before_first_byte=before_first_byte,
        )
        self.upstream_status = status
        self.retry_after = retry_after
        self.before_first_byte = before_first_byte


@runtime_checkable
class ChatProvider(Protocol):
    """A kind of model server. One file in `library/providers/` holds one class with this shape, named in `PROVIDER`.

    The class may have the other kinds' methods too: `isinstance(provider, EmbeddingProvider)` tells.
    """

    name: str

    def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream the answer: any number of `Delta`, then exactly one `Finish`.

        Raises ModelFailed (Unanswered, where a server is asked) when the server cannot be reached or its answer is not one.
        Closing the iterator early stops the call upstream.
        """
        ...


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Texts to make vectors of. `options` are passed on (`dimensions`, `encoding_format`)."""

    texts: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """A vector for each text, in order: numbers, or base64 of little-endian float32 where `encoding_format` asked for it."""

    vectors: tuple[list[float] | str, ...]
    tokens_in: int | None = None


@runtime_checkable
class EmbeddingProvider(Protocol):
    """A provider that makes vectors of texts."""

    async def embed(self, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
        """Raises Unanswered, also when there is not one vector a text."""
        ...


@dataclass(frozen=True, slots=True)
class TranscriptionRequest:
    """A recording to write down. `options` are passed on (`language`, `prompt`, `response_format`, `temperature`).

    `translate` asks for English, whatever is spoken.
    """

    audio: bytes = field(repr=False)
    filename: str = "audio"
    mime: str = "application/octet-stream"
    options: Mapping[str, Any] = field(default_factory=dict)
    translate: bool = False


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was said. `text` is in the format asked for where that is text (`text`, `srt`, `vtt`).

    `segments` are as OpenAI has them (`start` and `end` in seconds, `text`); `seconds` is the recording's length, None where
    nobody knows; `body` the server's answer where it was JSON.
    """

    text: str
    segments: tuple[Mapping[str, Any], ...] = ()
    seconds: float | None = None
    language: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


SPEECH_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
"""The formats of speech, and the type that each is sent as."""


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A text to read aloud. `format` is one of SPEECH_TYPES; `options` are passed on (`speed`, `instructions`)."""

    text: str
    voice: str
    format: str = "mp3"
    options: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class SpeechProvider(Protocol):
    """A provider that writes down what is said, and reads aloud what is written."""

    async def transcribe(self, endpoint: Endpoint, request: TranscriptionRequest) -> Transcription:
        """Raises Unanswered."""
        ...

    def speak(self, endpoint: Endpoint, request: SpeechRequest) -> AsyncGenerator[bytes, None]:
        """Stream the sound. Raises Unanswered. Closing the iterator early stops the call upstream."""
        ...


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A picture to draw, `n` times. `size` is `WIDTHxHEIGHT` or empty; `format` says how they come back."""

    prompt: str
    n: int = 1
    size: str = ""
    format: Literal["url", "b64_json"] = "b64_json"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: an address, or its bytes in base64; `revised_prompt` is what the model made of the question, if it says."""

    url: str = ""
    b64_json: str = field(default="", repr=False)
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Images:
    """The pictures that were drawn."""

    items: tuple[Image, ...]
    tokens_in: int | None = None
    tokens_out: int | None = None


@runtime_checkable
class ImageProvider(Protocol):
    """A provider that draws."""

    async def draw(self, endpoint: Endpoint, request: ImageRequest) -> Images:
        """Raises Unanswered, also when there is no picture. A server that makes only one of the two formats gives that."""
        ...


@dataclass(frozen=True, slots=True)
class RerankRequest:
    """Documents to put in order by how well they answer a query."""

    query: str
    documents: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A score for each document, in the documents' order: higher is better, and only scores of one ranking compare."""

    scores: tuple[float, ...]
    tokens_in: int | None = None


@runtime_checkable
class RerankProvider(Protocol):
    """A provider that compares documents with a query."""

    async def rerank(self, endpoint: Endpoint, request: RerankRequest) -> Ranking:
        """Raises Unanswered, also when a document has no score."""
        ...
