"""Postal codes with their town: `123 45 Bjorkby`, `SE-12345`, in any case, on one line, on two, or in two cells of a table."""

import re
from functools import cache
from unicodedata import normalize

from samverk.masking.context import Words
from samverk.masking.lists import entries
from samverk.masking.ports import Span

_CODE = re.compile(
    r"(?<![\w:.,/–-])(?:SE?[-–  ])?(?P<code>[1-9]\d\d[ \xa0\u2009\u202f]?\d\d)(?!\d)"
    r"(?P<gap>[ \xa0\t]{1,3}|,?[ \t]*\r?\n[ \t]*|[ \t]*\|[ \t]*|, )"
    r"(?P<town>[^\W\d_][\w\u0300-\u036f’'-]*(?:[ \xa0][^\W\d_][\w\u0300-\u036f’'-]*){0,2})"
)
_ALONE = re.compile(r"(?<![\w:.,/–-])(?:SE?[-–])?[1-9]\d\d[ \xa0]?\d\d(?![\w-]|[.,:]\d|[ \xa0]\d)")
_NAMED = Words(["postnr", "postnummer", "post nr", "postal code", "postcode", "zip code"])
# Towns that are ordinary words too: read as towns only with a capital.
_WORDS = frozenset(
    "å by ed kil vara bro hem nora mark ale skara ljung vik vi ås gård sund mala bor lit lane väse rone tun".split()
)
_STREET = re.compile(r"\d[ \xa0]?[A-Za-z]?\)?[,\s|]{1,4}$|\btr[,.\s|]{1,4}$")


class Postort:
    """Finds postal codes with their town, and a code alone where the word for it stands before."""

    label = "POSTORT"

    def find(self, text: str) -> list[Span]:
        found = [span for match in _CODE.finditer(text) if (span := _with_town(text, match))]
        if "post" in text.lower() or "zip" in text.lower():
            found += _alone(text, found)
        return sorted(found, key=lambda span: span.start)


def _with_town(text: str, match: re.Match[str]) -> Span | None:
    """The code with the longest name of a town that follows; an unknown one counts where an address stands before."""
    used = match["code"][:3] in entries("postal_prefixes")
    end = match.start("town")
    names = list(re.finditer(r"[^ \xa0]+", match["town"]))
    for size in range(len(names), 0, -1):
        name = match["town"][: names[size - 1].end()]
        if _is_town(name, used):
            return Span(match.start(), end + len(name), "POSTORT", 1.0 if used else 0.7)
    first = names[0].group()
    if (
        used
        and first[0].isupper()
        and len(first) > 2
        and _STREET.search(text[max(0, match.start() - 8) : match.start()])
    ):
        return Span(match.start(), end + names[0].end(), "POSTORT", 0.7)
    return None


def _is_town(name: str, used: bool) -> bool:
    composed = normalize("NFC", name).replace("\xa0", " ")
    low = composed.lower()
    return low in _towns() and (composed[0].isupper() or (used and low not in _WORDS))


@cache
def _towns() -> frozenset[str]:
    return frozenset(town.lower() for town in entries("towns"))


def _alone(text: str, found: list[Span]) -> list[Span]:
    """Codes after "Postnummer:" that no town follows."""
    taken = {span.start for span in found}
    return [
        Span(match.start(), match.end(), "POSTORT", 0.8)
        for match in _ALONE.finditer(text)
        if match.start() not in taken and _NAMED.before(text, match.start(), 20) is not None
    ]


RECOGNISER = Postort()
