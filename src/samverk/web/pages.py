"""How a page is drawn: templates, the reader's language and theme, and the frame that every page shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from samverk.core.errors import Language
from samverk.http.errors import Failure
from samverk.http.rooms import rooms_of
from samverk.http.sessions import TOKEN_FIELD, form_token, read_cookie, remember
from samverk.identity.principal import Principal
from samverk.web.citations import in_language
from samverk.web.static_files import static_files
from samverk.web.texts import LANGUAGES, Texts, preferred, texts

LANGUAGE_COOKIE = "samverk-language"
THEME_COOKIE = "samverk-theme"
THEMES = ("auto", "light", "dark")
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as a page cares: the organisation's name, the person's, and where their part of the site begins."""

    organisation: str
    name: str
    prefix: str  # "" for members, "/fraga/{org}" for citizens

    @property
    def is_member(self) -> bool:
        """Whether somebody is logged in."""
        return not self.prefix


def language_of(request: Request) -> Language:
    """The language that was chosen, else the one that the browser asks for."""
    chosen = read_cookie(request, LANGUAGE_COOKIE)
    for language in LANGUAGES:
        if chosen == language:
            return language
    return preferred(request.headers.get("accept-language", ""))


def texts_of(request: Request) -> Texts:
    """The texts of the reader's language."""
    return texts(language_of(request))


def theme_of(request: Request) -> str:
    """The theme that was chosen; `auto` follows the system."""
    chosen = read_cookie(request, THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"


def prefix_of(request: Request) -> str:
    """Where the reader's part of the site begins: "" for members, "/fraga/{org}" for citizens."""
    org = request.path_params.get("org")
    return f"/fraga/{org}" if org else ""


async def reader_of(request: Request, principal: Principal) -> Reader:
    """The reader behind a principal."""
    org = await rooms_of(request).identity.org_by_id(principal.org_id)
    return Reader(org.name, principal.name, prefix_of(request))


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    reader: Reader | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A whole page."""
    frame = {"reader": reader, "theme": theme_of(request), "here": _here(request), "token": form_token(request)}
    html = draw(template, texts_of(request), {**frame, **context})
    response = Response(html, status, media_type="text/html; charset=utf-8", headers=dict(headers or {}))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "Cookie, Accept-Language"
    remember(request, response)
    return response


def draw(template: str, words: Texts, context: Mapping[str, Any]) -> str:
    """A template with the texts of a language."""
    return environment().get_template(template).render(t=words, language=words.language, **context)


def see_other(target: str) -> RedirectResponse:
    """After a form: go and look at the result."""
    return RedirectResponse(target, 303)


async def error_page(request: Request, failure: Failure) -> Response:
    """The page of an error; who needs to log in is sent there, and back afterwards."""
    if failure.code == "not_signed_in":
        from_page = request.method in ("GET", "HEAD")
        return see_other(f"/logga-in?next={quote(_here(request))}" if from_page else "/logga-in")
    context = {"failure": failure, "message": failure.message(language_of(request)), "prefix": prefix_of(request)}
    return page(request, "error.html", context, status=failure.status, headers=failure.headers)


@cache
def environment() -> Environment:
    """The templates. Everything is escaped; a name that is missing is an error."""
    env = Environment(loader=PackageLoader("samverk.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    env.globals.update(static=lambda name: static_files().url(name), token_field=TOKEN_FIELD, in_language=in_language)
    env.filters["safe_html"] = Markup  # for what `markdown.render` has cleaned
    return env


def _here(request: Request) -> str:
    """The address of this page, for coming back to it: of a form, the page that it stood on is not known."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method in ("GET", "HEAD") else prefix_of(request) or "/"
