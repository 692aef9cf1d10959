"""What word processors' formats share: tables that only lay out a page, headings without a style, pages. Pure."""

import re
from dataclasses import replace

from samverk.knowledge.passages import PAGE_BREAK, Block

_LAYOUT_CELL = 400  # characters: a cell with more than this holds running text, so the table is a layout
_LABELLED = 200  # characters: a row up to this is a label and its value, not columns of running text

_BOLD_HEADING, _PLAIN_HEADING = 100, 60  # characters: paragraphs up to this are headings where no style makes any
_RUNNING_TEXT = 150  # characters: what follows a plain paragraph that is a heading

Rows = list[list[list[Block]]]  # the blocks of each cell of each row


def is_layout(rows: Rows) -> bool:
    """Whether a table holds running text: long cells, tables within, headings, or one column only."""
    cells = [blocks for row in rows for blocks in row]
    if all(sum(bool(blocks) for blocks in row) <= 1 for row in rows):
        return True
    return any(
        sum(len(block.text) for block in blocks) > _LAYOUT_CELL
        or any(block.kind == "table" for block in blocks)
        or sum(block.kind == "heading" for block in blocks) > 1
        for blocks in cells
    )


def layout_row(cells: list[list[Block]]) -> list[Block]:
    """The blocks of a row of a layout table; a label beside its value ("Målnummer: T 12-34") makes one paragraph."""
    blocks = [block for cell in cells for block in cell]
    short = sum(len(block.text) for block in blocks) <= _LABELLED and all(len(cell) <= 1 for cell in cells)
    if len(blocks) > 1 and short and all(block.kind == "paragraph" for block in blocks):
        return [Block("paragraph", one_line(blocks))]
    return blocks


def one_line(blocks: list[Block]) -> str:
    """A cell's text on one line, without its footnotes."""
    return re.sub(r"[ \n]+", " ", " ".join(block.text for block in blocks if block.kind != "footnote")).strip()


def lines(rows: Rows) -> list[str]:
    """The rows of a table as lines, without rows and columns that are empty throughout, as merged cells leave them."""
    texts = [[one_line(blocks) for blocks in row] for row in rows]
    texts = [row for row in texts if any(cell.strip(PAGE_BREAK + " ") for cell in row)]
    used = sorted({at for row in texts for at, cell in enumerate(row) if cell})
    return [" | ".join(row[at] if at < len(row) else "" for at in used).rstrip(" |") for row in texts]


def with_headings(blocks: list[Block], bold: dict[int, Block]) -> list[Block]:
    """Where no style makes headings, bold paragraphs do, and below them short ones before running text.

    `bold` holds the blocks that are bold throughout, by their identity.
    """
    if any(block.kind == "heading" for block in blocks):
        return blocks
    found: list[Block] = []
    runs_on = False  # whether running text follows, or a heading with running text
    for block in reversed(blocks):
        level = 0
        if block.kind == "paragraph" and _could_be_heading(block.text):
            level = 1 if id(block) in bold else 2 if runs_on and len(block.text) <= _PLAIN_HEADING else 0
        runs_on = bool(level) or (block.kind == "paragraph" and len(block.text) >= _RUNNING_TEXT)
        found.append(replace(block, kind="heading", level=level) if level else block)
    return found[::-1]


def _could_be_heading(text: str) -> bool:
    words = text.strip(PAGE_BREAK + " \n")
    return len(words) <= _BOLD_HEADING and words[-1:] not in (".", ",", ":", ";", "") and not words[0].islower()


def with_pages(blocks: list[Block], said: str) -> tuple[list[Block], tuple[str, ...]]:
    """Blocks with their pages, and the labels; without any where the breaks and the stated number disagree."""
    breaks = sum(block.text.count(PAGE_BREAK) for block in blocks)
    if not breaks or said != str(breaks + 1):
        return [replace(block, text=block.text.replace(PAGE_BREAK, "")) for block in blocks], ()
    paged, page = [], 0
    for block in blocks:
        leading = len(block.text) - len(block.text.lstrip(PAGE_BREAK + " \n"))
        page += block.text[:leading].count(PAGE_BREAK)
        text = block.text[leading:]
        paged.append(replace(block, text=text.replace(PAGE_BREAK, "") if block.kind == "table" else text, page=page))
        page += text.count(PAGE_BREAK)
    return paged, tuple(str(number + 1) for number in range(breaks + 1))
