"""The area of the reader's own: logging in and out, choosing an organisation, language and theme."""

from starlette.routing import BaseRoute

from samverk.web.account import login, preferences
from samverk.web.areas import sent, shown


def routes() -> list[BaseRoute]:
    """The addresses of the area."""
    return [
        *shown("/logga-in", login.show, login.log_in),
        *sent("/logga-ut", login.log_out),
        *shown("/byt-organisation", login.organisations, login.choose_organisation),
        *sent("/installningar", preferences.save),
    ]
