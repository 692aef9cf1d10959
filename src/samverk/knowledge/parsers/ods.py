"""OpenDocument workbooks (LibreOffice Calc)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class OdsParser:
    """Reads .ods files, cells as they are shown."""

    name = "ods/1"
    suffixes = frozenset({".ods", ".ots"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import ods

        return ods.parse(path)


PARSER = OdsParser()
