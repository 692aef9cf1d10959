"""Zip archives: which document format is inside, and whether it is encrypted. Reads the directory and never a part."""

import io
import zipfile
from pathlib import Path

from samverk.knowledge.unreadable import Unreadable

_OFFICE_PARTS = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.text-template": ".odt",
}
_ARCHIVE = ("ett arkiv (zip); packa upp det och lägg in filerna", "an archive (zip); unpack it and add the files")
_OTHER_ODF = ("OpenDocument av annat slag än text", "an OpenDocument file of another kind than text")


def open_zip(path: Path) -> zipfile.ZipFile:
    """The archive, also when its very end is cut off or followed by rubbish. Raises what `zipfile.ZipFile` raises."""
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        content = path.read_bytes()
        end = content.rfind(b"PK\x05\x06")
        if end < 0:
            raise
        return zipfile.ZipFile(io.BytesIO(content[: end + 20] + b"\0\0"))  # an end record without a comment


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
