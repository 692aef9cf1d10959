"""Who is asking: the cookies, the principal behind them, and the token that every form carries.

Every reader has a random visitor cookie; who has logged in also has a session cookie. A form's token is an HMAC over both
under the key of the installation, so a token is worth nothing in another browser or another session.
"""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from samverk.core.errors import NotAllowed, NotSignedIn
from samverk.http.forms import form
from samverk.http.rooms import rooms_of
from samverk.identity.principal import Principal

SESSION = "samverk-session"
VISITOR = "samverk-visitor"
TOKEN_FIELD = "csrf"  # the name of the field, no secret  # noqa: S105
Door = Callable[[Request], Awaitable[Principal]]  # who comes in here; raises for who may not
_VISITOR_SHAPE = re.compile(r"[\w-]{43}", re.ASCII)


class Stale(NotAllowed):
    """The form's token does not belong to this browser and session."""

    code = "stale_form"
    sv = "Formuläret hör till en äldre inloggning. Ladda om sidan och försök igen."
    en = "The form belongs to an earlier log-in. Reload the page and try again."


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine itself."""
    if host in (None, ""):
        return False
    if host == "localhost" or str(host).endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).strip("[]")).is_loopback
    except ValueError:
        return False


def is_secure(connection: HTTPConnection) -> bool:
    """Whether cookies are for https alone: always, except on loopback or where the setting says otherwise."""
    return rooms_of(connection).settings.secure_cookies and not is_loopback(connection.url.hostname)


def _cookie_name(connection: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if is_secure(connection) else name


def read_cookie(connection: HTTPConnection, name: str) -> str | None:
    """The value of one of our cookies, under the name that it has on this connection."""
    return connection.cookies.get(_cookie_name(connection, name))


def set_cookie(connection: HTTPConnection, response: Response, name: str, value: str, age: int | None = None) -> None:
    """Set one of our cookies; without an age in seconds it lasts as long as the browser is open."""
    response.set_cookie(
        _cookie_name(connection, name),
        value,
        max_age=age,
        path="/",
        secure=is_secure(connection),
        httponly=True,
        samesite="lax",
    )


def drop_cookie(connection: HTTPConnection, response: Response, name: str) -> None:
    """Take one of our cookies away."""
    response.delete_cookie(
        _cookie_name(connection, name), path="/", secure=is_secure(connection), httponly=True, samesite="lax"
    )


def session_secret(connection: HTTPConnection) -> str | None:
    """The secret of the log-in, as the browser sent it, or as `begin_session` has made it since."""
    return getattr(connection.state, "session", None) or read_cookie(connection, SESSION)


def begin_session(connection: HTTPConnection, secret: str) -> None:
    """What this request draws from now on belongs to a new session. Its cookie is set by `set_cookie`, as ever."""
    connection.state.session = secret
    connection.state.principal = None


def visitor(connection: HTTPConnection) -> str:
    """The random name of this browser; a new one where it has none, set by `remember`."""
    known = getattr(connection.state, "visitor", None) or read_cookie(connection, VISITOR) or ""
    if not _VISITOR_SHAPE.fullmatch(known):
        known = connection.state.visitor = secrets.token_urlsafe(32)
    return str(known)


def remember(connection: HTTPConnection, response: Response) -> None:
    """Set the visitor cookie where this request made a new one."""
    if getattr(connection.state, "visitor", None):
        set_cookie(connection, response, VISITOR, connection.state.visitor)


async def principal(connection: HTTPConnection) -> Principal:
    """Who is asking. Under `/fraga/{org}` a citizen without log-in, known only by the browser; elsewhere a member.

    Raises NotSignedIn without a living session, NotFound for an unknown organisation.
    """
    known: Principal | None = getattr(connection.state, "principal", None)
    if known is not None:
        return known
    identity, org = rooms_of(connection).identity, connection.path_params.get("org")
    if org is not None:
        # The cookie is a secret; what is stored as the owner is its digest.
        owner = hashlib.sha256(visitor(connection).encode()).hexdigest()[:32]
        found = await identity.anonymous(org, owner)
    else:
        secret = session_secret(connection)
        if not secret:
            raise NotSignedIn()
        found = await identity.session(secret)
    connection.state.principal = found
    return found


def form_token(connection: HTTPConnection) -> str:
    """The token that forms of this browser and session carry."""
    key = rooms_of(connection).settings.master_key.encode()
    bound = f"form|{visitor(connection)}|{session_secret(connection) or ''}".encode()
    return hmac.new(key, bound, hashlib.sha256).hexdigest()


def check_form(request: Request, fields: Mapping[str, str]) -> None:
    """Raises Stale unless the form was drawn for this browser and session, and sent from our own page."""
    sent = fields.get(TOKEN_FIELD, "").encode()
    foreign = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or not hmac.compare_digest(sent, form_token(request).encode()):
        raise Stale()


async def checked_form(request: Request) -> Mapping[str, str]:
    """The fields of a form of our own. Raises as `form` and `check_form` do."""
    fields = await form(request)
    check_form(request, fields)
    return fields


async def posted(request: Request, door: Door = principal) -> tuple[Principal, Mapping[str, str]]:
    """Who sends a form, and its fields; nothing is read of it before `door` has let the sender in. Raises as both do."""
    return await door(request), await checked_form(request)


def safe_next(target: str | None, default: str = "/") -> str:
    """A path of our own to go on to; anything that could lead elsewhere becomes the default."""
    text = target or ""
    own = re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", text)
    return text if own else default
