"""PDF: read with PDFium, and once more with pdf_oxide when PDFium fails or gives characters that mean nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samverk.knowledge.passages import Parsed


class PdfParser:
    """Reads PDF files with their headings, printed page labels and tables."""

    name = "pdf/2"
    suffixes = frozenset({".pdf"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: encrypted, damaged, no_text, too_large."""
        return self.parse_recognised(path, {})

    def parse_recognised(self, path: Path, recognised: Mapping[int, Any]) -> Parsed:
        """The document with the pages, by their index, that were recognised. Raises as `parse` does."""
        from samverk.knowledge.reading import pdf

        return pdf.parse(path, recognised)


PARSER = PdfParser()
