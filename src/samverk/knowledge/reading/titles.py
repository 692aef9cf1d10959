"""Whether a title that a file gives itself is one. Pure."""

import re

_NO_TITLE = re.compile(
    r"^(?:untitled|namnlös|dokument\s?\d*|document\s?\d*|presentation\s?\d*|title|\(anonymous\)|microsoft (?:word|powerpoint)\b.*"
    r"|powerpoint[- ]presentation|referatlagrummet|.*\.(?:docx?|pdf|indd|rtf|odt|qxd|dvi|tex|p65|exe|html?))$",
    re.IGNORECASE,
)


def sensible(title: str) -> str:
    """The title, or nothing when it is a program's name for a file without one."""
    title = " ".join(title.split())
    return title if 3 < len(title) <= 300 and not _NO_TITLE.match(title) else ""
