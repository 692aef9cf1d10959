"""OpenDocument presentations (LibreOffice Impress)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class OdpParser:
    """Reads .odp files, a slide a page."""

    name = "odp/1"
    suffixes = frozenset({".odp", ".otp"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import odp

        return odp.parse(path)


PARSER = OdpParser()
