"""IP addresses, version 4 and 6. The address is the find: neither its port nor its network's size belongs to it.

Versions, chapters and laws look like version 4: what the words before it call so, and small numbers at the head of a line, are no
finds. Sources: RFC 791, RFC 4291, RFC 4007 (zones).
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import named
from samverk.masking.recognisers._numerals import BLANK, apart

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = re.compile(rf"\.(?<=[0-9]\.){_OCTET}\.{_OCTET}\.{_OCTET}(?!\w|\.[0-9]|-[A-Za-z])")
"""From the first dot on, since digits are everywhere."""

_FIRST_OCTET = re.compile(rf"(?<![\w.,§]){_OCTET}\Z")
_HEADING = re.compile(rf"(?:\A|\n)[#>*|\t{BLANK}]{{0,6}}\Z")
_CHAPTERS = 30
"""Chapters and versions are numbered up to this."""

_SHORTEST = 9
"""What is shorter than this and without a digit is no address."""

_V6 = re.compile(r":(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:.]{1,45}(?:%[\w-]{1,16})?")
_FIRST_GROUP = re.compile(r"(?<![\w:.%-])[0-9A-Fa-f]{0,4}\Z")
_NEAR = re.compile(r"[0-9]\.[0-9]{1,3}\.[0-9]")


class Ip:
    """Finds IP addresses."""

    label = "IP"
    need = Need(digits=4, near=_NEAR, marks=(":",))

    def find(self, text: str) -> list[Span]:
        found = list(self._v4(text)) if text.count(".") > 2 else []
        if text.count(":") > 1:
            found += self._v6(text)
        return apart(found) if found else found

    def _v4(self, text: str) -> Iterator[Span]:
        for match in _V4.finditer(text):
            first = _FIRST_OCTET.search(text, max(0, match.start() - 3), match.start())
            score = _score(text, first.start(), match.end()) if first else 0.0
            if first and score:
                yield Span(first.start(), match.end(), self.label, score)

    def _v6(self, text: str) -> Iterator[Span]:
        for match in _V6.finditer(text):
            first = _FIRST_GROUP.search(text, max(0, match.start() - 4), match.start())
            address = text[first.start() : match.end()].rstrip(".") if first else ""
            address = address[:-1] if address.endswith(":") and not address.endswith("::") else address
            if first and _is_v6(address, text[match.end() : match.end() + 1]):
                yield Span(first.start(), first.start() + len(address), self.label)


def _score(text: str, start: int, end: int) -> float:
    name = named(text, start, 30)
    if name and name.kind == "IP":
        return 1.0
    if name and name.words_between <= 1 and name.kind in ("VERSION", "SECTION", "NUMBER", "OTHER"):
        return 0.0
    is_chapter = max(map(int, text[start:end].split("."))) <= _CHAPTERS
    if is_chapter and _HEADING.search(text, max(0, start - 7), start):
        return 0.0
    return 0.6 if is_chapter else 0.95


def _is_v6(address: str, after: str) -> bool:
    """Whether it is an address that names a host: "::" alone is none, and "a::b" is code more often."""
    is_short = len(address) < _SHORTEST and not any(sign.isdigit() for sign in address)
    if after.isalnum() or after == "_" or is_short:
        return False
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return True


RECOGNISER = Ip()
