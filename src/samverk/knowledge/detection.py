"""Which format a file really has: decided by its content where the content can tell, else by its suffix.

Reads a little of the file and never parses it. Finds encrypted Office files before a parser would choke on them.
Knows nothing of the parsers.
"""

import mmap
from pathlib import Path

from samverk.knowledge.unreadable import Unreadable

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"})

_HEAD = 4096
_MESSAGE = "__properties_version1.0"  # what stands in every message that Outlook has saved ([MS-OXMSG] 2.4)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = frozenset({".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf"})  # their content always tells
_PICTURES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"II*\x00", ".tif"), (b"MM\x00*", ".tif"))
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")

_OLD_OFFICE = (
    "äldre Office-format (.xls, .ppt); spara som .xlsx, .pptx eller PDF",
    "an old Office format (.xls, .ppt); save it as .xlsx, .pptx or PDF",
)


def detect(path: Path, suffix: str, known: frozenset[str]) -> str:
    """The suffix (".pdf") of the format that the content has. `known` holds the suffixes that some parser reads.

    Raises `Unreadable`: empty, encrypted, damaged, mismatch, unknown_format.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty")
    found = _by_signature(path, head, suffix)
    if found:
        return found
    if suffix in _BINARY:
        if _is_text(head) and _looks_like_html(head) and ".html" in known:
            return ".html"
        raise Unreadable("damaged" if not _is_text(head) or len(head) < _HEAD else "mismatch", detail=suffix)
    if suffix not in known:
        raise Unreadable("unknown_format", detail=suffix or "okänt", detail_en=suffix or "unknown")
    if not _is_text(head):
        raise Unreadable("mismatch", detail=suffix)
    return suffix


def _by_signature(path: Path, head: bytes, suffix: str) -> str | None:
    """The format that the first bytes announce; None for text and for what is not known."""
    if b"%PDF-" in head[:1024]:
        return ".pdf"
    if (image := _image_of(head)) is not None:
        return image
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from samverk.knowledge.reading import archive  # only now: it costs more to load than the rest of this module

        return archive.format_of(path)
    if head.startswith(_OLE):
        from samverk.knowledge.reading import compound

        if _MESSAGE in compound.names(path.read_bytes()):
            return ".msg"
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise Unreadable("encrypted")
        if _holds(path, "WordDocument".encode("utf-16-le")):
            raise Unreadable("encrypted" if _is_encrypted_word(head) else "office_missing")
        if suffix == ".msg":
            raise Unreadable("damaged")
        raise Unreadable("unknown_format", detail=_OLD_OFFICE[0], detail_en=_OLD_OFFICE[1])
    if head.lstrip().startswith(b"{\\rtf"):
        return ".rtf"
    return None


def _image_of(head: bytes) -> str | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for mark, suffix in _PICTURES if head.startswith(mark)), None)


def _is_encrypted_word(head: bytes) -> bool:
    """Whether the header of a Word 97 document, mostly in the file's first sector, says so ([MS-DOC] 2.5.2, fEncrypted)."""
    return head[512:514] == b"\xec\xa5" and bool(head[523] & 1)


def _holds(path: Path, needle: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(needle) >= 0


def _is_text(head: bytes) -> bool:
    return head.startswith(_BYTE_ORDER_MARKS) or b"\x00" not in head or _is_utf16(head)


def _is_utf16(head: bytes) -> bool:
    """Western text in UTF-16 without a mark: every other byte is mostly zero."""
    even, odd = head[0::2], head[1::2]
    most = 0.6 * len(even)
    return (even.count(0) > most) != (odd.count(0) > most)


def _looks_like_html(head: bytes) -> bool:
    start = head[:1024].lower()
    return b"<!doctype html" in start or b"<html" in start
