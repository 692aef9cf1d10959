"""Postal codes with their town: `123 45 Bjorkby`, `SE-12345`, in any case, on one line, on two, or in two cells of a table."""

import re
from functools import cache
from unicodedata import normalize

from samverk.masking.context import Words
from samverk.masking.lists import entries
from samverk.masking.needs import Need
from samverk.masking.ports import Span

# A digit first and the looks behind it after: so the search skips from digit to digit at full speed.
_CODE = re.compile(
    r"(?P<code>[1-9](?<![\w:.,/].)(?:(?<![–-].)|(?<=S[–-].)|(?<=SE[–-].))[0-9]{2}[ \xa0\u2009\u202f]?[0-9]{2})(?!\d)"
    r"(?P<gap>[ \xa0\t]{1,3}|,?[ \t]*\r?\n[ \t]*|[ \t]*\|[ \t]*|, )"
    r"(?P<town>[^\W\d_][\w\u0300-\u036f’'-]*(?:[ \xa0][^\W\d_][\w\u0300-\u036f’'-]*){0,2})"
)
_COUNTRY = re.compile(r"(?<![\w:.,/–-])SE?[-–  ]\Z")
_ALONE = re.compile(r"(?<![\w:.,/–-])(?:SE?[-–])?[1-9]\d\d[ \xa0]?\d\d(?![\w-]|[.,:]\d|[ \xa0]\d)")
_NAMED = Words(["postnr", "postnummer", "post nr", "postal code", "postcode", "zip code"])
_NAME = re.compile(r"[^ \xa0]+")
# Towns that are ordinary words too: read as towns only with a capital.
_WORDS = frozenset(
    "å by ed kil vara bro hem nora mark ale skara ljung vik vi ås gård sund mala bor lit lane väse rone tun".split()
)
_STREET = re.compile(r"\d[ \xa0]?[A-Za-z]?\)?[,\s|]{1,4}$|\btr[,.\s|]{1,4}$")
_NEAR = re.compile(r"[1-9][0-9]{2}[ \xa0\u2009\u202f]?[0-9]{2}(?!\d)")


class Postort:
    """Finds postal codes with their town, and a code alone where the word for it stands before."""

    label = "POSTORT"
    need = Need(digits=5, near=_NEAR)

    def find(self, text: str) -> list[Span]:
        found, last = [], 0
        for match in _CODE.finditer(text):
            if span := _with_town(text, match, last):
                found.append(span)
            last = match.end()
        low = text.lower()
        return _with_alone(text, found) if "post" in low or "zip" in low else found


def _with_town(text: str, match: re.Match[str], least: int) -> Span | None:
    """The code with the longest name of a town that follows; an unknown one counts where an address stands before."""
    used = match["code"][:3] in entries("postal_prefixes")
    names = list(_NAME.finditer(match["town"]))
    for size in range(len(names), 0, -1):
        name = match["town"][: names[size - 1].end()]
        if _is_town(name, used):
            return _span(text, match, least, len(name), 1.0 if used else 0.7)
    if used and _is_name(names[0].group()):
        span = _span(text, match, least, names[0].end(), 0.7)
        return span if span and _STREET.search(text[max(0, span.start - 8) : span.start]) else None
    return None


def _is_name(word: str) -> bool:
    return word[0].isupper() and len(word) > 2


def _span(text: str, match: re.Match[str], least: int, size: int, score: float) -> Span | None:
    """The code, the country's letters before it, and so much of what follows; None inside something longer."""
    start = match.start()
    country = _COUNTRY.search(text, max(least, start - 3), start)
    if country is None and start > least and text[start - 1] in "–-":
        return None
    return Span(country.start() if country else start, match.start("town") + size, "POSTORT", score)


def _is_town(name: str, used: bool) -> bool:
    composed = normalize("NFC", name).replace("\xa0", " ")
    low = composed.lower()
    return low in _towns() and (composed[0].isupper() or (used and low not in _WORDS))


@cache
def _towns() -> frozenset[str]:
    return frozenset(town.lower() for town in entries("towns"))


def _with_alone(text: str, found: list[Span]) -> list[Span]:
    """The finds, and the codes after "Postnummer:" that no town follows."""
    taken = {span.start for span in found}
    alone = [
        Span(match.start(), match.end(), "POSTORT", 0.8)
        for match in _ALONE.finditer(text)
        if match.start() not in taken and _NAMED.before(text, match.start(), 20) is not None
    ]
    return sorted(found + alone, key=lambda span: span.start) if alone else found


RECOGNISER = Postort()
