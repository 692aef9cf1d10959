"""Images of pages (.png, .jpg, .tif, .webp): their text is recognised, since they hold none."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samverk.knowledge.detection import IMAGES
from samverk.knowledge.passages import Parsed


class ImageParser:
    """Says how many pages an image has, and makes a document of what was recognised on them."""

    name = "image/1"
    suffixes = IMAGES

    def parse(self, path: Path) -> Parsed:
        """A document without text whose pages are to be recognised. Raises `Unreadable`: damaged, too_large."""
        return self.parse_recognised(path, {})

    def parse_recognised(self, path: Path, recognised: Mapping[int, Any]) -> Parsed:
        """The document. Raises `Unreadable`."""
        from samverk.knowledge.reading import scanned

        return scanned.parse_image(path, recognised)


PARSER = ImageParser()
