"""Messages (MIME)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class MessageParser:
    """Reads .eml files; attachments are named and not opened."""

    name = "eml/1"
    suffixes = frozenset({".eml"})

    def parse(self, path: Path) -> Parsed:
        """The message. Raises `Unreadable`: damaged."""
        from samverk.knowledge.reading import message

        return message.parse(path.read_bytes())


PARSER = MessageParser()
