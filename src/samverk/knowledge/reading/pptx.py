"""Slides: each a page, its title a heading, with texts, tables and speaker's notes in order of placement."""

from collections.abc import Iterator
from pathlib import Path

from samverk.knowledge import places
from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading.numerals import written
from samverk.knowledge.reading.package import Element, Package, local
from samverk.knowledge.reading.titles import sensible

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_DEEPEST = 40


def parse(path: Path) -> Parsed:
    """The document. Raises `Unreadable`."""
    package = Package(path)
    blocks: list[Block] = []
    labels: list[str] = []
    hidden: list[str] = []
    for index, name in enumerate(_slides(package)):
        labels.append(places.part("slide", str(index + 1)))
        root = package.xml(name)
        if root is not None and root.get("show") in ("0", "false"):
            hidden.append(str(index + 1))
        elif root is not None:
            blocks.extend(_slide(package, name, root, index))
            blocks.extend(_spoken(package, name, index))
    first = next((block.text for block in blocks if block.kind == "heading" and block.text), "")
    title = sensible(package.title()) or sensible(first)
    comments = sum(package.bytes(part).count(b":cm ") for part in package.matching("ppt/comments/"))
    told = (("slides_hidden", ", ".join(hidden)), ("comments_left_out", str(comments or "")))
    return Parsed(
        title, tuple(blocks), tuple(labels), (*(note(code, detail) for code, detail in told if detail), *package.told())
    )


def _slides(package: Package) -> list[str]:
    """The parts of the slides in the order in which they are shown."""
    main = package.main_part("ppt/presentation.xml")
    root = package.xml(main)
    relations = package.relations(main)
    shown = root.iter(_P + "sldId") if root is not None else ()
    names = [relations.get(entry.get(_ID, ""), ("", ""))[1] for entry in shown]
    return [name for name in names if name in package.names]


def _slide(package: Package, name: str, root: Element, index: int) -> Iterator[Block]:
    """The title, then texts, tables and diagrams. A slide without a title begins with a heading without text."""
    tree = root.find(f"{_P}cSld/{_P}spTree")
    shapes = list(_shapes(tree, 0)) if tree is not None else []
    title = next((shape for shape in shapes if _placeholder(shape) in ("title", "ctrTitle")), None)
    words = " ".join(text for text, _ in _paragraphs(title)) if title is not None else ""
    yield Block("heading", words.strip(), 1, index)
    for shape in shapes:
        if shape is title or _placeholder(shape) in _FURNITURE:
            continue
        if local(shape) == "graphicFrame":
            yield from _tables(shape, index)
            yield from _diagrams(package, name, shape, index)
        else:
            yield from _text(shape, index)


def _text(shape: Element, index: int) -> Iterator[Block]:
    """The paragraphs of a shape; those of a list with its marks: the shape's own, else bullets in a slide's body."""
    paragraphs = list(_paragraphs(shape))
    listed = _placeholder(shape) in ("body", "obj", "") and len(paragraphs) > 1
    counts: dict[int, int] = {}
    for text, properties in paragraphs:
        depth = _depth(properties)
        mark = _mark(properties, depth, counts)
        if mark is None:
            mark = "•" if listed or depth else ""
        yield Block("item", f"{mark} {text}", 0, index) if mark else Block("paragraph", text, 0, index)


def _mark(properties: Element | None, depth: int, counts: dict[int, int]) -> str | None:
    """The number or bullet that a paragraph gives itself, empty for none; None where it follows its shape."""
    for deeper in [known for known in counts if known > depth]:
        del counts[deeper]
    numbered = properties.find(_A + "buAutoNum") if properties is not None else None
    if numbered is None:
        counts.pop(depth, None)
        if properties is None:
            return None
        if properties.find(_A + "buNone") is not None:
            return ""
        return "•" if properties.find(_A + "buChar") is not None else None
    start, kind = numbered.get("startAt", "1"), numbered.get("type", "arabicPeriod")
    counts[depth] = counts.get(depth, (int(start) if start.isdigit() else 1) - 1) + 1
    form = next((form for name, form in _NUMERALS if kind.startswith(name)), "decimal")
    before, after = next((signs for name, signs in _AROUND if kind.endswith(name)), ("", ""))
    return f"{before}{written(counts[depth], form)}{after}"


_NUMERALS = (
    ("alphaLc", "lowerLetter"),
    ("alphaUc", "upperLetter"),
    ("romanLc", "lowerRoman"),
    ("romanUc", "upperRoman"),
)
_AROUND = (("ParenBoth", ("(", ")")), ("ParenR", ("", ")")), ("Period", ("", ".")))


def _diagrams(package: Package, name: str, frame: Element, index: int) -> Iterator[Block]:
    """The words of a drawn diagram (SmartArt), which lie in a part of their own."""
    for reference in frame.iter(_DIAGRAM + "relIds"):
        _, target = package.relations(name).get(reference.get(_DATA, ""), ("", ""))
        root = package.xml(target)
        for point in root.iter(_DIAGRAM + "pt") if root is not None else ():
            if words := " ".join(text for text, _ in _paragraphs(point)):
                yield Block("item", f"• {words}", 0, index)


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


def _paragraphs(shape: Element) -> Iterator[tuple[str, Element | None]]:
    """Text and properties of the shape's paragraphs."""
    for paragraph in shape.iter(_A + "p"):
        text = "".join(_words(paragraph)).strip()
        if text:
            yield text, paragraph.find(_A + "pPr")


def _depth(properties: Element | None) -> int:
    level = properties.get("lvl", "0") if properties is not None else "0"
    return int(level) if level.isdigit() else 0


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
