"""Zip archives: which document format is inside, and whether it is encrypted. Reads the directory and never a part."""

import io
import zipfile
from pathlib import Path
from typing import BinaryIO

from samverk.knowledge.unreadable import Unreadable

_OFFICE_PARTS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_ENTRY, _HEADER = b"PK\x03\x04", 30  # how an entry begins, and how many bytes stand before its name
_NEAR = 64
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.%s%s" % (kind, template): suffix
    for kind, suffix in ((b"text", ".odt"), (b"spreadsheet", ".ods"), (b"presentation", ".odp"))
    for template in (b"", b"-template")
}
_ARCHIVE = ("ett arkiv (zip); packa upp det och lägg in filerna", "an archive (zip); unpack it and add the files")
_OTHER_ODF = (
    "OpenDocument av annat slag än text, kalkylark och presentation",
    "an OpenDocument file of another kind than text, sheets and slides",
)


def open_zip(path: Path) -> zipfile.ZipFile:
    """The archive, also when its very end is cut off or followed by rubbish, or a few of its bytes are lost on the way.

    Raises what `zipfile.ZipFile` raises.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        content = path.read_bytes()
        end = content.rfind(b"PK\x05\x06")
        if end < 0:
            raise
        return zipfile.ZipFile(io.BytesIO(content[: end + 20] + b"\0\0"))  # an end record without a comment
    with path.open("rb") as file:
        for entry in archive.infolist():
            _set_right(file, entry)
    return archive


def _set_right(file: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Where an entry does not begin where the directory says, look for it close by: mail and copying lose single bytes."""
    file.seek(max(0, entry.header_offset))
    if entry.header_offset >= 0 and file.read(4) == _ENTRY:
        return
    begin = max(0, entry.header_offset - _NEAR)
    file.seek(begin)
    content = file.read(2 * _NEAR + _HEADER + len(entry.orig_filename))
    at = content.find(_ENTRY)
    while at >= 0:
        if content[at + _HEADER :].startswith(entry.orig_filename.encode("utf-8", "replace")):
            entry.header_offset = begin + at
            return
        at = content.find(_ENTRY, at + 1)


def format_of(path: Path) -> str:
    """The suffix of the format inside a zip. Raises `Unreadable`: encrypted, damaged, unknown_format."""
    try:
        with open_zip(path) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                return _open_document(archive, names)
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise Unreadable("encrypted")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable("damaged") from error
    if "[Content_Types].xml" in names:
        for part, suffix in _OFFICE_PARTS.items():
            if any(name.startswith(part) for name in names):
                return suffix
        raise Unreadable("damaged")
    raise Unreadable("unknown_format", detail=_ARCHIVE[0], detail_en=_ARCHIVE[1])


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> str:
    with archive.open("mimetype") as file:
        kind = file.read(200).strip()
    if kind not in _OPEN_DOCUMENT:
        raise Unreadable("unknown_format", detail=_OTHER_ODF[0], detail_en=_OTHER_ODF[1])
    if "META-INF/manifest.xml" in names:
        with archive.open("META-INF/manifest.xml") as file:
            if b"encryption-data" in file.read(1_000_000):
                raise Unreadable("encrypted")
    return _OPEN_DOCUMENT[kind]
