"""Plain text without markup: paragraphs between empty lines, list items, and headings that number themselves. Pure."""

import re

from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading.hyphens import joined

_ITEM = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)]|[a-zåäö][.)])\s+")
_SECTION = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[A-ZÅÄÖ][^.!?]{2,80}$")
_UNDERLINE = re.compile(r"^\s*([=\-~*_#])\1{2,}\s*$")
_LONGEST_HEADING = 80


def parse(content: str) -> Parsed:
    """The blocks of a text. A form feed begins a page; the first short line that stands alone is the title."""
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    sheets = content.rstrip("\f").split("\f")
    paged = len(sheets) > 1
    blocks = [
        block
        for index, sheet in enumerate(sheets)
        for part in re.split(r"\n[ \t]*\n", sheet)
        for block in _part(part, index if paged else None)
    ]
    first = blocks[0].text if blocks else ""
    title = first if "\n" not in first and 3 < len(first) <= _LONGEST_HEADING and first[-1] not in ".,;:" else ""
    labels = tuple(str(index + 1) for index in range(len(sheets))) if paged else ()
    return Parsed(title, tuple(blocks), labels)


def _part(part: str, page: int | None) -> list[Block]:
    """The blocks between two empty lines."""
    lines = [line.rstrip() for line in part.split("\n") if line.strip()]
    if len(lines) == 2 and _UNDERLINE.match(lines[1]):
        return [Block("heading", lines[0], 1 if "=" in lines[1] else 2, page)]
    lines = [line for line in lines if not _UNDERLINE.match(line)]
    if len(lines) == 1 and (section := _SECTION.match(lines[0])):
        return [Block("heading", lines[0], min(6, section.group(1).count(".") + 1), page)]
    blocks: list[Block] = []
    for line in lines:
        if _ITEM.match(line):
            blocks.append(Block("item", line.strip(), 0, page))
        elif blocks:
            blocks[-1] = Block(blocks[-1].kind, _joined(blocks[-1].text, line.strip()), 0, page)
        else:
            blocks.append(Block("paragraph", line.strip(), 0, page))
    return blocks


def _joined(text: str, following: str) -> str:
    """A wrapped line goes on; after a short one the line break was meant."""
    last = text.rpartition("\n")[2]
    return joined(text, following) if len(last) > 50 or following[:1].islower() else f"{text}\n{following}"
