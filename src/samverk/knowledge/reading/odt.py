"""OpenDocument texts by a walk over their XML that visits each cell, text box and note once.

Tracked deletions and tables of contents are left out. Pages are given when the soft page breaks in the file agree with
the number of pages that its statistics name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from samverk.knowledge.notes import note
from samverk.knowledge.passages import PAGE_BREAK, Block, Parsed
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.paged import is_layout, layout_row, one_line, with_pages
from samverk.knowledge.reading.titles import opening, sensible

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CONTENTS = frozenset({"table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index"})
_LEFT_OUT = frozenset({"tracked-changes", "annotation", "annotation-end", "sequence-decls", "forms", "desc", "title"})
_DEEPEST = 60
_MOST_SPACES = 50


@dataclass(slots=True)
class _Walk:
    blocks: list[Block] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)  # text boxes of the paragraph at hand
    noted: list[str] = field(default_factory=list)  # footnotes of the paragraph at hand
    contents: bool = False
    depth: int = 0


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    root = package.xml("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text") if root is not None else None
    walk = _Walk()
    if body is not None:
        _container(walk, body, "")
    blocks, labels = with_pages(walk.blocks, _page_count(package))
    title = sensible(package.title("meta.xml")) or opening(blocks)
    notes = (note("contents_left_out"),) if walk.contents else ()
    return Parsed(title, tuple(blocks), labels, notes)


def _page_count(package: Package) -> str:
    root = package.xml("meta.xml")
    found = next(root.iter(_META + "document-statistic"), None) if root is not None else None
    return str(found.get(_META + "page-count", "")) if found is not None else ""


def _container(walk: _Walk, parent: Element, mark: str) -> None:
    """Paragraphs, lists and tables in order; `mark` is that of the list item whose first paragraph comes next."""
    walk.depth += 1
    for child in parent if walk.depth < _DEEPEST else ():
        name = local(child)
        if name in _CONTENTS:
            walk.contents = True
        elif name == "h":
            _paragraph(walk, child, "", _level(child))
        elif name == "p":
            _paragraph(walk, child, mark, 0)
            mark = ""
        elif name == "list":
            for item in child:
                _container(walk, item, "•")
        elif name == "table":
            _table(walk, child)
        elif name == "soft-page-break":
            walk.blocks.append(Block("paragraph", PAGE_BREAK))
        elif name and name not in _LEFT_OUT:
            _container(walk, child, mark)
    walk.depth -= 1


def _level(heading: Element) -> int:
    level = heading.get(_TEXT + "outline-level", "1")
    return max(1, min(9, int(level))) if level.isdigit() else 1


def _paragraph(walk: _Walk, paragraph: Element, mark: str, level: int) -> None:
    """One paragraph, then its text boxes, then its footnotes."""
    text = "".join(_words(walk, paragraph, 0))
    boxes, walk.boxes = walk.boxes, []
    noted, walk.noted = walk.noted, []
    if level and text.strip():
        walk.blocks.append(Block("heading", text, level))
    elif mark and text.strip():
        walk.blocks.append(Block("item", f"{mark} {text.strip(' ')}"))
    elif text.strip() or PAGE_BREAK in text:
        walk.blocks.append(Block("paragraph", text))
    for box in boxes:
        _container(walk, box, "")
    walk.blocks.extend(Block("footnote", words) for words in noted)


def _words(walk: _Walk, element: Element, depth: int) -> Iterator[str]:
    """The text of a paragraph in pieces; gathers text boxes and notes on the way."""
    yield element.text or ""
    for child in element if depth < _DEEPEST else ():
        name = local(child)
        if name == "s":
            count = child.get(_TEXT + "c", "1")
            yield " " * (min(int(count), _MOST_SPACES) if count.isdigit() else 1)
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "note":
            body = child.find(_TEXT + "note-body")
            inner = _Walk()
            _container(inner, body if body is not None else (), "")
            walk.noted.append(" ".join(block.text for block in inner.blocks))
        elif name == "text-box":
            walk.boxes.append(child)
        elif name and name not in _LEFT_OUT:
            yield from _words(walk, child, depth + 1)
        yield child.tail or ""


_SIGNS = {"tab": " ", "line-break": "\n", "soft-page-break": PAGE_BREAK}


def _table(walk: _Walk, table: Element) -> None:
    """A table as rows; one that only lays out running text as the blocks of its cells."""
    rows = [
        [_cell(cell, walk.depth) for cell in row if local(cell) == "table-cell"]
        for row in table.iter(_TABLE + "table-row")
        if _own(row, table)
    ]
    if is_layout(rows):
        for row in rows:
            walk.blocks.extend(layout_row(row))
        return
    lines = [" | ".join(one_line(blocks) for blocks in row) for row in rows if any(row)]
    walk.blocks.append(Block("table", "\n".join(lines)))
    walk.blocks.extend(block for row in rows for blocks in row for block in blocks if block.kind == "footnote")


def _own(row: Element, table: Element) -> bool:
    """Whether a row belongs to the table itself and not to one within its cells."""
    above = row.getparent()
    while above is not None and above.tag != _TABLE + "table":
        above = above.getparent()
    return above is table


def _cell(cell: Element, depth: int) -> list[Block]:
    inner = _Walk(depth=depth)
    _container(inner, cell, "")
    return inner.blocks
