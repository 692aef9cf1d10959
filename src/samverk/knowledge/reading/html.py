"""Web pages: the main content as blocks, without navigation, banners and scripts.

Also reads the HTML of other formats (a message's body). The tree is walked without recursion: a page may nest as deep
as it likes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, BlockKind, Parsed
from samverk.knowledge.reading.plain import decode
from samverk.knowledge.reading.titles import sensible

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DROPPED = frozenset(
    "script style noscript template svg canvas iframe object embed nav aside footer select button input textarea"
    " audio video map dialog head".split()
)
_DROPPED_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog", "alertdialog"}
)
_DROPPED_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|brodsmul\w*|sidebar|navbar|nav|navigation|menu|meny|skip-?(?:link|to)?\w*"
    r"|share|sharing|social|dela|site-?(?:header|footer)|page-?footer|footer|advert\w*|popup|modal|newsletter|toolbar)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main ol p pre section summary"
    " table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MAIN = ("main", "[role=main]", "article", "#main-content", "#maincontent", "#content", "#innehall", ".main-content")
_LAYOUT_CELL = 400  # characters: a cell with more than this holds running text, so the table is a layout
_MENU_LENGTH, _MENU_ENTRY = 6, 30  # a list of so many links, shorter than this on the average, is a menu
_SCRAP = 100  # characters: what stands above the page's one main heading and is shorter belongs to the site
_SITE_NAME = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{2,50}$")


@dataclass(slots=True)
class _Page:
    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # of the block at hand
    kind: BlockKind = "paragraph"
    level: int = 0
    linked: int = 0  # characters of the block at hand that are links
    links: set[int] = field(default_factory=set)  # indices of blocks that are nothing but links

    def flush(self, kind: BlockKind = "paragraph", level: int = 0) -> None:
        """End the block at hand; what follows is of the given kind."""
        text = re.sub(r"[^\S\n]+", " ", "".join(self.pieces)).strip()
        if text:
            text = f"• {text}" if self.kind == "item" else text
            if self.linked >= 0.9 * len(text.replace(" ", "")):
                self.links.add(len(self.blocks))
            self.blocks.append(Block(self.kind, re.sub(r"\s*\n\s*", "\n", text), self.level))
        self.pieces.clear()
        self.linked = 0
        self.kind, self.level = kind, level


def parse(content: bytes) -> Parsed:
    """The page's main content."""
    declared = _CHARSET.search(content[:4096])
    return parse_text(decode(content, declared.group(1).decode("ascii") if declared else None))


def parse_text(text: str) -> Parsed:
    """The main content of a page that is characters already."""
    tree = LexborHTMLParser(text)
    body = tree.body
    if body is None:
        return Parsed("", ())
    title = _title(tree)
    main = _main(body)
    blocks = _walk(main)
    if main is not body and sum(len(block.text) for block in blocks) < 200:
        blocks = _walk(body)
    first = next((block.text for block in blocks if block.kind == "heading"), "")
    return Parsed(title or sensible(first), tuple(blocks), (), (note("menus_left_out"),))


def _title(tree: LexborHTMLParser) -> str:
    """The only first-level heading, else the page's title without the name of the site."""
    headings = [node.text(separator=" ") for node in tree.css("h1")]
    if len(headings) == 1 and sensible(headings[0]):
        return sensible(headings[0])
    node = tree.css_first("title")
    return sensible(_SITE_NAME.sub("", node.text(strip=True))) if node is not None else ""


def _main(body: LexborNode) -> LexborNode:
    """The element that holds the main content: named as such, and with a fair share of the page's text."""
    whole = len(body.text())
    for selector in _MAIN:
        found = body.css(selector)
        if len(found) == 1 and len(found[0].text()) > min(1000, 0.2 * whole):
            return found[0]
    return body


def _dropped(node: LexborNode, within_main: bool) -> bool:
    """Whether an element is furniture of the page."""
    tag = node.tag or ""
    if tag in _DROPPED or (tag == "header" and not within_main):
        return True
    marks = node.attributes
    if not marks or tag in ("body", "html", "main", "article"):
        return False
    if "hidden" in marks or marks.get("aria-hidden") == "true" or marks.get("role") in _DROPPED_ROLES:
        return True
    if "display:none" in (marks.get("style") or "").replace(" ", "").lower():
        return True
    if tag in _HEADINGS or tag in ("p", "li", "td", "span", "a", "strong", "em"):
        return False
    return bool(_DROPPED_NAMES.search(f"{marks.get('id') or ''} {marks.get('class') or ''}"))


def _walk(root: LexborNode) -> list[Block]:
    """The blocks beneath an element. The stack holds nodes to enter and, as None, ends of blocks."""
    page = _Page()
    within_main = (root.tag or "") in ("main", "article") or (root.attributes or {}).get("role") == "main"
    stack: list[tuple[LexborNode | None, bool, bool]] = [(root, within_main, False)]
    while stack:
        node, inside, link = stack.pop()
        if node is None:
            page.flush()
            continue
        tag = node.tag or ""
        if tag == "-text":
            words = re.sub(r"\s+", " ", node.text_content or "")
            page.pieces.append(words)
            page.linked += len(words.replace(" ", "")) if link else 0
        elif tag == "br":
            page.pieces.append("\n")
        elif tag == "img" or tag.startswith(("-", "!")) or _dropped(node, inside):
            page.pieces.append(" ")
        elif tag == "table" and (rows := _rows(node)):
            page.flush()
            page.blocks.append(Block("table", "\n".join(" | ".join(row) for row in rows)))
        else:
            if tag in _BLOCKS:
                page.flush(*_kind(tag, node))
                stack.append((None, inside, link))
            inside, link = inside or tag in ("main", "article"), link or tag == "a"
            stack.extend((child, inside, link) for child in reversed(list(node.iter(include_text=True))))
    page.flush()
    return _without_menus(page)


def _without_menus(page: _Page) -> list[Block]:
    """The blocks without menus that no markup names: many short links in a row, and scraps before the main heading."""
    blocks = page.blocks
    top = [number for number, block in enumerate(blocks) if block.level == 1]
    dropped = {number for number in range(top[0] if len(top) == 1 else 0) if len(blocks[number].text) < _SCRAP}
    run: list[int] = []
    for number in range(len(blocks) + 1):
        if number in page.links and blocks[number].kind != "heading":
            run.append(number)
            continue
        if len(run) >= _MENU_LENGTH and sum(len(blocks[link].text) for link in run) < _MENU_ENTRY * len(run):
            dropped.update(run)
        run.clear()
    return [block for number, block in enumerate(blocks) if number not in dropped] or blocks


def _kind(tag: str, node: LexborNode) -> tuple[BlockKind, int]:
    if tag in _HEADINGS:
        return "heading", _HEADINGS[tag]
    if tag == "li":
        return "item", 0
    if tag == "p" and node.parent is not None and node.parent.tag == "li" and node.prev is None:
        return "item", 0
    return "paragraph", 0


def _rows(table: LexborNode) -> list[list[str]]:
    """The rows of a table that holds data; none for one that only lays out the page."""
    if table.css_first("table table, h1, h2, h3") is not None or len(table.css("table")) > 1:
        return []
    rows = [[_cell(cell) for cell in _cells(row)] for row in table.css("tr")]
    rows = [row for row in rows if any(row)]
    if not rows or max(map(len, rows)) < 2 or any(len(cell) > _LAYOUT_CELL for row in rows for cell in row):
        return []
    return rows


def _cells(row: LexborNode) -> Iterator[LexborNode]:
    return (child for child in row.iter() if child.tag in ("td", "th"))


def _cell(cell: LexborNode) -> str:
    return " ".join(cell.text(separator=" ").split()).replace(" | ", " / ")
