"""The pages. Each area is a folder that knows its own addresses; what all share is here. Knows HTTP; decides nothing itself."""

from starlette.routing import BaseRoute, Mount, Route

from samverk.web import (
    account,
    assistants,
    chat,
    conversations,
    help,
    home,
    knowledge,
    masking,
    models,
    organisation,
    static_files,
)
from samverk.web.pages import error_page

__all__ = ["error_page", "routes"]

AREAS = (account, assistants, conversations, help, home, knowledge, masking, models, organisation)


def routes() -> list[BaseRoute]:
    """Every route of the pages. The application keeps its `Rooms` in `app.state.rooms`."""
    return [
        Route("/static/{digest}/{name}", static_files.serve),
        *(route for area in AREAS for route in area.routes()),
        *chat.routes("/assistenter"),
        Mount("/fraga/{org}", routes=_citizens()),
    ]


def _citizens() -> list[BaseRoute]:
    """What citizens meet, under their organisation: the last address is that of an assistant."""
    return [*home.citizens(), *help.citizens(), *conversations.citizens(), *knowledge.citizens(), *chat.routes("")]
