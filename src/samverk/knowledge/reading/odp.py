"""OpenDocument slides: each a page, its title a heading, with texts, tables and speaker's notes in order."""

from collections.abc import Iterator
from pathlib import Path

from samverk.knowledge import places
from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import odf
from samverk.knowledge.reading.odf_lists import Lists
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.titles import sensible

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SHOW = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FURNITURE = frozenset({"header", "footer", "date-time", "page-number", "page", "handout"})
_DEEPEST = 40


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    root = package.xml("content.xml")
    lists, unseen = odf.lists_of(package, root), _hidden_styles(root)
    blocks: list[Block] = []
    labels: list[str] = []
    hidden: list[str] = []
    for index, page in enumerate(root.iter(_DRAW + "page") if root is not None else ()):
        labels.append(places.part("slide", str(index + 1)))
        if page.get(_DRAW + "style-name") in unseen:
            hidden.append(str(index + 1))
        else:
            blocks.extend(_slide(lists, page, index))
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    told = [note("slides_hidden", ", ".join(hidden))] if hidden else []
    title = sensible(package.title("meta.xml")) or sensible(first)
    return Parsed(title, tuple(blocks), tuple(labels), (*told, *odf.left_out(root), *package.told()))


def _hidden_styles(root: Element | None) -> set[str]:
    """The styles of slides that are not shown."""
    found = set()
    for style in root.iter(_STYLE + "style") if root is not None else ():
        properties = style.find(_STYLE + "drawing-page-properties")
        if properties is not None and properties.get(_SHOW + "visibility") == "hidden":
            found.add(style.get(_STYLE + "name", ""))
    return found


def _slide(lists: Lists, page: Element, index: int) -> Iterator[Block]:
    shapes = list(_shapes(page, 0))
    title = next((shape for shape in shapes if shape.get(_SHOW + "class") == "title"), None)
    yield Block("heading", _line(lists, title) if title is not None else "", 1, index)
    for shape in shapes:
        if shape is title or shape.get(_SHOW + "class") in _FURNITURE:
            continue
        for block in odf.walked(lists, shape):
            yield Block(block.kind, block.text, 2 if block.kind == "heading" else 0, index)
    notes = page.find(_SHOW + "notes")
    for shape in _shapes(notes, 0) if notes is not None else ():
        if shape.get(_SHOW + "class") == "notes":
            for block in odf.walked(lists, shape):
                yield Block("footnote", block.text, 0, index)


def _shapes(parent: Element, depth: int) -> Iterator[Element]:
    """The shapes of a slide, those of groups among them, each once."""
    for child in parent if depth < _DEEPEST else ():
        name = local(child)
        if name == "g":
            yield from _shapes(child, depth + 1)
        elif name and name not in ("notes", "annotation", "forms", "animations", "par"):
            yield child


def _line(lists: Lists, shape: Element) -> str:
    return " ".join(block.text.removeprefix("• ") for block in odf.walked(lists, shape)).strip()
