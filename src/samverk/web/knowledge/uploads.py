"""Files that are added to a collection: one form for those with and without script, and how each file stands afterwards.

Without script many files come in one form, and the page shows how they stand. The script sends one file at a time and asks.
"""

import time
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from samverk.core.errors import SamverkError
from samverk.http.errors import wants_json
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form
from samverk.http.uploads import NoFile, ReceivedFile, received_form
from samverk.identity.principal import Principal
from samverk.knowledge.views import CollectionInfo, Reason
from samverk.web.asked import id_in
from samverk.web.knowledge import telling
from samverk.web.knowledge.reached import changing, own, reading
from samverk.web.pages import page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

MOST_FILES = 2_000  # in one form, without script
_MORE_THAN_A_DOCUMENT = 10  # so many of the largest documents may come in one form
_UPLOADS = "uploads"
_MOST_FOLLOWED = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: a document that is changed or not, or the reason why it was not taken."""

    name: str
    document: UUID | None = None
    changed: bool = False
    refused: Reason | None = None


async def send(request: Request) -> Response:
    """Receive files. They are read afterwards, whether the page stays open or not."""
    who = await changing(request)
    info, rooms = await own(request, who), rooms_of(request)
    since = int(time.time() * 1000)
    most = (rooms.settings.upload_megabytes << 20) * _MORE_THAN_A_DOCUMENT
    async with received_form(request, most, rooms.settings.home / _UPLOADS, MOST_FILES) as sent:
        check_form(request, sent.fields)
        if not sent.files:
            raise NoFile
        outcomes = [await _receive(request, who, info, file) for file in sent.files]
    if wants_json(request):
        return await _told(request, who, info, outcomes)
    return await _shown(request, who, info, outcomes, since)


async def _receive(request: Request, who: Principal, info: CollectionInfo, file: ReceivedFile) -> Outcome:
    """Add one file. One that is refused never stops the others."""
    knowledge = rooms_of(request).knowledge
    try:
        received = await knowledge.receive(who.org_id, info.slug, file.name, file.path, by=who)
    except SamverkError as error:
        return Outcome(file.name, refused=Reason.of(error))
    return Outcome(file.name, received.id, received.changed)


async def _told(request: Request, who: Principal, info: CollectionInfo, outcomes: list[Outcome]) -> Response:
    words, catalogue = texts_of(request), rooms_of(request).knowledge.catalogue
    ids = [outcome.document for outcome in outcomes if outcome.document]
    known = {document.id: document for document in await catalogue.progress(who, info.ref, ids)}
    items = []
    for outcome in outcomes:
        document = known.get(outcome.document) if outcome.document else None
        if document is not None and outcome.changed:
            items.append(telling.item(words, document))
        else:
            status = "refused" if outcome.refused else "unchanged"
            items.append(telling.settled(words, outcome.name, status, outcome.document, outcome.refused))
    return JSONResponse({"files": items}, headers={"Cache-Control": "no-store"})


async def _shown(
    request: Request, who: Principal, info: CollectionInfo, outcomes: list[Outcome], since: int
) -> Response:
    """Go to the files that were added; where some were refused, say first which and why."""
    refused = [outcome for outcome in outcomes if outcome.refused]
    unchanged = sum(not outcome.changed for outcome in outcomes) - len(refused)
    number = len(outcomes) - len(refused)
    query = {"sedan": since, **({"oforandrade": unchanged} if unchanged else {})}
    target = f"{telling.address(info)}?{urlencode(query)}"
    if not refused:
        return say(request, see_other(target), Said("files.received", {"n": number}))
    words = texts_of(request)
    context = {
        "info": info,
        "address": telling.address(info),
        "target": target,
        "number": number,
        "refused": [telling.settled(words, one.name, "refused", None, one.refused) for one in refused],
    }
    reader = await reader_of(request, who)
    return page(request, "knowledge/refused.html", context, reader=reader, status=200 if number else 400)


async def progress(request: Request) -> Response:
    """How documents of a collection stand: `?id=` names each, at most 200 at a time."""
    who = await reading(request)
    ids = [found for text in request.query_params.getlist("id")[:_MOST_FOLLOWED] if (found := id_in(text))]
    infos = await rooms_of(request).knowledge.catalogue.progress(who, request.path_params["slug"], ids)
    words = texts_of(request)
    files = [telling.item(words, info) for info in infos if info.deleted_at is None]
    return JSONResponse({"files": files}, headers={"Cache-Control": "no-store"})
