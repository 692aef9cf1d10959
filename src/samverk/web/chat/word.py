"""A Word document, paragraph by paragraph. Knows no answer; whatever it is given stays text."""

import io
import re
from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from samverk.core.errors import Language
from samverk.web.pieces import Piece, Span

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
_LINK_COLOUR = "00557F"
_DEEPEST_LIST = 3


class Paper:
    """A document with a title."""

    def __init__(self, title: str, language: Language, at: datetime) -> None:
        self._document = Document()
        core = self._document.core_properties
        core.title, core.author, core.language = _clean(title)[:250], "Samverk", _LANGUAGES[language]
        core.created = core.modified = at.replace(tzinfo=None)
        core.comments = ""
        self._style_language(_LANGUAGES[language])
        self._document.add_heading(_clean(title), 0)

    def heading(self, text: str, level: int) -> None:
        """A heading, 1 outermost."""
        self._document.add_heading(_clean(text), level)

    def note(self, text: str) -> None:
        """A line beside the matter, in italics. Nothing where there is no text."""
        if text:
            self._document.add_paragraph().add_run(_clean(text)).italic = True

    def quote(self, text: str) -> None:
        """Somebody's own words."""
        self._document.add_paragraph(_clean(text), style="Quote")

    def source(self, named: str, quotes: Sequence[tuple[str, str]], address: str) -> None:
        """A numbered source: its name, each quote with its verdict, and its address."""
        paragraph = self._document.add_paragraph()
        paragraph.add_run(_clean(named)).bold = True
        for quote, verdict in quotes:
            paragraph.add_run().add_break()
            paragraph.add_run(_clean(f"”{quote}” – {verdict}" if quote else verdict))
        if address:
            paragraph.add_run().add_break()
            self._link(paragraph, address, address)

    def pieces(self, found: Sequence[Piece]) -> None:
        """Text with headings, lists, tables and code."""
        rows: list[Piece] = []
        for piece in found:
            if piece.kind == "row":
                if rows and piece.level == 0:  # a header: another table begins
                    self._table(rows)
                    rows = []
                rows.append(piece)
                continue
            if rows:
                self._table(rows)
                rows = []
            self._piece(piece)
        if rows:
            self._table(rows)

    def bytes(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _piece(self, piece: Piece) -> None:
        if piece.kind == "heading":
            self._spans(self._document.add_heading("", min(piece.level + 1, 9)), piece.spans)
        elif piece.kind == "item":
            style = "List Bullet" if piece.mark.startswith("-") else "Normal"
            depth = min(piece.level, _DEEPEST_LIST)
            paragraph = self._document.add_paragraph(
                style=f"{style} {depth}" if style != "Normal" and depth > 1 else style
            )
            if style == "Normal":  # the number as it was written: Word would go on counting from the list before
                paragraph.paragraph_format.left_indent = Pt(18 * depth)
                paragraph.add_run(piece.mark)
            self._spans(paragraph, piece.spans)
        else:
            style = "Quote" if piece.kind == "quote" else "Normal"
            self._spans(self._document.add_paragraph(style=style), piece.spans)

    def _table(self, rows: Sequence[Piece]) -> None:
        width = max(len(row.cells) for row in rows)
        table = self._document.add_table(rows=0, cols=width, style="Table Grid")
        for number, row in enumerate(rows):
            cells = table.add_row().cells
            for cell, spans in zip(cells, row.cells, strict=False):
                self._spans(cell.paragraphs[0], spans, bold=number == 0)
        self._document.add_paragraph()

    def _spans(self, paragraph: Paragraph, spans: Sequence[Span], bold: bool = False) -> None:
        for span in spans:
            if span.address:
                self._link(paragraph, span.text, span.address)
                continue
            run = paragraph.add_run(_clean(span.text))
            run.bold, run.italic = bold or span.strong or None, span.emphasised or None
            if span.code:
                run.font.name = "Courier New"

    def _link(self, paragraph: Paragraph, text: str, address: str) -> None:
        """A link that can be followed, in the file's own way of saying it."""
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(_clean(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        run, style, words = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
        for name, value in (("w:color", _LINK_COLOUR), ("w:u", "single")):
            part = OxmlElement(name)
            part.set(qn("w:val"), value)
            style.append(part)
        words.text = _clean(text)
        words.set(qn("xml:space"), "preserve")
        run.append(style)
        run.append(words)
        link.append(run)
        paragraph._p.append(link)

    def _style_language(self, tag: str) -> None:
        """Let the spelling checker know the language."""
        properties = self._document.styles["Normal"].element.get_or_add_rPr()
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), tag)
        properties.append(language)


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n"))
