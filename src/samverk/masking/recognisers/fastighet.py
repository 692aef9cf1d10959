"""Property designations: a tract with block and unit (`Stora Mellby 34:142`) or a quarter with its number (`kv. Eken 9`).

The name of the municipality may stand first. Source of the form: Lantmäteriet's handbook of property designations.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from samverk.masking.context import Words
from samverk.masking.lists import entries
from samverk.masking.ports import Span
from samverk.masking.recognisers._streets import Word, words_before

_UNIT = re.compile(
    "[ \xa0\u2009\u202f]((?:[1-9][0-9]{0,2}|[sS]|GA|ga|FS):[1-9][0-9]{0,3})(?![\\w:/]|[.,-][0-9]|[ \xa0]?%)"
)
_NUMBER = re.compile(
    "[ \xa0\u2009\u202f]([1-9][0-9]{0,2})(?![\\w:/%]|[.,–-][0-9]|[ \xa0](?:kr|år|st|km|m|procent|kap)\\b)"
)
_LAND = Words(
    [
        "fastighet*",
        "fastigheterna",
        "beteckning*",
        "lagfart*",
        "tomt*",
        "bygglov*",
        "avstyckning*",
        "avstycka*",
        "förhandsbesked*",
    ]
    + [
        "strandskydd*",
        "markägare*",
        "servitut*",
        "taxera*",
        "inteckning*",
        "pantbrev*",
        "stamfastighet*",
        "arrende*",
        "rivningslov*",
    ]
    + [
        "köpebrev*",
        "gåvobrev*",
        "lantmäteri*",
        "marklov*",
        "samfällighet*",
        "skifte*",
        "property",
        "avlopp*",
        "bygganmälan",
    ]
)
_BEFORE = re.compile(
    r"\b(?:fastighet(?:en|erna|er|s?beteckning(?:en)?)?|kv|kvarteret|tomträtten|tomten|lagfart(?:en)?\s(?:på|för|till)|property)[.:]?\s+$",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"\b(?:kv|kvarteret|kvarter)[.:]?\s+$", re.IGNORECASE)
_SIDES = frozenset(
    "stora lilla norra södra östra västra övre nedre yttre inre gamla nya norr söder öster väster mellersta".split()
)
_NOT_TRACTS = re.compile(
    r"(?:(?:kl|klockan|skala|skalan|prop|proposition|sfs|afs|hslf-fs|sosfs|bilaga|dnr|diarienr|diarienummer|tabell|figur|kapitel|kap|vers|bet"
    r"|rskr|sou|ds|nja|rå|hfd|ad|mål|lag|lagen|förordning|förordningen|version|resultat|resultatet|ställning|match|matchen|ratio|rad|ps|psalm"
    r"|jes|jer|hes|dan|mos|sam|kung|krön|esra|neh|job|ords|pred|höga|matt|matteus|mark|markus|luk|lukas|joh|johannes|apg|rom|kor|gal|ef"
    r"|fil|filipperbrevet|kol|tess|tim|tit|filem|heb|hebr|jak|pet|jud|upp|psaltaren|jesaja|jeremia|sura|koranen|genesis|exodus|nr|nummer"
    r"|paragraf|sida|punkt|art|artikel|avsnitt|start|lunch|avgång|ankomst|tid|åtgärd|blandning|utspädning|förhållande|den|från|till|och|med"
    r"|mellan|cirka|ca|om|fastigheten|fastighet|kvarteret|kv|tomten|bygglov|ärende|ärendet|sökande|angående|ang|gäller|avser|för|på|i|av"
    r"|serie|divisionen|division|grupp|klass|rum|sal|plan|odds|kvot|ksfs|kfs|föreskrift|fs|[a-zåäö]{2,6}-?fs)\.?|\w+(?:boken|bok|brevet|evangeliet|lagen))"
)
_TRACT = re.compile(
    r"(?:by|byn|torp|torpa|sta|stad|berga?|lunda?|hult|ryd|röd|säter|sätra|ås|åsen|näs|näset|vik|viken|inge|unge|tuna|hem|löv|rum|boda?|mo|ön"
    r"|böle|träsk|sjö|sjön|gården|gård|holm|holmen|fors|forsen|dal|dalen|haga|hagen|backa|backen|hamra|köping|vall|vallen|backa|bäck|bäcken"
    r"|måla|näs|strand|skog|ängen|åker|kulla|kullen|rud|tomta|bruk|bruket|borg|kyrka|hög|lösa|arp|ered|bo|marken|ån|heden|udden|lanna|eke)$"
)
_DEFINITE = re.compile(r"\w{3}(?:n|et|na|on)$")
_NOT_QUARTERS = re.compile(
    r"(?:kommunen|universitetet|sjukhuset|biblioteket|skolan|stationen|centralen|rätten|museet|arenan|badet|hallen|nämnden|regionen|kliniken"
    r"|avdelningen|linjen|vägen|gatan|tidningen|föreningen|kyrkan|polisen|bolaget|huset|sidan|stiftet|hamnen|torget|ringen|teatern)$"
)


class Property:
    """Finds designations of properties."""

    label = "FASTIGHET"

    def find(self, text: str) -> list[Span]:
        found = [*_tracts(text), *_quarters(text)]
        return sorted(found, key=lambda span: span.start)


def _tracts(text: str) -> Iterator[Span]:
    """A tract with block and unit."""
    if ":" not in text:
        return
    for match in _UNIT.finditer(text):
        words = words_before(text, match.start())
        named = _tract(text, words)
        if named:
            score = _certainty(text, named, match[1])
            if score:
                yield Span(named[-1].start, match.end(), "FASTIGHET", score)


def _tract(text: str, words: Sequence[Word]) -> Sequence[Word]:
    """The words of the tract, the last first, with the municipality before them."""
    if not words or not words[0].text[0].isalpha() or _NOT_TRACTS.fullmatch(words[0].low):
        return ()
    if not words[0].capital and not _BEFORE.search(text[max(0, words[0].start - 40) : words[0].start]):
        return ()
    size = 1
    if size < len(words) and words[size].low in _SIDES and not _municipality(words, 1):
        size += 1
    return words[: size + _municipality(words, size)]


def _municipality(words: Sequence[Word], at: int) -> int:
    """How many words, from that place on, are a municipality's name."""
    for size in (2, 1):
        name = " ".join(word.low for word in reversed(words[at : at + size]))
        if at + size <= len(words) and name in _municipalities():
            return size
    return 0


@cache
def _municipalities() -> frozenset[str]:
    """Their names, with the s that they have before another name and without."""
    names = {name.lower() for name in entries("municipalities")}
    return frozenset(
        names | {name.removesuffix("s") for name in names} | {name + "s" for name in names if name[-1] not in "sxz"}
    )


def _certainty(text: str, named: Sequence[Word], unit: str) -> float:
    """How sure a tract is; 0 when it is rather a time, a score or a verse."""
    if _LAND.before(text, named[-1].start, 60) is not None:
        return 1.0
    block, _, number = unit.partition(":")
    if not block.isdigit():
        return 0.9
    if len(named) > 1:
        return 0.8
    like_time = len(number) == 2 and int(block) < 25 and int(number) < 60
    like_score = len(block) == len(number) == 1
    if like_time or like_score:
        return 0.0
    return 0.8 if _TRACT.search(named[0].low) else 0.4


def _quarters(text: str) -> Iterator[Span]:
    """The name of a quarter with a number, where a word or the municipality before it says what it is."""
    for match in _NUMBER.finditer(text):
        if not text[match.start() - 1].isalpha():
            continue
        words = words_before(text, match.start())
        if not words or not words[0].capital or _NOT_TRACTS.fullmatch(words[0].low):
            continue
        start, score = _quarter(text, words)
        if score:
            yield Span(start, match.end(), "FASTIGHET", score)


def _quarter(text: str, words: Sequence[Word]) -> tuple[int, float]:
    """Where a quarter's designation begins, and how sure it is; 0 when it is none."""
    size = 1 + (len(words) > 1 and words[1].low in _SIDES and words[1].capital)
    size += _municipality(words, size)
    start = words[size - 1].start
    if _BEFORE.search(text[max(0, start - 40) : start]):
        return start, 0.95
    definite = _DEFINITE.search(words[0].low) and not _NOT_QUARTERS.search(words[0].low)
    return start, 0.7 if size > 1 and definite and _municipality(words, 1) else 0.0


RECOGNISER = Property()
