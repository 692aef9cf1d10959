"""The command `samverk`: groups of commands, and the last wall between a fault and the person."""

import sys

import typer

from samverk import __version__
from samverk.cli import administration, asking, benches, building, documents, models, serving
from samverk.cli.run import FAULT, say

app = typer.Typer(
    help="Samverk: svar ur organisationens egna dokument, med kontrollerade källhänvisningar.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for group in (serving, administration, building, models, documents, asking, benches):
    group.register(app)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True)) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line. A fault of ours ends with one line and its kind, never a traceback."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has left
    except Exception as error:  # noqa: BLE001 - the edge of the process: recorded below
        kind = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        say(f"samverk: Något gick fel hos oss ({kind}).", f"samverk: Something went wrong on our side ({kind}).")
        sys.exit(FAULT)
