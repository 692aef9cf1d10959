"""Organisation numbers, also written with 16 before them or as a VAT number (SE, the ten digits, 01).

Source: the Swedish Tax Agency, SKV 709: the third digit is at least 2, the first says what form the organisation has, and the
last is Luhn's check digit. The number of a sole trader is a personnummer, and found as such, but for its VAT number.
"""

import re

from samverk.masking.checks import luhn
from samverk.masking.context import Words
from samverk.masking.needs import Need
from samverk.masking.overlaps import settle
from samverk.masking.ports import Span
from samverk.masking.recognisers._identity import BLANK, GAP, said_before

# A digit first and the looks behind it after: so the search skips from digit to digit at full speed.
_SHAPE = re.compile(
    r"(?P<first>[0-9](?<![0-9][0-9])(?<![0-9][-+.,/][0-9])(?:(?<=1)6[0-9])?)"
    rf"(?P<kind>[0-9]{{5}})(?P<between>{GAP})(?P<last>[0-9]{{4}})(?![0-9])(?![-+.,/][0-9])"
)
_VAT = re.compile(rf"SE(?<![A-Za-z0-9]SE){BLANK}?-?(?P<digits>[0-9]{{6}}{GAP}[0-9]{{4}}){GAP}01(?![0-9A-Za-z])")

_SAYS_SO = Words(
    [
        *"""*organisationsnummer *organisationsnumret orgnr orgnr. org.nr org.nr. org-nr org-nr. org.-nr.
        org.nummer org-nummer orgnummer organisationsnr organisationsnr. vat vat-nr vat-nummer momsnummer momsnr momsreg.nr
        momsregistreringsnummer företagsnummer föreningsnummer registreringsnummer orginisationsnummer""".split(),
        *("org nr", "org nummer", "organisation number", "organization number", "corporate identity number"),
        *("corporate id", "company registration number", "company number", "registration number"),
        *("org no", "vat no", "vat number"),
    ]
)


class OrganisationNumber:
    """Finds numbers whose check digit is right; with a wrong one where the words before say what it is."""

    label = "ORGNR"
    need = Need(digits=10)

    def find(self, text: str) -> list[Span]:
        vat = [
            Span(m.start(), m.end(), self.label) for m in _VAT.finditer(text) if luhn(re.sub("[^0-9]", "", m["digits"]))
        ]
        scored = ((match, _score(text, match)) for match in _SHAPE.finditer(text) if _is_organisation(match))
        plain = (Span(match.start(), match.end(), self.label, score) for match, score in scored if score)
        return settle((*vat, *plain))


def _is_organisation(match: re.Match[str]) -> bool:
    """Whether the form is one of an organisation: the first digit is none of 3 and 4, the third at least 2."""
    return match["kind"][1] >= "2" and match["first"][-1] in "125678900"


def _score(text: str, match: re.Match[str]) -> float:
    """How sure it is (0–1) that the digits are an organisation's number."""
    is_right = luhn(match["first"][-1] + match["kind"] + match["last"])
    is_parted, is_long = bool(match["between"].strip()), len(match["first"]) == 3
    said = said_before(text, match.start(), _SAYS_SO, is_right and is_parted)
    if said:
        return (1.0 if is_right else 0.7) if said == "so" else 0.0
    if not is_right or text[max(0, match.start() - 1) : match.start()].isalpha():
        return 0.0
    if is_parted:
        return 0.9
    return 0.6 if is_long else 0.45


RECOGNISER = OrganisationNumber()
