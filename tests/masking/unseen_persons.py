"""Texts of every municipal kind that nothing was trained or tuned on (`unseen_persons.txt`), with their names and lookalikes."""

import re
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")
_MARKS = re.compile(r"[«‹](.*?)[»›]")

Span = tuple[int, int]


def texts() -> list[tuple[str, list[Span], list[Span]]]:
    """Each text with the half-open ranges of its names, and of what only looks like one."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [_read(line.replace("\\n", "\n").replace("\\t", "\t")) for line in lines]


def _read(marked: str) -> tuple[str, list[Span], list[Span]]:
    text, at = "", 0
    spans: dict[str, list[Span]] = {"«": [], "‹": []}
    for mark in _MARKS.finditer(marked):
        text += marked[at : mark.start()]
        spans[mark.group()[0]].append((len(text), len(text) + len(mark[1])))
        text += mark[1]
        at = mark.end()
    return text + marked[at:], spans["«"], spans["‹"]
