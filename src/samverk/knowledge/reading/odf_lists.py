"""The numbers of lists and headings in OpenDocument, counted as its programs do. Pure."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from samverk.knowledge.reading.numerals import written
from samverk.knowledge.reading.package import Element, local

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str  # of numerals; empty for none
    prefix: str
    suffix: str
    start: int
    shown: int  # how many levels the number shows: 2 gives "3.1"
    bullet: bool


@dataclass(slots=True)
class _Open:
    style: str
    counts: list[int]  # of this list and those that it lies in, the innermost last


class Lists:
    """Counts the items of the lists that are open, and the headings."""

    def __init__(self, roots: Sequence[Element]) -> None:
        """Read the list styles beneath these roots; a later one of the same name counts."""
        self._styles: dict[str, dict[int, _Level]] = {}
        self._open: list[_Open] = []
        self._last: dict[str, int] = {}  # where each style's outermost list ended, for one that continues it
        self._headings: dict[int, int] = {}
        for root in roots:
            for style in root.iter(_TEXT + "list-style"):
                self._styles[style.get(_STYLE + "name", "")] = _levels(style)
            for style in root.iter(_TEXT + "outline-style"):
                self._styles["outline"] = _levels(style)

    @contextmanager
    def opened(self, element: Element) -> Iterator[None]:
        """While a list is open, `next` numbers its items."""
        outer = self._open[-1] if self._open else None
        style = element.get(_TEXT + "style-name") or (outer.style if outer else "")
        depth = len(outer.counts) + 1 if outer else 1
        continued = depth == 1 and (
            element.get(_TEXT + "continue-numbering") == "true" or element.get(_TEXT + "continue-list")
        )
        level = self._styles.get(style, {}).get(depth)
        begun = self._last.get(style, 0) if continued else (level.start if level else 1) - 1
        self._open.append(_Open(style, [*(outer.counts if outer else []), begun]))
        try:
            yield
        finally:
            closed = self._open.pop()
            if depth == 1:
                self._last[style] = closed.counts[0]

    def next(self, item: Element) -> str:
        """The mark of the next item: "3.", "b)" or a bullet."""
        here = self._open[-1]
        start = item.get(_TEXT + "start-value", "")
        here.counts[-1] = int(start) if start.isdigit() and len(start) < 9 else here.counts[-1] + 1
        levels = self._styles.get(here.style, {})
        level = levels.get(len(here.counts))
        if level is None or level.bullet:
            return _BULLET
        return _number(level, levels, here.counts) or _BULLET

    def heading(self, element: Element, level: int) -> str:
        """The number of a heading; empty where headings have none."""
        levels = self._styles.get("outline", {})
        known = levels.get(level)
        if known is None or not known.kind or element.get(_TEXT + "is-list-header") == "true":
            return ""
        self._headings[level] = self._headings.get(level, known.start - 1) + 1
        for deeper in [found for found in self._headings if found > level]:
            del self._headings[deeper]
        return _number(known, levels, [self._headings.get(above, 1) for above in range(1, level + 1)])


def _levels(style: Element) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for entry in style:
        level, start, shown = (entry.get(_TEXT + name, "") for name in ("level", "start-value", "display-levels"))
        if level.isdigit():
            found[int(level)] = _Level(
                _KINDS.get(entry.get(_STYLE + "num-format", ""), ""),
                entry.get(_STYLE + "num-prefix", ""),
                entry.get(_STYLE + "num-suffix", ""),
                int(start) if start.isdigit() else 1,
                int(shown) if shown.isdigit() else 1,
                local(entry) != "list-level-style-number" and local(entry) != "outline-level-style",
            )
    return found


def _number(level: _Level, levels: dict[int, _Level], counts: Sequence[int]) -> str:
    """The number as it is printed, with those of the levels above that it shows."""
    if not level.kind:
        return ""
    depth = len(counts)
    shown = range(max(1, depth - level.shown + 1), depth + 1)
    parts = [written(counts[at - 1], (levels.get(at) or level).kind or "decimal") for at in shown]
    return f"{level.prefix}{'.'.join(parts)}{level.suffix}".strip()
