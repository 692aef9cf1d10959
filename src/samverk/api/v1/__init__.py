"""The OpenAI-compatible interface: the hot path, as raw ASGI without a framework for bodies."""

from starlette.routing import BaseRoute, Route

from samverk.api.edge import Edge
from samverk.api.v1 import completions, models


def routes() -> list[BaseRoute]:
    """The routes under `/v1`."""
    return [
        Route("/v1/chat/completions", Edge(completions.complete), methods=["POST"]),
        Route("/v1/models", Edge(models.every), methods=["GET"]),
        Route("/v1/models/{model:path}", Edge(models.one), methods=["GET"]),
    ]
