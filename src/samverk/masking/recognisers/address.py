"""Street addresses: street and number with floor, flat and staircase; c/o with its name; boxes; places where somebody lives.

A street without a number is no personal data.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from samverk.masking.needs import Need, holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._numerals import apart
from samverk.masking.recognisers._streets import Street, Word, either_form, last_word, street_before, words_before

_NAME = r"(?:(?:von|af|de|la)\s)?[^\W\d_][\w\u0300-\u036f’'.-]+"
_CAPITAL = r"(?:(?:von|af|de|la)\s)?[^\W\d_a-zåäö][\w\u0300-\u036f’'.-]*"

# A number after a word. The letter before it may be a street's last ("storgatan12"); most often it is a space.
_NUMBER = re.compile(
    "[1-9](?:(?<=[ngdt].)|(?<=[^\\W\\d_][ \xa0\u2009\u202f].)|(?<=[.][ \xa0\u2009\u202f].))[0-9]{0,3}(?![0-9])"
)
_REST = re.compile(
    r"(?:\s?[-–/]\s?[1-9]\d{0,2}(?!\d))?"  # 12–14
    r"(?:[ \xa0]?[A-L]|[a-zA-Z]|[ \xa0][a-h](?=\s*(?:[,.;)\n]|$)))?(?:\s?[-–]\s?[A-L])?"  # 12 B, 12b, 12 A–C
    r"(?![\w\u0300-\u036f]|[:.]\d|,\d{1,2}(?!\d)|[-–]\d)"
)
_MORE = "|".join(
    (
        r"\d{1,2}\s?(?:tr|trp|trappor)\b(?:\.(?=\s?[,)a-zåäö]))?(?: (?:upp|ned|ner|ög|nb|tv|th|höger|vänster)\b)?",
        r"(?:lgh|lägenhet|lägenhetsnummer|lght|läg|lgh-?nr)\b[.:]?\s?(?:nr\.?\s?)?[A-Z]?\d{1,4}(?!\d)",
        r"(?:vån|våning|våningsplan|plan)\b\.?\s?\d{1,2}(?!\d)",
        r"\d{1,2}(?::?[ae])?\s?(?:vån|våningen)\b",
        r"(?:nb|bv|öv|ög|bottenvåningen)\b",
        r"(?:uppg|uppgång|trapphus|trappa|port|ingång|hus)\b\.?\s?(?:[A-Z]\d?|\d{1,2})(?!\w)",
    )
)
_FLOOR = re.compile(rf"[ \xa0]?[,/(–-]?[ \xa0]?(?:{either_form(_MORE)})\)?", re.IGNORECASE)
# What follows a number that counts or dates something.
_COUNTS = re.compile(
    r"\s?(?:%|°|§)|[ \xa0]{0,2}(?:km|m(?!\s?\.?\s?fl)|meter|mil|kr|kronor|tkr|mkr|mnkr|min|minuter|sekunder|timmar|h|dagar|veckor"
    r"|månader|år(?!\s(?:19|20)\d\d)|gånger|personer|st|stycken|procent|kap|bostäder|lägenheter|platser|fastigheter|cm|kvm|m2"
    r"|(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)(?:\.|\b)|(?:januari|februari|mars|april|juni|juli|augusti"
    r"|september|oktober|november|december))\b",
    re.IGNORECASE,
)
_BOX = re.compile(
    r"(?<![\w-])(?:(?:Box|BOX|Postbox|Boxadress|Postlåda|POSTLÅDA|P\.?O\.?[ ]?[Bb]ox)[.:]?\s(?:nr\.?\s)?[1-9]\d{0,4}"
    r"|PL\.?[ \xa0][1-9]\d{2,4}(?!\s?§))(?![\w:]|[.,]\d)"
)
_BOX_MARKS = ("ox", "OX", "PL", "Postl", "POSTL")
_CARE_MARKS = ("c/o", "C/O", "C/o")
"""What every box and every c/o holds: a text without is not searched."""
_CARE_OF = re.compile(rf"(?<!\w)[cC]/[oO]\.?:?\s?(?:{_CAPITAL}(?:[ \xa0]{_CAPITAL}){{0,2}}|{_NAME})")
_LIVES = tuple("bor bodde bott boende bosatt flytt skriv folkbok hyr vistas hemma lives living".split())
_LINKS = frozenset("på i vid till hos in at nu numera kvar är sedan för närvarande just".split())
_POSTAL = re.compile(r"[,\s|]{1,4}(?:SE-|S-)?[1-9]\d\d ?\d\d\s{1,2}[^\W\d_a-zåäö]")
_TYPED = re.compile(r"\w{2}(?:g[at]{1,3}n?|väge?n?|v[äa]g[en]{0,3}|stige?n?|gr[äa]nde?n?|torge?t?)$")
_KIN = re.compile(  # what a street's name in small letters may hold
    either_form(
        "ga?t|väg|vag|v\\.?$|stig|gränd|grand|torg|back|all[eé]|sling|esplanad|brink|promenad|aveny|plan|gång|led|krok|sv|park"
    )
)
_NOT_PLACES = frozenset(
    "del avdelning avd rum plan våning vån lägenhet lgh hus sal enhet grupp kapitel bilaga sida punkt tabell nummer nr box"
    " artikel version steg nivå klass årskurs vecka dag kl klockan ca cirka minst högst över under cell"
    " paragraf faktura ärende dnr konto"
    " januari februari mars april maj juni juli augusti september oktober november december".split()
)
_JOINS = " ,\n\xa0\t"
_CACHED = 8_192


class Address:
    """Finds addresses: a street or a place with its number, or a box; with what belongs to them."""

    label = "ADDRESS"
    need = Need(digits=1)

    def find(self, text: str) -> list[Span]:
        found = list(_streets(text))
        if holds(text, _BOX_MARKS):
            found += [Span(m.start(), m.end(), "ADDRESS", 0.9) for m in _BOX.finditer(text)]
        if found and holds(text, _CARE_MARKS):
            found = _with_care_of(text, found)
        return apart(found) if found else found


def _streets(text: str) -> Iterator[Span]:
    for match in _NUMBER.finditer(text):
        at = match.start()
        end = at - (not text[at - 1].isalpha())
        word = last_word(text, end)
        if not _may_end_a_street(word):
            continue
        if (rest := _REST.match(text, match.end())) is None or not _is_house(match[0], rest.group()):
            continue
        if _COUNTS.match(text, rest.end()):
            continue
        stop = _with_floor(text, rest.end())
        words = words_before(text, end)
        street = _street(text, words, at - end, stop) if words else None
        if street:
            yield Span(street.start, stop, "ADDRESS", street.score)


@lru_cache(_CACHED)
def _may_end_a_street(word: str) -> bool:
    """Whether a street's name could end so; remembered, since the same words stand before most numbers: till, kapitel, år."""
    if len(word) < 2 or not (word[-1].isalpha() or word[-1] == "."):
        return False
    return not word.islower() or _KIN.search(word) is not None


def _street(text: str, words: list[Word], gap: int, stop: int) -> Street | None:
    """What the number belongs to: a street by its name, or a place by what stands around it."""
    street = street_before(words)
    if not gap:  # "storgatan12": the street's name must say all
        return street if street and street.score == 1.0 else None
    return street if street and street.score > 0.5 else _place(text, words, stop) or street


def _place(text: str, words: list[Word], stop: int) -> Street | None:
    """ "Torp 12", where somebody lives there or a postal code follows."""
    if words[0].low.rstrip(".") in _NOT_PLACES:
        return None
    size = next((at for at, word in enumerate(words[:3]) if not word.capital), min(3, len(words)))
    if size == 0 and not _TYPED.search(words[0].low):
        return None
    for start in [word.start for word in words[: max(size, 1)]]:
        if _is_home(text[max(0, start - 48) : start]):
            return Street(start, 0.9)
    return Street(words[size - 1].start, 0.8) if size and _POSTAL.match(text, stop) else None


def _is_home(before: str) -> bool:
    """Whether the words before a place say that somebody lives there: "bor kvar på", "Hemadress:"."""
    words = before.lower().split()[-5:]
    linked = False
    while words and words[-1] in _LINKS:
        linked = bool(words.pop())
    last = words[-1] if words else ""
    return "adress" in last or "c/o" in words[-2:] or (linked and last.startswith(_LIVES))


def _is_house(number: str, rest: str) -> bool:
    """Whether it may be a house's number: not a year."""
    return len(number) < 4 or number[:2] not in ("19", "20") or rest.strip().isalpha()


def _with_floor(text: str, end: int) -> int:
    """Where the floor, the flat and the staircase end that follow."""
    for _ in range(4):
        more = _FLOOR.match(text, end)
        if more is None:
            break
        end = more.end()
    return end


def _with_care_of(text: str, found: list[Span]) -> list[Span]:
    """The addresses, each with the c/o that stands beside it."""
    marks = [Span(m.start(), m.end(), "ADDRESS", 0.0) for m in _CARE_OF.finditer(text)]
    joined: list[Span] = []
    for span in sorted([*found, *marks], key=lambda span: span.start):
        before = joined[-1] if joined else None
        if before and 0.0 in (before.score, span.score) and not text[before.end : span.start].strip(_JOINS):
            joined[-1] = Span(before.start, max(before.end, span.end), "ADDRESS", max(before.score, span.score))
        else:
            joined.append(span)
    return [span for span in joined if span.score]


RECOGNISER = Address()
