"""Messages (MIME)."""

from pathlib import Path

from samverk.knowledge.passages import Parsed


class MessageParser:
    """Reads .eml files; what is attached is handed on, to be read by its own parser."""

    name = "eml/2"
    suffixes = frozenset({".eml"})

    def parse(self, path: Path) -> Parsed:
        """The message. Raises `Unreadable`: damaged."""
        from samverk.knowledge.reading import message

        return message.parse(path.read_bytes())


PARSER = MessageParser()
