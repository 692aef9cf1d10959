"""Which written forms mean the same: names that follow each other, and one number written in several ways.

Pure, and knows nothing of tokens. A form is folded to words or to characters that bear meaning, and those are compared.
"""

import re
import unicodedata
from collections.abc import Callable

Words = tuple[str, ...]

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑'’][^\W\d_]+)*")
_NOT_ALNUM = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")


def folded(text: str) -> str:
    """The text without differences of case, composition, width or spacing."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).casefold().split())


def name_words(form: str) -> Words:
    """The words of a name, given names first: "Ek, Anna" and "Anna Eks" are both (anna, ek).

    A last s is left out of every word, since the genitive cannot be told from a name that ends so: Hans is (han,) everywhere.
    """
    surname, comma, given = folded(form).partition(",")
    words = _WORD.findall(f"{given} {surname}" if comma and "," not in given else surname + comma + given)
    return tuple(word[:-1] if len(word) > 2 and word[-1] == "s" else word for word in words)


def fits(one: Words, other: Words) -> bool:
    """Whether two names may be one person's: Anna, Ek, A. Ek, Anna Ek and Anna Maria Ek all may."""
    short, long = sorted((one, other), key=len)
    if len(short) < 2:
        return bool(short) and len(short[0]) > 1 and short[0] in long
    if short == long[: len(short)]:
        return True
    return short[-1] == long[-1] and _in_order(short[:-1], long[:-1])


def _in_order(short: Words, long: Words) -> bool:
    """Whether the given names, or their initials, stand in this order among the others."""
    rest = iter(long)
    return all(any(_same_given(word, other) for other in rest) for word in short)


def _same_given(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _alnum(text: str) -> str:
    return _NOT_ALNUM.sub("", text)


def _phone(text: str) -> str:
    digits = _NOT_DIGIT.sub("", text.replace("(0)", ""))
    if text.lstrip("(").startswith("+46") or digits.startswith("0046"):
        return "0" + digits.removeprefix("00").removeprefix("46").removeprefix("0")
    return digits


def _organisation(text: str) -> str:
    key = _alnum(text).removeprefix("se")
    if len(key) == 12:  # with a century of its own, or a VAT number's last two
        return key[2:] if key.startswith("16") else key.removesuffix("01")
    return key


def _personnummer(text: str) -> str:
    return _alnum(text) + ("+" if "+" in text else "")  # the sign says that a hundred years have passed


_KEYS: dict[str, Callable[[str], str]] = {
    "PHONE": _phone,
    "PERSONNUMMER": _personnummer,
    "ORGNR": _organisation,
    **dict.fromkeys(("IBAN", "CARD", "BANKGIRO", "PLUSGIRO", "BANKKONTO", "REGNR", "MAC"), _alnum),
}
_LONG_PERSONNUMMER = 12


def key_of(label: str, form: str) -> str:
    """What is left of a value when the ways of writing it are taken away: equal keys are one value."""
    plain = folded(form)
    return _KEYS.get(label, str)(plain) or plain


def without_century(label: str, key: str) -> str:
    """A personnummer's key without its century, that says it too where only one such number is known; otherwise empty."""
    return key[2:] if label == "PERSONNUMMER" and len(key) == _LONG_PERSONNUMMER else ""


def ends_in_s(value: str) -> bool:
    """Whether a name takes no genitive s in Swedish: Lars, Max, Fritz."""
    return value[-1:] in tuple("sxzSXZ")
