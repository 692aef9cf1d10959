"""What every page of the area shares: who may come in, the tabs, where a form went wrong, and the question before what hurts."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import SamverkError
from samverk.http.sessions import posted, principal
from samverk.identity.principal import ADMIN, Principal
from samverk.web.asked import known_id
from samverk.web.pages import Reader, confirm, language_of, page, reader_of, texts_of

HOME = "/organisation"
TABS = {
    "overview": HOME,
    "members": f"{HOME}/medlemmar",
    "groups": f"{HOME}/grupper",
    "invitations": f"{HOME}/inbjudningar",
    "keys": f"{HOME}/nycklar",
    "costs": f"{HOME}/kostnader",
    "masking": f"{HOME}/maskering",
    "content": f"{HOME}/innehall",
    "retention": f"{HOME}/gallring",
    "looks": f"{HOME}/utseende",
    "signin": f"{HOME}/inloggning",
    "log": f"{HOME}/logg",
}

ask = partial(confirm, nav="organisation")  # before an act of the area that hurts


async def admin(request: Request) -> Principal:
    """Who is asking, if they administer the organisation. Raises NotSignedIn, NotAllowed."""
    who = await principal(request)
    who.require(ADMIN)
    return who


async def sent_by_admin(request: Request) -> tuple[Principal, Mapping[str, str]]:
    """Who sent a form of the area, and its fields. Raises NotSignedIn, NotAllowed, Stale."""
    return await posted(request, admin)


async def draw(
    request: Request,
    who: Principal,
    template: str,
    tab: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    reader: Reader | None = None,
) -> Response:
    """A page of the area, with its tabs. `errors` of the context says what is wrong, by the name of the field."""
    words = texts_of(request)
    tabs = [(address, words("organisation.tab." + name), name == tab) for name, address in TABS.items()]
    shown = {"tabs": tabs, **context, "errors": defaultdict(str, context.get("errors", {}))}
    reader = reader or await reader_of(request, who)
    return page(request, f"organisation/{template}.html", shown, reader=reader, status=status)


def wrong(request: Request, error: SamverkError) -> dict[str, str]:
    """What is wrong, by the name of the field; `form` where it is no single field."""
    return {str(error.facts.get("param", "form")): error.message(language_of(request))}


def id_of(request: Request, what: str) -> UUID:
    """The id in the address. Raises NotFound for what is none."""
    return known_id(request.path_params["id"], what)


def around(number: int, size: int, total: int) -> tuple[int, int]:
    """The pages before and after one; 0 where there is none."""
    return number - 1, number + 1 if number * size < total else 0


def ticked(fields: Mapping[str, str], prefix: str) -> list[str]:
    """Which ticks were set among those whose names begin alike."""
    return [name.removeprefix(prefix) for name in fields if name.startswith(prefix)]
