"""The area of help: a guide, what is accessible and what is not yet, an introduction of five steps."""

from starlette.routing import BaseRoute

from samverk.web.areas import shown
from samverk.web.help import accessibility, guide, introduction


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [*citizens(), *shown("/hjalp/introduktion", introduction.show)]


def citizens() -> list[BaseRoute]:
    """Those that citizens have too."""
    return [
        *shown("/hjalp", guide.show),
        *shown("/hjalp/tillganglighet", accessibility.show, accessibility.report),
    ]
