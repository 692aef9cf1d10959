"""What somebody wants of a model, and a call on its way: the shapes that the door shares with those who come to it. No I/O."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from samverk.core.levels import Level
from samverk.gateway.budgets import Nearly
from samverk.gateway.limits import Quota
from samverk.gateway.rules import Verdict
from samverk.identity.principal import Kind, Principal
from samverk.library.cards import Use
from samverk.library.ports import (
    ChatRequest,
    EmbeddingRequest,
    ImageRequest,
    RerankRequest,
    SpeechRequest,
    TranscriptionRequest,
)
from samverk.library.service import Model

Request = ChatRequest | EmbeddingRequest | TranscriptionRequest | SpeechRequest | ImageRequest | RerankRequest
Event = TypeVar("Event")

ASSISTANT = "assistant:"  # a purpose that names an assistant begins so


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody wants of a model, and the facts that the policy needs.

    `models` are slugs in the order wished for. `marked_level` is what the caller says that the information is worth; None where
    nobody has said. `masking_off` are sorts of personal data that are not looked for. `scope` names where pseudonyms stay the
    same (a conversation, a document); without one they end with the call. `purpose` (`assistant:<slug>`, `v1`) and `run_id` say
    in the record what the call was for, `use` what the model serves by it, as its card has it. What is
    asked of a model that chats and answered by it is kept with `keep_content` alone, and where the organisation has chosen so.
    """

    principal: Principal
    models: tuple[str, ...]
    request: Request
    purpose: str
    assistant_level: Level = Level.OPEN
    source_level: Level = Level.OPEN
    marked_level: Level | None = None
    masking_allowed: bool = False
    masking_off: tuple[str, ...] = ()
    scope: str = ""
    run_id: UUID | None = None
    keep_content: bool = False
    use: Use | None = None

    @property
    def assistant(self) -> str:
        """The slug of the assistant that the call is for; empty where it is for none."""
        return self.purpose.removeprefix(ASSISTANT) if self.purpose.startswith(ASSISTANT) else ""

    @property
    def serves(self) -> Use:
        """What the model serves by this call: what was said, else what the one who asks tells."""
        if self.use is not None:
            return self.use
        if not self.principal.is_staff:
            return "citizens"
        return "programs" if self.principal.kind is Kind.KEY and not self.assistant else "staff"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try at one endpoint of a model. `why` is empty where it answered, `ms` the time to the first byte or to the failure."""

    model: str
    endpoint: str
    why: str
    ms: int

    def body(self) -> dict[str, Any]:
        """The attempt as it stands in the record."""
        return {"model": self.model, "endpoint": self.endpoint, "why": self.why, "ms": self.ms}


class Stream(AsyncIterator[Event]):
    """The events of an answer. Closing it stops the call, also one that nobody has begun to listen to."""

    __slots__ = ("_begun", "_events", "_unheard")

    def __init__(self, events: AsyncGenerator[Event, None], unheard: Callable[[], Awaitable[None]]) -> None:
        self._events = events
        self._unheard = unheard
        self._begun = False

    def __aiter__(self) -> "Stream[Event]":
        return self

    def __anext__(self) -> Awaitable[Event]:
        self._begun = True
        return self._events.__anext__()

    async def aclose(self) -> None:
        """Stop."""
        if not self._begun:
            self._begun = True
            await self._unheard()
        await self._events.aclose()


@dataclass(slots=True)
class Answering(Generic[Event]):
    """A call on its way: the verdict and the model are known before the first event; usage and cost after the last.

    Where the model does not answer another may, until the first event: `model` and `verdict` are then of that one, and
    `attempts` tells. `quota` is what is left of the caller's rate, `nearly` the budgets that are soon spent. Tokens are None
    where the provider does not count them. `cost` is what the organisation pays, in millionths of the currency. `invented` are
    the tokens of the answer that stand for nothing: the model made them up, and they were left as they are.
    """

    id: UUID
    model: Model
    verdict: Verdict
    scanned: bool
    quota: Quota | None = None
    nearly: tuple[Nearly, ...] = ()
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int = 0
    outcome: str = "cut"
    invented: tuple[str, ...] = ()
    attempts: list[Attempt] = field(default_factory=list)
    stream: "Stream[Event] | None" = field(default=None, repr=False)

    def events(self) -> "Stream[Event]":
        """The answer, once, with what was masked put back: a chat's deltas and its finish, the bytes of speech.

        Close it to stop the call. A model of another kind answers with one event: see `result`.
        """
        assert self.stream is not None
        stream, self.stream = self.stream, None  # who listens holds it: a call that has ended leaves no circle behind
        return stream

    async def result(self) -> Event:
        """The answer of a model that gives all of it at once: vectors, a transcription, pictures, a ranking."""
        async with aclosing(self.events()) as events:
            [whole] = [event async for event in events]
        return whole
