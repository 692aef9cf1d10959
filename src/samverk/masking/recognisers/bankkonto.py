"""Swedish bank accounts: a clearing number of four digits (Swedbank's with a fifth, its check digit) and the account.

The clearing number belongs to the find when it stands with the account. A bank has its clearing numbers and its number of digits;
beyond that a word must say what it is, but for Swedbank's form with the fifth digit. Source: Bankgirot, "Bankernas kontonummer".
"""

import re

from samverk.masking.checks import luhn
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._banks import sizes_of
from samverk.masking.recognisers._named import named
from samverk.masking.recognisers._numerals import BLANK, DASH, MONEY, apart, digits, fitting, follows_number, groups_of

_JOINT = rf"[{BLANK}\n{DASH}]"
_SHAPE = re.compile(
    rf"(?P<clearing>[1-9](?<!\w.)[0-9]{{3}}(?:{_JOINT}?[0-9](?=[,/{BLANK}{DASH}]))?)[,/]?{_JOINT}{{0,3}}"
    rf"(?P<account>[0-9]{{1,12}}+(?:{_JOINT}{{1,3}}[0-9]{{1,10}}+){{0,6}})"
)
_LABELLED = re.compile(
    rf"(?:learing|onto|ccount)-?(?:nr|nummer|number|[{BLANK}]no)?\b[.:#|\t{BLANK}]{{1,4}}(?:är[{BLANK}])?"
    rf"(?P<number>[0-9](?:[{BLANK}{DASH}]{{0,3}}[0-9]){{3,11}})(?![0-9]|[.,:][0-9]|{MONEY})"
)
"""A clearing number and an account that stand apart, each after its own word, as in a form."""

_DATE = re.compile(rf"(?:19|20)[0-9]{{2}}[{DASH}]?[01][0-9][{DASH}]?[0-3][0-9](?![0-9])")
_AFTER = re.compile(rf"[0-9]|[.:][0-9]|{MONEY}")


class Bankkonto:
    """Finds bank accounts."""

    label = "BANKKONTO"
    need = Need(digits=6, marks=("learing",))

    def find(self, text: str) -> list[Span]:
        found = [span for match in _SHAPE.finditer(text) if (span := self._read(text, match))]
        if "onto" in text or "learing" in text or "ccount" in text:
            labelled = (match for match in _LABELLED.finditer(text) if _is_part(match))
            found += [Span(*match.span("number"), self.label, 0.8) for match in labelled]
        return apart(found) if found else found

    def _read(self, text: str, match: re.Match[str]) -> Span | None:
        start, clearing = match.start(), digits(match["clearing"])
        sizes = sizes_of(int(clearing[:4]))
        if (
            sizes is None
            or match.end() - match.start("account") < sizes[0]
            or (len(clearing) == 5 and not clearing.startswith("8"))
            or _is_inside(text, start)
        ):
            return None
        groups = fitting(groups_of(text, *match.span("account")), *sizes)
        if not groups or _AFTER.match(text, groups[-1].end()):
            return None
        end = groups[-1].end()
        score = _score(text, start, clearing)
        return Span(start, end, self.label, score) if score else None


def _score(text: str, start: int, clearing: str) -> float:
    """How sure it is: a word says it, or the clearing number has its fifth digit, and that is right."""
    name = named(text, start)
    if name and name.kind == "BANKKONTO":
        return 1.0
    if name and name.words_between <= 1:
        return 0.0
    return 0.7 * (len(clearing) == 5 and luhn(clearing))


def _is_inside(text: str, start: int) -> bool:
    """Whether the place is the inside of a longer number, or the beginning of a date."""
    return follows_number(text, start) or _DATE.match(text, start) is not None


def _is_part(match: re.Match[str]) -> bool:
    """Whether what stands after the word is long enough: bookkeeping has accounts of four digits too."""
    size = len(digits(match["number"]))
    return size in (4, 5) if match[0].startswith("learing") else size >= 7 and not _DATE.fullmatch(match["number"])


RECOGNISER = Bankkonto()
