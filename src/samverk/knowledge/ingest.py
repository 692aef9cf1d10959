"""Reading files and folders into a collection and waiting until they are read: what the command `ingest` does."""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol
from uuid import UUID

from samverk.core.blobs import SourceUnreadable
from samverk.core.errors import Invalid, NotFound, TooLarge
from samverk.identity.principal import system
from samverk.knowledge.receiving import changed_at
from samverk.knowledge.recognition import told
from samverk.knowledge.service import Knowledge
from samverk.knowledge.views import DocumentInfo, Reason

Outcome = Literal["read", "not_read", "unchanged"]

_LOOK_AGAIN_SECONDS = 0.4
_WATCHED = 50  # documents whose pages are told of
_LOOK_AFTER_SECONDS = 5.0  # between two looks for readings that failed for good

_UNCHANGED = Reason("unchanged", "Oförändrat sedan det lästes senast.", "Unchanged since it was read the last time.")
_OUTSIDE = Reason(
    "link_outside", "Länken leder ut ur mappen och följs inte.", "The link leads out of the folder and is not followed."
)
_NOT_A_FILE = Reason("not_a_file", "Det är ingen vanlig fil.", "It is not a regular file.")


@dataclass(frozen=True, slots=True)
class Document:
    """How it went for one file. `reason` is set unless it was read."""

    path: str
    status: Outcome
    reason: Reason | None
    pages: int
    passages: int
    ms: int

    def as_json(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "path": self.path,
            "status": self.status,
            "reason": self.reason.as_json() if self.reason else None,
            "pages": self.pages,
            "passages": self.passages,
            "ms": self.ms,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of every file, in the order in which they were found."""

    documents: tuple[Document, ...]

    def count(self, status: Outcome) -> int:
        """How many files ended like this."""
        return sum(document.status == status for document in self.documents)

    def as_json(self) -> dict[str, Any]:
        """As the command prints it: {documents: [{path, status, reason, pages, passages, ms}]}."""
        return {"documents": [document.as_json() for document in self.documents]}


class Progress(Protocol):
    """Is told how far it has come."""

    def __call__(self, done: int, total: int, path: str, pages: tuple[int, int] = (0, 0)) -> None:
        """`done` of `total` documents are ready, `path` is the latest; so many `pages` of so many are recognised."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that was found: where it lies, the path that it gets, and why it is left out, if it is."""

    file: Path
    name: str
    refused: Reason | None = None


def candidates(paths: Iterable[Path]) -> Iterator[Candidate]:
    """The files under these paths: named ones as they are, folders without what is hidden, sorted.

    A file in a folder gets its path below that folder's parent, so that two folders do not mix. Raises NotFound for a path
    that does not exist.
    """
    for path in paths:
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file():
            yield Candidate(path, path.name)
        elif path.exists():
            yield Candidate(path, path.name, _NOT_A_FILE)
        else:
            raise NotFound("file", str(path))


def _walk(folder: Path) -> Iterator[Candidate]:
    root = folder.resolve()
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            file = Path(place) / name
            known_as = f"{root.name}/{file.relative_to(folder)}"
            yield Candidate(file, known_as, _refusal(file, root))


def _refusal(file: Path, root: Path) -> Reason | None:
    target = file.resolve()
    if not target.is_relative_to(root):
        return _OUTSIDE
    return None if target.is_file() else _NOT_A_FILE


def _refuse(error: OSError) -> None:
    raise Invalid(
        sv=f"Mappen {error.filename} går inte att öppna: {error.strerror}.",
        en=f"The folder {error.filename} cannot be opened: {error.strerror}.",
    ) from error


async def ingest_paths(
    knowledge: Knowledge, org_id: UUID, collection_slug: str, paths: Sequence[Path], on_progress: Progress | None = None
) -> Summary:
    """Add every file under the paths to a collection, which is made if it is missing, and wait until all are read.

    A file that cannot be read never stops the others. Raises NotFound for a path that does not exist, Invalid for a folder
    that cannot be opened, StorageFailed when there is no room; what was stored before then stays and is read later.
    """
    found = list(candidates(paths))
    await knowledge.ensure_collection(org_id, collection_slug)
    work = _Work(knowledge, org_id, len(found), on_progress)
    for position, candidate in enumerate(found):
        await work.take(collection_slug, position, candidate)
    await work.finish()
    collection = await knowledge.collection(system(org_id), collection_slug)
    await knowledge.follow(org_id, collection.id)
    return Summary(tuple(work.done[position] for position in range(len(found))))


@dataclass(slots=True)
class _Work:
    """One ingest under way."""

    knowledge: Knowledge
    org: UUID
    total: int
    on_progress: Progress | None
    done: dict[int, Document] = field(default_factory=dict)
    pending: dict[UUID, int] = field(default_factory=dict)
    looked: float = 0.0

    async def take(self, collection: str, position: int, candidate: Candidate) -> None:
        """Add one file, or settle why it is left out."""
        if candidate.refused:
            self._settle(position, _refused(candidate.name, candidate.refused))
            return
        try:
            received = await self.knowledge.receive(
                self.org, collection, candidate.name, candidate.file, modified=changed_at(candidate.file)
            )
        except (SourceUnreadable, TooLarge, Invalid) as error:
            self._settle(position, _refused(candidate.name, Reason.of(error)))
            return
        if not received.changed or received.id in self.pending:  # pending: named twice, and read as it was added last
            self._settle(position, Document(candidate.name, "unchanged", _UNCHANGED, 0, 0, 0))
        else:
            self.pending[received.id] = position
        if time.monotonic() - self.looked > _LOOK_AGAIN_SECONDS:
            await self._collect()

    async def finish(self) -> None:
        """Wait until every document is read or has a reason why not."""
        waited = 0.0
        while self.pending:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            await self._collect()
            waited += _LOOK_AGAIN_SECONDS
            if waited > _LOOK_AFTER_SECONDS:
                await self.knowledge.resume(self.org)
                waited = 0.0

    async def _collect(self) -> None:
        self.looked = time.monotonic()
        unfinished = await self.knowledge.unfinished(self.org, self.pending)
        ready = [document for document in self.pending if document not in unfinished]
        await self._tell_pages(sorted(unfinished)[:_WATCHED])
        if not ready:
            return
        for info in await self.knowledge.progress(self.org, ready):
            self._settle(self.pending.pop(info.id), _outcome(info))
        for document in set(ready) & self.pending.keys():  # deleted by somebody while it was read
            position = self.pending.pop(document)
            self._settle(position, _refused(str(document), _NOT_A_FILE))

    async def _tell_pages(self, waiting: Sequence[UUID]) -> None:
        """Say how many pages of the documents that were asked for first are recognised, where some are pictures."""
        if not self.on_progress or not waiting:
            return
        infos = await self.knowledge.progress(self.org, waiting)
        seen = [(info.path, pages) for info in infos if info.reason and (pages := told(info.reason.as_json()))]
        if seen:
            done, total = sum(pages[0] for _, pages in seen), sum(pages[1] for _, pages in seen)
            self.on_progress(len(self.done), self.total, seen[0][0], (done, total))

    def _settle(self, position: int, document: Document) -> None:
        self.done[position] = document
        if self.on_progress:
            self.on_progress(len(self.done), self.total, document.path)


def _outcome(info: DocumentInfo) -> Document:
    if info.status == "read":
        return Document(info.path, "read", None, info.pages, info.passages, info.ms or 0)
    return Document(info.path, "not_read", info.reason, 0, 0, info.ms or 0)


def _refused(name: str, reason: Reason) -> Document:
    return Document(name, "not_read", reason, 0, 0, 0)
