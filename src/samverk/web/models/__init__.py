"""The area of models: the cards of the library, read-only."""

from starlette.routing import BaseRoute, Route

from samverk.web.models import cards


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        Route("/modeller", cards.gallery),
        Route("/modeller/jamfor", cards.compare),
        Route("/modeller/ej-granskade", cards.unreviewed),
        Route("/modeller/{model}", cards.card),
    ]
