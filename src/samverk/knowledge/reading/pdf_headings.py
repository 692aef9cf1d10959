"""Which lines of a PDF are headings, and how deep. Pure.

The outline names them where there is one, the file's tags where they are, and otherwise they show by their size, weight
and numbering. How deep a face goes is learnt from the headings that are named, and ranked by size where none is.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from samverk.knowledge.reading.pdf_source import Bookmark, Line, Page

SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[A-ZÅÄÖÉ])")
PARAGRAPH_SIGN = re.compile(r"^\d+\s*[a-z]?\s*§")
_CHAPTER = re.compile(
    r"^(?:\d+\s*kap\.?|kapitel\s+\d+|chapter\s+\d+|bilaga\s*\d*|appendix\s+\w+|del\s+[ivx\d]+)\b", re.IGNORECASE
)
_BULLET = re.compile(r"^[•●▪■◦‣⁃∙·*–—\ue000-\uf8ff-]\s")
_ENDS = re.compile(r"[.!?:;…][\"”’»)\]]*$")
_SENTENCE_WITHIN = re.compile(r"[a-zåäöé]{3}[.!?] [A-ZÅÄÖÉ]")
LONGEST_HEADING = 180
_ENOUGH_NAMED = 5  # headings found through the outline, from which on the tags are not asked

Style = tuple[float, int]  # size and weight


@dataclass(slots=True)
class Face:
    """How the running text looks: size, weight and the usual distance from line to line."""

    size: float
    weight: int
    pitch: float


def heading_levels(pages: list[Page], outline: list[Bookmark], face: Face) -> dict[int, int]:
    """The level of every line that is a heading or a part of one, by the line's id."""
    named = _from_outline(pages, outline)
    tagged = [line for page in pages for line in page.lines if line.tag and _may_be_tagged(line, face)]
    if len(named) > _ENOUGH_NAMED:
        tagged = []
    if not named and _orderly(tagged):
        named = {id(line): line.tag for line in tagged}
    return named | _from_faces(pages, face, named, {id(line) for line in tagged})


def _may_be_tagged(line: Line, face: Face) -> bool:
    """Whether to believe a tag: some files tag running text as headings, or count their content across pages."""
    return len(line.text) < LONGEST_HEADING and (
        (line.size, line.weight) != (face.size, face.weight) or not _ENDS.search(line.text)
    )


def _orderly(tagged: list[Line]) -> bool:
    """Whether the tags' levels can be believed: each face has one level, and a larger one is never deeper."""
    levels: dict[Style, Counter[int]] = {}
    for line in tagged:
        levels.setdefault((line.size, line.weight), Counter())[line.tag] += 1
    usual = {style: counts.most_common(1)[0] for style, counts in levels.items()}
    if any(count < 0.8 * levels[style].total() for style, (_, count) in usual.items()):
        return False
    order = [usual[style][0] for style in sorted(usual, key=lambda style: -style[0])]
    return all(larger <= smaller for larger, smaller in pairwise(order))


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _from_outline(pages: list[Page], outline: list[Bookmark]) -> dict[int, int]:
    """Lines that say what an entry of the outline says, on the page where it points."""
    found: dict[int, int] = {}
    for mark in outline:
        wanted = _key(mark.title)
        if len(wanted) < 2 or not 0 <= mark.page < len(pages):
            continue
        for index in (mark.page, mark.page + 1):
            lines = _matching(pages[index].lines, wanted) if index < len(pages) else []
            if lines:
                found.update((id(line), min(mark.level, 6)) for line in lines if id(line) not in found)
                break
    return found


def _matching(lines: list[Line], wanted: str) -> list[Line]:
    """The line, or the few lines in a row, whose letters are the wanted ones; a leading number may be missing."""
    for first, line in enumerate(lines):
        key = _key(line.text)
        bare = key.lstrip("0123456789")
        if not key or not (wanted.startswith(key) or (bare and wanted.startswith(bare)) or key.endswith(wanted)):
            continue
        if wanted in (key, bare) or (key.endswith(wanted) and len(key) - len(wanted) <= 8):
            return [line]
        for start in {key, bare} - {""}:
            grown, last = start, first
            while grown != wanted and wanted.startswith(grown) and last + 1 < len(lines) and last - first < 3:
                last += 1
                grown += _key(lines[last].text)
            if grown == wanted:
                return lines[first : last + 1]
    return []


def _from_faces(pages: list[Page], face: Face, named: dict[int, int], tagged: set[int]) -> dict[int, int]:
    """Lines that look like headings: larger, or bold where the text is not, short, and not the end of a sentence."""
    learnt: dict[Style, Counter[int]] = {}
    candidates: list[Line] = []
    for page in pages:
        found: list[Line] = []
        running = _in_paragraphs(page.lines)
        for before, line, after in _neighbours(page.lines):
            if id(line) in named:
                learnt.setdefault((line.size, line.weight), Counter())[named[id(line)]] += 1
            elif id(line) in running:
                continue
            elif id(line) in tagged or _looks_like_heading(before, line, after, face):
                found.append(line)
        candidates += _without_openings(page.lines, found)
    styles = Counter((line.size, line.weight) for line in candidates)
    levels = {style: counts.most_common(1)[0][0] for style, counts in learnt.items()}
    floor = max(levels.values(), default=0)
    ranked = sorted((style for style in styles if style not in levels), key=lambda style: (-style[0], -style[1]))
    for rank, style in enumerate(ranked):
        larger = [level for known, level in levels.items() if known[0] > style[0]]
        levels[style] = min(6, max(larger, default=0) + 1 if floor else rank + 1)
    return {id(line): _numbered_level(line, levels[line.size, line.weight]) for line in candidates}


def _in_paragraphs(lines: list[Line]) -> set[int]:
    """Ids of lines in runs of one face, set close, in which a sentence ends and another begins: text, however it looks."""
    found: set[int] = set()
    run: list[Line] = []
    for line in [*lines, None]:
        if run and line is not None and same_face(run[-1], line) and 0 < run[-1].y0 - line.y0 < 1.7 * line.size:
            run.append(line)
            continue
        if len(run) > 1 and sum(len(each.text) for each in run) > LONGEST_HEADING:
            text = " ".join(each.text for each in run)
            if _SENTENCE_WITHIN.search(text):
                found.update(map(id, run))
        run = [line] if line is not None else []
    return found


def _without_openings(lines: list[Line], found: list[Line]) -> list[Line]:
    """The found lines, except those that only open a paragraph set in the same face."""
    marks = {id(line) for line in found}
    for line, after in zip(reversed(lines[:-1]), reversed(lines[1:]), strict=True):
        if id(line) in marks and id(after) not in marks and same_face(line, after):
            gap = line.y0 - after.y0
            text = len(after.text) > 20 and not after.tag
            if text and 0 < gap < 1.8 * line.size and not _ENDS.search(line.text):
                marks.discard(id(line))
    return [line for line in found if id(line) in marks]


def _numbered_level(line: Line, level: int) -> int:
    """A section number of several parts ("3.2") is never above the level that its depth says."""
    section = SECTION.match(line.text)
    return min(6, max(level, section.group(1).count(".") + 1)) if section else level


def _neighbours(lines: list[Line]) -> Iterator[tuple[Line | None, Line, Line | None]]:
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else None
        yield before, line, lines[number + 1] if number + 1 < len(lines) else None


def _looks_like_heading(before: Line | None, line: Line, after: Line | None, face: Face) -> bool:
    text = line.text
    letters = sum(map(str.isalpha, text))
    if len(text) > 120 or letters < 3 or letters < 0.5 * len(text) or line.cells or (line.hyphen and len(text) > 60):
        return False
    label = text[-1] == ":" and len(text) <= 60 and line.weight == 2
    if text[-1] in ".,;:" and not label and not _CHAPTER.match(text) and not text.endswith(("kap.", "§.")):
        return False
    larger = line.size >= face.size * 1.12
    heavier = line.weight > face.weight and line.size >= face.size * 0.95
    numbered = bool(SECTION.match(text)) and line.size >= face.size and len(text) < 80
    if not (larger or heavier):
        return numbered and "." in text.split()[0].rstrip(".") and _alone(before, line, after, face)
    if text[0].islower() and not (before and same_face(before, line)):
        return False
    if _BULLET.match(text) or (not larger and PARAGRAPH_SIGN.match(text)):
        return False
    if line.weight == 1 and not larger and not _leads_text(before, line, after):
        return False
    return larger or _alone(before, line, after, face)


def _leads_text(before: Line | None, line: Line, after: Line | None) -> bool:
    """Whether an upright line of running text follows: italics alone are often a name or a title of a work."""
    begins = line.text[0].isupper() or (before is not None and before.weight == 1 and len(before.text) > 45)
    if after is None or not begins:
        return False
    return (after.weight == 0 and len(after.text) > 40) or (after.weight == 1 and len(line.text) > 45)


def same_face(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.3 and one.weight == other.weight


def _alone(before: Line | None, line: Line, after: Line | None, face: Face) -> bool:
    """Whether the line has air above it, or starts a page, and is not the first line of a bold paragraph."""
    if before is not None and abs(before.y0 - line.y0) < 2:
        return False
    if after is not None and abs(after.y0 - line.y0) < 2:
        return False
    air = before is None or before.y0 - line.y0 > 1.15 * face.pitch or before.y0 < line.y0 or _ENDS.search(before.text)
    return bool(air) or (before is not None and same_face(before, line))
