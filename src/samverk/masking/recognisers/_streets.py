"""Where the name of a street begins that ends before a number. Knows nothing of what follows the number.

An ending says it for most names (`Storgatan`, `Ekstigen`); lists hold names that end in other ways, the words that stand first
in longer names (`Norra Storgatan`, `A C Lindblads Gata`) and short forms (`Storg.`).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import normalize

from samverk.masking.lists import entries

STRONG = "gatan|vägen|gränden|gränd|stigen|torget|allén|slingan|esplanaden|brinken|backen|promenaden|avenyn"
"""Endings of a word that say, but for a few words, that it is a street."""

BARE = "väg|gata|torg|allé|stig|backe|plan|gång|led|krok|sväng|park"
"""Words that are streets together with the name before them; as endings they say little."""

_STRONG = re.compile(rf"\w{{2}}(?:{STRONG}|vagen|granden)$")
_CAPITAL = re.compile(r"\w{2}(?:väg|gata|torg|allé|backe|stig)$")
_BARE = re.compile(f"(?:{BARE}|{STRONG})$")
_VAGUE = frozenset("plan gång led park sväng krok backe".split())
_ALONE = frozenset("slingan esplanaden promenaden allén brinken ringen kajen backen gränden stigen torget".split())
_NOT_STREETS = re.compile(
    r"(?:järn|motor|riks|läns|europa)väg(?:en)?$"
    r"|^(?:cykel|gång|luft|urin|vatten|tarm|gall|hem|om|av|färd|transport|smitt|arbets)väg(?:en)?$"
    r"|(?:barn|hus|last|person|sjuk|släp|skåp|cykel|pack|mat|kund)vagen$|(?:skid|slalom|puckel)backen$"
)
_OWNERS = re.compile(r"(?:ens|ets|nas|rnas)$")
SHAPED = re.compile(
    r"\w(?:gång(?:en)?|plan|led(?:en)?|kullen|platsen|liden|park(?:en)?|ringen|stråket|rundan|kajen|spåret|bron|strand(?:en)?"
    r"|terrassen|kroken|svängen|bågen|hamnen|lunden|höjden|dalen|kanalen|udden|trappan|bryggan|viadukten|passagen|hörnet|ängen)$"
)
"""Endings that streets have, and other things too: a street where the name is known."""

_PIECE = r"[^\s,;()!?|\"“”*/\[\]<>=…]{1,30}"
_BACKWARDS = re.compile(rf"{_PIECE}(?:[ \xa0]{_PIECE}){{0,4}}")
_REACH = 80


class Word(NamedTuple):
    """A word of the text, composed; where it begins in the text as given."""

    start: int
    text: str

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


class Street(NamedTuple):
    """A name that ends where the caller asked: where it begins, and how sure it is that it is a street's (0–1)."""

    start: int
    score: float


def either_form(pattern: str) -> str:
    """The pattern with å, ä and ö, which must stand outside character classes, composed or of two code points."""
    for sign in "åäö":
        pattern = re.sub(rf"(?<!-z){sign}(?![äö\]])", f"(?:{sign}|{normalize('NFD', sign)})", pattern)
    return pattern


def last_word(text: str, end: int) -> str:
    """What stands between the last blank and `end`: a quick look before a thorough one."""
    return (text[max(0, end - 30) : end].rsplit(None, 1) or [""])[-1]


def words_before(text: str, end: int) -> list[Word]:
    """Up to five words of one phrase that end there, the last first."""
    match = _BACKWARDS.match(text[max(0, end - _REACH) : end][::-1])
    words: list[Word] = []
    start = end
    for piece in re.split("[ \xa0]", match.group()) if match else ():
        start -= len(piece)
        word = Word(start, normalize("NFC", piece[::-1]))
        if words and _closes(word.text):
            break
        words.append(word)
        start -= 1
    return words


def _closes(word: str) -> bool:
    """Whether a sentence or a heading ends with the word: not with an initial, "S:t" or "St."."""
    return word[-1] == ":" or (word[-1] == "." and len(word) > 3)


def street_before(words: Sequence[Word]) -> Street | None:
    """The street's name that the words end with, if they do. The last word is the first of `words`."""
    last = words[0]
    if _STRONG.search(last.low):
        return None if _NOT_STREETS.search(last.low) else _with_beginnings(words, 1, 1.0)
    if _BARE.fullmatch(last.low):
        return _after_a_name(words)
    if not last.capital:
        return None
    if _CAPITAL.search(last.low) and not _NOT_STREETS.search(last.low):
        return _with_beginnings(words, 1, 0.9)
    return _listed(words) or _shortened(words)


def _after_a_name(words: Sequence[Word]) -> Street | None:
    """ "Kroons väg", "Sankt Eriks plan"; "Slingan" alone. Not "kommunens plan" or "Vägen"."""
    last, owners = words[0], words[1:2]
    if owners and owners[0].capital:
        owner = owners[0].low
        known = owner in entries("street_beginnings")
        if known or (owner[-1] in "szx" and last.low not in _VAGUE and (last.capital or not _OWNERS.search(owner))):
            return _with_beginnings(words, 2, 1.0)
    return Street(last.start, 0.9) if last.capital and last.low in _ALONE else None


def _with_beginnings(words: Sequence[Word], size: int, score: float) -> Street:
    """The name with the words before it that names begin with: "Norra", "Drottning", initials."""
    capital = words[0].capital
    while size < len(words) and _begins(words[size], capital):
        size += 1
    return Street(words[size - 1].start, score)


def _begins(word: Word, capital: bool) -> bool:
    if not word.capital:
        return not capital and word.low in _DIRECTIONS
    return word.low in entries("street_beginnings") or re.fullmatch(r"\w\.?", word.text) is not None


_DIRECTIONS = frozenset("norra södra östra västra gamla nya stora lilla övre nedre sankt s:t första andra".split())


def _listed(words: Sequence[Word]) -> Street | None:
    """A name whose ending does not tell; the longer and the more like a street's, the surer."""
    for size in (3, 2, 1):
        if size <= len(words) and words[size - 1].capital:
            name = " ".join(word.low for word in reversed(words[:size]))
            if name in entries("streets"):
                score = 0.9 if SHAPED.search(name) else 0.8 if size > 1 else 0.4
                return Street(words[size - 1].start, score)
    return None


def _shortened(words: Sequence[Word]) -> Street | None:
    """ "Storg. 5", "Kungsv 3"."""
    form = words[0].low
    if form.rstrip(".") not in entries("street_abbreviations"):
        return None
    return _with_beginnings(words, 1, 0.8)
