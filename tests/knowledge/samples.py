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

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
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


MAKERS: dict[str, Callable[[Path, str, str], Path]] = {
    "pdf": pdf,
    "docx": word,
    "odt": odt,
    "xlsx": workbook,
    "pptx": slides,
    "html": web_page,
    "md": markdown,
    "txt": plain,
    "eml": message,
}
