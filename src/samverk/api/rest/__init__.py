"""The REST interface under `/api`, described by an OpenAPI document of its own at `/api/openapi.json`.

Built when the first request comes: a platform that only serves pages or `/v1` does not pay for it.
"""

import asyncio

from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from samverk.api.edge import Edge


def routes() -> list[BaseRoute]:
    """The routes under `/api`."""
    return [Mount("/api", Edge(_WhenNeeded()))]


class _WhenNeeded:
    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            self._app = await asyncio.to_thread(_built)
        await self._app(scope, receive, send)


def _built() -> ASGIApp:
    from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware

    from samverk.api.rest.router import router

    return AsyncExitStackMiddleware(router())  # the framework's routes rest on it, with or without its application
