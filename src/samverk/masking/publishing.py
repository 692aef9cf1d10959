"""Makes a text ready for publishing: what was found is generalised, blacked out or replaced, and can never be put back.

Pure; knows nothing of how spans were found. Nothing is kept, and what is written instead tells neither the length of a value nor
any part of it but what `generalise` means to tell: a decade of birth, a town.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from string import ascii_uppercase
from typing import Literal, get_args

from samverk.core.errors import Language
from samverk.masking.likeness import folded
from samverk.masking.lists import entries
from samverk.masking.pieces import Piece
from samverk.masking.ports import Span
from samverk.masking.pseudonyms import Pseudonyms

How = Literal["generalise", "black", "replace"]
HOWS: tuple[How, ...] = get_args(How)

_BLACK = "█████"  # always as long, whatever it hides

# What a value is called, in Swedish and English, by its label.
_CALLED = {
    "PERSON": ("namn", "name"),
    "PERSONNUMMER": ("personnummer", "personal identity number"),
    "DOB": ("födelsedatum", "date of birth"),
    "PHONE": ("telefonnummer", "telephone number"),
    "EMAIL": ("e-postadress", "e-mail address"),
    "ADDRESS": ("adress", "address"),
    "POSTORT": ("postadress", "postal address"),
    "FASTIGHET": ("fastighet", "property"),
    "ORGNR": ("organisationsnummer", "organisation number"),
    "REGNR": ("registreringsnummer", "registration plate"),
    "IBAN": ("kontonummer", "account number"),
    "BANKKONTO": ("kontonummer", "account number"),
    "BANKGIRO": ("bankgironummer", "bankgiro number"),
    "PLUSGIRO": ("plusgironummer", "plusgiro number"),
    "CARD": ("kortnummer", "card number"),
    "IP": ("ip-adress", "IP address"),
    "MAC": ("nätverksadress", "network address"),
    "COORD": ("position", "position"),
}
_ANYTHING = ("uppgift", "detail")
_BORN = ("person född på {decade}-talet", "person born in the {decade}s")
_DECADE = ("{decade}-talet", "{decade}s")
_LETTERED = ("person {letters}", "person {letters}")

_YEAR = re.compile(r"(?<![0-9])((?:18|19|20)[0-9]{2})(?=[0-9]{4}(?![0-9])|[^0-9]|$)")
_SHORT_YEARS = (  # 800131, 800131-XXXX and 80-01-31; then 31/1 80
    re.compile(r"(?<![0-9])([0-9]{2})[0-9]{4}(?![0-9])"),
    re.compile(r"(?<![0-9])([0-9]{2})-[0-9]{2}-[0-9]{2}(?![0-9])"),
    re.compile(r"([0-9]{2})[^0-9]*$"),
)
_NOT_IN_NUMBER = re.compile(r"[\W_]+")
_CODE = re.compile(r"(?:SE?\s?[-–]\s?)?[0-9]{3}\s?[0-9]{2}[\s,]+")


def publish(text: str, spans: Sequence[Span], how: How, *, language: Language = "sv", today: date | None = None) -> str:
    """The text without what the spans hold (half-open, in its code points, in any order).

    `generalise`: a personnummer becomes a decade of birth, a postal address its town, all else what it is called. `black`: five
    blocks. `replace`: persons become person A, B, C, the same letter for the same person; all else what it is called. `today`
    tells the century of a year of two digits.
    """
    year = (today or date.today()).year
    column = 0 if language == "sv" else 1
    pieces = Pseudonyms().pieces(text, spans)
    write: dict[How, Callable[[Piece, int], str]] = {
        "black": lambda _piece, _number: _BLACK,
        "generalise": lambda piece, _number: f"[{_generalised(piece, column, year)}]",
        "replace": lambda piece, number: f"[{_replaced(piece, number, column)}]",
    }
    return "".join(write[how](piece, number) if piece.label else piece.text for piece, number in pieces)


def _called(label: str, column: int) -> str:
    return _CALLED.get(label, _ANYTHING)[column]


def _replaced(piece: Piece, number: int, column: int) -> str:
    if piece.label != "PERSON":
        return _called(piece.label, column)
    return _LETTERED[column].format(letters=_letters(number))


def _letters(number: int) -> str:
    """A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, place = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[place] + letters
    return letters


def _generalised(piece: Piece, column: int, this_year: int) -> str:
    if piece.label in ("PERSONNUMMER", "DOB"):
        shape = _BORN if piece.label == "PERSONNUMMER" else _DECADE
        born = _year_of_birth(piece, this_year)
        return shape[column].format(decade=born // 10 * 10) if born else _called(piece.label, column)
    if piece.label in ("POSTORT", "ADDRESS") and (town := _town(piece.text)):
        return town
    return _called(piece.label, column)


def _year_of_birth(piece: Piece, this_year: int) -> int | None:
    """The year that a number or a date says; with two digits the latest that has been, a hundred years earlier after a plus."""
    value = piece.text
    if piece.label == "PERSONNUMMER":
        value = _NOT_IN_NUMBER.sub("", value)
        value = value[:8] if len(value) > 10 else value[:6]
    if found := _YEAR.search(value):
        return int(found[1])
    short = next((found for shape in _SHORT_YEARS if (found := shape.search(value))), None)
    if short is None:
        return None
    year = this_year - (this_year - int(short[1])) % 100
    return year - 100 if "+" in piece.text else year


def _town(address: str) -> str:
    """The town that an address ends with; empty where it names none that there is."""
    last = address.strip().rpartition("\n")[2].rpartition(",")[2]
    town = _CODE.sub("", last).strip()
    return _towns().get(folded(town), "")


@cache
def _towns() -> dict[str, str]:
    return {folded(town): town for town in entries("towns")}
