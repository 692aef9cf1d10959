"""The port of the room: personal data in text is found, replaced by pseudonyms, and put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of personal data in a text: half-open range of code points, what it is (`PERSON`, …), how sure (0–1)."""

    start: int
    end: int
    label: str
    score: float = 1.0


class Recogniser(Protocol):
    """Finds one sort of personal data. One file in `masking/recognisers/` holds one, named in `RECOGNISER`."""

    label: str

    def find(self, text: str) -> list[Span]:
        """The spans of this sort in the text, in order, without overlap."""
        ...


class Masker(Protocol):
    """What the gateway asks of the room. `scope` is an opaque id (a conversation, a document): tokens are stable within it."""

    def find(self, text: str) -> list[Span]:
        """What personal data the text holds."""
        ...

    async def mask(self, texts: Sequence[str], scope: str) -> list[str]:
        """The texts with personal data replaced by tokens, the same value by the same token within the scope."""
        ...

    def unmasker(self, scope: str) -> "Unmasker":
        """Puts values back in a stream of text."""
        ...


class Unmasker(Protocol):
    """Puts values back, however a token is cut over the pieces of a stream."""

    def feed(self, text: str) -> str:
        """The next piece with values put back; what may be the beginning of a token is held until the next."""
        ...

    def end(self) -> str:
        """What was held back."""
        ...
