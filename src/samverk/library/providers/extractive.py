"""The embedded model: no weights, no server. Answers with the best sentences of the sources in the request, each cited.

It cannot abstain by itself: whoever calls it decides beforehand whether the sources answer (`answers.confidence`).
"""

import asyncio
from collections.abc import AsyncIterator

from samverk.core import swedish
from samverk.library.extractive import compose
from samverk.library.ports import ChatEvent, ChatRequest, Delta, Endpoint, Finish, TextPart
from samverk.library.providers import SessionSource
from samverk.library.quoting import written

NO_SOURCES = {
    "sv": "Jag svarar bara med hjälp av källor, och här finns inga. Ställ frågan till en assistent som har dokument.",
    "en": "I answer from sources only, and there are none here. Please ask an assistant that has documents.",
}
NO_ANSWER = {
    "sv": "Källorna svarar inte på frågan.",
    "en": "The sources do not answer the question.",
}
_ENGLISH = frozenset(
    "the of and to is are was what which who when where how why do does can could you your i my please".split()
)
_LANGUAGE_CHARACTERS = 2_000


class Extractive:
    """A `ChatProvider` over `library.extractive`. Stateless; the endpoint's URL and key are not read."""

    name = "extractive"

    def __init__(self, session: SessionSource | None = None) -> None:
        """Takes what every provider takes, and reaches nothing."""

    async def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncIterator[ChatEvent]:
        """Answer the last question of the user, sentence by sentence. Tokens are approximated by words."""
        question = question_of(request)
        sources = [source for message in request.messages for source in message.sources]
        pieces: list[str] = []
        if sources:
            quotes = await asyncio.to_thread(compose, question, sources)
            pieces = list(written(quotes))
        if not pieces:
            pieces = [(NO_ANSWER if sources else NO_SOURCES)[language_of(question)]]
        for piece in pieces:
            yield Delta(piece)
        read = sum(len(swedish.words(message.text)) for message in request.messages)
        yield Finish("stop", tokens_in=read, tokens_out=len(swedish.words("".join(pieces))))


def question_of(request: ChatRequest) -> str:
    """The text of the user's last message, sources apart; empty when there is none."""
    for message in reversed(request.messages):
        if message.role == "user":
            return "\n".join(part.text for part in message.parts if isinstance(part, TextPart))
    return ""


def language_of(text: str) -> str:
    """`en` when more of the words are English function words than Swedish ones, otherwise `sv`."""
    words = [word.text for word in swedish.words(text[:_LANGUAGE_CHARACTERS])]
    swedish_ones = sum(word in swedish.STOP_WORDS for word in words) - sum(word in ("i", "you") for word in words)
    return "en" if sum(word in _ENGLISH for word in words) > swedish_ones else "sv"


PROVIDER = Extractive
