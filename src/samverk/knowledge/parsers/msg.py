"""Messages that Outlook has saved."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class OutlookParser:
    """Reads .msg files; what is attached is handed on, to be read by its own parser."""

    name = "msg/1"
    suffixes = frozenset({".msg"})

    def parse(self, path: Path) -> Parsed:
        """The message. Raises `Unreadable`: damaged, too_large."""
        from samverk.knowledge.reading import outlook

        return outlook.parse(path.read_bytes())


PARSER = OutlookParser()
