"""The pages of collections: the list of them, and one with its documents."""

from datetime import UTC, datetime
from typing import Any, cast, get_args
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from samverk.assistants.overview import Known, usable
from samverk.http.rooms import Rooms, rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.knowledge import coverage
from samverk.knowledge.access import WRITE
from samverk.knowledge.catalogue import Wanted
from samverk.knowledge.views import CollectionInfo, CollectionView, Filter
from samverk.web.asked import number_in, page_number
from samverk.web.knowledge import telling
from samverk.web.knowledge.reached import changing, group_names, reading
from samverk.web.pages import confirm, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

_MOST_SHOWN = 300  # characters of a search that are taken
SOURCES_SHOWN = 5  # beside the documents; the page of sources has all
REASONS_SHOWN = 8


async def listing(request: Request) -> Response:
    """The collections that one may read, with their state; `?q=` searches their names."""
    who, rooms, words = await reading(request), rooms_of(request), texts_of(request)
    q, number = _query(request), page_number(request)
    found = await rooms.knowledge.catalogue.collections(who, q, number)
    groups = await group_names(rooms, who)
    context = {
        "q": q,
        "found": found,
        "deleted": await rooms.knowledge.catalogue.deleted(who),
        "may_change": who.may(WRITE),
        "address": telling.address,
        "readers": lambda info: telling.who_may_read(words, info, groups),
    }
    return page(request, "knowledge/collections.html", context, reader=await reader_of(request, who))


async def show(request: Request) -> Response:
    """A collection of ours: its state, its documents by the page, and a place to add more."""
    return await _shown(request, request.path_params["slug"])


async def show_shared(request: Request) -> Response:
    """A collection by its whole name, `org/slug`: as a rule one that another organisation shares with us."""
    return await _shown(request, f"{request.path_params['owner']}/{request.path_params['slug']}")


async def _shown(request: Request, name: str) -> Response:
    who, rooms = await reading(request), rooms_of(request)
    view = await rooms.knowledge.catalogue.collection(who, name)
    wanted = _wanted(request)
    documents = await rooms.knowledge.catalogue.documents(who, name, wanted)
    words = texts_of(request)
    context: dict[str, Any] = {
        "view": view,
        "info": view.info,
        "address": telling.address(view.info),
        "documents": documents,
        "wanted": wanted,
        "since": request.query_params.get("sedan", "") if wanted.since else "",
        "unchanged": number_in(request.query_params.get("oforandrade", "")) or 0,
        "may_change": view.info.own and who.may(WRITE),
        "largest": rooms.settings.upload_megabytes,
        "size": lambda number: telling.size(words, number),
        "advice": lambda code: telling.advice(words, code),
        "reasons_shown": REASONS_SHOWN,
        **await _about(request, who, view),
    }
    return page(request, "knowledge/collection.html", context, reader=await reader_of(request, who))


async def _about(request: Request, who: Principal, view: CollectionView) -> dict[str, Any]:
    """What the collection covers, who may read it, whom it is shared with, its sources, and which assistants use it."""
    rooms = rooms_of(request)
    sources = await rooms.sources.of(who, view.info.slug) if view.info.own else []
    groups = await group_names(rooms, who) if view.info.own else {}
    return {
        "coverage": await coverage.covered(rooms.db, who, view.info),
        "sources": sources[:SOURCES_SHOWN],
        "more_sources": len(sources) - SOURCES_SHOWN,
        "who_may_read": telling.who_may_read(texts_of(request), view.info, groups) if view.info.own else "",
        "shared_with": await rooms.knowledge.catalogue.readers(view.info),
        "assistants": await _assistants(rooms, who, view.info),
    }


async def _assistants(rooms: Rooms, who: Principal, info: CollectionInfo) -> list[Known]:
    names = {info.ref, info.full_ref}
    return [known for known in await usable(rooms.db, who) if names & set(known.body.get("collections", ()))]


async def restore(request: Request) -> Response:
    """Bring a deleted collection back."""
    who, _ = await posted(request, changing)
    info = await rooms_of(request).knowledge.restore_collection(who.org_id, request.path_params["collection"], by=who)
    return say(request, see_other(telling.address(info)), Said("collection.restored", {"name": info.name}))


async def delete(request: Request) -> Response:
    """Take a collection away, after it was confirmed."""
    who, _ = await posted(request, changing)
    info = await rooms_of(request).knowledge.collection(who, request.path_params["slug"])
    gone: UUID = await rooms_of(request).knowledge.delete_collection(who.org_id, info.slug, by=who)
    undo = f"/kunskap/borttagna/{gone}"
    return say(request, see_other("/kunskap"), Said("collection.deleted", {"name": info.name}, undo=undo))


async def confirm_delete(request: Request) -> Response:
    """What deleting a collection would mean, before it is done."""
    who, words = await changing(request), texts_of(request)
    view = await rooms_of(request).knowledge.catalogue.collection(who, request.path_params["slug"])
    using = await _assistants(rooms_of(request), who, view.info)
    about = words.count("knowledge.delete_documents", view.state.documents)
    if using:
        about += " " + words("knowledge.delete_used", names=", ".join(found.name for found in using[:10]))
    return await confirm(
        request,
        nav="knowledge",
        title=words("knowledge.delete_title", name=view.info.name),
        text=about,
        act=words("knowledge.delete_act"),
        back=telling.address(view.info),
    )


def _wanted(request: Request) -> Wanted:
    shown = request.query_params.get("visa", "all")
    return Wanted(
        shown=cast("Filter", shown) if shown in get_args(Filter) else "all",
        q=_query(request),
        since=_since(request.query_params.get("sedan", "")),
        page=page_number(request),
    )


def _since(text: str) -> datetime | None:
    """A moment in milliseconds since 1970."""
    number = number_in(text, most_digits=13)
    return None if number is None else datetime.fromtimestamp(number / 1000, UTC)


def _query(request: Request) -> str:
    return request.query_params.get("q", "").strip()[:_MOST_SHOWN]
