"""What a sandboxed process can be asked about a file beside parsing it: a page's picture, its words and where they stand,
what text recognition reads on it.

Runs in the child, behind the walls. Every task takes the path and the suffix that the file claims to have.
"""

import base64
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from samverk.knowledge.detection import IMAGES, detect
from samverk.knowledge.unreadable import Unreadable

_DPI = 300  # dots an inch, at which Tesseract reads best
_QUALITY = 82  # of WebP: small print stays sharp


def _picture(path: Path, suffix: str, page: int, width: int) -> dict[str, Any]:
    """A page `width` pixels wide, as WebP in Base64."""
    from samverk.knowledge.reading import pictures

    image = pictures.draw(path, _paged(path, suffix), page, width=width).image
    written = io.BytesIO()
    image.save(written, "WEBP", quality=_QUALITY, method=2)
    return {"content": base64.b64encode(written.getvalue()).decode(), "width": image.width, "height": image.height}


def _words(path: Path, suffix: str, page: int) -> dict[str, Any]:
    """The words of a page's text layer, with their boxes; none in an image."""
    from samverk.knowledge.reading import pdf_words

    return {"words": pdf_words.of_page(path, page) if _paged(path, suffix) == ".pdf" else []}


def _recognise(path: Path, suffix: str, page: int, languages: str) -> dict[str, Any]:
    """What Tesseract reads on a page, in the form of `reading.recognised`, and its version."""
    from samverk.knowledge.reading import pictures, tesseract
    from samverk.knowledge.reading.recognised import RecognisedPage

    drawn = pictures.draw(path, _paged(path, suffix), page, dpi=_DPI)
    dpi = round(72 * drawn.image.width / drawn.width)
    lines, version = tesseract.recognise(drawn.image, languages, dpi)
    return {"page": RecognisedPage(drawn.width, drawn.height, tuple(lines)).as_json(), "version": version}


def _site_pages(path: Path, suffix: str, parts: list[tuple[int, str]]) -> dict[str, Any]:
    """Pages of a web site that stand one after another in a file: `parts` holds the length and the character set of each."""
    from samverk.knowledge.reading import site_page

    with path.open("rb") as file:
        return {"pages": [site_page.read(file.read(length), charset) for length, charset in parts]}


TASKS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "picture": _picture,
    "words": _words,
    "recognise": _recognise,
    "site_pages": _site_pages,
}


def _paged(path: Path, suffix: str) -> str:
    """The format of a file whose pages can be drawn. Raises `Unreadable`."""
    known = IMAGES | {".pdf"}
    found = detect(path, suffix, known)
    if found not in known:
        raise Unreadable("unknown_format", detail=found)
    return found
