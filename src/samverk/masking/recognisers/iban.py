"""IBAN, the international bank account number: any country, in groups or not, with its length and its check digits.

Source: ISO 13616-1 and SWIFT's IBAN registry (lengths); the check is ISO/IEC 7064, MOD 97-10. A number with wrong check digits
counts when the words before it say that it is one.
"""

import re

from samverk.masking.checks import mod97
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._named import is_named
from samverk.masking.recognisers._numerals import BLANK, DASH

_LENGTHS = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18
FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27
MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27
SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
"""
_LENGTH = {row[:2]: int(row[2:]) for row in _LENGTHS.split()}

_JOINT = rf"[{BLANK}\n{DASH}]"
_SHAPE = re.compile(rf"[0-9](?<=(?<![^\W_])[A-Za-z]{{2}}[0-9])[0-9](?:{_JOINT}?[0-9A-Za-z]){{11,30}}")
"""From the check digits on, since letters are everywhere; the country's two letters stand right before."""
_NEAR = re.compile("[A-Za-z]{2}[0-9]{2}")


class Iban:
    """Finds IBANs."""

    label = "IBAN"
    need = Need(digits=2, near=_NEAR)

    def find(self, text: str) -> list[Span]:
        found, at = [], 0
        while match := _SHAPE.search(text, at):
            span = self._read(text, match.start() - 2, match.end())
            at = span.end if span else match.start() + 1
            found += [span] if span else []
        return found

    def _read(self, text: str, start: int, end: int) -> Span | None:
        length = _LENGTH.get(text[start : start + 2].upper())
        places = [place for place in range(start, end) if text[place].isalnum()][:length]
        if length is None or len(places) < length:
            return None
        end = places[-1] + 1
        if text[end : end + 1].isalnum():
            return None
        is_right = mod97("".join(text[place] for place in places).upper())
        if is_right or is_named(text, start, "IBAN", "BANKKONTO"):
            return Span(start, end, self.label, 1.0 if is_right else 0.7)
        return None


RECOGNISER = Iban()
