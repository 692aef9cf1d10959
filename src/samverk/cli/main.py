"""The command `samverk`: groups of commands, and the last wall between a fault and the person."""

import sys
from typing import Any

import typer

from samverk import __version__
from samverk.cli import (
    administration,
    asking,
    benches,
    budgets,
    building,
    catalogues,
    documents,
    ledger,
    masking,
    models,
    serving,
    sources,
    vectors,
)
from samverk.cli.run import FAULT, STOPPED, WRONG_USE, language, say
from samverk.cli.usage import told

app = typer.Typer(
    help="Samverk: answers from the organisation's own documents, with checked citations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for group in (
    serving,
    administration,
    building,
    models,
    budgets,
    catalogues,
    documents,
    sources,
    vectors,
    asking,
    masking,
    ledger,
    benches,
):
    group.register(app)


@app.callback(invoke_without_command=True)
def _version(version: bool = typer.Option(False, "--version", help="Print the version.", is_eager=True)) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line. Wrong use and faults of ours end with one line, never a traceback."""
    try:
        sys.exit(app(prog_name="samverk", standalone_mode=False))
    except typer.TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # a group of commands without the command: its help
            print(message, file=sys.stderr)
        else:
            print(f"samverk: {told(message, _command_named(sys.argv[1:]), language())}", file=sys.stderr)
        sys.exit(WRONG_USE)
    except typer.Abort:
        sys.exit(STOPPED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has left
    except Exception as error:  # noqa: BLE001 - the edge of the process: recorded below
        kind = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        say(f"samverk: Något gick fel hos oss ({kind}).", f"samverk: Something went wrong on our side ({kind}).")
        sys.exit(FAULT)


def _command_named(words: list[str]) -> str:
    """The command that the words of the command line name, as far as it exists."""
    command: Any = typer.main.get_command(app)
    found = ["samverk"]
    for word in words:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        found.append(word)
    return " ".join(found)
