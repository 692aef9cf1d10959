"""The log of the organisation: every change as a sentence, filtered, paged, and as a table to take along."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from samverk.core.ids import now
from samverk.core.journal import Change, Journal
from samverk.http.rooms import rooms_of
from samverk.web.asked import id_in
from samverk.web.organisation.frame import admin, draw
from samverk.web.pages import texts_of
from samverk.web.texts import Texts

PAGE = 50
_AT_ONCE = 500  # rows that an export reads at a time
# Facts that are slugs of ours, and the table of the catalogue that has their word.
_WORDS = {
    "scopes": "scope.",
    "role": "role.",
    "was": "role.",
    "level": "level.",
    "hosting": "hosting.",
    "label": "label.",
    "subject": "budget.subject.",
    "period": "budget.period.",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which changes are shown: of a thing, by an actor; either may be empty."""

    thing: str = ""
    actor: str = ""


async def show(request: Request) -> Response:
    """The latest changes, or those before a cursor."""
    who = await admin(request)
    journal, words, wanted = rooms_of(request).journal, texts_of(request), _filter(request)
    before = id_in(request.query_params.get("fore", ""))
    found = await journal.read(who.org_id, before=before, thing=wanted.thing, actor=wanted.actor, limit=PAGE + 1)
    people = await journal.actors(who.org_id)
    context = {
        "days": by_day(found[:PAGE], words),
        "filter": wanted,
        "things": sorted(((thing, words(f"log_thing.{thing}")) for thing in things(words)), key=lambda pair: pair[1]),
        "people": sorted(people.items(), key=lambda pair: pair[1].casefold()),
        "person": people.get(wanted.actor, "") if wanted.actor else "",
        "older": str(found[PAGE - 1].id) if len(found) > PAGE else "",
        "is_later": before is not None,
    }
    return await draw(request, who, "log", "log", context)


async def export(request: Request) -> Response:
    """The same changes as comma-separated values; separated by semicolons in Swedish, as spreadsheets there expect."""
    who = await admin(request)
    wanted, words = _filter(request), texts_of(request)
    lines = _lines(rooms_of(request).journal, who.org_id, wanted, words)
    name = f"{words('log_page.file')}-{now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(journal: Journal, org_id: UUID, wanted: Filter, words: Texts) -> AsyncIterator[bytes]:
    columns = ("at", "actor", "action", "sentence")
    yield "\ufeff".encode() + _csv([words("log_page.column." + column) for column in columns], words)
    before: UUID | None = None
    while found := await journal.read(org_id, before=before, thing=wanted.thing, actor=wanted.actor, limit=_AT_ONCE):
        for change in found:
            yield _csv(
                [change.at.isoformat(timespec="seconds"), change.actor_name, change.action, sentence(change, words)],
                words,
            )
        before = found[-1].id


def _csv(cells: list[str], words: Texts) -> bytes:
    """One line. A cell that a spreadsheet would run as a formula is kept a text."""
    line = io.StringIO()
    separator = ";" if words.language == "sv" else ","
    csv.writer(line, delimiter=separator).writerow(
        f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells
    )
    return line.getvalue().encode()


def sentence(change: Change, words: Texts) -> str:
    """What happened, in words. A change that has none here, from a newer version, shows its code and facts."""
    facts = {name: _in_words(name, value, words) for name, value in change.facts.items()}
    key = f"log.{change.action}"
    if words.has(key):
        try:
            return words(key, **{"actor": change.actor_name, **facts})
        except (KeyError, IndexError):
            pass  # an older change lacks a fact that the sentence wants today: it is told plainly below
    told = ", ".join(f"{name}: {value}" for name, value in facts.items())
    return f"{change.action} ({told})" if told else change.action


def _in_words(name: str, value: object, words: Texts) -> str:
    if name in _WORDS:
        slugs = str(value).split(", ")
        keys = [_WORDS[name] + slug.replace(":", "_").lower() for slug in slugs]
        return ", ".join(words(key) if words.has(key) else slug for key, slug in zip(keys, slugs, strict=True))
    return words.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def things(words: Texts) -> set[str]:
    """What changes can be about, as far as the catalogue has words for it."""
    known = {key.split(".")[1] for key in words.keys() if key.startswith("log.")}  # noqa: SIM118 - not a mapping
    return {thing for thing in known if words.has(f"log_thing.{thing}")}


def by_day(changes: list[Change], words: Texts) -> list[tuple[str, list[tuple[Change, str, str]]]]:
    """The changes below their dates: (date, [(change, time of day, sentence)]), in the order in which they come."""
    days: dict[str, list[tuple[Change, str, str]]] = {}
    for change in changes:
        date, moment = words.date(change.at), words.moment(change.at)
        days.setdefault(date, []).append((change, moment.removeprefix(date).strip(" ,"), sentence(change, words)))
    return list(days.items())


def _filter(request: Request) -> Filter:
    asked = request.query_params
    return Filter(asked.get("sak", "")[:60], asked.get("person", "")[:100])
