"""Whether a title that a file gives itself is one. Pure."""

import re

from samverk.knowledge.passages import Block

_NO_TITLE = re.compile(
    r"^(?:untitled|namnlös|dokument\s?\d*|document\s?\d*|presentation\s?\d*|title|\(anonymous\)|microsoft (?:word|powerpoint)\b.*"
    r"|powerpoint[- ]presentation|referatlagrummet|.*\.(?:docx?|pdf|indd|rtf|odt|qxd|dvi|tex|p65|exe|html?))$",
    re.IGNORECASE,
)


def opening(blocks: list[Block]) -> str:
    """What a document begins with, where that looks like a title: a heading, or a short line."""
    first = next((block for block in blocks if block.text.strip()), None)
    if first is None or first.kind not in ("heading", "paragraph"):
        return ""
    text = sensible(first.text)
    return text if first.kind == "heading" or (len(text) <= 120 and text[-1:] not in (".", ":", ",", ";")) else ""


def sensible(title: str) -> str:
    """The title, or nothing when it is a program's name for a file without one."""
    title = " ".join(title.split())
    return title if 3 < len(title) <= 300 and not _NO_TITLE.match(title) else ""
