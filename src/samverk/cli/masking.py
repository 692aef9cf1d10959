"""`samverk mask`: personal data in text, replaced. Needs no platform: no settings, no database, nothing but the text."""

import sys
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any

import orjson
import typer

from samverk.cli.run import fail, language
from samverk.core.errors import Invalid


class HowChoice(StrEnum):
    """What stands in the text instead, for good."""

    GENERALISE = "generalise"
    BLACK = "black"
    REPLACE = "replace"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(mask)


def mask(
    jsonl: bool = typer.Option(False, "--jsonl", help="Read and write one JSON object a line."),
    labels: str = typer.Option("", "--labels", help="Look for these alone: PERSON,PHONE"),
    careful: bool = typer.Option(False, "--careful", help="Mask also what is only likely to be personal data."),
    irreversible: bool = typer.Option(False, "--irreversible", help="For publishing: decades, towns, kinds."),
    how: HowChoice | None = typer.Option(None, "--how", help="For publishing, in this way."),
) -> None:
    """Mask personal data: text in, masked text out."""
    chosen = how or (HowChoice.GENERALISE if irreversible else None)
    try:
        masker = _masker(_wanted(labels), careful, chosen)
        if jsonl:
            _lines(masker)
        else:
            text = _decoded(sys.stdin.buffer.read())
            sys.stdout.buffer.write(masker(text)["masked"].encode())
            sys.stdout.buffer.flush()
    except Invalid as error:
        fail(error)


def _wanted(labels: str) -> set[str]:
    return {label.strip().upper() for label in labels.split(",") if label.strip()}


def _masker(wanted: Collection[str], careful: bool, how: HowChoice | None) -> Callable[[str], dict[str, Any]]:
    """What masks one text and says what was found. Each text has tokens of its own. Raises Invalid for an unknown label."""
    from samverk.masking.engine import BALANCED, CAREFUL, Engine
    from samverk.masking.pseudonyms import Pseudonyms
    from samverk.masking.publishing import publish

    engine = Engine()
    if unknown := sorted(set(wanted) - set(engine.labels)):
        names, known = ", ".join(unknown), ", ".join(engine.labels)
        raise Invalid(
            sv=f"--labels kan inte vara {names}. Det som går är {known}.",
            en=f"--labels cannot be {names}. What can be given is {known}.",
        )
    off = set(engine.labels) - set(wanted) if wanted else ()

    def masked(text: str) -> dict[str, Any]:
        spans = engine.find(text, threshold=CAREFUL if careful else BALANCED, off=off)
        done = publish(text, spans, how.value, language=language()) if how else Pseudonyms().mask([text], [spans])[0]
        return {"spans": spans, "masked": done}

    return masked


def _lines(masker: Callable[[str], dict[str, Any]]) -> None:
    """Mask line by line, so that a file of any size takes no more memory than its longest line."""
    out = sys.stdout.buffer
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line := line.removeprefix(b"\xef\xbb\xbf").strip():
            given = _object(line, number)
            out.write(orjson.dumps(given | masker(given["text"])) + b"\n")
            out.flush()


def _object(line: bytes, number: int) -> dict[str, Any]:
    """The object of a line. Raises Invalid, with the line's number."""
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise Invalid(sv=f"Rad {number}: Det är inte JSON.", en=f"Line {number}: It is not JSON.") from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise Invalid(
            sv=f"Rad {number}: Det ska vara ett objekt med text i fältet text.",
            en=f"Line {number}: It must be an object with text in the field text.",
        )
    return given


def _decoded(data: bytes) -> str:
    """The text. Raises Invalid for another encoding: names with å, ä and ö would be read wrong, and missed."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Invalid(
            sv=f"Texten är inte i UTF-8 (byte {error.start + 1}). Spara den som UTF-8 och försök igen.",
            en=f"The text is not in UTF-8 (byte {error.start + 1}). Save it as UTF-8 and try again.",
        ) from None
