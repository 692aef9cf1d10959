"""Rich Text Format."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class RtfParser:
    """Reads .rtf files; also those that call themselves .doc, since the content decides."""

    name = "rtf/1"
    suffixes = frozenset({".rtf"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import rtf

        return rtf.parse(path.read_bytes())


PARSER = RtfParser()
