"""Plain text."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class TextParser:
    """Reads text files: paragraphs, lists, numbered headings."""

    name = "txt/1"
    suffixes = frozenset({".txt", ".text"})

    def parse(self, path: Path) -> Parsed:
        """The document."""
        from samverk.knowledge.reading import text
        from samverk.knowledge.reading.plain import decode

        return text.parse(decode(path.read_bytes()))


PARSER = TextParser()
