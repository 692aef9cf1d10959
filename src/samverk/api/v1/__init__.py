"""The interface that OpenAI's clients speak, and Anthropic's at `/v1/messages`.

The hot path, as raw ASGI without a framework for bodies.
"""

from collections.abc import Mapping

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from samverk.api.edge import Edge, Refused
from samverk.api.refusals import refused
from samverk.api.v1 import audio, chat, described, embeddings, images, messages_told, models
from samverk.api.v1.arrived import Work, endpoint

OPERATIONS: dict[tuple[str, str], Work] = {
    ("POST", "/v1/chat/completions"): chat.complete,
    ("POST", "/v1/responses"): chat.respond,
    ("POST", "/v1/messages"): chat.converse,
    ("POST", "/v1/embeddings"): embeddings.embed,
    ("POST", "/v1/audio/transcriptions"): audio.transcribe,
    ("POST", "/v1/audio/translations"): audio.translate,
    ("POST", "/v1/audio/speech"): audio.speak,
    ("POST", "/v1/images/generations"): images.draw,
    ("GET", "/v1/models"): models.every,
    ("GET", "/v1/models/{model:path}"): models.one,
}
# How errors are told where it is not as OpenAI's clients read them.
_REFUSED: dict[str, Refused] = {"/v1/messages": messages_told.refused}


_ENDPOINTS = {
    operation: endpoint(work, refused=_REFUSED.get(operation[1], refused)) for operation, work in OPERATIONS.items()
}


def routes() -> list[BaseRoute]:
    """The routes under `/v1`."""
    known = [Route(path, app, methods=[method]) for (method, path), app in _ENDPOINTS.items()]
    return [*known, Route("/v1/openapi.json", Edge(described.describe), methods=["GET"])]


def direct() -> Mapping[tuple[str, str], ASGIApp]:
    """The endpoints whose path has no parameters, for whoever looks them up instead of trying route after route."""
    return {operation: app for operation, app in _ENDPOINTS.items() if "{" not in operation[1]}
