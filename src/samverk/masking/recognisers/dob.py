"""Dates of birth: a full date where a word says that somebody was born then, and numbers whose last four are masked.

Other dates are no personal data by themselves.
"""

import re

from samverk.masking.ports import Span
from samverk.masking.recognisers._numerals import apart

_MONTHS = (
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
    "|january|february|march|may|june|july|august|october|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|oct|nov|dec"
)
_ORDINALS = (
    "första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde|tionde|elfte|tolfte|trettonde|fjortonde|femtonde|sextonde"
    "|sjuttonde|artonde|nittonde|tjugonde|tjugo ?(?:första|andra|tredje|fjärde|femte|sjätte|sjunde|åttonde|nionde)|trettionde"
    "|trettio ?första"
)
_SPOKEN_YEAR = (
    "(?:nitton ?hundra|tjugo ?hundra|två ?tusen|tjugo|tretti|fyrti|femti|sexti|sjutti|åtti|nitti)[a-zåäö]*"
    "(?: (?:noll|ett|två|tre|fyra|fem|sex|sju|åtta|nio)[a-zåäö]*)?"
)
_DAY, _MONTH = "(?:3[01]|[12][0-9]|0?[1-9])", "(?:1[0-2]|0?[1-9])"
_DD, _MM = "(?:3[01]|[12][0-9]|0[1-9])", "(?:1[0-2]|0[1-9])"
_YEAR, _YY = "(?:1[89]|20)[0-9]{2}", "[0-9]{2}"
_DASH = "[ ]?[-‐‑–−./][ ]?"
_DATE = "|".join(
    (
        f"{_YEAR}{_DASH}{_MONTH}{_DASH}{_DAY}",  # 1962-01-05
        f"{_YEAR} ?{_MM} ?{_DD}",  # 19620105
        f"{_DAY}{_DASH}{_MONTH}(?:{_DASH}|[ ,]{{1,2}}(?:år )?)(?:{_YEAR}|’?{_YY})",  # 5/1 1962, 05.01.62
        f"{_YY}[-–]{_MM}[-–]{_DD}",  # 62-01-05
        f"{_YY} ?{_MM} ?{_DD}",  # 620105
        rf"(?:{_DAY}(?::?[ea]|st|nd|rd|th|\.)?|{_ORDINALS})\s(?:of\s)?(?:{_MONTHS})\.?,?\s(?:år\s)?(?:{_YEAR}|[-’]?{_YY}|{_SPOKEN_YEAR})",
        rf"(?:{_MONTHS})\s{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}",  # May 3, 1962
    )
)
_SIGN = "Xx*#_•●"
_MASK = rf"(?:[ ]?[-‐‑–−—+][ ]?|[ ])?(?:[{_SIGN}?Nn–—-]{{4}}|[0-9][{_SIGN}]{{3}}|[0-9]{{2}}[{_SIGN}]{{2}})(?![\w*])"
_ENDS = r"(?![\w]|[-–+][0-9]{4}|[.,:][0-9])"

_O = "(?:ö|o\u0308)"
# The word, and what may stand between it and the date: "i Björksta den". After "f." nothing may.
_BORN = re.compile(
    r"[fFbBdD](?<!\w.)(?:(?i:"
    rf"(?<=f)(?:{_O}d+[ae]?|d|{_O}t+|{_O}d+es|{_O}delse(?:datum|dagen|dag|tid|data|dat))\b\.?"
    r"|(?<=b)(?:orn\b|irth[ -]?da(?:te|y)\b)|(?<=d)(?:\.?o\.?b\b\.?|ate\sof\sbirth\b)"
    r")(?P<gap>[ :]*\n[ ]?|(?:\s*[|:=]\s*)?[^\d\n.;!?)|]{0,36})(?<!\w)"
    r"|(?<=[fF])(?<!\..)\.?[ :]{0,2}(?=[0-9]))"
)
_QUICK = re.compile(
    r"[fFbBöÖ0-9](?:(?<=[0-9]{6})|(?<=[fF])(?:[dD]|[oO]\u0308[dDtT]|\.?[ :]{0,2}[0-9])|(?<=[fF][öÖ])[dDtT]"
    r"|(?<=[bB])(?:[oO][rR][nN]|[iI][rR][tT][hH])|(?<=[dD][oO][bB])|(?<=[oO]\.[bB])|(?<=\.[oO][bB]))"
)
"""A bit of each of those words, of "f. 1962", and of a date that is masked: a text without is not read."""
_STARTS = re.compile(f"(?:{_DATE})(?:{_MASK})?{_ENDS}", re.IGNORECASE)
_WORDED = re.compile(rf"(?<!\w)(?:{_ORDINALS})\s(?:{_MONTHS})|(?<!\w)(?:{_MONTHS})\s", re.IGNORECASE)
_MASKED = re.compile(rf"[0-9](?<![\w-].)[0-9](?:[0-9]{{2}})?{_MM}(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01]){_MASK}")
_AFTER = re.compile(
    rf"[fFäÄ(](?<=[0-9]\s.)(?i:(?<=f){_O}ddes\b|(?<=ä)r\s(?:han|hon|jag)\sf{_O}dd|(?<=\()f{_O}delsedatum)"
)
_ENDING = re.compile(f"(?<![\\w-])(?:{_DATE})$", re.IGNORECASE)


class DateOfBirth:
    """Finds full dates of birth."""

    label = "DOB"

    def find(self, text: str) -> list[Span]:
        if not _QUICK.search(text):
            return []
        found = [Span(match.start(), match.end(), "DOB") for match in _MASKED.finditer(text)]
        found += [span for match in _BORN.finditer(text) if (span := _date_after(text, match))]
        found += [span for match in _AFTER.finditer(text) if (span := _date_before(text, match.start() - 1))]
        return apart(found) if found else found


def _date_after(text: str, born: re.Match[str]) -> Span | None:
    """The date that the words lead to: where they end, or the first that is written in words among them."""
    starts = [born.end()]
    if born["gap"] and (worded := _WORDED.search(text, born.start("gap"), born.end() + 20)):
        starts.insert(0, worded.start())
    for start in starts:
        if match := _STARTS.match(text, start):
            return Span(match.start(), match.end(), "DOB")
    return None


def _date_before(text: str, end: int) -> Span | None:
    match = _ENDING.search(text, max(0, end - 24), end)
    return Span(match.start(), end, "DOB") if match else None


RECOGNISER = DateOfBirth()
