"""The start page of members: a question to whom one asks most, what waits, what is new, what was said last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from samverk.answers import overview as answers
from samverk.assistants import overview as assistants
from samverk.assistants.model import Assistant
from samverk.assistants.overview import Known
from samverk.core.ids import now
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted, principal, safe_next
from samverk.knowledge import overview as knowledge
from samverk.web.chat.asking import chat_path
from samverk.web.chat.turns import chips_of
from samverk.web.home.waiting import tasks
from samverk.web.pages import page, reader_of, see_other

NEW = timedelta(days=30)
NEWS, CARDS, RECENT = 5, 6, 6
CHOICES = 50  # assistants that a question can be sent to from here; the others have their page


@dataclass(frozen=True, slots=True)
class Shelf:
    """The assistants that stand on the start page. `own`: the reader has chosen or used them."""

    cards: list[Assistant]
    own: bool
    choices: list[Known]
    total: int


async def show(request: Request) -> Response:
    """The page."""
    who, rooms = await principal(request), rooms_of(request)
    chosen = await rooms.preferences.get(who)
    every, readable = await assistants.usable(rooms.db, who), await rooms.knowledge.collections(who)
    shelf, since = _shelf(every, chosen.get("pinned", ()), await answers.most_used(rooms.db, who, CARDS)), now() - NEW
    context: dict[str, Any] = {
        "first_name": (who.name.split() or [""])[0],
        "shelf": shelf,
        "chips": await chips_of(request, who, shelf.cards),
        "chat": chat_path,
        "introduce": not chosen.get("introduced"),
        "tasks": await tasks(rooms, who, readable),
        "published": assistants.published(every, since, NEWS),
        "changed": await knowledge.changed(rooms.db, who, readable, since, NEWS),
        "recent": await rooms.conversations.recent(who, RECENT),
    }
    return page(request, "home/start.html", context, reader=await reader_of(request, who))


def _shelf(every: list[Known], pinned: Sequence[str], used: Sequence[UUID]) -> Shelf:
    """Pinned assistants first, then the most used; whoever has neither sees the first of all."""
    by_slug, by_id = {one.slug: one for one in every}, {one.id: one for one in every}
    liked = [by_slug[slug] for slug in pinned if slug in by_slug] + [by_id[id] for id in used if id in by_id]
    own = {one.id: one for one in liked}
    rest = [one for one in every if one.id not in own]
    cards = (list(own.values()) or rest)[:CARDS]
    return Shelf([one.assistant() for one in cards], bool(own), [*own.values(), *rest][:CHOICES], len(every))


async def ask(request: Request) -> Response:
    """A question from the start page: sent on as it is to the assistant that was chosen."""
    _, fields = await posted(request)
    return RedirectResponse(chat_path("", quote(fields.get("assistant", ""), safe="")), 307)


async def introduced(request: Request) -> Response:
    """The introduction has been seen, or is not wanted."""
    who, fields = await posted(request)
    await rooms_of(request).preferences.put(who, introduced=True)
    return see_other(safe_next(fields.get("next")))
