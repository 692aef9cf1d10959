"""Word documents by a walk over their XML that visits each cell, text box and note once.

Tracked deletions, hidden text and tables of contents are left out. Pages are given only when the breaks that Word
noted at its last printing agree with the number of pages it wrote into the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from samverk.knowledge.notes import note
from samverk.knowledge.passages import PAGE_BREAK, Block, Parsed
from samverk.knowledge.reading.docx_styles import Numbering, Style, W, is_on, styles_of, value
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.paged import is_layout, layout_row, lines, with_headings, with_pages
from samverk.knowledge.reading.titles import opening, sensible

_LEFT_OUT = frozenset({"del", "moveFrom", "pPr", "rPr", "instrText", "delText", "sdtPr", "tblPr", "trPr", "tcPr"})
_GALLERY = "Table of Contents"
_DEEPEST = 60
_MOST_COLUMNS = 100


@dataclass(slots=True)
class _Walk:
    """What the walk knows and gathers."""

    styles: dict[str, Style]
    numbering: Numbering
    notes: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    bold: dict[int, Block] = field(default_factory=dict)  # blocks that are bold throughout, by their identity
    boxes: list[Element] = field(default_factory=list)  # text boxes of the paragraph at hand
    noted: list[str] = field(default_factory=list)  # footnotes of the paragraph at hand
    title: str = ""
    contents: bool = False
    depth: int = 0


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    main = package.main_part("word/document.xml")
    root = package.xml(main)
    related = dict(package.relations(main).values())
    walk = _Walk(
        styles_of(package.xml(related.get("styles", "word/styles.xml"))),
        Numbering(package.xml(related.get("numbering", "word/numbering.xml"))),
        _notes(package, related),
    )
    body = root.find(W + "body") if root is not None else None
    if body is not None:
        _container(walk, body)
    blocks, labels = with_pages(with_headings(walk.blocks, walk.bold), _page_count(package))
    comments = sum(package.bytes(part).count(b":comment ") for part in package.matching("word/comments."))
    told = [note("comments_left_out", str(comments))] if comments else []
    contents = (*([note("contents_left_out")] if walk.contents else []), *told, *package.told())
    title = sensible(package.title()) or walk.title or opening(blocks)
    return Parsed(title, tuple(blocks), labels, contents)


def _notes(package: Package, related: dict[str, str]) -> dict[str, str]:
    """The text of each foot- and endnote, by kind and id."""
    found: dict[str, str] = {}
    for kind in ("footnote", "endnote"):
        root = package.xml(related.get(f"{kind}s", f"word/{kind}s.xml"))
        for entry in root.iter(W + kind) if root is not None else ():
            text = " ".join("".join(_plain(paragraph)).strip() for paragraph in entry.iter(W + "p")).strip()
            if text and entry.get(W + "type") in (None, "normal"):
                found[kind + entry.get(W + "id", "")] = text
    return found


def _plain(paragraph: Element) -> Iterator[str]:
    for element in paragraph.iter(W + "t", W + "tab", W + "br"):
        yield (element.text or "") if element.tag == W + "t" else " "


# Blocks


def _container(walk: _Walk, parent: Element) -> None:
    """The paragraphs and tables of a body, a cell or a text box, in order."""
    walk.depth += 1
    if walk.depth < _DEEPEST:
        for child in parent:
            name = local(child)
            if name == "p":
                _paragraph(walk, child)
            elif name == "tbl":
                _table(walk, child)
            elif name == "sdt" and value(child, "sdtPr", "docPartObj", "docPartGallery") == _GALLERY:
                walk.contents = True
            elif name == "AlternateContent":
                _container(walk, child[0])
            elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "Choice"):
                _container(walk, child)
    walk.depth -= 1


def _paragraph(walk: _Walk, paragraph: Element) -> None:
    """One paragraph, then its text boxes, then its footnotes."""
    properties = paragraph.find(W + "pPr")
    style = walk.styles.get(value(properties, "pStyle") or "", Style())
    if style.contents:
        walk.contents = True
        return
    pieces, weights = [], []
    for piece, bold in _runs(walk, paragraph, style.bold, 0):
        pieces.append(piece)
        if piece.strip():
            weights.append(bold)
    text = "".join(pieces)
    boxes, walk.boxes = walk.boxes, []
    noted, walk.noted = walk.noted, []
    if text.strip():
        _add_paragraph(walk, properties, style, text)
        if weights and all(weights) and walk.blocks[-1].kind == "paragraph":
            walk.bold[id(walk.blocks[-1])] = walk.blocks[-1]
    elif PAGE_BREAK in text:
        walk.blocks.append(Block("paragraph", PAGE_BREAK * text.count(PAGE_BREAK)))
    for box in boxes:
        _container(walk, box)
    walk.blocks.extend(Block("footnote", text) for text in noted)


def _add_paragraph(walk: _Walk, properties: Element | None, style: Style, text: str) -> None:
    outline = value(properties, "outlineLvl")
    level = int(outline) + 1 if outline and outline.isdigit() and int(outline) < 9 else style.level
    list_id = value(properties, "numPr", "numId") or style.list_id
    depth = value(properties, "numPr", "ilvl") or str(style.list_level)
    number = walk.numbering.next(list_id, int(depth)) if list_id and list_id != "0" and depth.isdigit() else ""
    if style.title and not walk.title:
        walk.title = " ".join(text.split())[:300]
    if level or style.title:
        heading = f"{number} {text.strip()}" if number and number != "•" else text
        walk.blocks.append(Block("heading", heading, max(1, level)))
    elif number:
        walk.blocks.append(Block("item", f"{number} {text.strip(' ')}"))
    else:
        walk.blocks.append(Block("paragraph", text))


def _runs(walk: _Walk, element: Element, bold: bool, depth: int) -> Iterator[tuple[str, bool]]:
    """The text of a paragraph in pieces, each with whether it is bold. Gathers text boxes and notes on the way."""
    if depth > _DEEPEST:
        return
    for child in element:
        name = local(child)
        if name in _LEFT_OUT or not name:
            continue
        if name == "r":
            marks = child.find(W + "rPr")
            if is_on(marks, "vanish"):
                continue
            strong = is_on(marks, "b") if marks is not None and marks.find(W + "b") is not None else bold
            yield from _runs(walk, child, strong, depth + 1)
        elif name == "t":
            yield child.text or "", bold
        elif name in _SIGNS:
            yield _SIGNS[name], bold
        elif name == "br":
            yield "\n", bold  # Word notes the page break itself in `lastRenderedPageBreak`
        elif name in ("footnoteReference", "endnoteReference"):
            noted = walk.notes.get(name.removesuffix("Reference") + child.get(W + "id", ""))
            walk.noted.extend([noted] if noted else [])
        elif name == "txbxContent":
            walk.boxes.append(child)
        elif name == "AlternateContent":
            yield from _runs(walk, child[0], bold, depth + 1) if len(child) else ()
        else:
            yield from _runs(walk, child, bold, depth + 1)


_SIGNS = {"tab": " ", "ptab": " ", "cr": "\n", "noBreakHyphen": "-", "lastRenderedPageBreak": PAGE_BREAK}


# Tables


def _table(walk: _Walk, table: Element) -> None:
    """A table as rows; one that only lays out running text as the blocks of its cells."""
    rows = [list(_cells(row)) for row in _rows(table, 0)]
    inner = [[_cell(walk, cell) for cell in row] for row in rows]
    if is_layout(inner):
        for row in inner:
            walk.blocks.extend(layout_row(row))
        return
    spread = [list(chain.from_iterable(map(_spread, row, cells))) for row, cells in zip(rows, inner, strict=True)]
    if written := lines(spread):
        walk.blocks.append(Block("table", "\n".join(written)))
    walk.blocks.extend(block for row in inner for blocks in row for block in blocks if block.kind == "footnote")


def _rows(table: Element, depth: int) -> Iterator[Element]:
    for child in table:
        if local(child) == "tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins") and depth < _DEEPEST:
            yield from _rows(child, depth + 1)


def _cells(row: Element, depth: int = 0) -> Iterator[Element]:
    for child in row:
        if local(child) == "tc":
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml") and depth < _DEEPEST:
            yield from _cells(child, depth + 1)


def _spread(cell: Element, blocks: list[Block]) -> list[list[Block]]:
    """A cell as the columns that it covers: its blocks in the first, nothing in the others."""
    span = value(cell, "tcPr", "gridSpan") or "1"
    return [blocks, *[[]] * (min(int(span), _MOST_COLUMNS) - 1 if span.isdigit() else 0)]


def _cell(walk: _Walk, cell: Element) -> list[Block]:
    """The blocks of one cell; none for one that a cell above covers."""
    merged = cell.find(f"{W}tcPr/{W}vMerge")
    if merged is not None and merged.get(W + "val", "continue") == "continue":
        return []
    outer, walk.blocks = walk.blocks, []
    _container(walk, cell)
    inner, walk.blocks = walk.blocks, outer
    return inner


# Headings and pages


def _page_count(package: Package) -> str:
    """The number of pages that Word wrote into the file's properties."""
    properties = package.aside("docProps/app.xml")
    found = (
        [element.text or "" for element in properties if local(element) == "Pages"] if properties is not None else []
    )
    return found[0] if found else ""
