"""Markdown, with the title of its front matter."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class MarkdownParser:
    """Reads Markdown (CommonMark with tables)."""

    name = "md/1"
    suffixes = frozenset({".md", ".markdown"})

    def parse(self, path: Path) -> Parsed:
        """The document."""
        from samverk.knowledge.reading import markdown, plain

        return markdown.parse(plain.decode(path.read_bytes()))


PARSER = MarkdownParser()
