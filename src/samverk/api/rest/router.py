"""Puts the interface's routes together, and writes the document that describes them."""

from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from samverk import __version__
from samverk.api.rest import (
    assistants,
    budgets,
    catalogues,
    collections,
    content,
    documents,
    masking,
    models,
    organisations,
    runs,
    search,
    sources,
)
from samverk.api.rest.keyed import PERMISSIONS, REFUSALS

TITLE = "Samverk"
_ABOUT = (
    "Organisations, assistants, collections, documents, questions and answers of a Samverk platform. A key belongs to an "
    "organisation and carries scopes; each operation names the one that it needs. What belongs to another organisation "
    "looks as if it did not exist. Lists are given in pages: send `next_cursor` back as `cursor`."
)


def router() -> APIRouter:
    """All routes, relative to where they are mounted."""
    whole = APIRouter(redirect_slashes=False, responses=REFUSALS)
    knowledge, door = (collections, documents, sources, search), (masking, budgets, content, models, catalogues)
    for part in (organisations, assistants, *knowledge, runs, *door):
        whole.include_router(part.router)
    written = JSONResponse(describe(whole))

    @whole.get("/openapi.json", include_in_schema=False)
    async def openapi() -> JSONResponse:
        return written

    return whole


def describe(whole: APIRouter) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the routes."""
    document: dict[str, Any] = get_openapi(
        title=TITLE, version=__version__, summary="The REST interface", description=_ABOUT, routes=whole.routes
    )
    document["servers"] = [{"url": "/api"}]
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)  # what is wrong with a request is told as a 400, in our own shape
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    scopes = ", ".join(f"`{name}`" for name in PERMISSIONS)
    about = f"An API key (`sv-…`) with the scope that the operation names: {scopes}."
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": about}}
    return document
