"""Institutions that are named after persons: Astrid Lindgrens barnsjukhus, Gustav Adolfs församling, Karl Johansskolan.

At most two names before the word belong to the institution, so that a real name beside it stays what it is.
"""

import re
from collections.abc import Iterator

from samverk.masking.lookalikes._shape import one_of
from samverk.masking.needs import holds
from samverk.masking.ports import Span

_CHURCH = "församling församlings församlingshem kyrka kyrkas kapell domkyrka".split()
_NOUNS = """barnsjukhus sjukhus stiftelse minnesstiftelse minnesfond donationsfond stipendium stipendiefond pris gymnasium
    gymnasieskola folkhögskola universitet akademi museum torg esplanad gränd hospice konsthall teater institut""".split()
_ENDINGS = """skolan kyrkan gymnasiet förskolan priset stiftelsen sjukhuset hemmet gården sällskapet stipendiet fonden museet
    torget platsen vårdcentralen biblioteket institutet hallen parken huset""".split()
_NOUN_MARKS = tuple(
    """försam kyrk kapell sjukhus stift fond stipend pris gymnasi skola univers akademi museum torg esplan gränd hospi konst
    teater institut""".split()
)
_ENDING_MARKS = tuple(
    """skolan kyrkan gymnas priset stiftel hemmet gården sällsk stipen fonden museet torget platse vårdc bibliot institutet
    hallen parken huset""".split()
)
_SAINT_MARKS = ("Sankt", "S:t")
"""What each of the words begins with or holds: a text without is not searched for them."""

_NAME = r"[A-ZÅÄÖ][\wéü-]{1,30}"
_NOUN = re.compile(rf"[ \u00a0](?:{one_of(_CHURCH)}|(?<=[sxz][ \u00a0]){one_of(_NOUNS)})")
_NAMES = re.compile(
    rf"(?<!\w)(?:(?:Sankta?|S:ta?|St\.?)[ \u00a0])?(?:[A-ZÅÄÖ][\wéü:-]{{0,30}}[ \u00a0](?:[IVX]{{1,4}}[ \u00a0])?)?{_NAME}$"
)
_SAINTS = re.compile(
    rf"(?:Sankta?|S:ta?)[ \u00a0]{_NAME}[ \u00a0](?:plan|gata|väg|skola|torg|gård|område|park|bro)(?!\w)"
)
_COMPOUND = re.compile(one_of([*_ENDINGS, *(f"{ending}s" for ending in _ENDINGS)]))
_COMPOUND_NAMES = re.compile(r"(?<!\w)(?:[A-ZÅÄÖ][\wéü]{0,30}[ \u00a0])?[A-ZÅÄÖ][\wéü]{2,40}-?$")


class Institutions:
    """Finds names with the word for what they name; sure where two names or a saint's stand before it."""

    label = "INSTITUTION"
    against = ("PERSON",)

    def find(self, text: str) -> list[Span]:
        found: list[Span] = []
        if holds(text, _SAINT_MARKS):
            found += (Span(match.start(), match.end(), self.label) for match in _SAINTS.finditer(text))
        if holds(text, _NOUN_MARKS):
            found += self._named(text, _NOUN, _NAMES)
        if holds(text, _ENDING_MARKS):
            found += self._named(text, _COMPOUND, _COMPOUND_NAMES)
        return found

    def _named(self, text: str, nouns: re.Pattern[str], names: re.Pattern[str]) -> Iterator[Span]:
        """What the nouns are named after, if anything, with the noun. A single name may be somebody's who has one."""
        for noun in nouns.finditer(text):
            if name := names.search(text, max(0, noun.start() - 80), noun.start()):
                is_sure = nouns is _COMPOUND or " " in name.group() or "\u00a0" in name.group()
                yield Span(name.start(), noun.end(), self.label, 1.0 if is_sure else 0.8)


LOOKALIKE = Institutions()
