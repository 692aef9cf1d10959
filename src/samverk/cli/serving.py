"""`samverk serve` and `samverk demo`."""

import sys

import typer

from samverk.cli.asking import answer_of, print_answer
from samverk.cli.documents import ProgressLine
from samverk.cli.run import command, say
from samverk.core import settings as configuration
from samverk.core.settings import Settings
from samverk.identity.principal import system

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
    chosen = settings.port if port is None else port
    say(f"Samverk: http://{settings.host}:{chosen}", f"Samverk: http://{settings.host}:{chosen}")
    await serve_until_stopped(settings, chosen)


@command
async def demo(
    no_serve: bool = typer.Option(False, "--no-serve", help="Set up, ask one question, print the answer, end."),
    port: int = PORT,
) -> None:
    """Set up the fictional Björksta kommun, ask one question, and serve the pages."""
    settings = configuration.load()
    await _prepare(settings)
    if no_serve:
        return
    from samverk.app.server import serve as serve_until_stopped

    chosen = settings.port if port is None else port
    _say_where(f"http://{settings.host}:{chosen}")
    await serve_until_stopped(settings, chosen)


async def _prepare(settings: Settings) -> None:
    from samverk.app import demo as kit
    from samverk.app.platform import running

    demo = kit.load()
    async with running(settings) as platform:
        with ProgressLine("Björksta kommun") as progress:
            await kit.set_up(platform, demo, progress)
        first = demo.first_question
        org = await platform.rooms.identity.org(first["org"])
        print(f"\n? {first['question']}\n")
        answer = await answer_of(platform, system(org.id), first["assistant"], first["question"])
        print_answer(answer, sys.stdout)


def _say_where(address: str) -> None:
    from samverk.app import demo as kit

    say(f"\nSamverk är igång: {address}", f"\nSamverk is running: {address}")
    say("Logga in som:", "Log in as:")
    for person in kit.load().people("bjorksta"):
        print(f"  {person['email']:<38} {person['title']}", file=sys.stderr)
    say(f"Lösenord för alla: {kit.PASSWORD}", f"Password for all: {kit.PASSWORD}")
    citizen = f"{address}/fraga/bjorksta/ekonomiskt-bistand"
    say(f"Utan inloggning, som invånare: {citizen}", f"Without log-in, as a citizen: {citizen}")
    say("Avsluta med Ctrl+C.", "Stop with Ctrl+C.")
