"""Delimited files: tables as text."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class DelimitedParser:
    """Reads .csv and .tsv files, each row as a row of one table."""

    name = "csv/1"
    suffixes = frozenset({".csv", ".tsv"})

    def parse(self, path: Path) -> Parsed:
        """The document. Raises `Unreadable`: too_large."""
        from samverk.knowledge.reading import delimited

        return delimited.parse(path.read_bytes())


PARSER = DelimitedParser()
