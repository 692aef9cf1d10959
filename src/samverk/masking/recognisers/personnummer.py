"""Personnummer, coordination numbers (the day plus 60) and interim numbers (a letter after the date), however they are written.

Source: the Swedish Tax Agency, SKV 704 (personnummer: date, birth number, Luhn's check digit of the ten digits) and SKV 707
(coordination numbers: month 00 and day 60 where the date of birth is not known). A letter counts as 1 in the check digit.
What is partly masked ("900101-XXXX") is a date of birth, and not found here.
"""

import re

from samverk.masking.checks import luhn
from samverk.masking.context import Words
from samverk.masking.needs import Need
from samverk.masking.ports import Span
from samverk.masking.recognisers._identity import BLANK, GAP, said_before

# A digit comes first and the looks behind it after: so the search skips from digit to digit at full speed.
_SHAPE = re.compile(
    r"(?P<year>[0-9](?<![0-9][0-9])(?<![0-9][-+.][0-9])[0-9](?:(?<=18|19|20)[0-9]{2})?)"
    rf"(?P<gap>{BLANK}|[-./\u2011\u2013]|)(?P<month>[0-9]{{2}})(?P=gap)(?P<day>[0-9]{{2}})"
    rf"(?P<between>{GAP})"
    r"(?P<last>[0-9]{4}|[JKLMNRSTUWX][0-9]{3})(?![0-9])(?![-+.][0-9])"
)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3])[0-5][0-9]")
_SAYS_SO = Words(
    [
        *"""*personnummer *personnumret *personnumren personnr personnr. person-nr person-nr. persnr persnr. pers.nr pers.nr.
        pers.-nr pers.-nr. pers-nr pers-nr. pers.nummer p-nr p-nr. p.nr p.nr. p-nummer pnr pnr. personnumer personnummret
        samordningsnummer samordningsnumret samordn.nr samordn.nr. samordningsnr interimsnummer interimspersonnummer född fött
        födda föd. född. födelsenummer identitetsnummer id-nummer ssn born organisationsnummer orgnr orgnr. org.nr org.nr. org-nr
        org-nr.""".split(),
        *("person nr", "person nummer", "pers nr", "född den", "date of birth", "personal identity number"),
        *("personal identity no", "personal number", "personal id", "personal no", "social security number"),
        *("social security no", "social security", "coordination number", "identity number"),
    ]
)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_IS_A = re.compile(r"\s?\(\s?|\s(?:är|is)\s(?:\w{2,8}\s){0,2}", re.IGNORECASE)


class Personnummer:
    """Finds numbers with a date and a right check digit; with a wrong one where the words beside say what it is."""

    label = "PERSONNUMMER"
    need = Need(digits=9)

    def find(self, text: str) -> list[Span]:
        scored = ((match, _score(text, match)) for match in _SHAPE.finditer(text))
        return [Span(match.start(), match.end(), self.label, score) for match, score in scored if score]


def _score(text: str, match: re.Match[str]) -> float:
    """How sure it is (0–1) that the digits are somebody's number."""
    if match["month"] >= "20":
        return 0.0  # the number of an organisation, or none
    is_date = _is_date(match)
    is_right = is_date and not match["last"].startswith("000") and luhn(_ten_digits(match))
    is_parted = bool(match["between"].strip())
    said = _said(text, match.start(), match.end(), is_right and is_parted)
    if said == "so":
        return 1.0 if is_right else 0.9
    if said == "otherwise" or text[max(0, match.start() - 1) : match.start()].isalpha():
        return 0.3 if is_right and (is_parted or len(match["year"]) == 4) else 0.0
    if not is_right:
        return 0.3 if is_date and is_parted else 0.0
    in_brackets = text[max(0, match.start() - 1) : match.start()] == "(" and text[match.end() : match.end() + 1] == ")"
    return 1.0 if is_parted or in_brackets else _of_digits_alone(match)


def _of_digits_alone(match: re.Match[str]) -> float:
    """How sure a right number is that neither words nor a hyphen tell apart from other numbers."""
    is_long = len(match["year"]) == 4
    if _CLOCK.fullmatch(match["last"]) and (match["between"] or is_long) and not match["year"].startswith(("18", "19")):
        return 0.45  # "20240102 1530" is a time
    if not is_long and match["year"].startswith("0") and not match["between"]:
        return 0.55  # "0706121234" is rather a telephone
    return 0.9 if is_long or match["between"] else 0.8


def _said(text: str, start: int, end: int, is_plain: bool) -> str:
    """What the words beside say: "so" that the number is a personnummer, "otherwise", or nothing."""
    before = said_before(text, start, _SAYS_SO, is_plain)
    after = None if before or is_plain else _SAYS_SO.after(text, end, 30)
    return "so" if after is not None and _IS_A.fullmatch(text, end, end + after) else before


def _is_date(match: re.Match[str]) -> bool:
    """Whether the date may be one of a number: for coordination numbers month and day may be unknown, and exceed the month."""
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    if day >= 60:
        return month <= 12 and day <= 91
    return 1 <= month <= 12 and 1 <= day <= _days(year, month)


def _days(year: str, month: int) -> int:
    """How many days the month has; without a century, in the one that has most: every fourth year has 29 February then."""
    is_leap = int(year[-2:]) % 4 == 0 and year not in ("1800", "1900")
    return 29 if month == 2 and is_leap else _DAYS[month - 1]


def _ten_digits(match: re.Match[str]) -> str:
    first, rest = match["last"][0], match["last"][1:]
    return match["year"][-2:] + match["month"] + match["day"] + (first if first.isdigit() else "1") + rest


RECOGNISER = Personnummer()
