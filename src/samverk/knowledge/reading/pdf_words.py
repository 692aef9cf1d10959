"""The words of one page of a PDF and where they stand, for marking a passage on the page. No judgement about layout."""

import ctypes
import re
from collections.abc import Iterator
from ctypes import byref
from pathlib import Path
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped, unused-ignore]

from samverk.knowledge.unreadable import Unreadable

_WORD = re.compile("[^\\s\x02\ufffe]+[\x02\ufffe]?")
_FINE = 100_000  # steps in which PDFium says where a point of the page is shown
_MOST_WORDS = 50_000

PlacedWord = tuple[str, float, float, float, float]  # text; left, top, width and height as fractions of the page shown


def of_page(path: Path, page: int) -> list[PlacedWord]:
    """The words in the order of the page's text; a hyphen that the line break made is a "-" at the end."""
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadDocument(str(path).encode(), None)
    opened = pdfium.FPDF_LoadPage(document, page) if document else None
    text_page = pdfium.FPDFText_LoadPage(opened) if opened else None
    if not text_page:
        raise Unreadable("damaged")
    found = [word for _, word in zip(range(_MOST_WORDS), _words(opened, text_page), strict=False)]
    pdfium.FPDFText_ClosePage(text_page)
    pdfium.FPDF_ClosePage(opened)
    return found


def _words(page: Any, text_page: Any) -> Iterator[PlacedWord]:
    count = max(0, pdfium.FPDFText_CountChars(text_page))
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer)[: 2 * max(0, written - 1)].decode("utf-16-le", "surrogatepass")
    for match in _WORD.finditer(text):
        word = match.group().replace("\x02", "-").replace("\ufffe", "-")
        boxes = [box for index in range(*match.span()) if (box := _box(page, text_page, index)) is not None]
        if boxes:
            left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
            right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
            yield _readable(word), left, top, right - left, bottom - top


def _readable(word: str) -> str:
    return word.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _box(page: Any, text_page: Any, index: int) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of a character on the page as shown; None for one without a place."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, index, byref(box)) or box.left == box.right:
        return None
    one, other = _shown(page, box.left, box.bottom), _shown(page, box.right, box.top)
    (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return (left, top, right, bottom) if right > left and bottom > top else None


def _shown(page: Any, x: float, y: float) -> tuple[float, float]:
    """A point of the page as fractions of the page shown, from its upper left corner, within it."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, byref(across), byref(down))
    return min(1.0, max(0.0, across.value / _FINE)), min(1.0, max(0.0, down.value / _FINE))
