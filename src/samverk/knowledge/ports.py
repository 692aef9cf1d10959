"""The ports of the room: the search index (adapters in `indexes/`) and the parsers of file formats (in `parsers/`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from samverk.core.errors import SamverkError
from samverk.knowledge.passages import Parsed


class Shelf(NamedTuple):
    """The place of a collection's passages in the index, and the organisation that owns them."""

    org: UUID
    collection: UUID


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A passage as the index sees it, with what a search can be narrowed by.

    `group` is the id of its document version: what is removed together. `dated` is when the source says that the document
    was changed, else when the version was added; an entry without it is found by no search that asks for dates.
    """

    id: str
    group: str
    title: str  # the document's title and the passage's headings
    text: str
    type: str = ""
    dated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: who asks, exactly where, for what, and how many at most. The filters are part of the query.

    `types` are of `narrowing.TYPES`, empty for any; `since` is the first moment that counts and `until` the first that does not.
    The level of information follows the collection, so that it is chosen with `collections`.
    """

    org: UUID
    collections: Sequence[UUID]
    text: str
    limit: int
    types: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether there are filters."""
        return bool(self.types or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. Scores are comparable within one search only."""

    id: str
    score: float
    collection: UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a shelf has come: the sequence of its last change, 0 where it is missing or damaged.

    `is_outdated`: it was made by other rules. It can be searched, not changed, and should be made anew.
    """

    sequence: int
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """What an adapter may use: a folder of its own, to be made when first needed, and servers where there are any."""

    folder: Path
    database_url: str = ""  # of the platform's own
    open_shelves: int = 32  # readers that are kept
    chroma_url: str = ""
    chroma_token: str = ""


class ShelfDamaged(SamverkError):
    """The search index of a collection is missing or damaged and has to be rebuilt."""

    code = "index_damaged"
    status = 503
    sv = "Sökindexet för kunskapssamlingen är skadat och behöver byggas om. Försök igen om en stund."
    en = "The search index of the collection is damaged and has to be rebuilt. Please try again in a while."

    def __init__(self, collection: UUID | None = None) -> None:
        """`collection` is the one whose shelf it is, where that is known."""
        super().__init__()
        self.collection = collection


class ShelfBusy(SamverkError):
    """Somebody else has been writing to the search index of a collection for too long."""

    code = "index_busy"
    status = 503
    sv = "Sökindexet för kunskapssamlingen är upptaget. Försök igen om en stund."
    en = "The search index of the collection is busy. Please try again in a while."


class ShelfNotWritten(SamverkError):
    """The search index could not be written; what it held before is untouched."""

    code = "index_not_written"
    status = 503
    sv = "Sökindexet för kunskapssamlingen kunde inte skrivas. Kontrollera att det finns plats på disken."
    en = "The search index of the collection could not be written. Check that there is room on the disk."


class SearchIndex(Protocol):
    """A search index with one shelf for each collection. Derived data: it can be rebuilt from the database.

    A shelf that is missing or damaged never looks like one that holds nothing: to search it raises ShelfDamaged, as does
    to change a damaged one. Safe to use from several threads and processes.
    """

    def apply(self, shelf: Shelf, add: Iterable[IndexEntry], remove: Iterable[str], sequence: int) -> None:
        """Remove the groups, add the entries and remember `sequence`, in one commit. Applying twice changes nothing.

        An entry takes the place of the one with its id. When it fails, the shelf is as it was. Raises ShelfDamaged,
        ShelfBusy, ShelfNotWritten.
        """
        ...

    def standing(self, shelf: Shelf) -> Standing:
        """How far the shelf has come."""
        ...

    def search(self, wanted: Wanted) -> list[Hit]:
        """The best passages, best first, scored with term statistics summed over exactly the collections searched.

        Raises ShelfDamaged.
        """
        ...

    def replace(self, shelf: Shelf, made: Shelf) -> None:
        """Put the shelf `made` in the place of another, or of none, in one step that every search sees whole."""
        ...

    def drop(self, shelf: Shelf) -> None:
        """Forget a shelf. Raises ShelfBusy."""
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
