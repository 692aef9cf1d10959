"""From an error to a response, in one place: a status, and a page for a person or JSON for a program.

Knows no page: the edge that has pages hands in the function that draws one. What nobody foresaw becomes a plain 500 with a
reference that stands in the log too; the error itself is never shown.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from samverk.core.errors import Language, SamverkError

log = structlog.get_logger(__name__)

_HTTP_TEXTS: dict[int, tuple[str, str, str]] = {
    400: ("invalid", "Det som skickades går inte att använda.", "What was sent cannot be used."),
    404: (
        "not_found",
        "Här finns ingen sida. Adressen kan vara felskriven.",
        "There is no page here. The address may be mistyped.",
    ),
    405: ("method_not_allowed", "Så går den här adressen inte att använda.", "This address cannot be used that way."),
    413: ("too_large", "Det som skickades är för stort.", "What was sent is too large."),
}

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}  # what a refusal is called; the others are invalid_request_error, and server_error from 500


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as the outside sees it: HTTP status, stable code, the message in both languages.

    `param` names the field of the request that is wrong, where an interface knows it; `permission` what was lacking.
    """

    status: int
    code: str
    sv: str
    en: str
    reference: str | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    permission: str = ""

    def message(self, language: Language) -> str:
        """The message in the person's language."""
        return self.sv if language == "sv" else self.en


Page = Callable[[Request, Failure], Awaitable[Response]]


def describe(error: Exception) -> Failure:
    """What may be said about an error. Anything at status 500 or above is logged under its reference."""
    if isinstance(error, SamverkError):
        headers = {"Retry-After": str(error.facts["seconds"])} if "seconds" in error.facts else {}
        reference = _record(error) if error.status >= 500 else None
        param = error.facts.get("param")
        named = param if isinstance(param, str) else None
        lacking = str(error.facts.get("permission", ""))
        return Failure(error.status, error.code, error.sv, error.en, reference, named, headers, lacking)
    if isinstance(error, HTTPException) and error.status_code < 500:
        code, sv, en = _HTTP_TEXTS.get(error.status_code, _HTTP_TEXTS[400])
        return Failure(error.status_code, code, sv, en, headers=error.headers or {})
    return Failure(500, SamverkError.code, SamverkError.sv, SamverkError.en, _record(error))


def error_body(failure: Failure) -> dict[str, dict[str, str | None]]:
    """The failure in the shape that OpenAI's clients read: `{"error": {message, type, code, param, …}}`."""
    body = {
        "message": failure.en,
        "type": _TYPES.get(failure.status, "server_error" if failure.status >= 500 else "invalid_request_error"),
        "code": failure.code,
        "param": failure.param,
        "message_sv": failure.sv,
        "reference": failure.reference,
    }
    return {"error": body}


def as_json(failure: Failure) -> JSONResponse:
    """The failure as a response for a program."""
    return JSONResponse(error_body(failure), failure.status, dict(failure.headers))


def wants_json(request: Request) -> bool:
    """Whether a program asks: one of the interfaces, or a reader of events or JSON."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith(("/api/", "/v1/")) or (
        "text/html" not in accept and ("json" in accept or "event-stream" in accept)
    )


async def respond(request: Request, error: Exception, page: Page) -> Response:
    """The response to an error: JSON for programs, a page for people."""
    failure = describe(error)
    return as_json(failure) if wants_json(request) else await page(request, failure)


def handlers(page: Page) -> Mapping[Any, ExceptionHandler]:
    """The exception handlers of an application whose pages for errors are drawn by `page`."""

    async def handle(request: Request, error: Exception) -> Response:
        return await respond(request, error, page)

    return {SamverkError: cast("ExceptionHandler", handle), HTTPException: cast("ExceptionHandler", handle)}


class Failsafe:
    """The outermost edge: what no handler knew becomes a 500 with a reference; inside the security headers."""

    def __init__(self, app: ASGIApp, page: Page) -> None:
        self.app, self.page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. When the response has begun, the error is recorded and the connection broken off."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun:
                _record(error)
                raise
            response = await respond(Request(scope, receive), error, self.page)
            await response(scope, receive, send)


def _record(error: Exception) -> str:
    reference = secrets.token_hex(4)
    log.error("request failed", reference=reference, exc_info=error)
    return reference
