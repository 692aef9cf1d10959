"""Personnummer and coordination numbers: a date (the day plus 60 for coordination), a birth number and a check digit.

Source: the Swedish Tax Agency's description of the numbers (SKV 704, SKV 707); the check digit is the Luhn sum of the ten digits.
"""

import re
from datetime import date

from samverk.masking.ports import Span

_SHAPE = re.compile(r"(?<![\d-])(?P<century>19|20)?(?P<date>\d{6})[-+–\s]?(?P<last>\d{4})(?!\d)")


class Personnummer:
    """Finds numbers whose date exists and whose check digit is right."""

    label = "PERSONNUMMER"

    def find(self, text: str) -> list[Span]:
        return [Span(m.start(), m.end(), self.label) for m in _SHAPE.finditer(text) if _is_number(m)]


def _is_number(match: re.Match[str]) -> bool:
    digits = match["date"] + match["last"]
    return _is_date(match["century"], match["date"]) and _luhn(digits) == 0


def _is_date(century: str | None, digits: str) -> bool:
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= 60 if day > 60 else 0
    for hundred in [int(century)] if century else (19, 20):
        try:
            date(hundred * 100 + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _luhn(digits: str) -> int:
    products = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(product // 10 + product % 10 for product in products) % 10


RECOGNISER = Personnummer()
