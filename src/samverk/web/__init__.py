"""The pages: log-in, chat, how an answer came about, passages in their documents. Knows HTTP; decides nothing itself."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from samverk.web import chat, documents, login, preferences, runs, static_files
from samverk.web.pages import error_page

__all__ = ["error_page", "routes"]

Handler = Callable[[Request], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    """Every route of the pages. The application keeps its `Rooms` in `app.state.rooms`."""
    return [
        Route("/", chat.choose),
        *_page("/logga-in", login.show, login.log_in),
        *_page("/organisation", login.organisations, login.choose_organisation),
        Route("/logga-ut", login.log_out, methods=["POST"]),
        Route("/installningar", preferences.save, methods=["POST"]),
        Route("/static/{digest}/{name}", static_files.serve),
        *_page("/assistenter/{assistant}", chat.begin, chat.ask),
        *_shared(),
        Mount(
            "/fraga/{org}", routes=[Route("/", chat.choose), *_shared(), *_page("/{assistant}", chat.begin, chat.ask)]
        ),
    ]


def _shared() -> list[BaseRoute]:
    """What members meet at the root and citizens under their organisation."""
    return [
        Route("/samtal", chat.conversations),
        Route("/samtal/{conversation:uuid}", chat.conversation),
        Route("/runs/{run:uuid}/events", runs.events),
        Route("/runs/{run:uuid}/stop", runs.stop, methods=["POST"]),
        Route("/svar/{run:uuid}", runs.trace),
        Route("/svar/{run:uuid}/omdome", runs.feedback, methods=["POST"]),
        Route("/stycken/{passage:uuid}", documents.passage),
        Route("/original/{document:uuid}/{version:uuid}", documents.original),
    ]


def _page(path: str, show: Handler, send: Handler) -> list[BaseRoute]:
    return [Route(path, show), Route(path, send, methods=["POST"])]
