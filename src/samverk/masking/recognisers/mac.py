"""MAC addresses: six pairs of hexadecimal digits with colons or hyphens, or three groups of four with dots (IEEE 802).

Decimal digits alone, and twelve signs in one piece, need a word that says so; UUIDs, fingerprints and times are no finds.
"""

import re
from itertools import product

from samverk.masking.needs import holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import is_named
from samverk.masking.recognisers._numerals import DASH

_HEX = "[0-9A-Fa-f]"
_PAIRS = re.compile(rf"([:{DASH}])(?<=(?<![\w:.-]){_HEX}{{2}}.){_HEX}{{2}}(?:\1{_HEX}{{2}}){{4}}(?!\w|[:-]{_HEX})")
_FOURS = re.compile(rf"\.(?<=(?<![\w:.-]){_HEX}{{4}}.){_HEX}{{4}}\.{_HEX}{{4}}(?!\w|[.-]{_HEX})")
_PIECE = re.compile(rf"[CcD](?:(?<=[Mm][Aa].)(?:-?adress|[ -]address)?|(?<=BSSID))\W{{1,3}}(?P<piece>{_HEX}{{12}})\b")
_WORDS = ("SSID", *map("".join, product("mM", "aA", "cC")))
"""Twelve signs in one piece stand right after a word that ends so."""
_LETTER = re.compile("[A-Fa-f]")


class Mac:
    """Finds MAC addresses."""

    label = "MAC"

    def find(self, text: str) -> list[Span]:
        places = [(match.start() - 2, match.end()) for match in _PAIRS.finditer(text)]
        if text.count(".") > 1:
            places += [(match.start() - 4, match.end()) for match in _FOURS.finditer(text)]
        places = [place for place in places if _LETTER.search(text, *place) or is_named(text, place[0], "MAC")]
        if holds(text, _WORDS):
            places += [match.span("piece") for match in _PIECE.finditer(text)]
        return [Span(*place, self.label) for place in sorted(places)] if places else []


RECOGNISER = Mac()
