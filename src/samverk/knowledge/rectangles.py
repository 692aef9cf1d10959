"""Where a passage stands on its page: the words of its text are found among those that the page shows. Pure.

The cleaned text differs from the page: hyphens that a line break made are undone, running lines and notes left out, cells
put on one line. So words are compared by their letters and digits, and the longest stretches that agree are marked.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher

_WORD = re.compile(r"\S+")
_NO_LETTER = re.compile(r"[\W_]+")
_SURE = 4  # words in a row that stand nowhere by chance
_NEAR = 6  # words that the page may have between two stretches and the text has not
_FORGIVEN = 2  # words on the page between two found ones that are marked too: a mark, a misread word


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a page: `page` is its index; left edge, top edge, width and height are fractions of the page as shown."""

    page: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word as the page shows it. A hyphen at its end may be the line break's."""

    text: str
    x: float
    y: float
    w: float
    h: float


def rectangles(words: Sequence[PlacedWord], text: str, start: int, end: int, page: int) -> tuple[Rectangle, ...]:
    """The rectangles, one a line, of the characters `start` to `end` of a text that stands on this page.

    The whole text is looked for, so that a short quote is found where the text has it and not wherever its words stand.
    Empty where the page does not show it.
    """
    shown = list(_joined(words))
    wanted = [(_key(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]
    wanted = [word for word in wanted if word[0]]
    matcher = SequenceMatcher(None, [key for key, _ in shown], [key for key, _, _ in wanted], autojunk=False)
    blocks = _together([block for block in matcher.get_matching_blocks() if block.size])
    if sum(block.size for block in blocks) < min(len(wanted), _SURE):
        return ()
    found = [
        block.a + offset
        for block in blocks
        for offset in range(block.size)
        if wanted[block.b + offset][1] < end and wanted[block.b + offset][2] > start
    ]
    return tuple(_lines((word for index in _closed(found) for word in shown[index][1]), page))


def _key(word: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", word)).casefold()


def _joined(words: Sequence[PlacedWord]) -> Iterator[tuple[str, list[PlacedWord]]]:
    """The letters of each word with its boxes: two, where a line break parts it. Marks alone are left out."""
    held: list[PlacedWord] = []
    for number, word in enumerate(words):
        held.append(word)
        following = words[number + 1] if number + 1 < len(words) else None
        if word.text[-1:] == "-" and len(word.text) > 1 and following is not None and following.y > word.y + word.h / 2:
            continue
        if key := _key("".join(each.text for each in held)):
            yield key, held
        held = []


def _together(blocks: list[Match]) -> list[Match]:
    """The longest stretch that agrees, and those around it that are long enough, or near enough, to belong to it."""
    if not blocks:
        return []
    middle = max(range(len(blocks)), key=lambda number: blocks[number].size)
    kept = [blocks[middle]]
    for block in blocks[middle + 1 :]:
        if _belongs(block.size, kept[-1], block):
            kept.append(block)
    for block in reversed(blocks[:middle]):
        if _belongs(block.size, block, kept[0]):
            kept.insert(0, block)
    return kept


def _belongs(size: int, one: Match, other: Match) -> bool:
    on_page, in_text = other.a - one.a - one.size, other.b - one.b - one.size
    return size >= _SURE or on_page <= in_text + _NEAR


def _closed(found: list[int]) -> Iterator[int]:
    """The found places, with the few between two that lie close."""
    last = None
    for index in found:
        if last is not None and 1 < index - last <= _FORGIVEN + 1:
            yield from range(last + 1, index)
        yield index
        last = index


def _lines(words: Iterable[PlacedWord], page: int) -> Iterator[Rectangle]:
    """The words' boxes, those that follow each other on one line made one."""
    left = top = right = bottom = 0.0
    for word in words:
        middle = word.y + word.h / 2
        same_line = top < middle < bottom and left <= word.x and word.x - right < 3 * word.h
        if same_line:
            top, right, bottom = min(top, word.y), max(right, word.x + word.w), max(bottom, word.y + word.h)
            continue
        if right > left:
            yield Rectangle(page, left, top, right - left, bottom - top)
        left, top, right, bottom = word.x, word.y, word.x + word.w, word.y + word.h
    if right > left:
        yield Rectangle(page, left, top, right - left, bottom - top)
