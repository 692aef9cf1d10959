"""Web pages."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class HtmlParser:
    """Reads the main content of saved web pages."""

    name = "html/1"
    suffixes = frozenset({".html", ".htm", ".xhtml"})

    def parse(self, path: Path) -> Parsed:
        """The page."""
        from samverk.knowledge.reading import html

        return html.parse(path.read_bytes())


PARSER = HtmlParser()
