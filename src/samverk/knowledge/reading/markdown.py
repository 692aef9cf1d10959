"""Markdown by its tokens: markup goes, words stay."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from samverk.knowledge.passages import Block, BlockKind, Parsed
from samverk.knowledge.reading.titles import sensible

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
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
    lists: list[int | None] = []  # the number of the item at hand in each open list; None for bullets
    kind: BlockKind = "paragraph"
    level, mark = 0, ""
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
                if mark and kind == "paragraph":
                    blocks.append(Block("item", f"{mark} {text}"))
                elif text.strip():
                    blocks.append(Block(kind, text, level))
                kind, level, mark = "paragraph", 0, ""
            case "fence" | "code_block":
                blocks.append(Block("paragraph", token.content))
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
            pieces.append(" ")
        elif child.type == "hardbreak":
            pieces.append("\n")
        elif child.type == "image":
            pieces.append(child.content)
    return "".join(pieces)


def _html(content: str) -> list[Block]:
    """The blocks of a piece of HTML within the document."""
    if not re.search(r">[^<>]*\w", content):
        return []
    from samverk.knowledge.reading import html

    return list(html.parse_text(content).blocks)
