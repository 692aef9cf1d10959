"""The gallery: the assistants that one can ask, those that one makes, and those that others show."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.access import BUILD
from samverk.assistants.gallery import TABS, Entry, Tab
from samverk.core.ids import new_id
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal, safe_next
from samverk.identity.principal import Principal
from samverk.web.asked import page_number
from samverk.web.assistants.words import chips, rows
from samverk.web.chat.asking import chat_path
from samverk.web.chat.turns import Chips
from samverk.web.pages import page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

MOST_PINNED = 24
# The tabs by their names in the address, each with the permission that it asks for.
ADDRESSES: dict[str, tuple[Tab, str]] = {
    "": ("organisation", ""),
    "mina": ("mine", BUILD),
    "delade": ("shared", BUILD),
    "privata": ("private", "admin"),
    "avvecklade": ("retired", BUILD),
}


async def show(request: Request) -> Response:
    """A page of the gallery: `flik`, `q` and `sida` say which."""
    who, rooms = await principal(request), rooms_of(request)
    asked = {name: request.query_params.get(name, "") for name in ("flik", "q")}
    tab, permission = ADDRESSES.get(asked["flik"], ADDRESSES[""])
    if permission:
        who.require(permission)
    found = await rooms.gallery.page(who, tab, asked["q"][:200], page_number(request))
    pinned = (await rooms.preferences.get(who)).get("pinned", ())
    context: dict[str, Any] = {
        "tab": tab,
        "flik": asked["flik"] if asked["flik"] in ADDRESSES else "",
        "tabs": [(flik, name) for flik, (name, needed) in ADDRESSES.items() if not needed or who.may(needed)],
        "found": found,
        "q": asked["q"][:200],
        "chips": await _chips(request, who, found.entries),
        "pinned": pinned,
        "chat": chat_path,
        "builds": who.may(BUILD),
    }
    return page(request, "assistants/gallery.html", context, reader=await reader_of(request, who))


async def _chips(request: Request, who: Principal, entries: tuple[Entry, ...]) -> dict[str, Chips]:
    """The chips of each entry by its id. A model of another organisation has only its short name."""
    cards = {adopted.card.slug: adopted.card for adopted in await rooms_of(request).library.models(who.org_id)}
    made = {}
    for entry in entries:
        card = cards.get(entry.model)
        name, hosting = (card.name, card.hosting) if card else (entry.model, "")
        made[str(entry.id)] = Chips(name, hosting, entry.level.slug)
    return made


async def pin(request: Request) -> Response:
    """Put an assistant on one's start page, or take it away from there: the field `pin` says which."""
    who, fields = await posted(request)
    rooms, slug = rooms_of(request), request.path_params["assistant"]
    wanted = fields.get("pin") == "yes"
    pinned = [other for other in (await rooms.preferences.get(who)).get("pinned", ()) if other != slug]
    if wanted:
        name = (await rooms.assistants.get(who, slug)).name
        pinned = [slug, *pinned][:MOST_PINNED]
    await rooms.preferences.put(who, pinned=pinned)
    back = see_other(safe_next(fields.get("next"), "/assistenter"))
    return say(request, back, Said("assistant.pinned", {"name": name})) if wanted else back


async def shared(request: Request) -> Response:
    """What another organisation shows: all of it, before one takes a copy."""
    who, rooms, words = await principal(request), rooms_of(request), texts_of(request)
    found = await rooms.workshop.shared(who, request.path_params["share"])
    around = await rooms.workshop.surroundings(who)
    context = {
        "shared": found,
        "chips": chips(found.body, around),
        "rows": rows(None, found.body, around, words),
        "key": new_id(),
    }
    return page(request, "assistants/shared.html", context, reader=await reader_of(request, who))


assert {tab for tab, _ in ADDRESSES.values()} == set(TABS)
