"""Writes a source as docx with Word's own heading, list and table styles."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import docx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .source import MERGE_LEFT, MERGE_UP, Heading, Item, Paragraph, Runs, Source, Table

BRAND = RGBColor(0, 85, 127)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's zero, so that the same text gives the same bytes


def build(source: Source) -> bytes:
    """The docx file."""
    document = docx.Document()
    _styles(document)
    _properties(document, source)
    _frame(document, source)
    for block in source.blocks:
        match block:
            case Heading(level, text):
                document.add_heading(text, level)
            case Paragraph(runs, boxed):
                _write(document.add_paragraph(style="Intense Quote" if boxed else "Normal"), runs)
            case Item(runs, marker, depth):
                style = "List Bullet" if marker == "•" else "List Number" if marker else "List Continue"
                if marker == "1.":
                    _restart(document)
                paragraph = document.add_paragraph(style=style if depth == 1 else f"{style} {depth}")
                if style == "List Number" and depth == 1:
                    _number(paragraph, document)
                _write(paragraph, runs)
            case Table(rows):
                _table(document, rows)
    return _packed(document)


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.element.rPr.append(_language())
    normal.paragraph_format.space_after = Pt(7)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.color.rgb, style.font.name = BRAND, "Calibri"
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)


def _language() -> Any:
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), "sv-SE")
    return element


def _properties(document: Any, source: Source) -> None:
    properties, date = document.core_properties, datetime.fromisoformat(source.meta["date"])
    properties.title, properties.author = source.title, source.meta["publisher"]
    properties.language, properties.version, properties.comments = "sv-SE", source.meta["version"], ""
    properties.created = properties.modified = date
    properties.last_modified_by = source.meta["publisher"]


def _frame(document: Any, source: Source) -> None:
    meta, section = source.meta, document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.header.paragraphs[0].text = f"{meta['publisher']}\t\t{source.title}"
    section.footer.paragraphs[0].text = f"{meta['decided']}\t\tVersion {meta['version']}"
    document.add_paragraph(source.title, style="Title")
    facts = document.add_paragraph()
    facts.add_run(f"Gäller från {meta['valid']}").add_break(WD_BREAK.LINE)
    facts.add_run(f"Ansvarig: {meta['owner']}")


def _write(paragraph: Any, runs: Runs) -> None:
    for run in runs:
        paragraph.add_run(run.text).bold = run.bold or None


def _restart(document: Any) -> None:
    """Begin a new numbered list: Word goes on counting unless the list has a number instance of its own."""
    numbering = document.part.numbering_part.numbering_definitions._numbering
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(style).abstractNumId.val
    instance = numbering.add_num(abstract)
    instance.add_lvlOverride(ilvl=0).add_startOverride(1)
    document.part.list_number = instance.numId


def _number(paragraph: Any, document: Any) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = document.part.list_number


def _table(document: Any, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Light Grid Accent 1")
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text == MERGE_LEFT:
                table.cell(r, c - 1).merge(table.cell(r, c))
            elif text == MERGE_UP:
                table.cell(r - 1, c).merge(table.cell(r, c))
            else:
                table.cell(r, c).text = text
    document.add_paragraph()


def _packed(document: Any) -> bytes:
    """The package with fixed times on its parts."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as write:
        for name in read.namelist():
            write.writestr(zipfile.ZipInfo(name, _EPOCH), read.read(name), zipfile.ZIP_DEFLATED)
    return second.getvalue()
