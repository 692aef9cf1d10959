"""Markdown by its tokens: markup goes, words stay."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import reduce

from markdown_it import MarkdownIt
from markdown_it.token import Token

from samverk.knowledge.passages import Block, BlockKind, Parsed
from samverk.knowledge.reading import text as plain_text
from samverk.knowledge.reading.hyphens import joined
from samverk.knowledge.reading.titles import sensible

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)+(?=\s)")
_WRAP = "\x1f"  # stands for a line break that means nothing
_LONGEST_HEADING = 120
_FRONT_TITLE = re.compile(r"^(?:title|titel|rubrik)\s*:\s*[\"']?(.+?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)


def parse(text: str) -> Parsed:
    """The document. The title is that of the front matter, else the first heading."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    named = _FRONT_TITLE.search(front.group(1)) if front else None
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text[front.end() :] if front else text)
    blocks = _blocks(tokens)
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    return Parsed(sensible(named.group(1) if named else "") or sensible(first), tuple(blocks))


def _blocks(tokens: Sequence[Token]) -> list[Block]:
    blocks: list[Block] = []
    rows: list[list[str]] = []
    once = Counter(token.content for token in tokens if token.type == "inline")  # what comes again is a running line
    lists: list[int | None] = []  # the number of the item at hand in each open list; None for bullets
    kind: BlockKind = "paragraph"
    level, above, mark = 0, 0, ""  # `above` is the level of the last heading that is marked as one
    for token in tokens:
        match token.type:
            case "heading_open":
                kind, level = "heading", int(token.tag[1])
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                mark = "•" if number is None else f"{number}{token.markup}"
                lists[-1] = None if number is None else number + 1
            case "table_open":
                rows = []
            case "tr_open":
                rows.append([])
            case "table_close":
                blocks.append(Block("table", "\n".join(" | ".join(row) for row in rows)))
                rows = []
            case "inline" if rows:
                rows[-1].append(_words(token).replace("\n", " "))
            case "inline":
                text = _words(token)
                if (
                    kind == "paragraph"
                    and not mark
                    and (bold := _bold_level(token, text, above))
                    and once[token.content] == 1
                ):
                    kind, level = "heading", bold
                elif kind == "heading":
                    above = level
                if mark and kind == "paragraph":
                    blocks.append(Block("item", f"{mark} {text}"))
                elif text.strip():
                    blocks.append(Block(kind, text, level))
                kind, level, mark = "paragraph", 0, ""
            case "fence" if token.info.strip():
                blocks.append(Block("paragraph", token.content))
            case "fence" | "code_block":  # without a language: in documents more often a quotation than code
                blocks.extend(plain_text.parse(token.content).blocks)
            case "html_block":
                blocks.extend(_html(token.content))
            case _:
                pass
    return blocks


def _words(token: Token) -> str:
    """The words of an inline token: link and image texts, code as it is, no markup."""
    pieces = []
    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type == "softbreak":
            pieces.append(_WRAP)
        elif child.type == "hardbreak":
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(child.content)
    first, *rest = (line.strip() for line in "".join(pieces).split(_WRAP))
    return reduce(joined, rest, first)


def _bold_level(token: Token, text: str, above: int) -> int:
    """The level of a paragraph that is set in bold throughout, as some programs write headings; 0 for running text."""
    parts = [child for child in token.children or () if child.content.strip() or child.nesting]
    kinds = [part.type for part in parts]
    throughout = kinds[:1] == ["strong_open"] and kinds[-1] == "strong_close" and kinds.count("strong_open") == 1
    if not throughout or len(text) > _LONGEST_HEADING or text[-1:] in (".", ",", ":", ";"):
        return 0
    number = _NUMBER.match(text)
    return min(6, max(above, 1) + 1 if number is None else number.group().count(".") + 2)


def _html(content: str) -> list[Block]:
    """The blocks of a piece of HTML within the document."""
    if not re.search(r">[^<>]*\w", content):
        return []
    from samverk.knowledge.reading import html

    return list(html.parse_text(content).blocks)
