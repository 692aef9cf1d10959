"""A source document: front matter and blocks. Knows Markdown and nothing about the formats that are written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable("table")
MERGE_LEFT, MERGE_UP = "<", "^"  # a table cell that belongs to its neighbour
_FOOTNOTE = re.compile(r"^\[\^(\d+)\]: (.+)\n?", re.MULTILINE)
_MARK = re.compile(r"\[\^(\d+)\]")
_JOINED = re.compile(r"(?<=\d) (?=\d{2,3}\b)|(?<=\d) (?=§)|(?<=§) (?=\d)")  # 1 900, 0980-31 92 10, 12 §
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


Runs = tuple[Run, ...]


def plain(runs: Runs) -> str:
    """The text of runs without their weights."""
    return "".join(run.text for run in runs)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is a chapter (`##` in the source, as the title stands in the front matter)."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `boxed` for a block quote, which is set as a box."""

    runs: Runs
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list; `marker` is "•" or "3."."""

    runs: Runs
    marker: str
    depth: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the header first."""

    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Item | Table


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was written. `file` is the name that is built; its suffix decides the format."""

    meta: dict[str, str]
    body: str  # Markdown without footnotes' texts
    footnotes: dict[str, str]

    @property
    def file(self) -> str:
        return self.meta["file"]

    @property
    def title(self) -> str:
        return self.meta["title"]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body as blocks, with footnote marks as superscript figures and numbers that no line parts."""
        marked = _MARK.sub(lambda m: m[1].translate(_SUPERSCRIPT), self.body)
        return tuple(_blocks(MARKDOWN.parse(_JOINED.sub("\u00a0", marked))))

    def notes_of(self, text: str) -> list[tuple[str, str]]:
        """The footnotes (mark, text) that a stretch of built text refers to."""
        marks = ((number.translate(_SUPERSCRIPT), note) for number, note in self.footnotes.items())
        return [(mark, note) for mark, note in marks if re.search(rf"(?<![⁰¹²³⁴⁵⁶⁷⁸⁹]){mark}(?![⁰¹²³⁴⁵⁶⁷⁸⁹])", text)]


def read(path: Path) -> Source:
    """Read one source file. Raises ValueError when its front matter is not `---`, `key: value` lines, `---`."""
    text = path.read_text(encoding="utf-8")
    opening, _, rest = text.partition("---\n")
    front, found, body = rest.partition("\n---\n")
    if opening or not found:
        raise ValueError(f"{path.name}: no front matter")
    meta = dict(_pair(line) for line in front.splitlines())
    return Source(meta, _FOOTNOTE.sub("", body).strip() + "\n", dict(_FOOTNOTE.findall(body)))


def _pair(line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"front matter: {line!r}")
    return key.strip(), value.strip()


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    lists: list[tuple[str, int]] = []  # kind and the last number, outermost first
    boxed = 0
    fresh = False  # at the first paragraph of a list item
    rows: list[list[str]] = []
    for i, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                yield Heading(int(token.tag[1]) - 1, plain(_runs(tokens[i + 1])))
            case "bullet_list_open" | "ordered_list_open":
                lists.append((token.type, 0))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                lists[-1] = (lists[-1][0], lists[-1][1] + 1)
                fresh = True
            case "blockquote_open" | "blockquote_close":
                boxed += 1 if token.nesting == 1 else -1
            case "paragraph_open" if lists:
                kind, number = lists[-1]
                marker = ("•" if kind == "bullet_list_open" else f"{number}.") if fresh else ""
                yield Item(_runs(tokens[i + 1]), marker, len(lists))
                fresh = False
            case "paragraph_open":
                yield Paragraph(_runs(tokens[i + 1]), bool(boxed))
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                rows[-1].append(plain(_runs(tokens[i + 1])))
            case "table_close":
                yield Table(tuple(map(tuple, rows)))
                rows = []


def _runs(token: Token) -> Runs:
    runs: list[Run] = []
    bold = False
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type in ("text", "code_inline"):
            runs.append(Run(child.content, bold))
        elif child.type == "softbreak":
            runs.append(Run(" ", bold))
    return tuple(runs)
