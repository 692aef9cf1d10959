"""PDF: read with PDFium, and once more with pdf_oxide when PDFium fails or gives characters that mean nothing."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class PdfParser:
    """Reads PDF files with their headings, printed page labels and tables."""

    name = "pdf/2"
    suffixes = frozenset({".pdf"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: encrypted, damaged, no_text, too_large."""
        from samverk.knowledge.reading import pdf

        return pdf.parse(path)


PARSER = PdfParser()
