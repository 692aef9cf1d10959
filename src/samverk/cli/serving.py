"""`samverk serve` and `samverk demo`."""

import sys
from typing import TYPE_CHECKING

import typer

from samverk.cli.asking import answer_of, print_answer
from samverk.cli.documents import ProgressLine
from samverk.cli.run import command, say
from samverk.cli.run import settings as quiet_settings
from samverk.core import settings as configuration
from samverk.core.settings import Settings
from samverk.identity.principal import system

if TYPE_CHECKING:
    from samverk.knowledge.ingest import Summary

PORT = typer.Option(None, min=0, max=65535, help="The port; 8400 unless SAMVERK_PORT says otherwise.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(demo)


@command
async def serve(port: int = PORT) -> None:
    """Serve the pages and the interfaces."""
    from samverk.app.server import serve as serve_until_stopped

    settings = configuration.load()
    await serve_until_stopped(settings, settings.port if port is None else port, _say_ready)


@command
async def demo(
    no_serve: bool = typer.Option(False, "--no-serve", help="Set up, ask one question, print the answer, end."),
    port: int = PORT,
) -> None:
    """Set up the fictional Björksta kommun, ask one question, and serve the pages."""
    await _prepare(quiet_settings())
    if no_serve:
        return
    from samverk.app.server import serve as serve_until_stopped

    settings = configuration.load()
    await serve_until_stopped(settings, settings.port if port is None else port, _say_where)


def _say_ready(address: str) -> None:
    say(
        f"Samverk är igång: {address}\nAvsluta med Ctrl+C.",
        f"Samverk is running: {address}\nStop with Ctrl+C.",
    )


async def _prepare(settings: Settings) -> None:
    from samverk.app import demo as kit
    from samverk.app.platform import running

    demo = kit.load()
    async with running(settings) as platform:
        say("Förbereder Björksta kommun, som är påhittad …", "Preparing Björksta kommun, which is fictional …")
        with ProgressLine("Björksta kommun") as progress:
            summaries = await kit.set_up(platform, demo, progress)
        _say_what_was_done(summaries)
        first = demo.first_question
        org = await platform.rooms.identity.org(first["org"])
        print(f"\n? {first['question']}\n")
        answer = await answer_of(platform.rooms, system(org.id), first["assistant"], first["question"])
        print_answer(answer, sys.stdout)


def _say_what_was_done(summaries: "list[Summary]") -> None:
    read, same, left = (sum(summary.count(kind) for summary in summaries) for kind in ("read", "unchanged", "not_read"))
    if not read and not left:
        say(f"Allt fanns redan. Dokument: {same}.", f"All was there already. Documents: {same}.")
    else:
        say(
            f"Klart. Lästa dokument: {read}. Oförändrade: {same}. Inte lästa: {left}.",
            f"Done. Documents read: {read}. Unchanged: {same}. Not read: {left}.",
        )


def _say_where(address: str) -> None:
    from samverk.app import demo as kit

    say(f"\nSamverk är igång: {address}", f"\nSamverk is running: {address}")
    say(f"\nLogga in på {address}/logga-in som någon av:", f"\nLog in at {address}/logga-in as one of:")
    for person in kit.load().people("bjorksta"):
        print(f"  {person['email']:<38} {person['title']}", file=sys.stderr)
    say(f"Lösenordet är {kit.PASSWORD} för alla.", f"The password is {kit.PASSWORD} for all.")
    citizen = f"{address}/fraga/bjorksta/ekonomiskt-bistand"
    say(f"\nUtan inloggning, som invånare: {citizen}", f"\nWithout log-in, as a citizen: {citizen}")
    say("\nAvsluta med Ctrl+C.", "Stop with Ctrl+C.")
