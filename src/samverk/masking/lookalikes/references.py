"""Numbers that the word before names as something else: an invoice, an OCR line, an article, a serial number."""

import re

from samverk.masking.lookalikes._shape import FIRST_DIGIT
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.words import NAMES_A_REFERENCE

_NUMBER = re.compile(FIRST_DIGIT + r"[0-9 \u00a0/-]{2,24}[0-9](?![0-9])")


class References:
    """Digits after a word of the list, with "nr", "är" or a colon between at most."""

    label = "REFERENCE"
    need = Need(digits=4)
    surest = 0.95

    def find(self, text: str) -> list[Span]:
        found = (match for match in _NUMBER.finditer(text) if NAMES_A_REFERENCE.before(text, match.start()) is not None)
        return [Span(match.start(), match.end(), self.label, self.surest) for match in found]


LOOKALIKE = References()
