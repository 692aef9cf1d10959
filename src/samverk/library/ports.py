"""The port of chat models: what a provider is asked and what it answers. Providers live in `library/providers/`."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

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


Part = TextPart | SourcePart


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `extra` holds fields of the interface that are passed on unread (tool calls, names)."""

    role: Role
    parts: tuple[Part, ...]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All parts as one text, sources included, parted by blank lines."""
        return "\n\n".join(p.text if isinstance(p, TextPart) else p.as_text() for p in self.parts)

    @property
    def sources(self) -> tuple[SourcePart, ...]:
        """The sources among the parts."""
        return tuple(p for p in self.parts if isinstance(p, SourcePart))


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What a model is asked. `options` are passed on to the provider (temperature, max_tokens, tools, …)."""

    messages: tuple[Message, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer, in order. `extra` holds what is not text (tool calls), as the provider sent it."""

    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finish:
    """The last event of every answer. Tokens are None where the provider does not count them."""

    reason: str = "stop"
    tokens_in: int | None = None
    tokens_out: int | None = None


ChatEvent = Delta | Finish


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is reached: the provider's name, the base URL, the model's name there, and the key in clear."""

    provider: str
    model: str
    url: str = ""
    key: str | None = field(default=None, repr=False)


class ChatProvider(Protocol):
    """A kind of model server. One file in `library/providers/` holds one class with this shape, named in `PROVIDER`."""

    name: str

    def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream the answer: any number of `Delta`, then exactly one `Finish`.

        Raises ModelFailed when the server cannot be reached or its answer is not one. Closing the iterator early
        stops the call upstream.
        """
        ...
