"""Slides: each a page, its title a heading, with texts, tables and speaker's notes in order of placement."""

from collections.abc import Iterator
from pathlib import Path

from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.titles import sensible

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_DEEPEST = 40


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    blocks: list[Block] = []
    labels: list[str] = []
    for index, name in enumerate(_slides(package)):
        labels.append(str(index + 1))
        root = package.xml(name)
        if root is not None:
            blocks.extend(_slide(root, index))
            blocks.extend(_spoken(package, name, index))
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    title = sensible(package.title()) or sensible(first)
    return Parsed(title, tuple(blocks), tuple(labels))


def _slides(package: Package) -> list[str]:
    """The parts of the slides in the order in which they are shown."""
    main = package.main_part("ppt/presentation.xml")
    root = package.xml(main)
    relations = package.relations(main)
    shown = root.iter(_P + "sldId") if root is not None else ()
    names = [relations.get(entry.get(_ID, ""), ("", ""))[1] for entry in shown]
    return [name for name in names if name in package.names]


def _slide(root: Element, index: int) -> Iterator[Block]:
    tree = root.find(f"{_P}cSld/{_P}spTree")
    shapes = list(_shapes(tree, 0)) if tree is not None else []
    titles = [shape for shape in shapes if _placeholder(shape) in ("title", "ctrTitle")]
    for shape in titles[:1]:
        heading = " ".join(text for text, _ in _paragraphs(shape))
        if heading.strip():
            yield Block("heading", heading, 1, index)
    for shape in shapes:
        if shape in titles[:1] or _placeholder(shape) in _FURNITURE:
            continue
        if local(shape) == "graphicFrame":
            yield from _tables(shape, index)
            continue
        listed = _placeholder(shape) in ("body", "obj", "") and len(list(_paragraphs(shape))) > 1
        for text, depth in _paragraphs(shape):
            yield Block("item", f"• {text}", 0, index) if listed or depth else Block("paragraph", text, 0, index)


def _shapes(parent: Element, depth: int) -> Iterator[Element]:
    """The shapes of a slide, those of groups among them, each once."""
    for child in parent if depth < _DEEPEST else ():
        name = local(child)
        if name in ("sp", "graphicFrame"):
            yield child
        elif name == "grpSp":
            yield from _shapes(child, depth + 1)
        elif name == "AlternateContent" and len(child):
            yield from _shapes(child[0], depth + 1)


def _placeholder(shape: Element) -> str | None:
    """The kind of placeholder that a shape fills: "" for a plain one, None for a shape of its own."""
    found = next(shape.iter(_P + "ph"), None)
    return None if found is None else found.get("type", "")


def _paragraphs(shape: Element) -> Iterator[tuple[str, int]]:
    """Text and depth of the shape's paragraphs."""
    for paragraph in shape.iter(_A + "p"):
        text = "".join(_words(paragraph)).strip()
        if text:
            properties = paragraph.find(_A + "pPr")
            level = properties.get("lvl", "0") if properties is not None else "0"
            yield text, int(level) if level.isdigit() else 0


def _words(paragraph: Element) -> Iterator[str]:
    for element in paragraph.iter(_A + "t", _A + "br"):
        yield (element.text or "") if element.tag == _A + "t" else "\n"


def _tables(frame: Element, index: int) -> Iterator[Block]:
    for table in frame.iter(_A + "tbl"):
        rows = [
            " | ".join(" ".join(text for text, _ in _paragraphs(cell)) for cell in row.iter(_A + "tc"))
            for row in table.iter(_A + "tr")
        ]
        yield Block("table", "\n".join(row for row in rows if row.strip(" |")), 0, index)


def _spoken(package: Package, name: str, index: int) -> Iterator[Block]:
    """The speaker's notes of a slide."""
    for kind, target in package.relations(name).values():
        root = package.xml(target) if kind == "notesSlide" else None
        tree = root.find(f"{_P}cSld/{_P}spTree") if root is not None else None
        for shape in _shapes(tree, 0) if tree is not None else ():
            if _placeholder(shape) == "body":
                for text, _ in _paragraphs(shape):
                    yield Block("footnote", text, 0, index)
