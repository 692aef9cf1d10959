"""Small files of every format, made for the tests: each holds a heading and a text."""

import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from pathlib import Path

import docx
import fpdf
import openpyxl
import pptx

from tests.knowledge import outlook

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def pdf(folder: Path, heading: str, text: str) -> Path:
    page = fpdf.FPDF()
    page.add_page()
    page.set_font("Helvetica", "B", 20)
    page.cell(0, 12, heading, new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", "", 11)
    page.multi_cell(0, 6, text)
    page.output(str(folder / "sample.pdf"))
    return folder / "sample.pdf"


def word(folder: Path, heading: str, text: str) -> Path:
    document = docx.Document()
    document.add_heading(heading, 1)
    document.add_paragraph(text)
    document.save(str(folder / "sample.docx"))
    return folder / "sample.docx"


def odt_of(folder: Path, body: str) -> Path:
    """An OpenDocument text with this body."""
    path = folder / "sample.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
    return path


def sheets_of(folder: Path, body: str, styles: str = "") -> Path:
    """An OpenDocument workbook with these tables."""
    return _open_document(folder / "sample.ods", "spreadsheet", body, styles)


def slides_of(folder: Path, body: str, styles: str = "") -> Path:
    """An OpenDocument presentation with these pages."""
    return _open_document(folder / "sample.odp", "presentation", body, styles)


def _open_document(path: Path, kind: str, body: str, styles: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
    return path


def open_workbook(folder: Path, heading: str, text: str) -> Path:
    rows = "".join(
        f"<table:table-row><table:table-cell><text:p>{first}</text:p></table:table-cell>"
        f"<table:table-cell><text:p>{escape(second)}</text:p></table:table-cell></table:table-row>"
        for first, second in (("Ärende", "Text"), ("1", text))
    )
    return sheets_of(folder, f'<table:table table:name="{heading}">{rows}</table:table>')


def open_slides(folder: Path, heading: str, text: str) -> Path:
    return slides_of(
        folder,
        f'<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>{heading}</text:p></draw:text-box>'
        f"</draw:frame><draw:frame><draw:text-box><text:p>{escape(text)}</text:p></draw:text-box></draw:frame></draw:page>",
    )


def rich_text(folder: Path, heading: str, text: str) -> Path:
    written = "".join(sign if sign.isascii() else f"\\u{ord(sign)}?" for sign in text)
    path = folder / "sample.rtf"
    path.write_text(
        f"{{\\rtf1\\ansi{{\\stylesheet{{\\s1 heading 1;}}}}\\pard\\s1 {heading}\\par\\pard {written}\\par}}"
    )
    return path


def delimited(folder: Path, heading: str, text: str) -> Path:
    path = folder / "sample.csv"
    path.write_text(f'Ärende;Text\n{heading};"{text}"\n')
    return path


def odt(folder: Path, heading: str, text: str) -> Path:
    return odt_of(folder, f'<text:h text:outline-level="1">{heading}</text:h><text:p>{escape(text)}</text:p>')


def workbook(folder: Path, heading: str, text: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = heading
    sheet.append(["Ärende", "Text"])
    sheet.append([1, text])
    book.save(folder / "sample.xlsx")
    return folder / "sample.xlsx"


def slides(folder: Path, heading: str, text: str) -> Path:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = heading
    slide.placeholders[1].text = text
    show.save(str(folder / "sample.pptx"))
    return folder / "sample.pptx"


def web_page(folder: Path, heading: str, text: str) -> Path:
    path = folder / "sample.html"
    path.write_text(
        f"<!doctype html><title>{heading}</title><nav>Meny</nav><main><h1>{heading}</h1><p>{escape(text)}</p></main>"
    )
    return path


def markdown(folder: Path, heading: str, text: str) -> Path:
    path = folder / "sample.md"
    path.write_text(f"# {heading}\n\n{text}\n")
    return path


def plain(folder: Path, heading: str, text: str) -> Path:
    path = folder / "sample.txt"
    path.write_text(f"{heading}\n\n{text}\n")
    return path


def message(folder: Path, heading: str, text: str) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Kim <kim@bjorksta.example>", "plan@bjorksta.example", heading
    mail.set_content(text)
    path = folder / "sample.eml"
    path.write_bytes(bytes(mail))
    return path


def outlook_message(folder: Path, heading: str, text: str) -> Path:
    path = folder / "sample.msg"
    held = {"__properties_version1.0": outlook.properties(32), **outlook.words(x0037=heading, x1000=text)}
    path.write_bytes(outlook.compound(held))
    return path


MAKERS: dict[str, Callable[[Path, str, str], Path]] = {
    "pdf": pdf,
    "docx": word,
    "odt": odt,
    "ods": open_workbook,
    "odp": open_slides,
    "rtf": rich_text,
    "csv": delimited,
    "xlsx": workbook,
    "pptx": slides,
    "html": web_page,
    "md": markdown,
    "txt": plain,
    "eml": message,
    "msg": outlook_message,
}
