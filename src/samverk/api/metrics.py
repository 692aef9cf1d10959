"""`/metrics`: the numbers that Prometheus scrapes, for whoever has the token of the settings. Without a token it does not exist.

A loopback address is no pass: behind a proxy on the same machine everybody comes from there.
"""

import secrets

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from samverk.http.rooms import rooms_of
from samverk.ledger.metrics import CONTENT_TYPE


def routes() -> list[BaseRoute]:
    """The one route."""
    return [Route("/metrics", numbers, methods=["GET"])]


async def numbers(request: Request) -> Response:
    """The numbers of this process."""
    rooms = rooms_of(request)
    token = rooms.settings.metrics_token
    if not token:
        return PlainTextResponse("Not found\n", 404)
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), token.encode()):
        return PlainTextResponse("A token is needed\n", 401, {"www-authenticate": 'Bearer realm="metrics"'})
    return Response(rooms.ledger.metrics.text(), headers={"content-type": CONTENT_TYPE, "cache-control": "no-store"})
