"""`samverk vectors status|try|on|off|forget`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from samverk.cli.choices import JSON, ORG
from samverk.cli.documents import ProgressLine
from samverk.cli.run import command, inside, language, plain, print_json, say
from samverk.core.errors import Invalid

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms
    from samverk.identity.principal import Principal
    from samverk.knowledge.vectors import SetInfo

_LOOK_AGAIN_SECONDS = 0.4
MODEL = typer.Argument(..., metavar="MODEL", help="The model's slug.")
_STATES = {
    "making": ("görs", "being made"),
    "made": ("gjorda", "made"),
    "failed": ("avbrutna", "broken off"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    vectors = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    vectors.command()(status)
    vectors.command("try")(try_them)
    vectors.command()(on)
    vectors.command()(off)
    vectors.command()(forget)
    app.add_typer(vectors, name="vectors", help="Vectors of passages, beside the search by words.")


@command
async def status(org: str = ORG, as_json: bool = JSON) -> None:
    """Show the vectors that there are, whether they serve, and what the latest trial gave."""
    async with inside(org) as (rooms, who):
        found = await rooms.knowledge.vectors.of(who)
    if as_json:
        print_json([info.as_json() for info in found])
        return
    for info in found:
        _show(info)
    if not found:
        say("Sökningen går på orden enbart.", "The search goes by words alone.")


@command
async def try_them(
    model: str = MODEL,
    golden: Path = typer.Option(
        ..., "--golden", metavar="DIR", help="A folder with queries.jsonl: your own questions."
    ),
    org: str = ORG,
    collection: list[str] = typer.Option([], "--collection", help="What the questions are put to; all, unless given."),
    query_prefix: str = typer.Option("", help="What the model wants before a question."),
    passage_prefix: str = typer.Option("", help="What the model wants before a passage."),
    as_json: bool = JSON,
) -> None:
    """Make vectors of all passages with a model, and measure on your own questions whether they make the search better."""
    from samverk.knowledge.bench import read_queries

    questions = read_queries(golden)
    async with inside(org, work=True) as (rooms, who):
        known = [info for info in await rooms.knowledge.vectors.of(who) if info.model == model and info.serving]
        if not known:
            await rooms.knowledge.vectors.begin(who, model, query_prefix, passage_prefix)
            await _made(rooms, who, model)
        info = await rooms.knowledge.trial.run(who, model, questions, collection)
    if as_json:
        print_json(info.as_json())
    else:
        _show(info)


async def _made(rooms: "Rooms", who: "Principal", model: str) -> None:
    """Wait until the vectors are made. Raises Invalid with the reason where they could not be."""
    with ProgressLine(model) as progress:
        while (info := await rooms.knowledge.vectors.get(who, model)).state == "making":
            progress(
                info.vectors, max(info.passages, info.vectors), _STATES[info.state][0 if language() == "sv" else 1]
            )
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    if info.state == "failed" and info.reason:
        raise Invalid(sv=info.reason.sv, en=info.reason.en)


@command
async def on(model: str = MODEL, org: str = ORG) -> None:
    """Let a model's vectors serve, if the trial has shown that they win."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.vectors.turn_on(who, model)
    say(f"Sökningen använder nu vektorer från {model}.", f"The search now uses the vectors of {model}.")


@command
async def off(org: str = ORG) -> None:
    """Let words alone serve again. The vectors are kept."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.vectors.turn_off(who)
    say("Sökningen går nu på orden enbart.", "The search now goes by words alone.")


@command
async def forget(model: str = MODEL, org: str = ORG) -> None:
    """Stop making a model's vectors, and delete those that were made."""
    async with inside(org) as (rooms, who):
        await rooms.knowledge.vectors.forget(who, model)
    say(f"Vektorerna från {model} är borttagna.", f"The vectors of {model} are deleted.")


def _show(info: "SetInfo") -> None:
    """A set for a person, and what it lacks."""
    from samverk.knowledge.fusion import FEWEST_QUESTIONS

    column = 0 if language() == "sv" else 1
    serving = ("\tanvänds", "\tin use")[column] if info.serving else ""
    print(f"{info.model}\t{_STATES[info.state][column]}\t{info.vectors}/{info.passages}{serving}")
    if info.reason:
        print(f"\t{info.reason.message(language())}")
    for name, reason in info.refused.items():
        print(f"\t{plain(name)}: {reason.message(language())}")
    if info.figures:
        facts = info.figures
        print(f"\tnDCG@10 {facts['words']:.3f} → {facts['fused']:.3f} ({facts['questions']}, {facts['sure']:.0%})")
        few = facts["questions"] < FEWEST_QUESTIONS
        print("\t" + (_TOO_FEW if few else _VERDICTS[facts["wins"]])[column])


_TOO_FEW = (
    "Frågorna är för få för att avgöra något; tjugo behövs.",
    "The questions are too few to decide anything; twenty are needed.",
)
_VERDICTS = {
    True: ("Vektorerna ger bättre träffar och kan slås på.", "The vectors give better hits and can be switched on."),
    False: (
        "Vektorerna ger inte säkert bättre träffar, så de slås inte på.",
        "The vectors do not surely give better hits, so they are not switched on.",
    ),
}
