"""`samverk ledger verify|show|export|keep|kept|read`: the record of calls, and what is kept of their content."""

import sys
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import typer

from samverk.cli.choices import JSON, ORG
from samverk.cli.run import FAULT, command, inside, language, plain, print_json, say, settings
from samverk.core.errors import Invalid

if TYPE_CHECKING:
    from samverk.ledger.tables import LedgerEntry

_HERE = ZoneInfo("Europe/Stockholm")
SINCE = typer.Option("", "--since", help="From this day or time on: 2026-11-22 or 2026-11-22T08:00.")
UNTIL = typer.Option("", "--until", help="Before this day or time.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    ledger = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    ledger.command("verify")(verify)
    ledger.command("show")(show)
    ledger.command("export")(export)
    ledger.command("keep")(keep)
    ledger.command("kept")(kept)
    ledger.command("read")(read)
    app.add_typer(ledger, name="ledger", help="The record of calls.")


@command
async def verify(
    org: str = typer.Option("", "--org", help="The organisation's slug; every organisation unless given."),
    as_json: bool = JSON,
) -> None:
    """Check that no event of the record was changed or removed. Ends with 1 where one was."""
    from samverk.app.platform import running

    found = []
    async with running(settings(), work=False) as platform:
        identity, ledger = platform.rooms.identity, platform.ledger
        for organisation in [await identity.org(org)] if org else await identity.orgs():
            checked = await ledger.check(organisation.id)
            broken = checked.broken
            found.append(
                {
                    "organisation": organisation.slug,
                    "events": checked.events,
                    "broken": {"seq": broken.seq, "why": broken.why} if broken else None,
                }
            )
            if not as_json:
                whole = (f"hel, {checked.events} händelser.", f"whole, {checked.events} events.")
                sv, en = (broken.message("sv"), broken.message("en")) if broken else whole
                print(f"{organisation.slug}: {sv if language() == 'sv' else en}")
    if as_json:
        print_json(found)
    if any(one["broken"] for one in found):
        say("samverk: Bokföringen är inte hel.", "samverk: The record is not whole.")
        raise typer.Exit(FAULT)


@command
async def show(
    org: str = ORG,
    call: str = typer.Option("", "--call", help="The events of this call alone."),
    since: str = SINCE,
    until: str = UNTIL,
    as_json: bool = JSON,
) -> None:
    """Show the events of the record, one a line."""
    wanted = _call(call)
    bounds = _moment(since), _moment(until)
    async with inside(org) as (rooms, who):
        events = _of_call(await rooms.ledger.entries(who.org_id, wanted)) if wanted else None
        async for event in events or rooms.ledger.walk(who.org_id, since=bounds[0], until=bounds[1]):
            sys.stdout.write(orjson.dumps(_body(event)).decode() + "\n" if as_json else _line(event))


@command
async def export(org: str = ORG, since: str = SINCE, until: str = UNTIL) -> None:
    """Print the events of the record as JSON lines, with their digests: whoever gets them can check the chain anew."""
    bounds = _moment(since), _moment(until)
    async with inside(org) as (rooms, who):
        async for event in rooms.ledger.walk(who.org_id, since=bounds[0], until=bounds[1]):
            sys.stdout.write(orjson.dumps(_body(event)).decode() + "\n")


@command
async def keep(
    org: str = ORG,
    days: int = typer.Option(
        ..., "--days", help="How many days content is kept; 0: it is not, and what there is goes."
    ),
) -> None:
    """Keep what is asked and answered in calls for so many days, beside the record."""
    async with inside(org) as (rooms, who):
        await rooms.keeping.choose(who, days)
    if days:
        say(f"Frågor och svar sparas i {days} dagar.", f"Questions and answers are kept for {days} days.")
    else:
        say("Ingenting av det som frågas och svaras sparas.", "Nothing of what is asked and answered is kept.")


@command
async def kept(
    org: str = ORG,
    most: int = typer.Option(100, "--most", min=1, max=1000, help="How many are listed at most."),
    as_json: bool = JSON,
) -> None:
    """List the calls whose content is kept, the latest first."""
    async with inside(org) as (rooms, who):
        found = await rooms.keeping.list(who, most)
    told = [{"call": str(one.call_id), "at": one.at.isoformat(), **_began(one.opened)} for one in found]
    if as_json:
        print_json(told)
    for one in [] if as_json else told:
        print(f"{one['call']}\t{one['at']}\t{one['purpose']}\t{one['model'] or ''}")


def _began(opened: "Mapping[str, Any]") -> dict[str, Any]:
    return {"purpose": opened.get("purpose", ""), "model": opened.get("model")}


@command
async def read(
    call: str,
    org: str = ORG,
    why: str = typer.Option(..., "--why", help="Why it is read; the organisation's log tells."),
    as_json: bool = JSON,
) -> None:
    """Read what was asked and answered in a call. The organisation's log tells that it was read, and why."""
    async with inside(org) as (rooms, who):
        content = await rooms.keeping.read(who, _call_id(call), why)
    if as_json:
        print_json({"question": content.question, "answer": content.answer, "at": content.at, "digest": content.digest})
        return
    print(plain(content.question), plain(content.answer), sep="\n\n")


async def _of_call(events: "list[LedgerEntry]") -> "AsyncIterator[LedgerEntry]":
    for event in events:
        yield event


def _body(event: "LedgerEntry") -> dict[str, Any]:
    return {
        "seq": event.seq,
        "call": str(event.call_id),
        "event": event.event,
        "at": event.at.isoformat(),
        "body": event.body,
        "previous": event.previous,
        "digest": event.digest,
    }


def _line(event: "LedgerEntry") -> str:
    """An event as a person reads it: when, which call, and what matters of it."""
    body = event.body
    said = [body.get("action"), body.get("model"), body.get("level"), body.get("purpose"), body.get("principal")]
    if event.event == "closed":
        said = [body.get("outcome"), body.get("failure"), body.get("ms") and f"{body['ms']} ms"]
    at = event.at.astimezone(_HERE).isoformat(" ", "seconds")
    return f"{event.seq:>8}  {at}  {event.call_id}  {event.event}  {'  '.join(str(one) for one in said if one)}\n"


def _moment(given: str) -> datetime | None:
    """A day or time as it is written; Swedish time where it names no zone. Raises Invalid."""
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise Invalid(
            sv=f"{given} är varken en dag eller en tid. Skriv 2026-11-22 eller 2026-11-22T08:00.",
            en=f"{given} is neither a day nor a time. Write 2026-11-22 or 2026-11-22T08:00.",
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=_HERE)


def _call(given: str) -> UUID | None:
    """The id of a call, if one is named. Raises Invalid."""
    return _call_id(given) if given else None


def _call_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Invalid(sv=f"{given} är inget anrops id.", en=f"{given} is not the id of a call.") from None
