"""What the room tells others: collections, documents, found passages and why something was left out. Values without I/O."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from samverk.core.errors import Language, SamverkError
from samverk.core.levels import Level

Status = Literal["reading", "read", "not_read"]


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

    @property
    def ref(self) -> str:
        """How its reader names it: its slug, or "org/slug" where another organisation shares it."""
        return self.slug if self.own else self.full_ref


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document as its steward sees it. `pages`, `passages` and `version` (its ordinal) are of the current version."""

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

    def place(self, offset: int) -> tuple[int | None, str | None]:
        """The page (index) and its printed label where the character at `offset` of the text stands."""
        return _place(self.page, self.pages, self.labels, offset)


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
class PassageView:
    """A passage in its document: `whole[start:end] == text`. `current`: its version is still the newest one.

    `outline` holds the heading paths of all the version's passages, each once, in reading order.
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
    heading: tuple[str, ...]
    outline: tuple[tuple[str, ...], ...]
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

    def place(self, offset: int) -> tuple[int | None, str | None]:
        """The page (index) and its printed label where the character at `offset` of the passage stands."""
        return _place(self.page, self.pages, self.labels, offset)


@dataclass(frozen=True, slots=True)
class Original:
    """The file as it was added: a local path to read from, its media type and its name."""

    path: Path
    media_type: str
    file_name: str


def _place(
    page: int | None, pages: tuple[tuple[int, int], ...], labels: tuple[str, ...], offset: int
) -> tuple[int | None, str | None]:
    for begins, index in pages:
        if begins > offset:
            break
        page = index
    label = labels[page] if page is not None and page < len(labels) else ""
    return page, label or None
