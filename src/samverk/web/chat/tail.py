"""What of the last, unfinished block of a streaming answer can be shown already. Pure.

A reader never sees half a link, half a citation, a lone table header or an asterisk that waits for its partner: open
emphasis is closed for the moment, everything else is held back until the rest has come.
"""

import re

from samverk.web.markdown import shows_markup

_BARE_MARKER = re.compile(r"\s{0,3}(?:#{1,6}|[-*+=_~`>|]+|\d{1,9}[.)]?|\[\w*)\s*")
_DELIMITER_ROW = re.compile(r"\s{0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_HALF_BRACKET = re.compile(r"!?\[[^\]\n]*$|!?\[[^\]\n]*\]\([^)\n]*$|!?\[[^\]\n]*\]$|!$")
_RUN_AT_END = re.compile(r"(?:[*_~`]+|\\|&\w*)$")
_RUNS = re.compile(r"\*{1,3}|~~|`+|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
_MOST_CUTS = 8


def showable(tail: str) -> str:
    """The part of an unfinished block that can be shown, with open emphasis closed. May be empty."""
    if tail.lstrip().startswith(("```", "~~~")):
        head, _, last = tail.rpartition("\n")
        return head if not last.strip("`~ ") else tail if head.strip() else ""
    lines = tail.rstrip().split("\n")
    if _BARE_MARKER.fullmatch(lines[-1]):
        lines.pop()
    if any("|" in line for line in lines):
        lines = _whole_rows(lines)
    text = "\n".join(lines)
    for _ in range(_MOST_CUTS):
        text = _RUN_AT_END.sub("", _HALF_BRACKET.sub("", text)).rstrip()
        candidate = _closed(text)
        if not candidate or not shows_markup(candidate):
            return candidate
        text = text[: max(text.rfind(mark) for mark in "*_`~[")]
    return ""


def _whole_rows(lines: list[str]) -> list[str]:
    """A table from its delimiter row on; before that, rows wait. The row that is being written waits too."""
    first = next(i for i, line in enumerate(lines) if "|" in line)
    is_table = len(lines) > first + 1 and _DELIMITER_ROW.fullmatch(lines[first + 1]) and "-" in lines[first + 1]
    if is_table:
        whole = lines if lines[-1].rstrip().endswith("|") else lines[:-1]
        return whole if len(whole) > first + 2 else lines[:first]
    return lines[:first] if lines[first].lstrip().startswith("|") else lines


def _closed(text: str) -> str:
    """The text with emphasis and code of its last line closed, innermost first; what opened with nothing after it is cut."""
    head, newline, last = text.rpartition("\n")
    open_runs: list[tuple[str, int]] = []
    for match in _RUNS.finditer(last):
        run = match.group()
        if open_runs and open_runs[-1][0] == run:
            open_runs.pop()
        elif not (open_runs and open_runs[-1][0].startswith("`")) and not last[match.end() :][:1].isspace():
            open_runs.append((run, match.end()))
    while open_runs and not last[open_runs[-1][1] :].strip():
        run, end = open_runs.pop()
        last = last[: end - len(run)].rstrip()
    return head + newline + last + "".join(run for run, _ in reversed(open_runs))
