"""The ports of the room: the search index (adapters in `indexes/`) and the parsers of file formats (in `parsers/`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from samverk.knowledge.passages import Parsed


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A passage as the index sees it. `group` is the id of its document version: what is removed together."""

    id: str
    group: str
    title: str  # the document's title and the passage's headings
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. Scores are comparable within one search only."""

    id: str
    score: float
    collection: UUID


class SearchIndex(Protocol):
    """A search index with one shelf for each collection. Derived data: it can be rebuilt from the database.

    A damaged shelf is neither searched nor changed: both raise a SamverkError with code `index_damaged`, and the owner
    drops the shelf and applies everything again. Safe to use from several threads and processes.
    """

    def apply(self, collection: UUID, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """Remove the groups, add the entries and remember `sequence`, in one commit. Applying twice changes nothing.

        An entry takes the place of the one with its id. When it fails, the shelf is as it was.
        """
        ...

    def applied(self, collection: UUID) -> int:
        """The sequence of the last applied change; 0 for a shelf that is missing or damaged."""
        ...

    def search(self, collections: Sequence[UUID], query: str, limit: int) -> list[Hit]:
        """The best passages of exactly these collections, best first, scored with term statistics summed over them."""
        ...

    def drop(self, collection: UUID) -> None:
        """Forget a collection."""
        ...


class Parser(Protocol):
    """A reader of file formats. One file in `parsers/` holds one class with this shape, named in `PARSER`.

    It runs inside the sandbox: no network, no environment, bounded memory and time.
    """

    name: str  # with its version: "pdf/1"
    suffixes: frozenset[str]  # lower case, with the dot

    def parse(self, path: Path) -> Parsed:
        """Read the file. Raises `Unreadable` with a plain reason."""
        ...
