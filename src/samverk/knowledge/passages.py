"""What a parser brings and what a passage is: the shapes that parsers, index, answers and citations share."""

from dataclasses import dataclass, field
from typing import Literal

from samverk.knowledge.places import is_page

BlockKind = Literal["heading", "paragraph", "item", "table", "footnote"]
BLOCK_KINDS: frozenset[str] = frozenset({"heading", "paragraph", "item", "table", "footnote"})

PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a parsed document, in reading order.

    `level` is the depth of a heading (1 is outermost), 0 otherwise; a heading without text ends what stands under earlier
    ones. `page` is the index, from 0, of the page where the block begins; None where the format has no pages. A form feed in
    the text says that the next page begins there. A table's text has one row a line, cells parted by ` | `, its header first.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file within the file: its name as the file gives it, and its content."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole document as its parser read it. `labels` holds the printed label of each page ("iv", "12"), or its place.

    See `places` for labels of slides and cells. A label is empty where the page has none. An empty `title` lets the file's
    name stand for it.
    """

    title: str
    blocks: tuple[Block, ...]
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what was left out or is uncertain: see `notes.note`
    unread: tuple[int, ...] = ()  # indices of pages that show text as a picture
    enclosed: tuple[Enclosed, ...] = ()  # files attached to it, still to be read


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a passage stands: heading path (outermost first), page, and character range in the cleaned text."""

    heading: tuple[str, ...]
    page: int | None
    label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that can be found and cited. `ordinal` counts from 0 in its document version.

    `pages` maps character offsets within the passage to the page that begins there, for passages that cross a page:
    pairs (offset, page index), the first with offset 0; empty where the format has no pages.
    """

    ordinal: int
    text: str
    locator: Locator
    pages: tuple[tuple[int, int], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Extract:
    """A document ready to store: cleaned text, passages with locators into it, and what made it.

    For every passage, `text[locator.start:locator.end] == passage.text`.
    """

    title: str
    text: str
    passages: tuple[Passage, ...]
    labels: tuple[str, ...]
    extractor: str  # name and version, so that a stored locator is never reinterpreted
    notes: tuple[str, ...] = ()
    walls: tuple[str, ...] = ()  # what kept the reader apart from everything else: see `walls.Walls`
    unread: tuple[int, ...] = ()  # indices of pages that show text as a picture

    @property
    def pages(self) -> int:
        """How many pages the file has; 0 where the format has none."""
        return sum(map(is_page, self.labels))


def page_of(passage: Passage, offset: int) -> int | None:
    """The index of the page that holds the passage's character at `offset`; None where the format has no pages."""
    page = passage.locator.page
    for begins, index in passage.pages:
        if begins > offset:
            break
        page = index
    return page
