"""Rich Text Format by its tokens: paragraphs, headings by their styles, lists with their numbers, tables and notes.

Deleted and hidden text, comments, headers, footers, pictures and embedded objects are left out; nothing is ever run or
fetched. Groups are followed without recursion.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from samverk.knowledge.notes import note
from samverk.knowledge.passages import Block, Parsed
from samverk.knowledge.reading import rtf_tokens
from samverk.knowledge.reading.docx_styles import CONTENTS_NAME, HEADING_NAME, TITLE_NAME
from samverk.knowledge.reading.paged import Rows, is_layout, layout_row, lines, with_headings
from samverk.knowledge.reading.titles import opening, sensible
from samverk.knowledge.unreadable import Unreadable

_DEEPEST = 2000
_MOST_COLUMNS = 400
_SKIPPED = frozenset(
    "fonttbl colortbl stylesheet info pict objdata fldinst header headerl headerr headerf footer footerl footerr footerf ftnsep"
    " ftnsepc ftncn aftnsep aftnsepc aftncn listtable listoverridetable rsidtbl xmlnstbl nonshppict nonesttables atnid atnauthor"
    " atntime atndate annotation tc tcn xe rxe txe sp upr bkmkstart bkmkend themedata colorschememapping latentstyles datastore"
    " filetbl revtbl private do generator pgptbl pgp template".split()
)
_OPENED = frozenset(
    {"shpinst", "shptxt", "shpgrp", "shp", "shprslt", "ud", "footnote", "listtext", "pntext", "fldrslt"}
)
_SIGNS = {
    "tab": " ", "line": "\n", "softline": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "endash": "–", "emdash": "—", "enspace": " ", "emspace": " ", "qmspace": " ", "~": "\u00a0", "_": "-",
    "\\": "\\", "{": "{", "}": "}", "nestcell": " | ",
}  # fmt: skip
_BULLET = re.compile(r"[\u00b7\uf0b7\uf0a7\uf0d8\u2022o§-]")


@dataclass(slots=True)
class _Style:
    level: int = 0
    title: bool = False
    contents: bool = False


@dataclass(slots=True)
class _Sink:
    """Where text goes: the document, a note, a text box, a list's number."""

    kind: str
    pieces: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)  # of the pieces that are words
    mark: str = ""
    blocks: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)  # notes and boxes of the paragraph at hand
    row: list[list[Block]] = field(default_factory=list)
    cell: list[Block] = field(default_factory=list)
    rows: Rows = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and its end forgets."""

    sink: _Sink
    skipped: bool = False
    hidden: bool = False
    deleted: bool = False
    bold: bool = False
    encoding: str = "cp1252"
    fallbacks: int = 1  # characters that stand in for one of \u
    table: str = ""  # fonttbl or stylesheet: whose entries are read
    style: int = 0
    outline: int = 9  # 9 is running text
    in_table: bool = False


def parse(content: bytes) -> Parsed:
    """The document. Raises `Unreadable`: damaged, when its groups nest deeper than any program writes."""
    reader = _Reader()
    for token in rtf_tokens.tokens(content):
        reader.take(token)
    return reader.parsed()


class _Reader:
    def __init__(self) -> None:
        self._main = _Sink("main")
        self._title = _Sink("title")
        self._state = _State(self._main)
        self._stack: list[_State] = []
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, _Style] = {}
        self._font = self._entry = 0  # the font and the style that a table is at
        self._name: list[str] = []  # of the style that the stylesheet is at
        self._starred = False
        self._omit = 0  # characters that still stand in for one of \u
        self._bold: dict[int, Block] = {}
        self._named = ""  # the title that a paragraph's style gives
        self._contents = False
        self._left: dict[str, int] = {"comments_left_out": 0, "changes_left_out": 0}

    def take(self, token: rtf_tokens.Token) -> None:
        """Follow one token."""
        if token.kind == "{":
            self._open()
        elif token.kind == "}":
            self._close()
        elif token.kind == "text":
            self._text(token.content)
        else:
            self._word(token.word, token.number)
            self._starred = token.word == "*"

    def parsed(self) -> Parsed:
        """The document, all of it taken."""
        while self._stack:
            self._close()
        self._paragraph(self._main)
        self._table(self._main)
        blocks = with_headings(self._main.blocks, self._bold)
        title = sensible(rtf_tokens.paired("".join(self._title.pieces))) or self._named or opening(blocks)
        contents = [note("contents_left_out")] if self._contents else []
        left = [note(code, str(number)) for code, number in self._left.items() if number]
        return Parsed(title, tuple(blocks), (), (*contents, *left))

    # Groups

    def _open(self) -> None:
        if len(self._stack) >= _DEEPEST:
            raise Unreadable("damaged")
        self._stack.append(self._state)
        self._omit = 0

    def _close(self) -> None:
        if not self._stack:
            return
        ended, self._state = self._state, self._stack.pop()
        self._omit = 0
        if ended.table == "stylesheet":
            self._end_style()
        if ended.sink is not self._state.sink:
            self._end_sink(ended.sink, self._state.sink)

    def _end_sink(self, sink: _Sink, outer: _Sink) -> None:
        """A note, a box or a number has ended: it goes to what it stands in."""
        if sink.kind == "mark":
            mark = rtf_tokens.paired("".join(sink.pieces)).strip()
            outer.mark = "•" if _BULLET.fullmatch(mark) else mark
        elif sink.kind in ("footnote", "shptxt"):
            self._paragraph(sink)
            self._table(sink)
            if sink.kind == "shptxt":
                outer.after.extend(sink.blocks)
            elif words := " ".join(block.text for block in sink.blocks).strip():
                outer.after.append(Block("footnote", words))

    # Text

    def _text(self, content: bytes) -> None:
        if self._omit:
            taken = min(self._omit, len(content))
            self._omit -= taken
            content = content[taken:]
        if content:
            self._add(rtf_tokens.decoded(content, self._state.encoding))

    def _add(self, text: str) -> None:
        state = self._state
        if state.table == "stylesheet":
            self._name.append(text)
        if state.skipped or state.hidden or state.deleted:
            return
        state.sink.pieces.append(text)
        if text.strip():
            state.sink.bold.append(state.bold)

    # Control words

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == "u" and number is not None:
            self._add(rtf_tokens.character(number))
            self._omit = state.fallbacks
        elif word in _CHARACTER:
            self._state = _CHARACTER[word](state, number)
            if word == "deleted" and self._state.deleted:
                self._left["changes_left_out"] += 1
        elif word in ("par", "sect", "page", "cell", "nestrow", "row"):
            self._end(word)
        elif word in ("f", "ansicpg", "fcharset"):
            self._set_encoding(word, number)
        elif word == "s" and number is not None:
            self._entry = number
            self._state = replace(state, style=number)
        else:
            self._destination(word)

    def _destination(self, word: str) -> None:
        """A word that says where the text of its group goes."""
        state = self._state
        if word in ("fonttbl", "stylesheet"):
            self._state = replace(state, skipped=True, table=word)
        elif word == "title":
            self._state = replace(state, sink=self._title, skipped=False)
        elif word in ("footnote", "shptxt") and not state.skipped:
            self._state = replace(state, sink=_Sink(word), in_table=False, style=0, outline=9)
        elif word in ("listtext", "pntext") and not state.skipped:
            self._state = replace(state, sink=_Sink("mark"))
        elif word == "ud":
            self._state = replace(
                state, skipped=any(outer.skipped for outer in self._stack[:-1][-1:]) and state.skipped
            )
        elif word in _SKIPPED or (self._starred and word not in _OPENED):
            self._left["comments_left_out"] += word == "annotation"
            self._state = replace(state, skipped=True)

    def _set_encoding(self, word: str, number: int | None) -> None:
        if word == "ansicpg":
            self._default = rtf_tokens.code_page(number)
            self._state = replace(self._state, encoding=self._default)
        elif word == "fcharset":
            self._fonts[self._font] = rtf_tokens.charset(number, self._default)
        elif self._state.table == "fonttbl":
            self._font = number or 0
        else:
            self._state = replace(self._state, encoding=self._fonts.get(number or 0, self._default))

    def _end_style(self) -> None:
        """A style of the stylesheet has ended: "heading 1;" after its words."""
        name = "".join(self._name).strip().rstrip(";").strip()
        self._name.clear()
        if not name:
            return
        heading = HEADING_NAME.match(name)
        self._styles[self._entry] = _Style(
            min(int(heading[1]), 9) if heading else 0, bool(TITLE_NAME.match(name)), bool(CONTENTS_NAME.match(name))
        )
        self._entry = 0

    # Blocks

    def _end(self, word: str) -> None:
        """A paragraph, a cell or a row has ended."""
        state, sink = self._state, self._state.sink
        if state.skipped or sink.kind in ("mark", "title"):
            return
        if not state.in_table and word not in ("cell", "row"):
            self._table(sink)
        self._paragraph(sink, in_table=state.in_table or word in ("cell", "row"))
        if word == "cell" and len(sink.row) < _MOST_COLUMNS:
            sink.row.append(sink.cell)
            sink.cell = []
        elif word == "row":
            sink.rows.append(sink.row)
            sink.row = []

    def _paragraph(self, sink: _Sink, in_table: bool = False) -> None:
        """The paragraph at hand, then its boxes and notes."""
        text, mark = rtf_tokens.paired("".join(sink.pieces)), sink.mark
        bold, after = bool(sink.bold) and all(sink.bold), sink.after
        sink.pieces, sink.bold, sink.mark, sink.after = [], [], "", []
        target = sink.cell if in_table else sink.blocks
        style = self._styles.get(self._state.style, _Style())
        if style.contents:
            self._contents = True
        elif text.strip():
            target.append(self._block(text, mark, style))
            if bold and target[-1].kind == "paragraph":
                self._bold[id(target[-1])] = target[-1]
        target.extend(after)

    def _block(self, text: str, mark: str, style: _Style) -> Block:
        level = self._state.outline + 1 if self._state.outline < 9 else style.level
        marked = f"{mark} {text.strip()}" if mark else text
        if style.title and not self._named:
            self._named = sensible(text)
        if level or style.title:
            return Block("heading", text if mark == "•" else marked, max(1, level))
        return Block("item", marked) if mark or text.lstrip().startswith("• ") else Block("paragraph", text)

    def _table(self, sink: _Sink) -> None:
        """The rows gathered: a table, or where they only lay out running text the blocks of its cells."""
        rows, sink.rows = [*sink.rows, *([sink.row] if any(sink.row) else [])], []
        loose, sink.row, sink.cell = sink.cell, [], []
        if rows and is_layout(rows):
            for row in rows:
                sink.blocks.extend(layout_row(row))
        elif written := lines(rows):
            sink.blocks.append(Block("table", "\n".join(written)))
            sink.blocks.extend(block for row in rows for blocks in row for block in blocks if block.kind == "footnote")
        sink.blocks.extend(loose)


def _on(number: int | None) -> bool:
    return number != 0


_CHARACTER: dict[str, Callable[[_State, int | None], _State]] = {
    "b": lambda state, number: replace(state, bold=_on(number)),
    "v": lambda state, number: replace(state, hidden=_on(number)),
    "deleted": lambda state, number: replace(state, deleted=_on(number)),
    "plain": lambda state, _: replace(state, bold=False, hidden=False, deleted=False),
    "pard": lambda state, _: replace(state, style=0, outline=9, in_table=False),
    "intbl": lambda state, number: replace(state, in_table=_on(number)),
    "outlinelevel": lambda state, number: replace(state, outline=min(9, max(0, number or 0))),
    "uc": lambda state, number: replace(state, fallbacks=max(0, min(number or 0, 9))),
}
