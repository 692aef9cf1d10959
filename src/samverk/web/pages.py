"""How a page is drawn: templates, the reader's language and theme, and the frame that every page shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from samverk.core.canonical import digest
from samverk.core.errors import Language, NotFound, NotSignedIn
from samverk.http.errors import Failure
from samverk.http.rooms import rooms_of
from samverk.http.sessions import TOKEN_FIELD, form_token, principal, read_cookie, remember, safe_next
from samverk.identity.principal import PERMISSIONS, Principal
from samverk.identity.settings import Habits, Look
from samverk.web.kept import refused
from samverk.web.places import CITIZENS, PLACES, Place
from samverk.web.said import clear, said
from samverk.web.static_files import static_files
from samverk.web.texts import LANGUAGES, Texts, in_language, preferred, texts

LANGUAGE_COOKIE = "samverk-language"
THEME_COOKIE = "samverk-theme"
THEMES = ("auto", "light", "dark")
ONE_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as a page cares: the person, the organisation with its look, and where their part of the site begins."""

    principal: Principal
    organisation: str
    slug: str
    look: Look
    prefix: str  # "" for members, "/fraga/{org}" for citizens

    @property
    def name(self) -> str:
        """What the person is called; a citizen has no name."""
        return self.principal.name

    @property
    def initials(self) -> str:
        """The first letters of the first and last name, where there is little room."""
        names = self.principal.name.split()
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()

    @property
    def mark(self) -> str:
        """What tells readers in one browser apart, without saying who they are."""
        return digest(f"reader {self.principal.org_id} {self.principal.owner}")[:12]

    @property
    def role(self) -> str:
        """The role of a member, as the catalogue calls it; empty for everybody else."""
        return self.principal.role.value if self.principal.role else ""

    @property
    def is_member(self) -> bool:
        """Whether somebody is logged in."""
        return not self.prefix

    @property
    def places(self) -> list[Place]:
        """The places of the main menu that the reader may go to."""
        every = PLACES if self.is_member else CITIZENS
        return [place for place in every if not place.permission or self.may(place.permission)]

    def may(self, permission: str) -> bool:
        """Whether the person has a permission."""
        return self.principal.may(permission)


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


async def reader_of(request: Request, who: Principal) -> Reader:
    """The reader behind a principal."""
    organisation, look = await rooms_of(request).identity.appearance(who.org_id)
    return Reader(who, organisation.name, organisation.slug, look, prefix_of(request))


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    reader: Reader | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A whole page. What was said by the request before (`web.said`) stands on it once."""
    words, heard = texts_of(request), said(request)
    frame = {
        "reader": reader,
        "theme": theme_of(request),
        "here": _here(request),
        "token": form_token(request),
        "said": heard,
        "said_text": heard.sentence(words) if heard else "",
    }
    html = draw(template, words, {**frame, **context})
    response = Response(html, status, media_type="text/html; charset=utf-8", headers=dict(headers or {}))
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "Cookie, Accept-Language"
    remember(request, response)
    clear(request, response)
    return response


async def confirm(
    request: Request, *, nav: str, title: str, text: str, act: str, back: str, fields: Mapping[str, str] | None = None
) -> Response:
    """The question before an act that hurts, in an area of the menu; *yes* is sent to the address of the question itself."""
    context = {
        "nav": nav,
        "title": title,
        "text": text,
        "act": act,
        "action": request.url.path,
        "back": back,
        "fields": fields or {},
    }
    return page(request, "confirm.html", context, reader=await reader_of(request, await principal(request)))


def draw(template: str, words: Texts, context: Mapping[str, Any]) -> str:
    """A template with the texts of a language."""
    return environment().get_template(template).render(t=words, language=words.language, **context)


def see_other(target: str) -> RedirectResponse:
    """After a form: go and look at the result."""
    return RedirectResponse(target, 303)


async def error_page(request: Request, failure: Failure) -> Response:
    """The page of an error, in its reader's frame; who needs to log in is sent there, and back afterwards."""
    if failure.code == "not_signed_in":
        if kept := await refused(request):
            asked = {"next": "/", "email": "", "error": "", "kept": kept}
            return page(request, "account/login.html", asked, status=failure.status)
        target = _here(request) if request.method in ("GET", "HEAD") else _came_from(request)
        return see_other(f"/logga-in?next={quote(target)}" if target else "/logga-in")
    reader = await _reader_if_known(request, failure)
    habits = await rooms_of(request).identity.habits(reader.principal.org_id) if reader else Habits()
    needed = PERMISSIONS.get(failure.permission)
    context = {
        "failure": failure,
        "kind": _ERRORS_BY_CODE.get(failure.code) or _error_of(failure.status),
        "message": failure.message(language_of(request)),
        "needed": needed.value if needed and reader and reader.role else "",
        "contact": habits.contact,
        "prefix": prefix_of(request),
        "back": _came_from(request),
    }
    return page(request, "error.html", context, reader=reader, status=failure.status, headers=failure.headers)


_ERRORS_BY_CODE = {"stale_form": "stale", "policy_denied": "policy"}
_ERRORS = (400, 403, 404, 409, 410, 413, 429, 500, 502, 503)


def _error_of(status: int) -> str:
    """Which texts tell of an error with this status."""
    return str(status) if status in _ERRORS else "500" if status >= 500 else "other"


async def _reader_if_known(request: Request, failure: Failure) -> Reader | None:
    """The reader, where finding out cannot fail for the reason that is told."""
    if failure.status >= 500:
        return None
    try:
        return await reader_of(request, await principal(request))
    except (NotSignedIn, NotFound):
        return None


def _came_from(request: Request) -> str:
    """The page of ours that led here; empty where there is none."""
    referer = urlsplit(request.headers.get("referer", ""))
    if referer.netloc != request.url.netloc:
        return ""
    path = safe_next(f"{referer.path}?{referer.query}" if referer.query else referer.path, default="")
    return "" if path == _here(request) or path.startswith("/logga-in") else path


@cache
def environment() -> Environment:
    """The templates. Everything is escaped; a name that is missing is an error."""
    env = Environment(
        loader=PackageLoader("samverk.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        static=lambda name: static_files().url(name), token_field=TOKEN_FIELD, in_language=in_language, query=query
    )
    env.filters["safe_html"] = Markup  # for what `markdown.render` has cleaned
    return env


def query(path: str, **fields: object) -> str:
    """An address with those of the fields that say something."""
    said = {name: value for name, value in fields.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(said)}" if said else path


def _here(request: Request) -> str:
    """The address of this page, for coming back to it: of a form, the page that it stood on is not known."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method in ("GET", "HEAD") else prefix_of(request) or "/"
