"""Property designations: a tract with block and unit (`Stora Mellby 34:142`) or a quarter with its number (`kv. Eken 9`).

The name of the municipality may stand first. Source of the form: Lantmäteriet's handbook of property designations.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from unicodedata import normalize

from samverk.masking.context import Words
from samverk.masking.lists import entries
from samverk.masking.needs import Need, holds
from samverk.masking.ports import Span
from samverk.masking.recognisers._streets import Word, last_word, words_before

# A colon is rarer than a number: the block is looked for before it.
_UNIT = re.compile(":(?<=[0-9sSAa]:)[1-9][0-9]{0,3}(?![\\w:/]|[.,-][0-9]|[ \xa0]?%)")
_BLOCK = re.compile("[ \xa0\u2009\u202f](?:[1-9][0-9]{0,2}|[sS]|GA|ga|FS)\\Z")
_NUMBER = re.compile(
    "[1-9](?<=[^\\W\\d_][ \xa0\u2009\u202f].)[0-9]{0,2}(?![\\w:/%]|[.,–-][0-9]|[ \xa0](?:kr|år|st|km|m|procent|kap)\\b)"
)
_LAND = Words(
    """
    fastighet* beteckning* lagfart* tomt* bygglov* avstyckning* avstycka* förhandsbesked* strandskydd* markägare*
    ägare* servitut* taxera* inteckning* pantbrev* stamfastighet* arrende* rivningslov* köpebrev* gåvobrev*
    lantmäteri* marklov* samfällighet* skifte* property avlopp* bygganmälan
    """.split()
)
_BEFORE = re.compile(
    r"\b(?:fastighet(?:en|erna|er|s?beteckning(?:en)?)?|kv|kvarteret|tomträtten|tomten|lagfart(?:en)?\s(?:på|för|till)|property)[.:]?\s+$",
    re.IGNORECASE,
)
_BEFORE_MARKS = ("fastighet", "kv", "tomt", "lagfart", "property")
"""What each of those words begins with, in small letters."""
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
_DEFINITE = re.compile(r"\w{3}(?:[ea]n|rn|et|na)$")
_NOT_QUARTERS = re.compile(
    r"(?:kommunen|universitetet|sjukhuset|biblioteket|skolan|stationen|centralen|rätten|museet|arenan|badet|hallen|nämnden|regionen|kliniken"
    r"|avdelningen|linjen|vägen|gatan|tidningen|föreningen|kyrkan|polisen|bolaget|huset|sidan|stiftet|hamnen|torget|ringen|teatern)$"
)


class Property:
    """Finds designations of properties."""

    label = "FASTIGHET"
    need = Need(digits=1)

    def find(self, text: str) -> list[Span]:
        found = [*_tracts(text), *_quarters(text)]
        return sorted(found, key=lambda span: span.start) if len(found) > 1 else found


def _tracts(text: str) -> Iterator[Span]:
    """A tract with block and unit."""
    for match in _UNIT.finditer(text) if ":" in text else ():
        block = _BLOCK.search(text, max(0, match.start() - 4), match.start())
        words = words_before(text, block.start()) if block else []
        if (
            not block
            or not words
            or not words[0].text.replace("-", "").isalpha()
            or _NOT_TRACTS.fullmatch(words[0].low)
        ):
            continue
        size, named = _size(text, words)
        score = 1.0 if named else _certainty(text, words[:size], text[block.start() + 1 : match.end()])
        if score:
            yield Span(words[size - 1].start, match.end(), "FASTIGHET", score)


def _quarters(text: str) -> Iterator[Span]:
    """The name of a quarter with a number, where a word or the municipality before it says what it is."""
    spoken_of = None
    for match in _NUMBER.finditer(text):
        end = match.start() - 1
        last = last_word(text, end)
        if last.islower():
            continue  # before its words are read: nearly every number ends here
        if spoken_of is None:
            spoken_of = holds(text.casefold(), _BEFORE_MARKS)
        if not spoken_of and not _is_quarter(normalize("NFC", last).lower()):
            continue  # and nearly every number that follows a name here
        words = words_before(text, end)
        if not words or not words[0].capital or _NOT_TRACTS.fullmatch(words[0].low):
            continue
        size, named = _size(text, words)
        if named or (_is_quarter(words[0].low) and _municipality(words, 1, _genitives())):
            yield Span(words[size - 1].start, match.end(), "FASTIGHET", 0.95 if named else 0.7)


def _size(text: str, words: Sequence[Word]) -> tuple[int, bool]:
    """How many words, the last first, the name has; and whether a word for properties stands right before it.

    Where none does, the name is one word with its side ("Stora Mellby") and the municipality.
    """
    for size, word in enumerate(words, 1):
        if _BEFORE.search(text[max(0, word.start - 40) : word.start]):
            return size, True
        if not word.capital and size > 1:
            break
    size = 1
    if len(words) > 1 and words[1].low in _SIDES and not _municipality(words, 1, _municipalities()):
        size = 2
    return size + _municipality(words, size, _municipalities()), False


def _municipality(words: Sequence[Word], at: int, names: frozenset[str]) -> int:
    """How many words, from that place on, are one of the names."""
    for size in (2, 1):
        name = " ".join(word.low for word in reversed(words[at : at + size]))
        if at + size <= len(words) and name in names:
            return size
    return 0


@cache
def _genitives() -> frozenset[str]:
    """Municipalities as they stand before another name: "Kils", "Växjö"."""
    return frozenset(name.lower() for name in entries("municipalities"))


@cache
def _municipalities() -> frozenset[str]:
    """Municipalities as they stand before another name, and as they stand alone."""
    return frozenset(_genitives() | {name.removesuffix("s") for name in _genitives()})


def _is_quarter(name: str) -> bool:
    return _DEFINITE.search(name) is not None and not _NOT_QUARTERS.search(name)


def _certainty(text: str, words: Sequence[Word], unit: str) -> float:
    """How sure a tract is; 0 when it is rather a time, a score or a verse."""
    if not words[0].capital:
        return 0.0
    if _LAND.before(text, words[-1].start, 60) is not None:
        return 1.0
    block, _, number = unit.partition(":")
    if not block.isdigit():
        return 0.9
    if len(words) > 1:
        return 0.8
    like_time = len(number) == 2 and int(block) < 25 and int(number) < 60
    like_score = len(block) == len(number) == 1
    if like_time or like_score:
        return 0.0
    return 0.8 if _TRACT.search(words[0].low) else 0.4


RECOGNISER = Property()
