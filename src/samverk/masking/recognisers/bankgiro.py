"""Bankgiro numbers: seven or eight digits, "235-0106" or "5050-1055", with Luhn's check digit.

Many other numbers look so, years from-to among them: a word must say what it is. Source: Bankgirot, "Bankgironummer".
"""

import re

from samverk.masking.needs import Need, holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._giros import giro_score
from samverk.masking.recognisers._numerals import BLANK, DASH, MONEY, apart, follows_number

_END = rf"(?![0-9]|[.,:{DASH}][0-9]|{MONEY})"
_SHAPE = re.compile(rf"[1-9](?<!\w.)[0-9]{{2,3}}[{BLANK}\n]?[{DASH}][{BLANK}\n]?[0-9]{{4}}{_END}")
_AFTER_WORD = re.compile(
    rf"[Bb](?<!\w.)(?:[Gg]|ankgiro(?:t|konto)?|ANKGIRO)(?:-?(?:nr|nummer))?[.:{BLANK}]{{1,3}}(?:är[{BLANK}])?([1-9][0-9]{{2,3}}[{BLANK}]?[0-9]{{4}}){_END}"
)
_WORDS = ("bg", "Bg", "BG", "bG", "iro", "IRO")
"""Without its hyphen only right after the word, which holds one of these."""


class Bankgiro:
    """Finds bankgiro numbers."""

    label = "BANKGIRO"
    need = Need(digits=7)

    def find(self, text: str) -> list[Span]:
        shapes = [match.span() for match in _SHAPE.finditer(text) if not follows_number(text, match.start())]
        if holds(text, _WORDS):
            shapes += [match.span(1) for match in _AFTER_WORD.finditer(text)]
        if not shapes:
            return []
        scored = (Span(*shape, self.label, giro_score(text, *shape, self.label)) for shape in shapes)
        return apart(span for span in scored if span.score)


RECOGNISER = Bankgiro()
