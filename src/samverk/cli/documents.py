"""`samverk ingest`, `samverk search` and `samverk document list|delete`."""

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from samverk.cli.choices import JSON, ORG
from samverk.cli.run import command, inside, language, print_json, say
from samverk.core.errors import NotFound

if TYPE_CHECKING:
    from samverk.knowledge.views import DocumentInfo

_STATUSES = {"read": ("läst", "read"), "reading": ("läses", "being read"), "not_read": ("inte läst", "not read")}

COLLECTION = typer.Option(..., "--collection", help="The collection's slug.")


class ProgressLine:
    """A bar on standard error while documents are read; silent where nobody watches."""

    def __init__(self, title: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(title, total=None)

    def __enter__(self) -> "ProgressLine":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int, path: str, pages: tuple[int, int] = (0, 0)) -> None:
        """Show that `done` of `total` documents are ready, `path` the latest, and so many pages of so many recognised."""
        said = f" ({'sida' if language() == 'sv' else 'page'} {pages[0]}/{pages[1]})" if pages[1] else ""
        self._progress.update(self._task, completed=done, total=total, description=Path(path).name[:48] + said)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ingest)
    app.command()(search)
    document = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    document.command("list")(list_documents)
    document.command("delete")(delete_document)
    app.add_typer(document, name="document", help="Documents of a collection.")


@command
async def ingest(
    paths: list[Path] = typer.Argument(..., metavar="PATH…", help="Files and folders."),
    collection: str = COLLECTION,
    org: str = ORG,
    as_json: bool = JSON,
) -> None:
    """Read files and folders into a collection, which is made if it is missing."""
    from samverk.knowledge.ingest import ingest_paths

    async with inside(org, work=True) as (rooms, who):
        with ProgressLine(collection) as progress:
            summary = await ingest_paths(rooms.knowledge, who.org_id, collection, paths, progress)
    if as_json:
        print_json(summary.as_json())
        return
    for document in summary.documents:
        if document.status == "not_read" and document.reason:
            print(f"{document.path}: {document.reason.message(language())}")
    read, same, left = (summary.count(status) for status in ("read", "unchanged", "not_read"))
    say(
        f"Lästa: {read}. Oförändrade: {same}. Inte lästa: {left}.",
        f"Read: {read}. Unchanged: {same}. Not read: {left}.",
    )


@command
async def search(
    query: str,
    collection: str = COLLECTION,
    org: str = ORG,
    limit: int = typer.Option(10, min=1, max=100, help="How many passages."),
    as_json: bool = JSON,
) -> None:
    """Search a collection."""
    from samverk.answers.model import place

    async with inside(org) as (rooms, who):
        await rooms.knowledge.collection(who, collection)
        found = await rooms.knowledge.search(who, [collection], query, limit)
    if as_json:
        hits = [
            {
                "passage": str(hit.id),
                "document": hit.title,
                "document_id": str(hit.document_id),
                "heading": list(hit.heading),
                "page": hit.label,
                "score": hit.score,
                "text": hit.text,
            }
            for hit in found.hits
        ]
        left_out = [{"title": item.title, "reason": item.reason.as_json()} for item in found.left_out]
        print_json({"passages": hits, "left_out": left_out})
        return
    for number, hit in enumerate(found.hits, start=1):
        print(f"{number}. {hit.title}, {place(hit.heading, hit.label, language())}")
        print(f"   {' '.join(hit.text.split())[:300]}\n")
    if not found.hits:
        say("Inget stycke liknar det du söker.", "No passage resembles what you search for.")
    sys.stdout.flush()


@command
async def list_documents(collection: str = COLLECTION, org: str = ORG, as_json: bool = JSON) -> None:
    """List the documents of a collection, and why those that are not read are not."""
    async with inside(org) as (rooms, who):
        found = await rooms.knowledge.documents(who, collection)
    if as_json:
        print_json([_document(info) for info in found])
    column = 0 if language() == "sv" else 1
    for info in [] if as_json else found:
        print(f"{info.path}\t{info.reason.message(language()) if info.reason else _STATUSES[info.status][column]}")


def _document(info: "DocumentInfo") -> dict[str, Any]:
    shown = ("id", "path", "title", "status", "pages", "passages", "version", "updated_at")
    reason = info.reason.as_json() if info.reason else None
    return {**{name: getattr(info, name) for name in shown}, "reason": reason}


@command
async def delete_document(
    path: str = typer.Argument(..., metavar="PATH", help="The document's path in the collection, or its id."),
    collection: str = COLLECTION,
    org: str = ORG,
) -> None:
    """Take a document out of its collection."""
    async with inside(org) as (rooms, who):
        found = await rooms.knowledge.documents(who, collection)
        wanted = next((info for info in found if path in (info.path, str(info.id))), None)
        if wanted is None:
            raise NotFound("document", path)
        await rooms.knowledge.delete(who.org_id, wanted.id)
    say(f"Dokumentet {wanted.path} är borttaget.", f"The document {wanted.path} is deleted.")
