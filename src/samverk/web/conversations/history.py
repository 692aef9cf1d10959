"""One's conversations by day, those in a folder, those that say something; and all of them as a file."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from samverk.answers.conversations import Conversations, Listing, Wish
from samverk.answers.history import Cursor
from samverk.core.errors import NotFound
from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.http.sessions import principal
from samverk.identity.principal import Principal
from samverk.web.asked import known_id
from samverk.web.conversations.days import by_day
from samverk.web.pages import page, prefix_of, reader_of, texts_of

QUERY_CHARACTERS = 200


async def show(request: Request) -> Response:
    """The list: `?q=` seeks, `?mapp=` and `?assistent=` narrow it, `?efter=` goes on after a page."""
    who = await principal(request)
    wish = _wish(request.query_params)
    listing = await rooms_of(request).conversations.look(who, wish)
    context = {
        "home": f"{prefix_of(request)}/samtal",
        "wish": wish,
        "q": wish.query.strip(),
        "folder": next((folder for folder in listing.folders if folder.id == wish.folder), None),
        "folder_names": {folder.id: folder.name for folder in listing.folders},
        "listing": listing,
        "groups": by_day(listing.items, now(), texts_of(request)),
        "older": place_name(listing.following),
        "is_empty": _is_empty(wish, listing),
        "chosen_from": bool(listing.items or listing.pinned),
    }
    return page(request, "conversations/history.html", context, reader=await reader_of(request, who))


def _wish(asked: Mapping[str, str]) -> Wish:
    """What the address asks for. Raises NotFound for what is no folder and no place."""
    folder = known_id(asked["mapp"], "folder") if asked.get("mapp") else None
    query = asked.get("q", "")[:QUERY_CHARACTERS]
    return Wish(query, folder, asked.get("assistent", ""), _place(asked.get("efter", "")))


def place_name(place: Cursor | None) -> str:
    """A place in the list as it stands in an address."""
    return f"{place.at.isoformat()}_{place.id}" if place else ""


def _place(name: str) -> Cursor | None:
    if not name:
        return None
    at, _, id = name.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise NotFound("page")
        return Cursor(moment, UUID(id))
    except ValueError as error:
        raise NotFound("page") from error


def _is_empty(wish: Wish, listing: Listing) -> bool:
    """Whether there is nothing at all, for want of conversations rather than for what was asked."""
    narrowed = wish.query.strip() or wish.folder or wish.assistant or wish.after
    return not (narrowed or listing.items or listing.pinned)


async def export(request: Request) -> Response:
    """All that was said, as JSON: written while it is read, however much it is."""
    who = await principal(request)
    name = f"samtal-{now().date().isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    body = _as_json(rooms_of(request).conversations, who)
    return StreamingResponse(body, media_type="application/json", headers=headers)


async def _as_json(conversations: Conversations, who: Principal) -> AsyncIterator[bytes]:
    before = b"[\n"
    async for one in conversations.export(who):
        yield before + orjson.dumps(one, option=orjson.OPT_INDENT_2)
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"
