"""What the OpenDocument formats share: a walk over text that visits each cell, text box and note once.

Tracked deletions, comments and tables of contents are left out; what was left out is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from samverk.knowledge.notes import note
from samverk.knowledge.passages import PAGE_BREAK, Block
from samverk.knowledge.reading.odf_lists import Lists
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.paged import is_layout, layout_row, lines

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CONTENTS = frozenset({"table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index"})
_LEFT_OUT = frozenset({"tracked-changes", "annotation", "annotation-end", "sequence-decls", "forms", "desc", "title"})
_DEEPEST = 60
_MOST_SPACES = 50
_MOST_COLUMNS = 100


@dataclass(slots=True)
class Walk:
    """What the walk knows and gathers."""

    lists: Lists
    blocks: list[Block] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)  # text boxes of the paragraph at hand
    noted: list[str] = field(default_factory=list)  # footnotes of the paragraph at hand
    contents: bool = False
    depth: int = 0


def walked(lists: Lists, parent: Element, depth: int = 0) -> list[Block]:
    """The blocks of an element alone."""
    walk = Walk(lists, depth=depth)
    container(walk, parent)
    return walk.blocks


def left_out(root: Element | None) -> list[str]:
    """Notes on comments and tracked deletions, as many as there are."""
    if root is None:
        return []
    comments = sum(1 for _ in root.iter(OFFICE + "annotation"))
    deletions = sum(1 for _ in root.iter(TEXT + "deletion"))
    found = (("comments_left_out", comments), ("changes_left_out", deletions))
    return [note(code, str(number)) for code, number in found if number]


def lists_of(package: Package, root: Element | None) -> Lists:
    """The list styles of a document: its own and those that its paragraphs name."""
    return Lists([part for part in (package.aside("styles.xml"), root) if part is not None])


def container(walk: Walk, parent: Element, mark: str = "") -> None:
    """Paragraphs, lists and tables in order; `mark` is that of the list item whose first paragraph comes next."""
    walk.depth += 1
    for child in parent if walk.depth < _DEEPEST else ():
        name = local(child)
        if name in _CONTENTS:
            walk.contents = True
        elif name == "h":
            level = _level(child)
            _paragraph(walk, child, walk.lists.heading(child, level), level)
        elif name == "p":
            _paragraph(walk, child, mark, 0)
            mark = ""
        elif name == "list":
            _list(walk, child)
        elif name == "table":
            _table(walk, child)
        elif name == "soft-page-break":
            walk.blocks.append(Block("paragraph", PAGE_BREAK))
        elif name and name not in _LEFT_OUT:
            container(walk, child, mark)
    walk.depth -= 1


def _list(walk: Walk, element: Element) -> None:
    with walk.lists.opened(element):
        for item in element:
            if local(item) == "list-item":
                holds_text = any(local(child) == "p" for child in item)
                container(walk, item, walk.lists.next(item) if holds_text else "")
            elif local(item) == "list-header":
                container(walk, item)


def _level(heading: Element) -> int:
    level = heading.get(TEXT + "outline-level", "1")
    return max(1, min(9, int(level))) if level.isdigit() else 1


def _paragraph(walk: Walk, paragraph: Element, mark: str, level: int) -> None:
    """One paragraph, then its text boxes, then its footnotes."""
    text = "".join(_words(walk, paragraph, 0))
    boxes, walk.boxes = walk.boxes, []
    noted, walk.noted = walk.noted, []
    marked = f"{mark} {text.strip(' ')}" if mark else text
    if level and text.strip():
        walk.blocks.append(Block("heading", marked, level))
    elif mark and text.strip():
        walk.blocks.append(Block("item", marked))
    elif text.strip() or PAGE_BREAK in text:
        walk.blocks.append(Block("paragraph", text))
    for box in boxes:
        container(walk, box)
    walk.blocks.extend(Block("footnote", words) for words in noted)


def _words(walk: Walk, element: Element, depth: int) -> Iterator[str]:
    """The text of a paragraph in pieces; gathers text boxes and notes on the way."""
    yield element.text or ""
    for child in element if depth < _DEEPEST else ():
        name = local(child)
        if name == "s":
            count = child.get(TEXT + "c", "1")
            yield " " * (min(int(count), _MOST_SPACES) if count.isdigit() else 1)
        elif name in _SIGNS:
            yield _SIGNS[name]
        elif name == "note":
            body = child.find(TEXT + "note-body")
            inner = walked(walk.lists, body, walk.depth) if body is not None else []
            walk.noted.append(" ".join(block.text for block in inner))
        elif name == "text-box":
            walk.boxes.append(child)
        elif name and name not in _LEFT_OUT:
            yield from _words(walk, child, depth + 1)
        yield child.tail or ""


_SIGNS = {"tab": " ", "line-break": "\n", "soft-page-break": PAGE_BREAK}


def _table(walk: Walk, table: Element) -> None:
    """A table as rows; one that only lays out running text as the blocks of its cells."""
    rows = [_cells(walk, row) for row in table.iter(TABLE + "table-row") if _own(row, table)]
    if is_layout(rows):
        for row in rows:
            walk.blocks.extend(layout_row(row))
        return
    if written := lines(rows):
        walk.blocks.append(Block("table", "\n".join(written)))
    walk.blocks.extend(block for row in rows for blocks in row for block in blocks if block.kind == "footnote")


def _cells(walk: Walk, row: Element) -> list[list[Block]]:
    """The blocks of each cell of a row; none for one that another covers."""
    cells: list[list[Block]] = []
    for cell in row:
        name = local(cell)
        if name not in ("table-cell", "covered-table-cell"):
            continue
        blocks = walked(walk.lists, cell, walk.depth) if name == "table-cell" else []
        repeated = cell.get(TABLE + "number-columns-repeated", "1")
        times = int(repeated) if repeated.isdigit() else 1
        cells.extend([blocks] * min(times, _MOST_COLUMNS - len(cells)))
    return cells


def _own(row: Element, table: Element) -> bool:
    """Whether a row belongs to the table itself and not to one within its cells."""
    above = row.getparent()
    while above is not None and above.tag != TABLE + "table":
        above = above.getparent()
    return above is table
