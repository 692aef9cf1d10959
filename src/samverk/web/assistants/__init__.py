"""The area of assistants: the gallery, the builder, versions, and the prompt library."""

from starlette.routing import BaseRoute

from samverk.web.assistants import prompts


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return prompts.routes()
