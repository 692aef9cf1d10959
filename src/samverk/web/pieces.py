"""An answer's Markdown as what it says: paragraphs, headings, items, rows and code, without a mark-up of their own. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markdown_it.token import Token

from samverk.web.markdown import tokens

Kind = Literal["paragraph", "heading", "item", "quote", "code", "row"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text of one kind. `address` is where it leads: http, https, mailto or tel; else empty."""

    text: str
    strong: bool = False
    emphasised: bool = False
    code: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece. `level` is the depth of a heading or an item, from 1, and of a row 0 in the table's head and 1 below it.

    `mark` stands before an item: "- " or its number. A row has `cells` in place of `spans`.
    """

    kind: Kind
    spans: tuple[Span, ...] = ()
    level: int = 0
    mark: str = ""
    cells: tuple[tuple[Span, ...], ...] = ()

    @property
    def plain(self) -> str:
        """Its words alone; a link is followed by its address."""
        if self.kind == "row":
            return " | ".join(_plain(cell) for cell in self.cells)
        return _plain(self.spans)


def pieces(text: str) -> list[Piece]:
    """The pieces of an answer, in order."""
    return list(_Walk().pieces(tokens(text)))


@dataclass
class _Walk:
    """Where in the answer one is: the open lists (None: bullets, else the next number), and what the next words belong to."""

    lists: list[int | None] = field(default_factory=list)
    mark: str = ""
    quotes: int = 0
    heading: int = 0
    head: bool = False
    cells: list[tuple[Span, ...]] = field(default_factory=list)
    in_row: bool = False

    def pieces(self, found: Iterable[Token]) -> Iterator[Piece]:
        for token in found:
            if token.type == "inline":
                yield from self._words(_spans(token.children or ()))
            elif token.type in ("fence", "code_block"):
                yield Piece("code", (Span(token.content.rstrip("\n"), code=True),))
            elif token.type == "tr_close":
                self.in_row = False
                yield Piece("row", level=0 if self.head else 1, cells=tuple(self.cells))
            else:
                self._turn(token)

    def _words(self, spans: tuple[Span, ...]) -> Iterator[Piece]:
        if self.in_row:
            self.cells.append(spans)
        elif self.heading:
            yield Piece("heading", spans, self.heading)
        elif self.mark:
            yield Piece("item", spans, len(self.lists), self.mark)
            self.mark = ""
        else:
            yield Piece("quote" if self.quotes else "paragraph", spans)

    def _turn(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.lists.append(None)
            case "ordered_list_open":
                self.lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                number = self.lists[-1]
                self.mark = "- " if number is None else f"{number}. "
                self.lists[-1] = None if number is None else number + 1
            case "list_item_close":
                self.mark = ""
            case "blockquote_open" | "blockquote_close":
                self.quotes += token.nesting
            case "heading_open" | "heading_close":
                self.heading = int(token.tag[1]) if token.nesting > 0 else 0
            case "thead_open" | "thead_close":
                self.head = token.nesting > 0
            case "tr_open":
                self.in_row, self.cells = True, []


def _spans(found: Sequence[Token]) -> tuple[Span, ...]:
    """The words of one block. Pictures are what they show, in words."""
    spans: list[Span] = []
    strong = emphasised = 0
    address = ""
    for token in found:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasised += token.nesting
            case "link_open" | "link_close":
                address = _safe(str(token.attrs.get("href", ""))) if token.nesting > 0 else ""
            case "softbreak" | "hardbreak":
                spans.append(Span("\n" if token.type == "hardbreak" else " "))
            case _ if token.content:
                spans.append(Span(token.content, strong > 0, emphasised > 0, token.type == "code_inline", address))
    return tuple(spans)


def _safe(address: str) -> str:
    return address if address.lower().startswith(("http://", "https://", "mailto:", "tel:")) else ""


def _plain(spans: Iterable[Span]) -> str:
    return "".join(
        f"{span.text} ({span.address})" if span.address and span.address != span.text else span.text for span in spans
    )
