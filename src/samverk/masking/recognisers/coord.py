"""Coordinates that point out a place: WGS 84 in decimals or in degrees and minutes, SWEREF 99 TM and RT 90.

Two decimals beside each other may be anything: without a word, a degree sign or a point of the compass they must lie in Sweden
and be exact to some hundred metres. Source of ranges: Lantmäteriet on SWEREF 99 TM, RT 90 2,5 gon V and the extent of Sweden.
"""

import re
from collections.abc import Callable, Iterator

from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import is_named
from samverk.masking.recognisers._numerals import BLANK, apart, digits

_SPACE = rf"[\n{BLANK}]"
_NORTH, _EAST = "(?:[NS]|[Nn]ord|[Ss]yd)", "(?:[EÖWVO]|[ÖöOo]st|[Vv]äst)"
_EAST_WORD = rf"(?:[Ll]on(?:g|gitude?)?|[Ll]ng|{_EAST}|Y)[.:={BLANK}]{{0,3}}"
_LINK = rf"(?P<link>[,;/|]?{_SPACE}{{0,3}}(?:och{_SPACE}|and{_SPACE})?(?:{_EAST_WORD})?)"

_DECIMALS = re.compile(
    rf"(?P<first>[0-9](?<![^\WNSX].)(?<![.,].)[0-9]{{0,2}}[.,][0-9]{{2,15}})(?:{_SPACE}?[°º])?(?:{_SPACE}?{_NORTH}\b)?{_LINK}"
    rf"(?P<second>-?[0-9]{{1,3}}[.,][0-9]{{2,15}})(?:{_SPACE}?[°º])?(?:{_SPACE}?{_EAST}\b)?(?![\w°]|\.[0-9])"
)
_MINUTES = (
    rf"{_SPACE}?(?:[°º]|grader,?){_SPACE}?[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?{_SPACE}?(?:['′’´]|minuter,?)"
    rf"(?:{_SPACE}?[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?{_SPACE}?(?:[\"″”]|['′’´]{{2}}|sekunder))?"
)
_DEGREES = re.compile(
    rf"[0-9](?<![\w.,].)[0-9]?{_MINUTES}(?:{_SPACE}?{_NORTH}\w{{0,6}})?{_LINK}[0-9]{{1,3}}{_MINUTES}(?:{_SPACE}?{_EAST}\w{{0,6}})?"
)
_METRES = re.compile(
    rf"(?P<first>[67](?<![\w.,].)[{BLANK}]?[0-9]{{3}}[{BLANK}]?[0-9]{{3}})(?:[.,][0-9]{{1,3}})?(?:{_SPACE}?N\b)?{_LINK}"
    rf"(?P<second>(?:1[{BLANK}]?)?[0-9]{{2,3}}[{BLANK}]?[0-9]{{3}})(?:[.,][0-9]{{1,3}})?(?:{_SPACE}?[EÖ]\b)?(?![\w]|[.,][0-9])"
)
_METRES_EAST_FIRST = re.compile(
    rf"(?P<second>[0-9](?<![\w.,].)[0-9]{{5,6}})(?:[.,][0-9]{{1,3}})?[,;]?{_SPACE}{{1,3}}[NX][.:={BLANK}]{{0,3}}(?P<first>[67][0-9]{{6}})\b"
)
_DECIMAL = re.compile("[.,](?<=[0-9].)[0-9]{2}")
_NORTHING = re.compile(rf"[67](?<![0-9].)[{BLANK}]?[0-9]{{3}}[{BLANK}]?[0-9]{{3}}")
"""What a pair of decimals holds, and what both pairs of metres hold: a text without is not searched for them."""

_EXACT = 3
"""Decimals of a degree, some hundred metres."""

_UNSURE = 0.3
_LEAD = re.compile(rf"(?<!\w)(?:[NSXEÖY][:=]?[{BLANK}]?|-)\Z")
_COMPASS = re.compile(r"[°º]|(?<![A-Za-zåäö])[NSEÖWVOXY](?![a-zåäö])|[Ll]on|[Ll]ng|[Nn]ord|[Öö]st")
_NEAR = re.compile(f"{_DECIMAL.pattern}|{_NORTHING.pattern}")


class Coord:
    """Finds pairs of coordinates."""

    label = "COORD"
    need = Need(digits=3, near=_NEAR, marks=("°", "º", "grader"))

    def find(self, text: str) -> list[Span]:
        found = list(self._scored(text, _DECIMALS, _decimals_score)) if _DECIMAL.search(text) else []
        if _NORTHING.search(text):
            found += self._scored(text, _METRES, _metres_score)
            found += self._scored(text, _METRES_EAST_FIRST, _metres_score)
        if "°" in text or "º" in text or "grader" in text:
            found += self._scored(text, _DEGREES, lambda *_: 1.0)
        return apart(found) if found else found

    def _scored(self, text: str, shape: re.Pattern[str], score_of: "_Score") -> Iterator[Span]:
        for match in shape.finditer(text):
            lead = _LEAD.search(text, max(0, match.start() - 3), match.start())
            start = lead.start() if lead else match.start()
            is_told = bool(_COMPASS.search(text, start, match.end())) or is_named(text, start, "COORD")
            score = score_of(match, is_told)
            if score:
                yield Span(start, match.end(), self.label, score)


_Score = Callable[[re.Match[str], bool], float]
"""How sure a match is, given whether a word, a degree sign or a point of the compass tells that it is a coordinate."""


def _decimals_score(match: re.Match[str], is_told: bool) -> float:
    first, second = (float(match[name].replace(",", ".")) for name in ("first", "second"))
    exact = min(len(re.split("[.,]", match[name])[1]) for name in ("first", "second"))
    is_swedish = _in_sweden(first, second) or _in_sweden(second, first)
    if is_told:
        return 1.0 if is_swedish or (exact >= _EXACT and abs(first) <= 90 and abs(second) <= 180) else 0.0
    is_apart = "," in match["link"] or "." in match["first"] or ";" in match["link"]
    return 0.8 * (is_swedish and is_apart and exact >= _EXACT)


def _in_sweden(north: float, east: float) -> bool:
    return 55 <= north <= 69.2 and 10.5 <= east <= 24.3


def _metres_score(match: re.Match[str], is_told: bool) -> float:
    north, east = int(digits(match["first"])), int(digits(match["second"]))
    is_sweref, is_rt90 = 50_000 <= east <= 950_000, 1_200_000 <= east <= 1_900_000
    if not (6_100_000 <= north <= 7_700_000 and (is_sweref or is_rt90)):
        return 0.0
    return 1.0 if is_told else _UNSURE


RECOGNISER = Coord()
