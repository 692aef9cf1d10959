"""How sure it is that a number of the right form is a giro: the words before it, its check digit, or both. Knows neither form."""

import re

from samverk.masking.checks import luhn
from samverk.masking.recognisers._named import named
from samverk.masking.recognisers._numerals import digits

_PAYING = re.compile("betal|insätt|sätt in|avgift|gåv|payment|pay ", re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)[0-9]{2}\D+(?:19|20)[0-9]{2}")
_PAGE = 300
"""How far above a number the head of its column or list may stand, in characters."""


def giro_score(text: str, start: int, end: int, kind: str) -> float:
    """How sure it is that the number is a giro of the kind (`BANKGIRO`, `PLUSGIRO`); 0 when nothing says so.

    A number right after the word is one even when its check digit is wrong; further away, under the head of a list, or where
    only payment is spoken of, the check digit must be right.
    """
    if _YEARS.fullmatch(text, start, end):
        return 0.0
    name, is_right = named(text, start), luhn(digits(text[start:end]))
    is_close = name is not None and name.words_between <= 1
    if name and name.kind == kind:
        return 1.0 if is_right else 0.6 * is_close
    if is_close or not is_right:
        return 0.0
    above = text[max(0, start - _PAGE) : start].lower()
    return 0.8 if kind.lower() in above else 0.55 * bool(_PAYING.search(above[-60:]))
