"""Files that somebody made to do harm: each is written into a folder and named with the reasons that may end it."""

import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from tests.knowledge import samples

_BOMB = 60 << 20
_EXTERNAL = "http://127.0.0.1:9/samverk-was-here"


def _packed(path: Path, kind: str, content: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", content)
    return path


def sheet_bomb(folder: Path) -> Path:
    """Sixty megabytes of one cell in sixty kilobytes."""
    return samples.sheets_of(folder, f"<table:table><table:table-row>{' ' * _BOMB}</table:table-row></table:table>")


def slide_bomb(folder: Path) -> Path:
    return samples.slides_of(folder, f"<draw:page>{' ' * _BOMB}</draw:page>")


def repeated_cells(folder: Path) -> Path:
    """A cell that says that it is repeated over the whole sheet, and a row a billion times."""
    cell = '<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="99999999">{cell}</table:table-row>'
    return samples.sheets_of(folder, f'<table:table table:name="Blad">{row}{row * 20}</table:table>')


def entities(folder: Path) -> Path:
    """A file of the server's, asked for in an entity (XXE)."""
    declared = f'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY out SYSTEM "{_EXTERNAL}">]>'
    body = "<office:body><office:spreadsheet><table:table><table:table-row><table:table-cell><text:p>&secret;&out;</text:p>"
    rest = "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    return _packed(folder / "a.ods", "spreadsheet", f"{declared}<office:document-content {samples.ODF}>{body}{rest}")


def one_line(folder: Path) -> Path:
    """A delimited file of one line, 30 MB."""
    path = folder / "a.csv"
    path.write_bytes(b"namn;" * 6_000_000)
    return path


def open_quotation(folder: Path) -> Path:
    """A quotation mark that is never closed swallows all that follows."""
    path = folder / "a.csv"
    path.write_bytes(b'namn;ort\n"Alva;' + b"och sa vidare\n" * 500_000)
    return path


def many_attachments(folder: Path) -> Path:
    part = b"--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a%d.txt\r\n\r\nord\r\n"
    head = b"Subject: Tiotusen\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    path = folder / "a.eml"
    path.write_bytes(head + b"".join(part % number for number in range(10_000)) + b"--x--\r\n")
    return path


def deep_messages(folder: Path) -> Path:
    """A message in a message, a hundred deep."""
    mail = EmailMessage()
    mail["Subject"] = "Innerst"
    mail.set_content("Innersta brevet.")
    content = bytes(mail)
    for number in range(100):
        head = f"Subject: Brev {number}\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        content = head.encode() + content
    path = folder / "a.eml"
    path.write_bytes(content)
    return path


def deep_groups(folder: Path) -> Path:
    path = folder / "a.rtf"
    path.write_bytes(b"{\\rtf1 " + b"{" * 2_000_000 + b"ord" + b"}" * 2_000_000 + b"}")
    return path


def lying_lengths(folder: Path) -> Path:
    """Bytes that are not there, characters without end, and an object that asks to be run."""
    path = folder / "a.rtf"
    path.write_bytes(
        b"{\\rtf1\\uc999999999 \\u65?{\\object\\objupdate{\\*\\objdata 0105}{\\result ord}}"
        b"{\\field{\\*\\fldinst INCLUDETEXT " + _EXTERNAL.encode() + b"}{\\fldrslt l\\'e4nk}}\\par\\bin2000000000 slut}"
    )
    return path


Ends = frozenset[str]  # codes of reasons; "read" where it may also be read
READ = frozenset({"read"})
FILES: dict[Callable[[Path], Path], Ends] = {
    sheet_bomb: frozenset({"too_large", "damaged"}),
    slide_bomb: frozenset({"too_large", "damaged"}),
    repeated_cells: frozenset({"too_large"}),
    entities: frozenset({"damaged"}),
    one_line: frozenset({"too_large"}),
    open_quotation: frozenset({"too_large"}),
    many_attachments: READ,
    deep_messages: READ,
    deep_groups: frozenset({"damaged"}),
    lying_lengths: READ,
}
