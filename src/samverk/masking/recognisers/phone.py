"""Telephone numbers: Swedish ones by the numbering plan, with any grouping; foreign ones by their country code; spoken ones.

A candidate is a run of groups of digits; as many whole groups as the plan allows are the number. Short service numbers
(112, 1177, 114 14) belong to nobody and are no finds.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from samverk.masking.checks import luhn
from samverk.masking.needs import Need, holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import named
from samverk.masking.recognisers._numbering import COUNTRIES, MOBILE, PLAN
from samverk.masking.recognisers._numerals import (
    BLANK,
    DASH,
    MONEY,
    Group,
    apart,
    digits,
    fitting,
    follows_number,
    groups_of,
)

_CANDIDATE = re.compile(rf"[+0](?<![\w+].)\(?[0-9]{{1,14}}+(?:[{BLANK}\n()/.{DASH}]{{1,3}}[0-9]{{1,14}}+){{0,8}}")
_CLOCK = rf"(?:[01][0-9]|2[0-4])[.{BLANK}]?[0-5][0-9]"
_MOMENT = re.compile(
    rf"{_CLOCK}[{BLANK}]?[{DASH}][{BLANK}]?{_CLOCK}"  # opening hours
    rf"|[0-3][0-9]([/.{BLANK}{DASH}])[01][0-9]\1(?:19|20)[0-9]{{2}}"  # a date
    rf"|[0-9]{{6}}[{DASH}][0-9]{{4}}"  # a personnummer
)
_GOES_ON = re.compile(rf"[.:,][0-9]|[{DASH}][0-9]{{3}}")
_EXTENSION = re.compile(
    rf"[,{BLANK}]{{0,2}}\(?(?:ankn(?:ytning)?|ext)\b[.:{BLANK}]{{0,2}}[0-9]{{1,6}}\b\)?", re.IGNORECASE
)

_UNSURE = 0.4
_PERSONNUMMER = re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278][0-9]|[39][01])[0-9]{4}")
"""Ten digits that begin with a date, the day plus 60 in coordination numbers."""

_PUBLIC = 0.3
"""The number of a switchboard is an organisation's own: only a careful reader masks it."""

_TOLD = re.compile(
    rf"[Tt](?<!\w.)(?:fn|lf|el(?:efon)?(?:nr|nummer)?)[.:{BLANK}]{{1,3}}"
    rf"(?P<number>[1-9](?:[{BLANK}{DASH}]{{0,3}}[0-9]){{5,11}})(?![0-9]|[.,:%{DASH}][0-9]|{MONEY})"
)
"""A number without an area code, or without the plus of its country code: only right after the word."""

_TOLD_MARKS = ("tfn", "Tfn", "tlf", "Tlf", "tel", "Tel")
"""What each of those words holds: a text without is not searched for them."""

_ONES = (
    "noll en ett två tre fyra fem sex sju åtta nio tio elva tolv zero one two three four five six seven eight nine oh"
)
_TEENS = "tretton fjorton femton sexton sjutton arton nitton"
_TENS = "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio"


def _any(words: str) -> str:
    return "|".join(words.replace("å", "(?:å|a\u030a)").split())


_WORD = rf"(?:(?:{_any(_TENS)})(?:{_any(_ONES)})?|{_any(_TEENS)}|{_any(_ONES)}|[0-9]{{1,3}})"
_SPOKEN = re.compile(
    rf"(?:[Nn]oll|[Zz]ero)(?<!\w....)[,{BLANK}{DASH}]{{0,2}}{_WORD}(?:[,{BLANK}{DASH}]{{1,2}}{_WORD}){{4,10}}\b"
)


class _Number(NamedTuple):
    """The groups of digits that are a number by the plan, and its prefix at home (empty abroad)."""

    groups: Sequence[Group]
    prefix: str


_NEAR = re.compile(r"(?<![\w+])[+0]")


class Phone:
    """Finds telephone numbers."""

    label = "PHONE"
    need = Need(digits=6, near=_NEAR, marks=("oll", "ero", *_TOLD_MARKS))

    def find(self, text: str) -> list[Span]:
        found = [*self._written(text), *self._told(text), *self._spoken(text)]
        return apart(found) if found else found

    def _written(self, text: str) -> Iterator[Span]:
        at = 0
        while match := _CANDIDATE.search(text, at):
            groups = groups_of(text, match.start(), match.end())
            number = _abroad(groups) if text.startswith(("+", "00"), match.start()) else _at_home(groups)
            score = _score(text, match.start(), number, previous=at) if number else 0.0
            if number and score:
                span = _whole(text, match.start(), number.groups[-1].end())
                yield Span(*span, self.label, score)
                at = span[1]
            else:
                at = groups[0].end()

    def _told(self, text: str) -> Iterator[Span]:
        for match in _TOLD.finditer(text) if holds(text, _TOLD_MARKS) else ():
            number = digits(match["number"])
            if (len(number) <= 8 and not number.startswith("11")) or number.startswith("46"):
                yield Span(*match.span("number"), self.label, 0.7)

    def _spoken(self, text: str) -> Iterator[Span]:
        if "oll" in text or "ero" in text:
            yield from (Span(match.start(), match.end(), self.label, 0.6) for match in _SPOKEN.finditer(text))


def _at_home(groups: Sequence[Group]) -> _Number | None:
    """A number with its area code, after the trunk prefix 0."""
    return _planned(groups, "".join(group[0] for group in groups), 1)


def _abroad(groups: Sequence[Group]) -> _Number | None:
    """A number with its country code. A trunk prefix that stands after it, "(0)", is no part of the number."""
    written = "".join(group[0] for group in groups)
    at = 2 if written.startswith("00") else 0
    code = next((written[at : at + size] for size in (1, 2, 3) if written[at : at + size] in COUNTRIES), None)
    if code is None:
        return None
    at += len(code)
    at += written.startswith("0", at)
    home = _planned(groups, written, at) if code == "46" else None
    least, most = COUNTRIES[code]
    return home or _numbered(fitting(groups, at + least, at + most), "")


def _planned(groups: Sequence[Group], written: str, at: int) -> _Number | None:
    prefix = next((written[at : at + size] for size in (3, 2, 1) if written[at : at + size] in PLAN), None)
    if prefix is None:
        return None
    at += len(prefix)
    if prefix not in MOBILE and written.startswith("0", at):
        return None
    least, most = PLAN[prefix]
    return _numbered(fitting(groups, at + least, at + most), prefix)


def _numbered(groups: Sequence[Group], prefix: str) -> _Number | None:
    return _Number(groups, prefix) if groups else None


def _score(text: str, start: int, number: _Number, previous: int) -> float:
    """How sure it is; 0 for what the place or the words before it say is something else.

    Of a number in groups only the name of another number says so: "Projektledare 031-…" and "Frågor om fakturan: 08-…".
    """
    end = number.groups[-1].end()
    inside = follows_number(text, start) and not (start == previous + 1 and text[previous] == "/")
    if inside or _GOES_ON.match(text, end) or _MOMENT.fullmatch(text, start, end):
        return 0.0
    name = named(text, start)
    if name and name.kind == "PHONE":
        return 0.95
    if name and name.kind == "SWITCHBOARD":
        return 0.95 if _EXTENSION.match(text, end) else _PUBLIC
    if name and name.words_between <= 1 and (name.kind in ("NUMBER", "VERSION") or len(number.groups) == 1):
        return 0.0
    return _score_alone(text[start:end], number)


def _score_alone(written: str, number: _Number) -> float:
    """Without a word that says what it is: a mobile or foreign number by its form, others when the area code stands apart."""
    if _PERSONNUMMER.fullmatch(written) and luhn(written):
        return _UNSURE
    is_apart = len(number.groups) > 1 and number.groups[0][0] == "0" + number.prefix
    is_abroad = written.startswith("+") or (written.startswith("00") and len(number.groups) > 1)
    return 0.8 if is_apart or is_abroad or number.prefix in MOBILE else _UNSURE


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """With the bracket of "(08) …", and with an extension."""
    opens = start > 0 and text[start - 1] == "(" and ")" in text[start:end] and "(" not in text[start:end]
    extension = _EXTENSION.match(text, end)
    return start - opens, extension.end() if extension else end


RECOGNISER = Phone()
