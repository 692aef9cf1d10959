"""Plain text, and tables as text (.csv, .tsv)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class TextParser:
    """Reads text files: paragraphs, lists, numbered headings; and the rows of delimited files."""

    name = "txt/1"
    suffixes = frozenset({".txt", ".text", ".csv", ".tsv"})

    def parse(self, path: Path) -> Parsed:
        """The document."""
        from samverk.knowledge.reading import text
        from samverk.knowledge.reading.plain import decode

        content = decode(path.read_bytes())
        delimited = path.suffix.lower() in (".csv", ".tsv")
        return text.parse_delimited(content) if delimited else text.parse(content)


PARSER = TextParser()
