"""Language and theme, kept in cookies: a form that works without script, before and after log-in."""

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid
from samverk.http.sessions import checked_form, safe_next, set_cookie
from samverk.web.pages import LANGUAGE_COOKIE, ONE_YEAR, THEME_COOKIE, THEMES, see_other
from samverk.web.texts import LANGUAGES

CHOICES = {"language": (LANGUAGE_COOKIE, LANGUAGES), "theme": (THEME_COOKIE, THEMES)}


async def save(request: Request) -> Response:
    """Keep what was chosen, and go back to where the reader was."""
    fields = await checked_form(request)
    response = see_other(safe_next(fields.get("next")))
    for name, (cookie, values) in CHOICES.items():
        chosen = fields.get(name)
        if chosen is None:
            continue
        if chosen not in values:
            raise Invalid(why=name)
        set_cookie(request, response, cookie, chosen, ONE_YEAR)
    return response
