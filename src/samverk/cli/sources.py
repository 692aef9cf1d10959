"""`samverk source add|list|sync|report|pause|wake|remove|kinds`."""

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

import typer

from samverk.cli.choices import JSON, ORG
from samverk.cli.documents import COLLECTION, ProgressLine
from samverk.cli.run import command, inside, language, plain, print_json, say
from samverk.core.errors import Invalid, NotFound

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal
    from samverk.knowledge.source_views import EntryInfo, SourceInfo, SyncInfo

_LOOK_AGAIN_SECONDS = 0.4
_REST = 20  # times as long as a look takes: one at a sync of many thousands is dear
_SECRET = "SAMVERK_SOURCE_SECRET"  # noqa: S105 - the name of the variable
_STATES = {
    "waiting": ("väntar", "waits"),
    "running": ("pågår", "under way"),
    "open": ("pågår", "under way"),
    "held": ("väntar på svar", "waits for an answer"),
    "done": ("klar", "done"),
    "failed": ("avbruten", "broken off"),
    "cancelled": ("avbruten", "cancelled"),
}
SOURCE = typer.Argument(..., metavar="SOURCE", help="The source's name, its place or its id.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    source = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    source.command("kinds")(list_kinds)
    source.command("add")(add)
    source.command("list")(list_sources)
    source.command("sync")(sync)
    source.command("report")(report)
    source.command("answer")(answer)
    source.command("pause")(pause)
    source.command("wake")(wake)
    source.command("remove")(remove)
    app.add_typer(source, name="source", help="Where the documents of a collection come from.")


@command
async def list_kinds(as_json: bool = JSON) -> None:
    """List the kinds of sources that there are, and what each asks for."""
    from samverk.knowledge.sources import discover

    known = discover()
    if as_json:
        print_json({kind: [field.name for field in source.form] for kind, source in known.items()})
        return
    for kind, source in known.items():
        print(f"{kind}\t{source.title.message(language())}: {source.hint.message(language())}")
        for field in source.form:
            print(f"\t{field.name}\t{field.label.message(language())}")


@command
async def add(
    kind: str = typer.Argument(..., metavar="KIND", help="The kind: see `samverk source kinds`."),
    collection: str = COLLECTION,
    org: str = ORG,
    said: list[str] = typer.Option([], "--set", metavar="FIELD=VALUE", help="What the kind asks for; several times."),
    name: str = typer.Option("", help="What people call it. Its place, unless given."),
    every: str = typer.Option("", metavar="hour|day|week", help="How often it is synced. When asked, unless given."),
    at: str = typer.Option("", metavar="HH:MM", help="At what time, in Sweden. 03:00 unless given."),
    day: str = typer.Option("", metavar="0–6", help="On which day of the week; 0 is Monday."),
    as_json: bool = JSON,
) -> None:
    """Add a source to a collection. A password is read from SAMVERK_SOURCE_SECRET."""
    from samverk.core.schedules import Schedule
    from samverk.knowledge.source_views import SourceFields

    settings = dict(_pair(text) for text in said)
    schedule = Schedule.of(every, at, day) if every else None
    fields = SourceFields(kind, settings, name, os.environ.get(_SECRET), schedule)
    async with inside(org) as (rooms, who):
        info = await rooms.sources.add(who, collection, fields)
    if as_json:
        print_json(_source(info))
    else:
        say(f"Källan {info.name} är tillagd.", f"The source {info.name} is added.")


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise Invalid(sv=f"Skriv {text} som fält=värde.", en=f"Write {text} as field=value.", param="--set")
    return name.strip(), value


@command
async def list_sources(collection: str = COLLECTION, org: str = ORG, as_json: bool = JSON) -> None:
    """List the sources of a collection, and what the latest sync of each did."""
    async with inside(org) as (rooms, who):
        found = await rooms.sources.of(who, collection)
    if as_json:
        print_json([_source(info) for info in found])
        return
    for info in found:
        print(f"{plain(info.name)}\t{info.kind}\t{plain(info.where)}\t{_told(info.last)}")


@command
async def sync(name: str = SOURCE, collection: str = COLLECTION, org: str = ORG, as_json: bool = JSON) -> None:
    """Sync a source now, and wait until it has ended and its documents are read."""
    async with inside(org, work=True) as (rooms, who):
        source = await _named(rooms, who, collection, name)
        asked = await rooms.sources.sync(who, source.id)
        with ProgressLine(source.name) as progress:
            done = await _ended(rooms, who, asked, progress)
        _, refused = await rooms.sources.report(who, done.id, "refused")
        _, unread = await rooms.sources.report(who, done.id, "not_read")
    if as_json:
        print_json(_sync(done))
    else:
        for page in (refused, unread):
            for entry in page.items:
                print(
                    f"{plain(entry.path or entry.address)}: {entry.reason.message(language()) if entry.reason else ''}"
                )
        if more := refused.total - len(refused.items) + unread.total - len(unread.items):
            say(f"… och {more} till; se samverk source report.", f"… and {more} more; see samverk source report.")
        say(_told(done), _told(done))
    if done.state == "failed" and done.reason:
        raise Invalid(sv=done.reason.sv, en=done.reason.en)


async def _ended(rooms: "Rooms", who: "Principal", asked: "SyncInfo", progress: ProgressLine) -> "SyncInfo":
    looks = 0
    while True:
        began = time.monotonic()
        info = await rooms.sources.progress(who, asked.id)
        if not info.is_under_way and not info.reading:
            return info
        progress(info.seen, max(info.expected, info.seen), _STATES[info.state][0 if language() == "sv" else 1])
        await asyncio.sleep(max(_LOOK_AGAIN_SECONDS, _REST * (time.monotonic() - began)))
        looks += 1
        if looks % 12 == 0:  # what failed for good is given up, here as elsewhere
            await rooms.sources.resume(who.org_id)
            await rooms.knowledge.resume(who.org_id)


@command
async def report(name: str = SOURCE, collection: str = COLLECTION, org: str = ORG, as_json: bool = JSON) -> None:
    """Show what the latest sync of a source did with each item."""
    async with inside(org) as (rooms, who):
        source = await _named(rooms, who, collection, name)
        if source.last is None:
            raise NotFound("sync")
        entries: list[EntryInfo] = []
        page = 1
        while True:
            info, some = await rooms.sources.report(who, source.last.id, "", page)
            entries += some.items
            if not some.has_more:
                break
            page += 1
    if as_json:
        print_json({"sync": _sync(info), "entries": [_entry(entry) for entry in entries]})
        return
    for entry in entries:
        why = entry.reason.message(language()) if entry.reason else ""
        print(f"{entry.outcome}\t{plain(entry.path or entry.address)}\t{why}".rstrip())
    say(_told(info), _told(info))


@command
async def answer(
    name: str = SOURCE,
    collection: str = COLLECTION,
    org: str = ORG,
    removed: bool = typer.Option(..., "--remove/--keep", help="Remove what is held back, or let it stay."),
) -> None:
    """Say whether what the latest sync holds back is to be removed."""
    async with inside(org, work=removed) as (rooms, who):
        source = await _named(rooms, who, collection, name)
        if source.last is None:
            raise NotFound("sync")
        await rooms.sources.answer(who, source.last.id, remove=removed)
        with ProgressLine(source.name) as progress:
            done = await _ended(rooms, who, source.last, progress)
    say(_told(done), _told(done))


@command
async def pause(name: str = SOURCE, collection: str = COLLECTION, org: str = ORG) -> None:
    """Let a source rest: its schedule waits."""
    async with inside(org) as (rooms, who):
        info = await rooms.sources.pause(who, (await _named(rooms, who, collection, name)).id)
    say(f"Källan {info.name} är pausad.", f"The source {info.name} is paused.")


@command
async def wake(name: str = SOURCE, collection: str = COLLECTION, org: str = ORG) -> None:
    """Let the schedule of a source go on."""
    async with inside(org) as (rooms, who):
        info = await rooms.sources.pause(who, (await _named(rooms, who, collection, name)).id, paused=False)
    say(f"Källan {info.name} är igång igen.", f"The source {info.name} goes on.")


@command
async def remove(
    name: str = SOURCE,
    collection: str = COLLECTION,
    org: str = ORG,
    documents: bool = typer.Option(False, "--documents", help="Take its documents away too."),
) -> None:
    """Take a source away. Its documents stay, unless asked otherwise."""
    async with inside(org) as (rooms, who):
        source = await _named(rooms, who, collection, name)
        await rooms.sources.remove(who, source.id, documents=documents)
    say(f"Källan {source.name} är borttagen.", f"The source {source.name} is removed.")


async def _named(rooms: "Rooms", who: "Principal", collection: str, name: str) -> "SourceInfo":
    found = [info for info in await rooms.sources.of(who, collection) if name in (info.name, info.where, str(info.id))]
    if not found:
        raise NotFound("source", name)
    if len(found) > 1:
        ids = ", ".join(str(info.id) for info in found)
        raise Invalid(
            sv=f"Flera källor heter {name}. Ange id: {ids}", en=f"Several sources are called {name}. Use an id: {ids}"
        )
    return found[0]


def _told(info: "SyncInfo | None") -> str:
    """What a sync did, in a line."""
    swedish = language() == "sv"
    if info is None:
        return "inte synkad än" if swedish else "not synced yet"
    words = (
        ("tillagda", "ändrade", "borttagna", "hoppades över", "oförändrade", "kunde inte läsas")
        if swedish
        else ("added", "changed", "removed", "refused", "unchanged", "could not be read")
    )
    numbers = (info.added, info.changed, info.removed, info.refused, info.unchanged, info.not_read)
    counts = ", ".join(f"{number} {word}" for number, word in zip(numbers, words, strict=True))
    return f"{_STATES[info.state][0 if swedish else 1]}: {counts}"


def _source(info: "SourceInfo") -> dict[str, Any]:
    shown = ("id", "collection", "kind", "name", "where", "settings", "has_secret", "next_at", "paused", "items")
    when = info.schedule.as_json() if info.schedule else None
    return {**{name: getattr(info, name) for name in shown}, "schedule": when, "last": info.last and _sync(info.last)}


def _sync(info: "SyncInfo") -> dict[str, Any]:
    counts = ("added", "changed", "removed", "refused", "unchanged", "held", "not_read", "reading", "bytes")
    shown = ("id", "state", *counts, "created_at", "started_at", "finished_at")
    return {**{name: getattr(info, name) for name in shown}, "reason": info.reason.as_json() if info.reason else None}


def _entry(entry: "EntryInfo") -> dict[str, Any]:
    shown = ("address", "path", "outcome", "document_id", "bytes", "status")
    return {
        **{name: getattr(entry, name) for name in shown},
        "reason": entry.reason.as_json() if entry.reason else None,
    }
