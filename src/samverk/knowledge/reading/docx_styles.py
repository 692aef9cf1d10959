"""What a paragraph of a Word document is: heading level and list numbers, from its styles and numbering. Pure."""

import re
from collections import defaultdict
from dataclasses import dataclass

from samverk.knowledge.reading.numerals import written
from samverk.knowledge.reading.package import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADING_NAME = re.compile(r"^(?:heading|rubrik|überschrift|titre|overskrift)\s*(\d)\b", re.IGNORECASE)
TITLE_NAME = re.compile(r"^(?:title|titel|rubrik|dokumenttitel)$", re.IGNORECASE)
CONTENTS_NAME = re.compile(r"^(?:toc|innehåll)\s*\d$", re.IGNORECASE)


def value(parent: Element | None, *names: str) -> str | None:
    """The `w:val` of the element reached by the names."""
    for name in names:
        parent = parent.find(W + name) if parent is not None else None
    return parent.get(W + "val") if parent is not None else None


def is_on(parent: Element | None, name: str) -> bool:
    """Whether a switch such as `w:b` is there and not switched off."""
    found = parent.find(W + name) if parent is not None else None
    return found is not None and found.get(W + "val", "1") not in ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style, its chain of ancestors resolved."""

    level: int = 0  # of a heading; 0 for none
    title: bool = False
    contents: bool = False
    bold: bool = False
    list_id: str | None = None
    list_level: int = 0


def styles_of(root: Element | None) -> dict[str, Style]:
    """The paragraph styles by id; the default one also under the empty id."""
    raw = {style.get(W + "styleId", ""): style for style in root.iter(W + "style")} if root is not None else {}
    found: dict[str, Style] = {}
    for name, style in raw.items():
        found[name] = _resolved(name, raw)
        if style.get(W + "default") == "1" and style.get(W + "type") == "paragraph":
            found[""] = found[name]
    return found


def _resolved(name: str, raw: dict[str, Element]) -> Style:
    """The style with what it inherits; a circle of ancestors ends where it began."""
    level = list_level = 0
    title = contents = False
    bold: bool | None = None
    list_id: str | None = None
    seen: set[str] = set()
    at: str | None = name
    while at is not None and at in raw and at not in seen:
        seen.add(at)
        style = raw[at]
        called = value(style, "name") or ""
        named = HEADING_NAME.match(called)
        outline = value(style, "pPr", "outlineLvl")
        if not level and (named or (outline or "").isdigit()):
            level = int(named.group(1)) if named else _outline(outline)
        title = title or (len(seen) == 1 and bool(TITLE_NAME.match(called)))
        contents = contents or bool(CONTENTS_NAME.match(called))
        marks = style.find(W + "rPr")
        if bold is None and marks is not None and marks.find(W + "b") is not None:
            bold = is_on(marks, "b")
        list_id = list_id or value(style, "pPr", "numPr", "numId")
        list_level = list_level or _number(value(style, "pPr", "numPr", "ilvl"))
        at = value(style, "basedOn")
    return Style(min(level, 9), title, contents, bool(bold), list_id, list_level)


def _outline(text: str | None) -> int:
    """A level from Word's outline level: 0 to 8 are headings, 9 is running text."""
    depth = _number(text)
    return depth + 1 if depth < 9 else 0


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


@dataclass(slots=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts the document's lists as Word does and gives each paragraph its number: "3.2", "a)" or a bullet."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        if root is None:
            return
        abstract = {
            entry.get(W + "abstractNumId", ""): {
                _number(level.get(W + "ilvl")): _Level(
                    value(level, "numFmt") or "decimal",
                    value(level, "lvlText") or "",
                    _number(value(level, "start") or "1"),
                )
                for level in entry.findall(W + "lvl")
            }
            for entry in root.findall(W + "abstractNum")
        }
        for entry in root.findall(W + "num"):
            kind = value(entry, "abstractNumId") or ""
            name = entry.get(W + "numId", "")
            self._levels[name] = abstract.get(kind, {})
            self._abstract[name] = kind if entry.find(W + "lvlOverride") is None else f"own {name}"

    def next(self, list_id: str, depth: int) -> str:
        """The number of the next paragraph of this list and depth; empty for an unknown or silent list."""
        levels = self._levels.get(list_id, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[self._abstract.get(list_id, list_id)]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [known for known in counts if known > depth]:
            del counts[deeper]
        if level.format == "bullet":
            return "•"
        if level.format == "none":
            return ""

        def number_of(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            known = levels.get(at, level)
            return written(counts.get(at, known.start), known.format)

        return re.sub(r"%(\d)", number_of, level.text).strip()
