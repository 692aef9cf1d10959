"""What every route of the interface has in common: a key with the right scope first, then a body within bounds, then its work."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from samverk.api.keys import caller
from samverk.api.refusals import WrongField
from samverk.http.forms import body_within
from samverk.http.rooms import Rooms, rooms_of
from samverk.identity.principal import PERMISSIONS, Principal

__all__ = ["PERMISSIONS", "REFUSALS", "Caller", "KeyedRoute", "Reached", "StreamedRoute", "needs"]


class ErrorDetail(BaseModel):
    """What went wrong: the message in English and Swedish, a stable code, and the field it is about."""

    message: str
    type: str
    code: str
    param: str | None
    message_sv: str
    reference: str | None


class ErrorBody(BaseModel):
    """A refusal, in the shape that OpenAI's clients read."""

    error: ErrorDetail


_REFUSED = {
    400: "What was sent cannot be used.",
    401: "No living key was sent.",
    403: "The key lacks the scope, or a rule forbids it.",
    404: "It does not exist, or is not for this key.",
    413: "What was sent is too large.",
    503: "A part of the platform does not answer just now.",
    507: "It could not be stored.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": why} for status, why in _REFUSED.items()
}


def needs(permission: str, **more: Any) -> dict[str, Any]:
    """What a route says of itself in the document, and what its key is held to: one truth for both."""
    return {"security": [{"key": [permission]}], **more}


class StreamedRoute(APIRoute):
    """A route that reads its own body, after the key was found good."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's work between the key and the response."""
        inner = super().get_route_handler()
        [permission] = (self.openapi_extra or {})["security"][0]["key"]

        async def handle(request: Request) -> Response:
            request.state.principal = await caller(request, permission)
            try:
                return await inner(await self.prepared(request))
            except RequestValidationError as error:
                raise _wrong(error) from error

        return handle

    async def prepared(self, request: Request) -> Request:
        """The request as the route's work gets it."""
        return request


class KeyedRoute(StreamedRoute):
    """A route whose body is read whole, within the bound for requests. Raises TooLarge."""

    async def prepared(self, request: Request) -> Request:
        """The request with its body read."""
        body = await body_within(request, rooms_of(request).settings.request_kilobytes * 1024)

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        return Request(request.scope, receive)


def _wrong(error: RequestValidationError) -> WrongField:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return WrongField(where[:100], str(first["msg"])[:300], str(first["msg"])[:300])


def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Caller = Annotated[Principal, Depends(_principal)]
Reached = Annotated[Rooms, Depends(rooms_of)]
