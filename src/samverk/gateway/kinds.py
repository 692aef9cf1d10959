"""What differs between calls of the kinds of models: how each is asked, what it needs, what it takes. One row a kind. Pure.

Before a call its size is estimated, after it what the provider counted stands; where it counts nothing, the estimate of what
was sent and said.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from samverk.library.cards import Kind, ModelCard
from samverk.library.ports import (
    ChatRequest,
    Delta,
    EmbeddingRequest,
    Endpoint,
    ImagePart,
    ImageRequest,
    Images,
    RerankRequest,
    SpeechRequest,
    Transcription,
    TranscriptionRequest,
    Unanswered,
)

CHARACTERS_A_TOKEN = (
    3  # Swedish in the vocabularies of today's models has 3 to 4, English 4: rather too many tokens than too few
)
TOKENS_A_PICTURE = 1_000  # of one that a chat model looks at
USUAL_ANSWER = 1_000  # tokens out, where the caller sets no bound
LONGEST_ANSWER = 1_000_000  # tokens: more than any model gives, so that nobody can ask for a sum that no account holds
MOST_ANSWERS = 128  # of one call
CHARACTERS_A_SECOND = 15  # of speech
BYTES_A_SECOND = {"wav": 32_000, "x-wav": 32_000, "flac": 16_000}  # by the type of a recording; others are compressed
_COMPRESSED = 4_000  # 32 kbit/s: as little as speech is kept in
_NO_SUCH_PORT = ("servern klarar inte modeller av det här slaget", "the server cannot do what models of this kind do")

Events = AsyncGenerator[Any, None]


@dataclass(frozen=True, slots=True)
class Size:
    """What a call takes: tokens in and out, seconds of sound, pictures."""

    tokens_in: int = 0
    tokens_out: int = 0
    seconds: int = 0
    images: int = 0

    @property
    def tokens(self) -> int:
        """All tokens."""
        return self.tokens_in + self.tokens_out

    def cost(self, card: ModelCard) -> int:
        """What it costs by a card, in millionths of the card's currency."""
        return card.cost(self.tokens_in, self.tokens_out, seconds=self.seconds, images=self.images)


@dataclass(frozen=True, slots=True)
class KindOfCall:
    """A kind of call: the kind of model, what its port calls it, and the size of a request with so many characters of text.

    `streamed`: the answer comes in pieces. `maskable`: a masked request still gives an answer that is of use. `needs` are the
    abilities that a request asks for, and `unread` tells whether it holds what nothing searches.
    """

    kind: Kind
    verb: str
    size: Callable[[Any, int], Size]
    streamed: bool = False
    maskable: bool = True
    needs: Callable[[Any], frozenset[str]] = lambda request: frozenset()
    unread: Callable[[Any], bool] = lambda request: False

    def ask(self, provider: object, endpoint: Endpoint, request: object) -> Events:
        """The events of the provider's answer; of one that is not streamed, all of it as one."""
        ask = getattr(provider, self.verb, None)
        if ask is None:
            return _unable(endpoint)
        answer: Events = ask(endpoint, request) if self.streamed else _whole(ask(endpoint, request))
        return answer


async def _whole(answer: Awaitable[Any]) -> Events:
    yield await answer


async def _unable(endpoint: Endpoint) -> Events:
    raise Unanswered(endpoint.model, _NO_SUCH_PORT)
    yield


class Meter:
    """What one call has taken so far."""

    __slots__ = ("_characters", "_seen", "_sent", "_thought", "tokens_in", "tokens_out")

    def __init__(self, thought: Size) -> None:
        self._thought = thought
        self._seen = Size()
        self._characters = 0
        self._sent = False
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None

    def sent(self) -> None:
        """Somebody has the request, or may have: it is paid for even if nothing is heard of it."""
        self._sent = True

    def refused(self) -> None:
        """Nobody took it after all."""
        self._sent = False

    def saw(self, event: object) -> None:
        """Count an event of the answer."""
        if type(event) is Delta:
            self._characters += len(event.text)
            if event.extra:
                self._characters += len(str(event.extra))
        elif type(event) is not bytes:
            self._counted(event)

    def _counted(self, event: object) -> None:
        self.tokens_in, self.tokens_out = getattr(event, "tokens_in", None), getattr(event, "tokens_out", None)
        if isinstance(event, Transcription) and event.seconds is not None:
            self._seen = Size(seconds=-int(-event.seconds // 1))
        elif isinstance(event, Images):
            self._seen = Size(images=len(event.items))

    @property
    def is_estimated(self) -> bool:
        """Whether something that was sent was not counted by the provider."""
        return self._sent and self.tokens_in is None

    def total(self) -> Size:
        """What it came to: nothing where nothing was sent."""
        if not self._sent:
            return Size()
        said = -(-self._characters // CHARACTERS_A_TOKEN)
        return Size(
            self._thought.tokens_in if self.tokens_in is None else self.tokens_in,
            said if self.tokens_out is None else self.tokens_out,
            self._seen.seconds or self._thought.seconds,
            self._seen.images or self._thought.images,
        )


def of(request: object) -> KindOfCall:
    """The kind of a request."""
    return KINDS[type(request)]


def _chat_size(request: ChatRequest, characters: int) -> Size:
    options = request.options
    bound = _within(options.get("max_completion_tokens") or options.get("max_tokens"), USUAL_ANSWER, LONGEST_ANSWER)
    pictures = sum(_pictures(request)) * TOKENS_A_PICTURE
    return Size(_tokens(characters) + pictures, bound * _within(options.get("n"), 1, MOST_ANSWERS))


def _within(value: object, usual: int, most: int) -> int:
    """What a caller asks for, at most so much; the usual where it is no number above zero."""
    return min(value, most) if isinstance(value, int) and value > 0 else usual


def _chat_needs(request: ChatRequest) -> frozenset[str]:
    options, needs = request.options, set()
    if options.get("tools") or options.get("functions"):
        needs.add("tools")
    form = options.get("response_format")
    if isinstance(form, Mapping) and form.get("type") in ("json_schema", "json_object"):
        needs.add("structured_output")
    if any(_pictures(request)):
        needs.add("images")
    return frozenset(needs)


def _pictures(request: ChatRequest) -> list[int]:
    """How many pictures each message holds."""
    return [sum(type(part) is ImagePart for part in message.parts) for message in request.messages]


def _has_unmarked_picture(request: ChatRequest) -> bool:
    return any(type(part) is ImagePart and part.level is None for message in request.messages for part in message.parts)


def _recording_size(request: TranscriptionRequest, characters: int) -> Size:
    named = request.filename.rpartition(".")[2].lower()
    pace = BYTES_A_SECOND.get(request.mime.rpartition("/")[2]) or BYTES_A_SECOND.get(named) or _COMPRESSED
    return Size(_tokens(characters), seconds=-(-len(request.audio) // pace))


def _speech_size(request: SpeechRequest, characters: int) -> Size:
    return Size(_tokens(characters), seconds=-(-len(request.text) // CHARACTERS_A_SECOND))


def _tokens(characters: int) -> int:
    return -(-characters // CHARACTERS_A_TOKEN)


def _text_size(request: object, characters: int) -> Size:
    return Size(_tokens(characters))


def _image_size(request: ImageRequest, characters: int) -> Size:
    return Size(_tokens(characters), images=request.n)


KINDS: Mapping[type, KindOfCall] = {
    ChatRequest: KindOfCall("chat", "chat", _chat_size, streamed=True, needs=_chat_needs, unread=_has_unmarked_picture),
    EmbeddingRequest: KindOfCall("embeddings", "embed", _text_size),
    TranscriptionRequest: KindOfCall(
        "speech", "transcribe", _recording_size, maskable=False, unread=lambda request: True
    ),
    SpeechRequest: KindOfCall("speech", "speak", _speech_size, streamed=True, maskable=False),
    ImageRequest: KindOfCall("image", "draw", _image_size),
    RerankRequest: KindOfCall("rerank", "rerank", _text_size),
}
