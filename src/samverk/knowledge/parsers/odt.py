"""OpenDocument texts (LibreOffice Writer)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class OdtParser:
    """Reads .odt files."""

    name = "odt/2"
    suffixes = frozenset({".odt", ".ott"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import odt

        return odt.parse(path)


PARSER = OdtParser()
