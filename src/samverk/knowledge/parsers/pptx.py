"""Presentations (Office Open XML)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class PptxParser:
    """Reads .pptx files, a slide a page."""

    name = "pptx/2"
    suffixes = frozenset({".pptx", ".ppsx", ".pptm"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import pptx

        return pptx.parse(path)


PARSER = PptxParser()
