"""The sources of a collection: where its documents come from, each as a form, its syncs and what each did."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from samverk.core.errors import Invalid
from samverk.core.schedules import Every, Schedule
from samverk.http.rooms import rooms_of
from samverk.http.sessions import posted
from samverk.identity.principal import Principal
from samverk.knowledge.access import WRITE
from samverk.knowledge.keeping import LONGEST_NAME
from samverk.knowledge.source_views import SourceFields, SourceInfo, SyncInfo
from samverk.knowledge.sources import Source, discover, of_kind
from samverk.web.asked import page_number
from samverk.web.knowledge import telling
from samverk.web.knowledge.reached import changing, own, reading
from samverk.web.pages import language_of, page, reader_of, see_other, texts_of
from samverk.web.said import Said, say

SHOWN = ("", "added", "changed", "removed", "held", "refused", "not_read")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FIELD = "field_"  # before the name of a kind's field


async def listing(request: Request) -> Response:
    """The sources of a collection, each with what its latest sync did."""
    who = await reading(request)
    info = await own(request, who)
    context = {
        "info": info,
        "address": telling.address(info),
        "sources": await rooms_of(request).sources.of(who, info.slug),
        "kinds": discover(),
        "may_change": who.may(WRITE),
    }
    return page(request, "knowledge/sources.html", context, reader=await reader_of(request, who))


async def new(request: Request) -> Response:
    """An empty form for a source of a kind."""
    who = await changing(request)
    kind = of_kind(request.query_params.get("slag", "folder"))
    return await _form(request, who, kind, {"every": "day", "at": "03:00", "day": "0"})


async def create(request: Request) -> Response:
    """Add the source and sync it for the first time; what cannot be used is said beside its field."""
    who, fields = await posted(request, changing)
    info, sources = await own(request, who), rooms_of(request).sources
    kind = of_kind(fields.get("kind", ""))
    try:
        made = await sources.add(who, info.slug, _said(kind, fields))
    except Invalid as error:
        return await _form(request, who, kind, fields, error=error)
    if kind.walks:
        await sources.sync(who, made.id)
    return say(request, see_other(_address(made)), Said("source.added", {"name": made.name}))


async def show(request: Request) -> Response:
    """A source: where it is, when it is synced, and its syncs."""
    who, sources = await reading(request), rooms_of(request).sources
    source = await sources.get(who, request.path_params["source"])
    context = {
        "source": source,
        "kind": of_kind(source.kind),
        "address": _address(source),
        "collection": await rooms_of(request).knowledge.collection(who, source.collection),
        "syncs": await sources.syncs(who, source.id, page_number(request)),
        "may_change": who.may(WRITE),
        "interface": f"{request.url.scheme}://{request.url.netloc}/api/sources/{source.id}",
        **_telling(request),
    }
    return page(request, "knowledge/source.html", context, reader=await reader_of(request, who))


async def edit(request: Request) -> Response:
    """The form as the source is; a secret is never shown."""
    who = await changing(request)
    source = await rooms_of(request).sources.get(who, request.path_params["source"])
    when = source.schedule or Schedule(Every.DAY)
    values = {"name": source.name, "every": source.schedule.every if source.schedule else ""}
    values |= {"at": when.at.strftime("%H:%M"), "day": str(when.day)}
    values |= {_FIELD + name: value for name, value in source.settings.items()}
    return await _form(request, who, of_kind(source.kind), values, source=source)


async def save(request: Request) -> Response:
    """Change the source."""
    who, fields = await posted(request, changing)
    sources = rooms_of(request).sources
    source = await sources.get(who, request.path_params["source"])
    kind = of_kind(source.kind)
    try:
        changed = await sources.change(who, source.id, _said(kind, fields))
    except Invalid as error:
        return await _form(request, who, kind, fields, source=source, error=error)
    return say(request, see_other(_address(changed)), Said("source.changed", {"name": changed.name}))


async def run(request: Request) -> Response:
    """Sync the source now."""
    who, _ = await posted(request, changing)
    asked = await rooms_of(request).sources.sync(who, request.path_params["source"])
    return see_other(f"/synkningar/{asked.id}")


async def pause(request: Request) -> Response:
    """Let the source rest, or wake it."""
    who, fields = await posted(request, changing)
    paused = fields.get("wake") != "1"
    source = await rooms_of(request).sources.pause(who, request.path_params["source"], paused=paused)
    said = Said("source.paused", {"name": source.name}) if paused else Said("source.woken", {"name": source.name})
    return say(request, see_other(_address(source)), said)


async def remove(request: Request) -> Response:
    """Take the source away, with its documents if that was chosen."""
    who, fields = await posted(request, changing)
    sources = rooms_of(request).sources
    source = await sources.get(who, request.path_params["source"])
    await sources.remove(who, source.id, documents=fields.get("documents") == "1")
    said = Said("source.removed", {"name": source.name}, undo=f"{_address(source)}/aterstall")
    return say(request, see_other(f"/kunskap/{source.collection}/kallor"), said)


async def restore(request: Request) -> Response:
    """Bring the source back."""
    who, _ = await posted(request, changing)
    source = await rooms_of(request).sources.restore(who, request.path_params["source"])
    return say(request, see_other(_address(source)), Said("source.restored", {"name": source.name}))


async def report(request: Request) -> Response:
    """What a sync did, by item; `?visa=` shows one outcome."""
    who, sources = await reading(request), rooms_of(request).sources
    shown = request.query_params.get("visa", "")
    shown = shown if shown in SHOWN else ""
    sync, entries = await sources.report(who, request.path_params["sync"], shown, page_number(request))
    source = await sources.get(who, sync.source_id)
    context = {
        "sync": sync,
        "entries": entries,
        "shown": shown,
        "filters": [(name, _number(sync, name)) for name in SHOWN],
        "source": source,
        "address": f"/synkningar/{sync.id}",
        "source_address": _address(source),
        "collection": await rooms_of(request).knowledge.collection(who, source.collection),
        "may_change": who.may(WRITE),
        "is_latest": source.last is not None and source.last.id == sync.id,
        "advice": lambda code: telling.advice(texts_of(request), code),
        **_telling(request),
    }
    return page(request, "knowledge/sync.html", context, reader=await reader_of(request, who))


async def cancel(request: Request) -> Response:
    """Let a sync stop where it is."""
    who, _ = await posted(request, changing)
    await rooms_of(request).sources.cancel(who, request.path_params["sync"])
    return say(request, see_other(_report(request)), Said("sync.cancelled"))


async def answer(request: Request) -> Response:
    """Say whether what a sync holds back is to be removed."""
    who, fields = await posted(request, changing)
    remove_ = fields.get("remove") == "1"
    await rooms_of(request).sources.answer(who, request.path_params["sync"], remove=remove_)
    if not remove_:
        return say(request, see_other(_report(request)), Said("sync.kept"))
    return say(request, see_other(_report(request)), Said("sync.confirmed", undo=f"{_report(request)}/aterstall"))


async def bring_back(request: Request) -> Response:
    """Bring back the documents that a sync removed."""
    who, _ = await posted(request, changing)
    await rooms_of(request).sources.bring_back(who, request.path_params["sync"])
    return say(request, see_other(_report(request)), Said("sync.brought_back"))


async def _form(
    request: Request,
    who: Principal,
    kind: Source,
    values: Mapping[str, str],
    *,
    source: SourceInfo | None = None,
    error: Invalid | None = None,
) -> Response:
    param = str(error.facts.get("param", "")) if error else ""
    collection = (
        await rooms_of(request).knowledge.collection(who, source.collection) if source else await own(request, who)
    )
    context = {
        "kind": kind,
        "kinds": discover(),
        "values": values,
        "source": source,
        "collection": collection,
        "address": _address(source) if source else f"{telling.address(collection)}/kallor",
        "days": DAYS,
        "every": ["", *Every],
        "wrong": {param: error.message(language_of(request))} if error else {},
        "longest": LONGEST_NAME,
    }
    status = 400 if error else 200
    return page(request, "knowledge/source_form.html", context, reader=await reader_of(request, who), status=status)


def _said(kind: Source, fields: Mapping[str, str]) -> SourceFields:
    """What the form says. An empty secret keeps the one that there is. Raises Invalid."""
    every = fields.get("every", "")
    secrets = [fields.get(_FIELD + each.name, "") for each in kind.form if each.kind == "secret"]
    return SourceFields(
        kind=kind.kind,
        settings={each.name: fields.get(_FIELD + each.name, "") for each in kind.form if each.kind != "secret"},
        name=fields.get("name", ""),
        secret=next((secret for secret in secrets if secret), None),
        schedule=Schedule.of(every, fields.get("at", ""), fields.get("day", "")) if every and kind.walks else None,
    )


def _telling(request: Request) -> dict[str, Any]:
    words = texts_of(request)
    return {"size": lambda number: telling.size(words, number)}


def _number(sync: SyncInfo, shown: str) -> int:
    """How many items a filter of the report shows; of all it is not told."""
    return int(getattr(sync, shown)) if shown else 0


def _address(source: SourceInfo) -> str:
    return f"/kallor/{source.id}"


def _report(request: Request) -> str:
    return f"/synkningar/{request.path_params['sync']}"
