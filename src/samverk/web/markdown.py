"""From an answer's Markdown to safe HTML, one block at a time. Pure; knows nothing of runs, events or pages.

Two walls stand between a model and the page: the parser never passes HTML through, and what comes out is cleaned once more
by an allow-list. Citations are an inline rule of the grammar. Before parsing, each `[3]` is given its offset in the answer
behind a private character, so that the rule knows which citation it has before it wherever the marker stands.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from samverk.answers.cited import MARK

_PRIVATE = "\ue000"
_NUMBERED = re.compile(r"\[(\d+)\ue000(\d+)\]")
_TRACE = re.compile(r"\ue000\d*")

FIRST_HEADING, LAST_HEADING = 3, 6  # the page has its own h1 and h2

Levels = tuple[int, ...]
"""The open headings of an answer as the model wrote their depth; their number gives the depth on the page."""

Cite = Callable[[int, int], str]
"""(offset of the marker in the answer, number) -> the HTML that stands for it."""

_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "button", "span", "div"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href"},
    "button": {"type", "class", "popovertarget", "aria-haspopup"},
    "span": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "th": {"scope"},
    "ol": {"start"},
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of an answer: its range in the text, and the headings that were open before it."""

    start: int
    end: int
    levels: Levels


def split(text: str, start: int = 0, levels: Levels = ()) -> list[Block]:
    """The blocks of the text from `start` on. The last one may still grow; the others are finished."""
    rest = text[start:]
    lines = [start]
    lines.extend(start + match.end() for match in re.finditer("\n", rest))
    lines.append(len(text))
    blocks = []
    for token in _parser.parse(rest, {}):
        if token.level or not token.map or token.nesting < 0:
            continue
        first, last = token.map
        blocks.append(Block(lines[first], lines[min(last, len(lines) - 1)], levels))
        if token.type == "heading_open":
            levels = _open(levels, int(token.tag[1]))
    return blocks


def render(source: str, offset: int, levels: Levels, cite: Cite, table_label: str) -> str:
    """The HTML of one block whose source begins at `offset` of its answer."""
    numbered = MARK.sub(lambda m: f"[{m[1]}{_PRIVATE}{offset + m.start()}]", source.replace(_PRIVATE, ""))
    env: dict[str, Any] = {"cite": cite, "table_label": table_label}
    tokens = _tidy(_parser.parse(numbered, env), levels)
    html: str = _parser.renderer.render(tokens, _parser.options, env)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def tokens(source: str) -> list[Token]:
    """The Markdown as the parser understands it, citations as plain text."""
    return _parser.parse(source.replace(_PRIVATE, ""), {})


def plain(sentence: str) -> str:
    """A sentence without its Markdown; the cells of a table's row parted by dots."""
    words = "".join(
        child.content for token in _parser.parseInline(sentence.strip("| "), {}) for child in token.children or ()
    )
    return " · ".join(cell.strip() for cell in words.split("|") if cell.strip())


def shows_markup(source: str) -> bool:
    """Whether text of the block would show characters that look like Markdown that is still to be closed."""
    for token in _parser.parse(source, {}):
        if token.type == "paragraph_open" or not token.children:
            continue
        text = "".join(child.content for child in token.children if child.type == "text")
        if _LOOKS_OPEN.search(text):
            return True
    return False


_LOOKS_OPEN = re.compile(r"[*_~]{2}|`|[*~](?=\S)|(?<!\w)_(?=\w)|\[(?=[^\]]*$)|\]\(")


def _open(levels: Levels, depth: int) -> Levels:
    return (*(level for level in levels if level < depth), depth)


def _tidy(tokens: Sequence[Token], levels: Levels) -> Sequence[Token]:
    """Headings at the page's depth, empty header cells as plain cells, and no trace of the private character."""
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            levels = _open(levels, int(token.tag[1]))
            token.tag = tokens[i + 2].tag = f"h{min(FIRST_HEADING + len(levels) - 1, LAST_HEADING)}"
        elif token.type == "th_open":
            if tokens[i + 1].content.strip():
                token.attrSet("scope", "col")
            else:
                token.tag = tokens[i + 2].tag = "td"
        token.content = _TRACE.sub("", token.content)
        for child in token.children or ():
            child.content = _TRACE.sub("", child.content)
            for name, value in child.attrs.items():
                child.attrs[name] = _TRACE.sub("", str(value))
    return tokens


def _citation_rule(state: StateInline, silent: bool) -> bool:
    """`[3]` with its offset behind the private character becomes one token."""
    match = _NUMBERED.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta = {"n": int(match[1]), "offset": int(match[2])}
    state.pos = match.end()
    return True


def _render_citation(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    meta = tokens[i].meta
    html: str = env["cite"](meta["offset"], meta["n"])
    return html


def _render_image(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return escape(tokens[i].content)  # what it shows, in words; nothing is fetched from elsewhere


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return f'<div class="table" tabindex="0" role="group" aria-label="{escape(env["table_label"])}"><table>'


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return "</table></div>"


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline", "reference"])
    parser.inline.ruler.before("link", "citation", _citation_rule)
    rules = {
        "citation": _render_citation,
        "image": _render_image,
        "table_open": _open_table,
        "table_close": _close_table,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


_parser = _make_parser()
