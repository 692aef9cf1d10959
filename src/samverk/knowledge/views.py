"""What the room tells others: collections, documents, found passages and why something was left out. Values without I/O."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Literal, TypeVar
from uuid import UUID

from samverk.core.errors import Language, SamverkError
from samverk.core.levels import Level
from samverk.knowledge import places

Status = Literal["reading", "read", "not_read"]
Filter = Literal["all", "failed", "reading", "old", "deleted"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is: a stable code, and a sentence for a person in both languages."""

    code: str
    sv: str
    en: str

    @classmethod
    def of(cls, error: SamverkError) -> "Reason":
        """The reason that an error gives."""
        return cls(error.code, error.sv, error.en)

    def message(self, language: Language = "sv") -> str:
        """The sentence in the person's language."""
        return self.sv if language == "sv" else self.en

    def as_json(self) -> dict[str, str]:
        """As it is stored and sent: {code, sv, en}."""
        return {"code": self.code, "sv": self.sv, "en": self.en}


@dataclass(frozen=True, slots=True)
class CollectionInfo:
    """A collection as its reader sees it. `full_ref` is "org/slug", with which anybody can name it.

    `own`: it belongs to the reader's organisation and is not merely shared with it.
    """

    id: UUID
    org_id: UUID
    full_ref: str
    slug: str
    name: str
    level: Level
    groups: frozenset[str]
    own: bool
    description: str = ""

    @property
    def ref(self) -> str:
        """How its reader names it: its slug, or "org/slug" where another organisation shares it."""
        return self.slug if self.own else self.full_ref


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document as its steward sees it. `pages`, `passages`, `size` (bytes) and `version` (its ordinal) are of the current
    version; `added_by` is the name of who added the latest file, `dated` when the version was changed by its own date."""

    id: UUID
    path: str
    title: str
    status: Status
    reason: Reason | None
    pages: int
    passages: int
    ms: int | None
    version: int | None
    version_id: UUID | None
    notes: tuple[str, ...]
    updated_at: datetime
    size: int | None = None
    added_by: str = ""
    deleted_at: datetime | None = None
    dated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page (numbered from 1) of a list with `total` items, at most `size` a page."""

    items: tuple[T, ...]
    total: int
    page: int
    size: int

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.page * self.size < self.total


@dataclass(frozen=True, slots=True)
class CollectionState:
    """How many documents a collection holds, how many of those are being read or could not be, how many deleted ones could
    be brought back, and when something changed last."""

    documents: int
    reading: int
    failed: int
    deleted: int
    changed_at: datetime

    @property
    def read(self) -> int:
        """How many have been read."""
        return self.documents - self.reading - self.failed


@dataclass(frozen=True, slots=True)
class CollectionView:
    """A collection with the name of the organisation that it belongs to, and its state."""

    info: CollectionInfo
    owner: str
    state: CollectionState


@dataclass(frozen=True, slots=True)
class Reader:
    """An organisation that a collection is shared with; all of them where `org_id` is None."""

    org_id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class DeletedCollection:
    """A collection that can be brought back."""

    id: UUID
    name: str
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A version of a document: its number, what its file weighs (bytes), and what reading it gave."""

    id: UUID
    ordinal: int
    title: str
    created_at: datetime
    size: int
    pages: int
    passages: int
    notes: tuple[str, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document in its collection: its versions, the newest first, the beginning of the current one's text, and the
    passage where that begins."""

    document: DocumentInfo
    collection: CollectionInfo
    versions: tuple[VersionInfo, ...]
    text: str
    is_cut: bool
    first_passage: UUID | None


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search found, with all that an answer needs to cite it.

    `page` and `label` say where it begins; `place` where a character of it stands. Scores compare within one search only.
    """

    id: UUID
    collection: str
    document_id: UUID
    version_id: UUID
    title: str
    heading: tuple[str, ...]
    page: int | None
    label: str | None
    text: str
    score: float
    level: Level
    org: UUID
    pages: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]

    def place(self, start: int, end: int | None = None) -> tuple[int | None, str | None]:
        """The page (index) and the label (see `places`) where the characters from `start` to `end` of the text stand."""
        return _place(self, start, end)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that a search left out, by its title, and why."""

    title: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and what it left out."""

    hits: tuple[FoundPassage, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Newer:
    """The version of a document that stands now, and the passage in it that answers to one of an older version."""

    passage: UUID
    version: int
    date: datetime


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage in its document: `whole[start:end] == text`. `newer` says what stands now, where its version is not the newest.

    `outline` holds the heading paths of all the version's passages, each once, in reading order; `turns` where its pages turn:
    pairs (character of `whole`, index of the page that begins there).
    """

    id: UUID
    collection: str
    org: UUID
    level: Level
    document_id: UUID
    version_id: UUID
    title: str
    path: str
    version: int
    date: datetime
    current: bool
    newer: Newer | None
    heading: tuple[str, ...]
    outline: tuple[tuple[str, ...], ...]
    turns: tuple[tuple[int, int], ...]
    page: int | None
    label: str | None
    pages: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]
    text: str
    whole: str
    start: int
    end: int
    previous: UUID | None
    next: UUID | None

    def place(self, start: int, end: int | None = None) -> tuple[int | None, str | None]:
        """The page (index) and the label (see `places`) where the characters from `start` to `end` of the passage stand."""
        return _place(self, start, end)


@dataclass(frozen=True, slots=True)
class Original:
    """The file as it was added: a local path to read from, its media type and its name."""

    path: Path
    media_type: str
    file_name: str


def _place(passage: FoundPassage | PassageView, start: int, end: int | None) -> tuple[int | None, str | None]:
    """The page and label of a stretch of the passage; that of its beginning where it goes on to further pages."""
    page, begins, ends = passage.page, 0, len(passage.text)
    for turn, index in passage.pages:
        if turn > start:
            ends = turn
            break
        page, begins = index, turn
    label = passage.labels[page] if page is not None and page < len(passage.labels) else ""
    last = min(ends, start + 1 if end is None else end)
    return page, places.narrowed(label, passage.text[begins:ends], start - begins, last - begins) or None
