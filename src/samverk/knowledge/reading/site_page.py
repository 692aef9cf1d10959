"""A page of a web site as a walk needs it: where it leads, what it asks of robots, and its main content alone.

What changes on every page at once (menus, footers, tokens of forms) is left out, so that a page that says the same is the
same, byte for byte. Runs in the sandbox.
"""

import re
from html import escape
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import html
from samverk.knowledge.reading.plain import decode

_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_REFRESH = re.compile(r"^\s*\d*\s*[;,]?\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_MISSING = re.compile(
    r"\b(?:sidan|dokumentet|innehållet)\b[^.\n]{0,40}\b(?:inte\b[^.\n]{0,15}\b(?:hitta\w*|finns)|(?:hitta\w*|finns)\b[^.\n]{0,10}\binte)\b"
    r"|\b(?:page|document)\b[^.\n]{0,40}\b(?:not (?:be )?found|does not exist|no longer exists)\b|\b404\b|\bnot found\b",
    re.IGNORECASE,
)
_BRIEF = 700  # characters: a page that says more than this has something to say
_MOST_LINKS = 2000


class Page(NamedTuple):
    """What is on a page: its content as plain HTML, its links with whether they may be followed, and what it says of itself."""

    title: str
    content: str
    links: list[tuple[str, bool]]
    base: str
    canonical: str
    robots: list[str]
    missing: bool  # it answers well, and says that there is nothing here


def read(content: bytes, charset: str) -> Page:
    """The page. `charset` is what the server says; the page's own word counts where the server says nothing."""
    declared = _META_CHARSET.search(content[:4096])
    text = decode(content, charset or (declared.group(1).decode("ascii") if declared else None))
    tree = LexborHTMLParser(text)
    parsed = html.parse_text(text)
    return Page(
        parsed.title,
        rendered(parsed) if parsed.blocks else "",
        _links(tree),
        _attribute(tree, "base[href]", "href"),
        _attribute(tree, "link[rel~=canonical i][href]", "href"),
        [f"{name}: {words}" if name != "robots" else words for name, words in _robots(tree)],
        says_missing(parsed),
    )


def rendered(parsed: Parsed) -> str:
    """The blocks as a page without anything else; read again, it gives the same blocks."""
    body = "\n".join(_rendered(block) for block in parsed.blocks)
    return f'<!doctype html>\n<meta charset="utf-8">\n<title>{escape(parsed.title)}</title>\n<main>\n{body}\n</main>\n'


def _rendered(block: Block) -> str:
    if block.kind == "table":
        rows = (row.split(" | ") for row in block.text.split("\n"))
        cells = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table>\n{cells}\n</table>"
    tag = {"heading": f"h{block.level or 1}", "item": "li"}.get(block.kind, "p")
    text = block.text.removeprefix("• ") if block.kind == "item" else block.text
    return f"<{tag}>{escape(text, quote=False).replace(chr(10), '<br>')}</{tag}>"


def says_missing(parsed: Parsed) -> bool:
    """Whether a short page says that what was asked for is not there."""
    texts = [block.text for block in parsed.blocks]
    return sum(map(len, texts)) < _BRIEF and bool(_MISSING.search("\n".join([parsed.title, *texts[:3]])))


def _links(tree: LexborHTMLParser) -> list[tuple[str, bool]]:
    found = [
        (node.attributes.get("href") or "", "nofollow" not in (node.attributes.get("rel") or "").lower().split())
        for node in tree.css("a[href], area[href]")[:_MOST_LINKS]
    ]
    refresh = _REFRESH.match(_attribute(tree, "meta[http-equiv=refresh i][content]", "content"))
    return [*found, (refresh.group(1).strip(), True)] if refresh else found


def _robots(tree: LexborHTMLParser) -> list[tuple[str, str]]:
    nodes: list[LexborNode] = tree.css("meta[name=robots i][content], meta[name=samverk i][content]")
    return [((node.attributes.get("name") or "").lower(), node.attributes.get("content") or "") for node in nodes]


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    value: Any = node.attributes.get(name) if node is not None else ""
    return value or ""
