"""Text recognition by Tesseract: its library is loaded into the sandboxed process, so that no program has to be started.

A picture in, lines of words with their boxes out. Tesseract's C interface (capi.h) is the same from version 4 on; the
lines come as hOCR, the form that also says how large the print is.
"""

import ctypes
import os
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from PIL import Image

from samverk.knowledge.reading.recognised import RecognisedLine, RecognisedWord
from samverk.knowledge.unreadable import Unreadable

DATA_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)
_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4", "libtesseract.so")
_PACKAGES = {"swe": "tesseract-ocr-swe", "eng": "tesseract-ocr-eng"}
_SEGMENT, _SEGMENT_AND_TURN = 3, 1  # page segmentation modes; the other needs the data that tells which way is up
_LEAST_SURE = 30  # per cent: what Tesseract believes less of is a speck, a line or a drawing
_LEAST_SURE_LINE = 50  # of a line's words on average

_LINE = re.compile(
    r"<span class='ocr_(?:line|header|caption|textfloat)'[^>]* title=\"([^\"]*)\">(.*?)\n *</span>", re.S
)
_WORD = re.compile(
    r"<span class='ocrx_word'[^>]* title='bbox (\d+) (\d+) (\d+) (\d+); x_wconf (\d+)'[^>]*>(.*?)</span>", re.S
)
_SIZE = re.compile(r"x_size ([\d.]+)")
_TAG = re.compile(r"<[^>]*>")


def recognise(image: Image.Image, languages: str, dpi: int) -> tuple[list[RecognisedLine], str]:
    """The lines of a grey picture, and the version of Tesseract. Raises `Unreadable`: recognition_missing, damaged."""
    library = _library()
    folder = _data(languages)
    handle = ctypes.c_void_p(library.TessBaseAPICreate())
    if library.TessBaseAPIInit3(handle, folder.encode(), languages.encode()) != 0:
        raise Unreadable("recognition_missing", detail=_packages(languages.split("+")))
    turned = Path(folder, "osd.traineddata").is_file()
    library.TessBaseAPISetPageSegMode(handle, _SEGMENT_AND_TURN if turned else _SEGMENT)
    library.TessBaseAPISetImage(handle, image.tobytes(), image.width, image.height, 1, image.width)
    library.TessBaseAPISetSourceResolution(handle, dpi)
    text = library.TessBaseAPIGetHOCRText(handle, 0)
    if not text:
        raise Unreadable("damaged")
    lines = list(_lines(ctypes.string_at(text).decode("utf-8", "replace"), image.width, image.height))
    return lines, library.TessVersion().decode("ascii", "replace")


def _library() -> Any:
    os.environ["OMP_THREAD_LIMIT"] = "1"  # pages are read side by side, not one by several threads
    for name in _LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        for function in (library.TessBaseAPICreate, library.TessBaseAPIGetHOCRText):
            function.restype = ctypes.c_void_p
        library.TessVersion.restype = ctypes.c_char_p
        return library
    raise Unreadable("recognition_missing", detail="tesseract-ocr tesseract-ocr-swe")


def _data(languages: str) -> str:
    """The folder that holds the data of every language."""
    wanted = languages.split("+")
    folders = [folder for folder in DATA_FOLDERS if Path(folder).is_dir()]
    missing = wanted
    for folder in folders:
        missing = [each for each in wanted if not Path(folder, f"{each}.traineddata").is_file()]
        if not missing:
            return folder
    raise Unreadable("recognition_missing", detail=_packages(missing))


def _packages(languages: list[str]) -> str:
    return " ".join(_PACKAGES.get(each, f"tesseract-ocr-{each}".replace("_", "-")) for each in languages)


def _lines(hocr: str, width: int, height: int) -> Iterator[RecognisedLine]:
    for title, body in _LINE.findall(hocr):
        words, sure = [], []
        for left, top, right, bottom, confidence, text in _WORD.findall(body):
            said = unescape(_TAG.sub("", text)).strip()
            if said and int(confidence) >= _LEAST_SURE:
                x, y = int(left) / width, int(top) / height
                words.append(RecognisedWord(said, x, y, int(right) / width - x, int(bottom) / height - y))
                sure.append(int(confidence))
        size = _SIZE.search(title)
        if words and sum(sure) / len(sure) >= _LEAST_SURE_LINE:
            yield RecognisedLine(tuple(words), float(size.group(1)) / height if size else words[0].h)
