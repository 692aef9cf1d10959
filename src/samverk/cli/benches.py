"""`samverk bench retrieval|answers`: measures the product on a set of questions, with the product's own parts."""

from pathlib import Path

import typer

from samverk.cli.documents import ProgressLine
from samverk.cli.run import command, fail, say
from samverk.core.errors import SamverkError

FOLDER = typer.Argument(..., metavar="DIR", help="A folder with corpus.jsonl or corpus.jsonl.gz, and queries.jsonl.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    bench = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    bench.command()(retrieval)
    bench.command()(answers)
    app.add_typer(bench, name="bench", help="Measure.")


def retrieval(
    folder: Path = FOLDER, run: Path = typer.Option(..., "--run", help="Where the TREC run is written.")
) -> None:
    """Index a set, search for every query, write a TREC run and print how well it went."""
    from samverk.knowledge import bench

    try:
        report = bench.retrieval(folder, run)
    except SamverkError as error:
        fail(error)
    for line in report.lines():
        print(line)


@command
async def answers(
    folder: Path = FOLDER,
    out: Path = typer.Option(..., "--out", help="Where the answers are written, one JSON a line."),
) -> None:
    """Ask every query through the real answer path with the embedded model."""
    from samverk.app import bench

    with ProgressLine("answers") as progress:
        asked = await bench.answers(folder, out, progress)
    say(f"{asked} frågor besvarade: {out}", f"{asked} questions asked: {out}")
