"""The area of knowledge: collections, their documents, and passages where they stand."""

from starlette.routing import BaseRoute, Route

from samverk.web.knowledge import documents


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return citizens()


def citizens() -> list[BaseRoute]:
    """Those that citizens have too: sources may be read where they were cited."""
    return [
        Route("/stycken/{passage:uuid}", documents.passage),
        Route("/original/{document:uuid}/{version:uuid}", documents.original),
    ]
