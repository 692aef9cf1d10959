"""The page of one document: its versions, what reading it gave, its text; replaced, deleted and restored."""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid, NotFound
from samverk.http.rooms import rooms_of
from samverk.http.sessions import check_form, posted
from samverk.http.uploads import NoFile, received_form
from samverk.identity.principal import Principal
from samverk.knowledge.access import WRITE
from samverk.knowledge.views import DocumentView
from samverk.web.knowledge import telling
from samverk.web.knowledge.reached import changing, reading
from samverk.web.pages import page, reader_of, see_other, texts_of
from samverk.web.said import Said, say


class OtherFormat(Invalid):
    """A new version has another format than the document's name says."""

    sv = "Filen slutar på {new} men dokumentet på {old}. Lägg in den som ett eget dokument i samlingen, och ta bort det här."
    en = "The file ends in {new} but the document in {old}. Add it as a document of its own, and delete this one."


async def show(request: Request) -> Response:
    """The document."""
    who, words = await reading(request), texts_of(request)
    view = await _view(request, who)
    context = {
        "view": view,
        "document": view.document,
        "name": PurePosixPath(view.document.path).name,
        "folder": str(PurePosixPath(view.document.path).parent).strip("."),
        "collection": view.collection,
        "address": telling.address(view.collection),
        "may_change": view.collection.own and who.may(WRITE),
        "size": lambda number: telling.size(words, number),
        "advice": lambda code: telling.advice(words, code),
        "notes": lambda stored: telling.notes(words, stored),
    }
    return page(request, "knowledge/document.html", context, reader=await reader_of(request, who))


async def replace(request: Request) -> Response:
    """A new file for the document: its next version, as soon as it is read. Until then the one before stands."""
    who, rooms = await changing(request), rooms_of(request)
    view = await _own(request, who)
    most = rooms.settings.upload_megabytes << 20
    async with received_form(request, most, rooms.settings.home / "uploads", 1) as sent:
        check_form(request, sent.fields)
        if not sent.files:
            raise NoFile
        path, [file] = view.document.path, sent.files
        old, new = (PurePosixPath(name).suffix.lower() for name in (path, file.name))
        if old != new:
            raise OtherFormat(old=old or "–", new=new or "–")
        received = await rooms.knowledge.receive(who.org_id, view.collection.slug, path, file.path, by=who)
    what = Said("document.replaced") if received.changed else Said("document.unchanged")
    return say(request, see_other(f"/dokument/{view.document.id}"), what)


async def delete(request: Request) -> Response:
    """Take the document out of its collection."""
    who, _ = await posted(request, changing)
    view = await _own(request, who)
    here = f"/dokument/{view.document.id}"
    await rooms_of(request).knowledge.delete(who.org_id, view.document.id, by=who)
    what = Said("document.deleted", {"name": view.document.title}, undo=f"{here}/aterstall")
    return say(request, see_other(telling.address(view.collection)), what)


async def restore(request: Request) -> Response:
    """Bring it back as it was."""
    who, _ = await posted(request, changing)
    view = await _own(request, who)
    await rooms_of(request).knowledge.restore(who.org_id, view.document.id, by=who)
    what = Said("document.restored", {"name": view.document.title})
    return say(request, see_other(f"/dokument/{view.document.id}"), what)


async def read_again(request: Request) -> Response:
    """Read its file anew. What was read before stands until then."""
    who, _ = await posted(request, changing)
    view = await _own(request, who)
    await rooms_of(request).knowledge.read_again(who.org_id, view.document.id, by=who)
    return say(request, see_other(f"/dokument/{view.document.id}"), Said("document.read_again"))


async def _view(request: Request, who: Principal) -> DocumentView:
    return await rooms_of(request).knowledge.catalogue.document(who, request.path_params["document"])


async def _own(request: Request, who: Principal) -> DocumentView:
    """The document, which is ours. Raises NotFound, also for one that is merely shared with us."""
    view = await _view(request, who)
    if not view.collection.own:
        raise NotFound("document")
    return view
