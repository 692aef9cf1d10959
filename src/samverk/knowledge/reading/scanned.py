"""The reading of an image: its pages are counted, and what was recognised on them is arranged like a PDF's pages."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from samverk.knowledge.detection import IMAGES
from samverk.knowledge.passages import Parsed
from samverk.knowledge.reading import pictures
from samverk.knowledge.reading.pdf import arranged
from samverk.knowledge.reading.pdf_source import Page, Source
from samverk.knowledge.reading.recognised import RecognisedPage, fill
from samverk.knowledge.unreadable import Unreadable

_MOST_PAGES = 1000  # of a file of several images


def parse_image(path: Path, recognised: Mapping[int, Any]) -> Parsed:
    """The document. Raises `Unreadable`: damaged, too_large."""
    count = pictures.count(path, path.suffix.lower() if path.suffix.lower() in IMAGES else ".png")
    if count > _MOST_PAGES:
        most = (f"{count} bilder, högst {_MOST_PAGES} läses", f"{count} images, at most {_MOST_PAGES} are read")
        raise Unreadable("too_large", detail=most[0], detail_en=most[1])
    pages = [Page(index, 0, 0, [], pictured=True) for index in range(count)]
    fill(pages, {page: RecognisedPage.of(kept) for page, kept in recognised.items()})
    unread = tuple(page.index for page in pages if page.pictured)
    if not any(page.lines for page in pages):
        if not unread:
            raise Unreadable("nothing_recognised")
        return Parsed("", (), tuple(str(page.index + 1) for page in pages), unread=unread)
    return replace(arranged(Source(pages)), unread=unread)
