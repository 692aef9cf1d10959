"""Plusgiro numbers: two to eight digits in pairs from the right, "69 37 12-2" or "4-2", with Luhn's check digit.

A word must say what it is, or payment be spoken of. Source: Nordea, "Plusgirots kontonummer" (2–8 digits, modulus 10).
"""

import re

from samverk.masking.needs import Need, holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._giros import giro_score
from samverk.masking.recognisers._numerals import BLANK, DASH, MONEY, apart, follows_number

_END = rf"(?![0-9]|[.,:{DASH}][0-9]|{MONEY})"
_SHAPE = re.compile(
    rf"[1-9](?<!\w.)(?:[0-9]{{3,6}}|[0-9]?(?:[{BLANK}\n][0-9]{{2}}){{1,3}})[{BLANK}\n]?[{DASH}][{BLANK}]?[0-9]{_END}"
)
_AFTER_WORD = re.compile(
    rf"[Pp](?<!\w.)(?:[Gg]|(?:lus|ost)giro(?:t|konto)?|LUSGIRO)(?:-?(?:nr|nummer))?[.:{BLANK}]{{1,3}}(?:är[{BLANK}])?"
    rf"([1-9](?:[{BLANK}]?[0-9]){{0,6}}[{BLANK}]?[{DASH}]?[{BLANK}]?[0-9]){_END}"
)
_WORDS = ("pg", "Pg", "PG", "pG", "iro", "IRO")
"""With few digits, or without the hyphen, only right after the word, which holds one of these."""
_NEAR = re.compile(rf"[0-9][{BLANK}\n]?[{DASH}][{BLANK}]?[0-9]")


class Plusgiro:
    """Finds plusgiro numbers."""

    label = "PLUSGIRO"
    need = Need(digits=4, near=_NEAR, marks=_WORDS)

    def find(self, text: str) -> list[Span]:
        shapes = {match.span() for match in _SHAPE.finditer(text) if not follows_number(text, match.start())}
        if holds(text, _WORDS):
            shapes |= {match.span(1) for match in _AFTER_WORD.finditer(text)}
        if not shapes:
            return []
        scored = (Span(*shape, self.label, giro_score(text, *shape, self.label)) for shape in shapes)
        return apart(span for span in scored if span.score)


RECOGNISER = Plusgiro()
