"""`samverk ask`, `samverk trace` and `samverk cite-check`."""

import sys
from typing import TYPE_CHECKING, Any, TextIO
from uuid import UUID

import orjson
import typer

from samverk.answers.model import Answer, Citation, RunEvent, unsaid
from samverk.cli.choices import JSON, ORG
from samverk.cli.run import command, fail, inside, language, print_json
from samverk.core.errors import Invalid, ModelFailed, SamverkError
from samverk.identity.principal import Principal

if TYPE_CHECKING:
    from samverk.http.rooms import Rooms

_VERDICTS = {
    "verified": ("verifierad", "verified"),
    "supported": ("stöds", "supported"),
    "unverified": ("ej verifierad", "not verified"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ask)
    app.command()(trace)
    app.command("cite-check")(cite_check)


@command
async def ask(
    question: str,
    assistant: str = typer.Option(..., "--assistant", help="The assistant's slug."),
    org: str = ORG,
    json: bool = JSON,
) -> None:
    """Ask an assistant."""
    async with inside(org) as (rooms, who):
        answer = await answer_of(rooms, who, assistant, question, None if json else sys.stdout)
    if json:
        print_json(as_json(answer))
    else:
        print_answer(answer, sys.stdout, without_text=True)


@command
async def trace(
    answer: UUID = typer.Argument(..., metavar="ID", help="The `trace` of `samverk ask --json`."), org: str = ORG
) -> None:
    """Print how an answer of `samverk ask` came about, as JSON."""
    async with inside(org) as (rooms, who):
        print_json(await rooms.answers.trace(who, answer))


async def answer_of(
    rooms: "Rooms", principal: Principal, assistant: str, question: str, stream: TextIO | None = None
) -> Answer:
    """Ask and wait. With `stream` the text is written there as it comes; where another answer stands in the end, that too.

    Raises the error that the run ended with.
    """
    said = ""

    def show(event: RunEvent) -> None:
        nonlocal said
        if event.kind == "text" and stream:
            said += event.body["text"]
            stream.write(event.body["text"])
            stream.flush()

    answer: Answer = await rooms.answers.answer(principal, assistant, question, show)
    if answer.error:
        if said:
            print(file=stream)  # the error stands on a line of its own
        raise _failure(answer.error)
    if stream:
        stream.write(unsaid(said, answer.text))
    return answer


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer as `--json` prints it."""
    return {
        "answer": answer.text,
        "citations": [
            {
                "n": citation.n,
                "passage": str(citation.passage) if citation.passage else None,
                "document": citation.document,
                "heading": list(citation.heading),
                "page": citation.page,
                "quote": citation.quote,
                "verdict": citation.verdict,
            }
            for citation in answer.citations
        ],
        "answered": answer.answered,
        "confidence": answer.confidence,
        "model": answer.model.get("slug"),
        "contact": answer.contact,
        "trace": str(answer.run),
        "ms": answer.ms,
    }


def _failure(body: dict[str, Any]) -> SamverkError:
    """The error that ended a run, with the exit code that belongs to it."""
    error: SamverkError = ModelFailed(model="", why="") if body["code"] == "model_failed" else SamverkError()
    error.code, error.sv, error.en = body["code"], body["sv"], body["en"]
    error.status = {"not_found": 404, "policy_denied": 403}.get(body["code"], error.status)
    return error


def print_answer(answer: Answer, out: TextIO, *, without_text: bool = False) -> None:
    """The answer as a person reads it in a terminal: text, then sources with their verdicts."""
    column = 0 if language() == "sv" else 1
    if not without_text:
        out.write(answer.text)
    out.write("\n\n")
    for line in dict.fromkeys(map(_source, answer.citations)):  # several sentences may rest on one passage
        out.write(line)
    if answer.contact:
        contact = ", ".join(value for value in answer.contact.values() if value)
        out.write(f"\n{('Fråga i stället', 'Ask instead')[column]}: {contact}\n")
    out.flush()


def _source(citation: Citation) -> str:
    where = citation.place(language())
    verdict = _VERDICTS[citation.verdict][0 if language() == "sv" else 1]
    return f"[{citation.n}] {citation.document}{', ' if where else ''}{where} – {verdict}\n"


def _bad_line(number: int, error: Exception) -> Invalid:
    sv, en = (error.sv, error.en) if isinstance(error, Invalid) else ("Det är inte JSON.", "It is not JSON.")
    return Invalid(sv=f"Rad {number}: {sv}", en=f"Line {number}: {en}")


def cite_check(jsonl: bool = typer.Option(False, "--jsonl", help="Read and write one JSON object a line.")) -> None:
    """Check sentences against passages: {sentence, passage} in, {verdict, start, end, reasons} out."""
    from samverk.answers.citations import check_line

    if not jsonl:
        fail(Invalid(sv="Ange --jsonl: en rad JSON in, en rad ut.", en="Give --jsonl: a line of JSON in, a line out."))
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            result = check_line(orjson.loads(line))
        except (orjson.JSONDecodeError, Invalid) as error:
            fail(_bad_line(number, error))
        sys.stdout.buffer.write(orjson.dumps(result) + b"\n")
        sys.stdout.buffer.flush()
