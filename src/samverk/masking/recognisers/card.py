"""Payment cards: 12 to 19 digits with an issuer's beginning and Luhn's check digit, in the groups that cards show or none.

Source: ISO/IEC 7812-1 and the issuers' published ranges. Other long numbers (OCR, EAN, IMEI) have check digits of their own, so
what an issuer does not print, or what the words before it say is something else, is left alone.
"""

import re
from typing import NamedTuple

from samverk.masking.checks import luhn
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import is_named, is_something_else
from samverk.masking.recognisers._numerals import BLANK, DASH, digits, groups_of


class _Issuer(NamedTuple):
    """Cards that begin with a number from `first` to `last` (of equally many digits) and may have so many digits."""

    first: int
    last: int
    sizes: tuple[int, ...]


_LONG = (16, 17, 18, 19)
_ISSUERS = (
    _Issuer(4, 4, (13, 16, 19)),  # Visa
    _Issuer(51, 55, (16,)),  # Mastercard
    _Issuer(2221, 2720, (16,)),  # Mastercard
    _Issuer(34, 34, (15,)),  # American Express
    _Issuer(37, 37, (15,)),
    _Issuer(300, 305, (14, 16)),  # Diners Club
    _Issuer(36, 36, (14, 16)),
    _Issuer(38, 39, (14, 16)),
    _Issuer(6011, 6011, _LONG),  # Discover
    _Issuer(644, 659, _LONG),
    _Issuer(3528, 3589, _LONG),  # JCB
    _Issuer(62, 62, _LONG),  # UnionPay
    _Issuer(50, 50, (12, 13, 14, 15, *_LONG)),  # Maestro
    _Issuer(56, 58, (12, 13, 14, 15, *_LONG)),
    _Issuer(6304, 6304, (12, 13, 14, 15, *_LONG)),
    _Issuer(6759, 6763, (12, 13, 14, 15, *_LONG)),
)
_SHORTEST = 12
_COMMON_SIZES = (15, 16)
"""What most cards have; another length needs a word that says card."""

_JOINT = rf"[{BLANK}\n{DASH}]"
_CANDIDATE = re.compile(
    rf"[2-6](?<![^\W_].)(?=(?:{_JOINT}{{0,3}}[0-9]){{11}})[0-9]{{0,18}}+(?:{_JOINT}{{1,3}}[0-9]{{1,7}}+){{0,9}}(?![0-9])"
)
_PRINTED = ([4, 4, 4, 4], [4, 4, 4, 4, 3], [4, 6, 5], [4, 6, 4])
"""The groups that cards show."""

_INSIDE = re.compile(rf"[0-9]{{4}}[{BLANK}{DASH}]|.{{3}}[0-9][.,/{DASH}]", re.DOTALL)
"""The five characters before a group that is the inside of a longer number."""

_MASKED = re.compile(
    rf"[*xX•●](?<![^\W_].)(?:[{BLANK}{DASH}]?[*xX•●]){{7,14}}[{BLANK}{DASH}]?[0-9]{{3,4}}(?![0-9])"
    rf"|[2-6](?<![^\W_].)[0-9]{{3,5}}[{BLANK}{DASH}]?[0-9]{{0,2}}(?:[{BLANK}{DASH}]?[*xX•●]){{4,12}}[{BLANK}{DASH}]?[0-9]{{3,4}}(?![0-9])"
)
_PARTLY = 0.3
"""What is left of a masked number names nobody by itself: only a careful reader masks it."""


class Card:
    """Finds the numbers of payment cards."""

    label = "CARD"
    need = Need(digits=12, marks=("*", "•", "●", "xx", "XX"))

    def find(self, text: str) -> list[Span]:
        found = [span for match in _CANDIDATE.finditer(text) if (span := self._read(text, match))]
        if "*" in text or "•" in text or "●" in text or "xx" in text or "XX" in text:
            found += [Span(*match.span(), self.label, _PARTLY) for match in _MASKED.finditer(text)]
        return sorted(found, key=lambda span: span.start)

    def _read(self, text: str, match: re.Match[str]) -> Span | None:
        start = match.start()
        groups = groups_of(text, start, match.end())
        for count in range(len(groups), 0, -1):
            end = groups[count - 1].end()
            number = digits(text[start:end])
            if len(number) < _SHORTEST:
                return None
            if _is_issued(number):
                score = _score(text, start, number, [len(group[0]) for group in groups[:count]])
                if score:
                    return Span(start, end, self.label, score)
        return None


def _score(text: str, start: int, number: str, sizes: list[int]) -> float:
    """How sure it is. A word that says card makes up for an odd grouping, or for a wrong check digit, not for both."""
    if _INSIDE.fullmatch(text, max(0, start - 5), start) or is_something_else(text, start):
        return 0.0
    is_right, is_printed = luhn(number), len(sizes) == 1 or sizes in _PRINTED
    if is_named(text, start, "CARD"):
        return 1.0 if is_right else 0.6 * is_printed
    return 0.9 * (is_right and is_printed and len(number) in _COMMON_SIZES)


def _is_issued(number: str) -> bool:
    return any(
        len(number) in issuer.sizes and issuer.first <= int(number[: len(str(issuer.first))]) <= issuer.last
        for issuer in _ISSUERS
    )


RECOGNISER = Card()
