"""The OpenAI-compatible interface: the hot path, as raw ASGI without a framework for bodies."""

from starlette.routing import BaseRoute, Route

from samverk.api.edge import Edge
from samverk.api.v1 import audio, chat, described, embeddings, images, models
from samverk.api.v1.arrived import Work, endpoint

OPERATIONS: dict[tuple[str, str], Work] = {
    ("POST", "/v1/chat/completions"): chat.complete,
    ("POST", "/v1/responses"): chat.respond,
    ("POST", "/v1/embeddings"): embeddings.embed,
    ("POST", "/v1/audio/transcriptions"): audio.transcribe,
    ("POST", "/v1/audio/translations"): audio.translate,
    ("POST", "/v1/audio/speech"): audio.speak,
    ("POST", "/v1/images/generations"): images.draw,
    ("GET", "/v1/models"): models.every,
    ("GET", "/v1/models/{model:path}"): models.one,
}


def routes() -> list[BaseRoute]:
    """The routes under `/v1`, the busiest first."""
    known = [Route(path, endpoint(work), methods=[method]) for (method, path), work in OPERATIONS.items()]
    return [*known, Route("/v1/openapi.json", Edge(described.describe), methods=["GET"])]
