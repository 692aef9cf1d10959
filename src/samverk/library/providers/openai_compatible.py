"""Models behind an OpenAI-compatible interface: Ollama, vLLM, Mistral, OpenAI, Scaleway … each a row, not a class.

How servers differ is in `library/quirks.py`; what a kind of model is asked, in the module of its kind.
"""

from collections.abc import AsyncGenerator

from samverk.library import quirks
from samverk.library.ports import (
    ChatEvent,
    ChatRequest,
    EmbeddingRequest,
    Embeddings,
    Endpoint,
    ImageRequest,
    Images,
    Ranking,
    RerankRequest,
    SpeechRequest,
    Transcription,
    TranscriptionRequest,
)
from samverk.library.providers import _openai_audio, _openai_chat, _openai_others
from samverk.library.providers._http import OverHttp
from samverk.library.providers._openai_chat import OpenAiAnswer


class OpenAiCompatible(OverHttp):
    """All the ports over HTTP."""

    name = "openai_compatible"

    def chat(self, endpoint: Endpoint, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream the answer of the server. Raises Unanswered."""
        row = quirks.of(endpoint.url, endpoint.flavour)
        options, ignored = quirks.fitted(row, endpoint.model, request.options)
        return self._http.chat(
            endpoint,
            lambda: _openai_chat.post(endpoint, request, row, options),
            lambda exchange: OpenAiAnswer(exchange, ignored),
        )

    async def embed(self, endpoint: Endpoint, request: EmbeddingRequest) -> Embeddings:
        """A vector for each text. Raises Unanswered."""
        return await _openai_others.embed(self._http, endpoint, request)

    async def transcribe(self, endpoint: Endpoint, request: TranscriptionRequest) -> Transcription:
        """What is said in a recording. Raises Unanswered."""
        return await _openai_audio.transcribe(self._http, endpoint, request)

    def speak(self, endpoint: Endpoint, request: SpeechRequest) -> AsyncGenerator[bytes, None]:
        """The sound of a text, as it is made. Raises Unanswered."""
        return _openai_audio.speak(self._http, endpoint, request)

    async def draw(self, endpoint: Endpoint, request: ImageRequest) -> Images:
        """Pictures of a text. Raises Unanswered."""
        return await _openai_others.draw(self._http, endpoint, request)

    async def rerank(self, endpoint: Endpoint, request: RerankRequest) -> Ranking:
        """How well documents answer a query. Raises Unanswered."""
        return await _openai_others.rerank(self._http, endpoint, request)


PROVIDER = OpenAiCompatible
