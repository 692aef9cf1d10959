"""Word documents (Office Open XML)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class DocxParser:
    """Reads .docx files; also those that call themselves .doc, since the content decides."""

    name = "docx/2"
    suffixes = frozenset({".docx", ".docm"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import docx

        return docx.parse(path)


PARSER = DocxParser()
