"""Workbooks (Office Open XML)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class XlsxParser:
    """Reads .xlsx files with the values that were last calculated."""

    name = "xlsx/2"
    suffixes = frozenset({".xlsx", ".xlsm"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import xlsx

        return xlsx.parse(path)


PARSER = XlsxParser()
