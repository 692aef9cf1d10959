"""ISBN, ISSN-like and EAN numbers, by their check digit."""

import re

from samverk.masking.checks import ean
from samverk.masking.lookalikes._shape import FIRST_DIGIT
from samverk.masking.needs import Need
from samverk.masking.ports import Span

_THIRTEEN = re.compile(
    FIRST_DIGIT + r"(?<![0-9][ -][0-9])[0-9]{2}(?:[ \u2010-\u2013-]?[0-9]){9}[ \u2010-\u2013-]?[0-9](?![0-9])"
)


class Books:
    """Thirteen digits with a right check digit: what a book or an article has on its back."""

    label = "EAN"
    need = Need(digits=13)

    def find(self, text: str) -> list[Span]:
        return [Span(m.start(), m.end(), self.label) for m in _THIRTEEN.finditer(text) if _is_one(m.group())]


def _is_one(written: str) -> bool:
    digits = re.sub("[^0-9]", "", written)
    return ean(digits) and not digits.startswith("00")  # a telephone number from abroad begins so


LOOKALIKE = Books()
